"""The studio's language model as a whole: settings, cache, ledger, recorded answers."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import jobs, llm_calls, llm_settings, projects, recorded
from db.llm_values import LLMChoice, LLMPrice
from db.session import Database, connect
from engine.errors import LLMError
from engine.llm.gather import run
from engine.protocols import Reply, Request
from studio import language_model, wiring
from studio.errors import RequestRefused
from studio.settings import Settings
from tests.llm_server import Answer as ServerAnswer
from tests.llm_server import Call, LLMServer, completion, error, says

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = connect(tmp_path / "studio.db")
    with database.session() as session:
        projects.create(session, "P")
    yield database
    database.close()


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "NER_STUDIO_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)


def settings(database: Database, server: LLMServer | None = None, **more: object) -> Settings:
    url = {"openai_base_url": server.url, "llm_model": "tiny"} if server else {}
    return Settings(db=database.path, **{**url, **more})  # type: ignore[arg-type]


def asked(*words: str, seed: int = 0) -> list[Request]:
    return [
        Request(({"role": "user", "content": word},), seed=seed, prompt_version="test/v1")
        for word in words
    ]


def answers(llm: object, requests: list[Request]) -> list[Reply]:
    found = dict(run(llm, requests, 4))  # type: ignore[arg-type]
    replies = [found[n] for n in range(len(requests))]
    for reply in replies:
        if isinstance(reply, LLMError):
            raise reply
    return replies  # type: ignore[return-value]


def test_what_was_answered_once_is_not_paid_for_again(database: Database) -> None:
    with LLMServer(lambda call: says(call.said.upper())) as server, database.session() as s:
        llm_settings.set_prices(s, [LLMPrice("tiny", 1.0, 2.0)])
        s.commit()
        chosen = settings(database, server)
        project = projects.get(s, "P")
        job = jobs.queue(s, "tagging", {}, project.id)
        first = answers(wiring.llm(chosen, database, project, job.id), asked("a", "b"))
        again = answers(wiring.llm(chosen, database, project, job.id), asked("b", "a", "c"))
        assert [r.text for r in first] == ["A", "B"]
        assert [r.text for r in again] == ["B", "A", "C"]
        assert [r.cached for r in again] == [True, True, False]
        assert [r.usage["cost"] for r in again] == [0.0, 0.0, 25e-6]
        assert len(server.calls) == 3
        bill = llm_calls.totals(s, job_id=job.id)
        assert (bill.calls, bill.cached, bill.failed) == (3, 2, 0)
        assert (bill.prompt_tokens, bill.completion_tokens) == (33, 21)
        assert bill.cost == pytest.approx(75e-6)
        assert llm_calls.totals(s, project_id=project.id) == bill


def test_another_seed_is_another_sample(database: Database) -> None:
    with LLMServer(lambda call: says(str(call.number))) as server:
        llm = wiring.llm(settings(database, server), database, None)
        texts = {answers(llm, asked("a", seed=seed))[0].text for seed in range(3)}
        assert len(texts) == 3


def test_equal_requests_at_the_same_time_are_one_call(database: Database) -> None:
    with LLMServer(says("x", delay=0.05)) as server:
        llm = wiring.llm(settings(database, server), database, None)
        assert {r.text for r in answers(llm, asked(*["same"] * 8))} == {"x"}
        assert len(server.calls) == 1


def test_an_unknown_price_stays_unknown_and_a_failure_is_in_the_ledger(database: Database) -> None:
    def behave(call: Call) -> ServerAnswer:
        return error(400, "no") if call.said == "bad" else says("fine")

    with LLMServer(behave) as server, database.session() as s:
        project = projects.get(s, "P")
        llm = wiring.llm(settings(database, server), database, project)
        found = dict(run(llm, asked("good", "bad"), 2))
        assert isinstance(found[1], LLMError)
        assert isinstance(found[0], Reply)
        assert "cost" not in found[0].usage
        bill = llm_calls.totals(s, project_id=project.id)
        assert (bill.calls, bill.failed, bill.cost) == (1, 1, None)


def test_what_the_client_has_to_say_is_in_the_log_of_its_job(database: Database) -> None:
    def behave(call: Call) -> ServerAnswer:
        if "seed" in call.body:
            return error(400, "Unexpected keys in the request: {'seed'}")
        return says()

    with LLMServer(behave) as server, database.session() as s:
        project = projects.get(s, "P")
        job = jobs.queue(s, "tagging", {}, project.id)
        answers(wiring.llm(settings(database, server), database, project, job.id), asked("a"))
        assert "it takes no seed" in jobs.get(s, job.id).log


def test_recorded_answers_replay_with_nothing_configured(
    database: Database, tmp_path: Path
) -> None:
    with LLMServer(lambda call: says(call.said * 2)) as server:
        answers(wiring.llm(settings(database, server), database, None), asked("a", "b"))
    path = tmp_path / "recorded.jsonl"
    with database.session() as s:
        path.write_text("".join(recorded.lines_of(llm_calls.replies(s))), encoding="utf-8")
    other = connect(tmp_path / "other.db")
    with other.session() as s:
        recorded.load_recorded(s, path)
    llm = wiring.llm(settings(other), other, None)
    replayed = answers(llm, asked("b", "a"))
    assert [r.text for r in replayed] == ["bb", "aa"]
    assert all(r.cached and r.usage["prompt_tokens"] == 11 for r in replayed)
    with pytest.raises(LLMError, match="there is no recorded answer") as caught:
        answers(llm, asked("something else"))
    assert caught.value.kind == "not_configured"
    with other.session() as s:
        assert llm_calls.totals(s).cached == 2
    other.close()


def test_nothing_live_is_replayed_when_nothing_is_configured(database: Database) -> None:
    with LLMServer(says()) as server:
        answers(wiring.llm(settings(database, server), database, None), asked("a"))
    with pytest.raises(LLMError, match="no language model is configured"):
        answers(wiring.llm(settings(database), database, None), asked("a"))


def test_the_environment_comes_before_the_settings_page(database: Database) -> None:
    with database.session() as s:
        llm_settings.choose(s, LLMChoice("http://page/v1", "page-model", 3))
    found = language_model.configured(settings(database), database)
    assert (found.base_url, found.model, found.concurrency) == ("http://page/v1", "page-model", 3)
    assert (found.ready, found.key_from, found.fixed) == (True, "", ())
    chosen = settings(database, llm_model="env-model", openai_api_key="k")
    found = language_model.configured(chosen, database)
    assert (found.base_url, found.model) == ("http://page/v1", "env-model")
    assert (found.key_from, found.fixed) == ("the environment", ("model",))


def test_a_key_file_is_for_its_owner_alone(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text("secret\n", encoding="utf-8")
    path.chmod(0o644)
    chosen = settings(database, llm_key_file=path)
    with pytest.raises(RequestRefused, match="may be read by others"):
        language_model.key(chosen)
    path.chmod(0o600)
    assert language_model.key(chosen) == "secret"
    path.write_text("", encoding="utf-8")
    with pytest.raises(RequestRefused, match="is empty"):
        language_model.key(chosen)


KILLED = """
import sys
from pathlib import Path
from db.session import connect
from engine.llm.gather import run
from engine.protocols import Request
from studio import settings, wiring

database = connect(Path(sys.argv[1]))
llm = wiring.llm(settings.load(db=database.path), database, None)
requests = [Request(({"role": "user", "content": str(n)},)) for n in range(40)]
for done, (index, reply) in enumerate(run(llm, requests, 4), start=1):
    print(done, reply.text, flush=True)
"""


def test_a_killed_process_pays_for_no_answer_twice(database: Database) -> None:
    gate = threading.Event()

    def behave(call: Call) -> ServerAnswer:
        return says(call.said, delay=0.0 if gate.is_set() or call.number < 20 else 3600)

    with LLMServer(behave) as server:
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "OPENAI_BASE_URL": server.url,
            "NER_STUDIO_LLM_MODEL": "tiny",
        }  # fmt: skip
        command = [sys.executable, "-c", KILLED, str(database.path)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("20 "):
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        gate.set()
        ended = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        assert len(ended.stdout.splitlines()) == 40
        said = [call.said for call in server.calls]
    answered = said[:20]
    assert all(said.count(word) == 1 for word in answered)
    with database.session() as s:
        assert llm_calls.totals(s).calls == 40
        assert len(llm_calls.replies(s)) == 40


def test_the_kept_request_is_what_was_asked(database: Database) -> None:
    with LLMServer(ServerAnswer(body=completion("x"))) as server:
        answers(wiring.llm(settings(database, server), database, None), asked("a"))
    with database.session() as s:
        [kept] = llm_calls.replies(s)
    assert kept.request["messages"] == [{"role": "user", "content": "a"}]
    assert json.dumps(kept.request)
