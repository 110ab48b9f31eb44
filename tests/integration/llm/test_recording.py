"""Recording the demo's answers anew asks for all of them anew."""

import pytest

import assets
from db import llm_calls, projects
from db.recorded import load_recorded
from db.session import connect
from studio import demo, recording
from studio.settings import load
from tests.llm_server import LLMServer, says

NAMES = '{"entities": ["Ann", "Bo"]}'


@pytest.fixture
def database(tmp_path):
    opened = connect(tmp_path / "recording.db")
    yield opened
    opened.close()


def test_a_demo_to_be_recorded_knows_no_answer_yet(database, tmp_path):
    list(demo.make(load(db=database.path), database, recorded=False))
    with database.session() as session:
        assert projects.find(session, demo.NAME) is not None
        assert llm_calls.replies(session) == []
    list(demo.make(load(db=database.path), database))
    with database.session() as session:
        assert llm_calls.models(session, "recorded")


def test_what_is_asked_for_a_recording_is_what_is_written(database, tmp_path, monkeypatch):
    with LLMServer(says(NAMES)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("NER_STUDIO_LLM_MODEL", "new-model")
        for report in recording.ask(load(db=database.path), database):
            if server.calls and report.step:
                break  # the first answers are in; all of them would be a thousand
        asked = len(server.calls)
    out = tmp_path / "answers.jsonl"
    assert 0 < recording.write(database, out) <= asked
    fresh = connect(tmp_path / "fresh.db")
    with fresh.session() as session:
        load_recorded(session, out)
        assert llm_calls.models(session, "recorded") == ["new-model"]
    fresh.close()
    assert out.read_text() != assets.path("demo", demo.ANSWERS).read_text()
