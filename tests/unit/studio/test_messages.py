import errno
import sqlite3

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from db.errors import DbError, NotFound
from engine.errors import FormatError, OffsetError
from studio import messages
from studio.errors import ExportRefused, RequestRefused, WorkFailed
from studio.settings import load


def test_an_error_of_ours_is_said_as_it_is_on_one_line():
    assert messages.sentence(OffsetError("A span\n ends early.")) == "A span ends early."


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOENT, "not_found", 2),
        (errno.EISDIR, "is_folder", 2),
        (errno.EACCES, "not_allowed", 2),
        (errno.ENOSPC, "no_space", 1),
        (errno.EADDRINUSE, "port_taken", 2),
    ],
)
def test_what_the_system_refuses_is_named_and_has_an_exit_code(number, kind, code):
    error = OSError(number, "unreadable jargon", "/data/notes.jsonl")
    assert messages.kind(error) == kind
    assert messages.exit_code(error) == code
    assert "jargon" not in messages.sentence(error)
    assert messages.where(error) == "/data/notes.jsonl"


def test_a_full_disk_behind_a_database_error_counts_as_failed_work():
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL
    error = DbError("There is no space left for the database.")
    error.__cause__ = full
    assert messages.kind(error) == "no_space"
    assert messages.exit_code(error) == 1


def test_the_line_of_a_broken_file_is_where_the_error_is():
    assert messages.where(FormatError("Line 7 is broken.", line=7)) == ":7"


def test_kinds_are_the_errors_own_or_their_class():
    assert messages.kind(NotFound("No project x.")) == "not_found"
    assert messages.kind(RequestRefused("No.", kind="port_taken")) == "port_taken"


def test_work_that_failed_and_requests_that_were_refused_have_different_codes():
    assert messages.exit_code(WorkFailed("It broke.")) == 1
    assert messages.exit_code(ExportRefused("3 spans would be lost.", [])) == 1
    assert messages.exit_code(RequestRefused("No such tagger.")) == 2
    assert messages.exit_code(NotFound("No project x.")) == 2


def test_a_setting_that_cannot_be_used_is_named():
    with pytest.raises(ValidationError) as caught:
        load(port=70000)
    assert "port" in messages.sentence(caught.value)
    assert messages.exit_code(caught.value) == 2


def test_a_fault_of_ours_is_not_passed_off_as_the_persons():
    assert not messages.expected(KeyError("x"))
    assert messages.expected(NotFound("No project x."))
    assert messages.exit_code(KeyError("x")) == 1


def test_a_setting_that_is_no_json_is_named(monkeypatch):
    monkeypatch.setenv("NER_STUDIO_TAGGERS", "{bad")
    with pytest.raises(SettingsError) as caught:
        load()
    assert "taggers" in messages.sentence(caught.value)
    assert "JSON" in messages.sentence(caught.value)
    assert messages.exit_code(caught.value) == 2
