from pathlib import Path

import pytest
from pydantic import ValidationError

from studio.settings import load


def test_the_environment_is_read_and_the_command_line_wins(monkeypatch):
    monkeypatch.setenv("NER_STUDIO_DB", "/tmp/from-environment.db")
    monkeypatch.setenv("NER_STUDIO_PORT", "9000")
    settings = load(db=Path("mine.db"), port=None)
    assert settings.db == Path("mine.db")
    assert settings.port == 9000


def test_the_database_is_kept_in_the_data_folder_of_the_platform(monkeypatch):
    monkeypatch.delenv("NER_STUDIO_DB", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setattr("sys.platform", "linux")
    assert load().db == Path("/data/ner-studio/studio.db")


def test_a_key_is_not_shown_when_settings_are_printed(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    assert "very-secret" not in f"{load()!r} {load()} {load().model_dump_json()}"
    assert load().openai_api_key.get_secret_value() == "sk-very-secret"


def test_settings_cannot_be_changed_once_made():
    with pytest.raises(ValidationError):
        load().port = 1


def test_a_port_that_cannot_be_is_refused(monkeypatch):
    monkeypatch.setenv("NER_STUDIO_PORT", "70000")
    with pytest.raises(ValidationError):
        load()


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("::1", True), ("0.0.0.0", False)]
)
def test_only_loopback_addresses_are_this_machine_alone(host, local):
    assert load(host=host).local is local
