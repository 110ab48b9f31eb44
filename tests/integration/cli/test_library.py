"""ReverseNER from the shell, against an endpoint on a real socket."""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter

import pytest

from db import library, traces
from db.session import connect
from tests import tiny_embedder
from tests.builders import annotated, row, write_lines
from tests.integration.cli.test_interruptions import the_job, wait_for
from tests.llm_server import Answer, LLMServer, says
from tests.scripts import reply_to

BUILD = ("library", "build", "-p", "P", "--features", 2, "--per-feature", 4, "--json")
PLANNED = 3 + 2 * 4
MOST = PLANNED + 3


class Endpoint:
    """Answers obediently, as many calls as it is let; the rest wait for ever."""

    def __init__(self) -> None:
        self.answered: list[str] = []
        self.left = 10_000
        self._lock = threading.Lock()

    def __call__(self, call) -> Answer:
        messages, seed = call.body["messages"], call.body.get("seed", 0)
        with self._lock:
            if not self.left:
                return Answer(delay=600, drop="before")
            self.left -= 1
            self.answered.append(json.dumps([messages, seed]))
        return says(reply_to(messages, seed))

    def paid_twice(self) -> list[str]:
        return [one for one, times in Counter(self.answered).items() if times > 1]


@pytest.fixture
def endpoint(project):
    """Project P with 12 texts, and a model at an address of its own."""
    shell = project(12)
    behave = Endpoint()
    with LLMServer(behave) as server:
        shell.environment |= {"OPENAI_BASE_URL": server.url, "NER_STUDIO_LLM_MODEL": "tiny"}
        yield shell, behave


def kept_replies(shell) -> int:
    return len(shell.contents().get("llm_reply", []))


def killed(shell, behave, after: int, *words):
    """Start a command, let the model answer `after` calls, kill it; returns the job."""
    behave.left = after
    process = shell.start(*words)
    wait_for(lambda: process.poll() is not None or kept_replies(shell) == after)
    assert process.poll() is None, process.communicate()
    process.send_signal(signal.SIGKILL)
    process.wait()
    behave.left = 10_000
    job = the_job(shell)
    assert job["status"] == "interrupted"
    return job


def examples(shell):
    database = connect(shell.db)
    with database.session() as session:
        made = library.get(session, 1)
        rows = library.rows(session, 1)
    database.close()
    return made, rows


def test_a_library_is_built_within_the_stated_calls(endpoint):
    shell, behave = endpoint
    done = shell(*BUILD, "--yes")
    assert f"at most {MOST} language-model calls" in done.err
    values = done.json
    assert (values["version"], values["examples"], values["short"]) == (1, 8, [])
    assert values["llm_calls"] == len(behave.answered) == PLANNED
    assert values["prompt_tokens"] == 11 * PLANNED
    assert values["cost"] is None
    shown = shell("library", "show", "-p", "P", "--json").json
    assert len(shown["sentences"]) == 8
    assert set(shown["entities"]) == {"PER", "ORG", "LOC"}


def test_nothing_is_asked_before_somebody_agrees(endpoint):
    shell, behave = endpoint
    assert shell(*BUILD).code != 0
    assert behave.answered == []
    assert shell("jobs", "list", "--json").json["jobs"] == []


@pytest.mark.parametrize("after", [2, 6])
def test_a_killed_build_goes_on_and_pays_for_no_answer_twice(endpoint, after):
    shell, behave = endpoint
    job = killed(shell, behave, after, *BUILD, "--yes")
    assert shell("jobs", "resume", job["id"]).code == 0
    assert behave.paid_twice() == []
    assert len(behave.answered) <= MOST
    made, rows = examples(shell)
    assert made.finished_at is not None
    slots = [row.slot for row in rows]
    assert sorted(slots) == list(range(len(rows)))
    assert len({row.content.text for row in rows}) == len(rows)
    assert made.examples >= 8
    assert shell("doctor", "--json").json["problems"] == []


def test_killed_tagging_goes_on_and_pays_for_no_answer_twice(endpoint):
    shell, behave = endpoint
    words = ("tag", "-p", "P", "--tagger", "llm-zero-shot", "--samples", 2, "--json")
    job = killed(shell, behave, 9, *words)
    assert shell("jobs", "resume", job["id"]).code == 0
    assert behave.paid_twice() == []
    assert len(behave.answered) == 24
    rows = shell.contents()["suggestion"]
    assert len(rows) == len({(row[1], row[4], row[5], row[3]) for row in rows})
    assert {row[1] for row in rows} == set(range(1, 13))
    assert shell("doctor", "--json").json["problems"] == []


def test_guided_tagging_names_its_library_and_keeps_what_was_said(endpoint):
    shell, behave = endpoint
    assert "library build" in shell("tag", "-p", "P", "--tagger", "llm").refused()
    assert shell(*BUILD, "--yes").code == 0
    before = len(behave.answered)
    done = shell("tag", "-p", "P", "--tagger", "llm", "--samples", 3, "--json").json
    assert (done["texts"], done["failed"], done["ungrounded"]) == (12, 0, 0)
    assert done["suggestions"] == 24
    assert done["llm_calls"] == len(behave.answered) - before == 36
    assert done["cached_calls"] == 0
    assert done["cost"] is None
    again = shell("tag", "-p", "P", "--tagger", "llm", "--samples", 3, "--only", "all", "--json")
    assert (again.json["llm_calls"], again.json["cached_calls"]) == (0, 36)
    database = connect(shell.db)
    with database.session() as session:
        told = traces.of_text(session, 5)["llm"]
    database.close()
    assert len(told["samples"]) == 3
    assert len(told["messages"]) > 3
    assert {(one["surface"], one["votes"]) for one in told["votes"]} == {("Acme", 3), ("Oslo", 3)}


def test_texts_share_their_examples_where_that_is_wanted(endpoint):
    shell, behave = endpoint
    assert shell(*BUILD, "--yes").code == 0

    def beginnings(*more) -> list[str]:
        """What each prompt says before its text."""
        before = len(behave.answered)
        assert shell("tag", "-p", "P", "--tagger", "llm", "--only", "all", *more).code == 0
        asked = [json.loads(one)[0] for one in behave.answered[before:]]
        return [json.dumps(messages[:-1]) for messages in asked]

    assert len(set(beginnings("--shared-examples", 1))) == 1
    assert len(set(beginnings("--shared-examples", 100))) > 1
    refused = shell("tag", "-p", "P", "--tagger", "llm-zero-shot", "--shared-examples", 2)
    assert "shows no examples" in refused.refused()


def test_feature_sentences_are_chosen_by_a_model_of_ones_own(endpoint, tmp_path):
    shell, behave = endpoint
    missing = shell(*BUILD, "--yes", "--embedder", tmp_path / "nothing")
    assert (missing.code, missing.object["error"]["kind"]) == (2, "checkpoint")
    assert "no embedder folder" in missing.err
    assert behave.answered == []
    folder = tiny_embedder.make(tmp_path)
    assert shell(*BUILD, "--yes", "--embedder", folder).json["examples"] >= 8
    made, _ = examples(shell)
    assert made.settings["embedder"] == str(folder)
    before = len(behave.answered)
    assert shell("tag", "-p", "P", "--tagger", "llm", "--json").json["texts"] == 12
    assert len(behave.answered) == before + 12


def test_what_will_be_asked_is_told_before_it_is(endpoint):
    shell, behave = endpoint
    done = shell("tag", "-p", "P", "--tagger", "llm-zero-shot", "--samples", 2, "--limit", 5)
    assert done.code == 0
    assert done.err.startswith("At most 10 calls of a language model, ")
    assert "money not known" in done.err.splitlines()[0]
    assert len(behave.answered) == 10
    assert "calls of a language model" not in shell("tag", "-p", "P", "--tagger", "embedded").err


def test_a_comparison_asks_those_who_vote_as_often_as_it_is_told(endpoint, tmp_path):
    shell, behave = endpoint
    gold = write_lines(tmp_path / "gold.jsonl", [row(annotated("Acme left Oslo.", ORG="Acme"))])
    asked = ("compare", gold, "-p", "P", "--taggers", "llm-zero-shot,llm-zero-shot+sc", "--samples")
    done = shell(*asked, 3, "--json")
    assert [one["llm_calls"] for one in done.json["rows"]] == [1, 3]
    assert done.err.startswith("At most 4 calls of a language model, ")
    assert len(behave.answered) == 4
    refused = shell("compare", gold, "-p", "P", "--taggers", "llm-zero-shot", "--samples", 3)
    assert "+sc or +vote" in refused.refused()


def test_a_person_decides_and_the_next_build_respects_it(endpoint, tmp_path):
    shell, _ = endpoint
    assert shell(*BUILD, "--yes").code == 0
    rows = sorted(examples(shell)[1], key=lambda one: one.slot)
    database = connect(shell.db)
    with database.session() as session:
        library.set_status(session, rows[0].id, "rejected", "kim", reason="dull")
        library.set_status(session, rows[1].id, "approved", "kim")
    database.close()
    second = shell(*BUILD, "--yes").json
    assert (second["version"], second["llm_calls"], second["cached_calls"]) == (2, 0, PLANNED)
    _, new = examples(shell)
    texts = Counter(row.content.text for row in new if row.status != "rejected")
    assert rows[0].content.text not in texts
    assert texts[rows[1].content.text] == 1
    out = tmp_path / "examples.jsonl"
    assert shell("library", "export", out, "-p", "P", "--json").json["texts"] == sum(texts.values())
    taken = shell("library", "import", out, "-p", "P", "--json").json
    assert (taken["accepted"], taken["skipped_duplicates"]) == (0, sum(texts.values()))


def test_without_a_model_the_embedded_writer_fills_the_library(project):
    shell = project(12)
    done = shell("library", "build", "-p", "P", "--features", 2, "--json")
    assert "embedded writer" in done.err
    values = done.json
    assert (values["writer"], values["llm_calls"], values["cost"]) == ("embedded", 0, 0)
    shown = shell("library", "show", "-p", "P", "--json").json
    assert {one["origin"] for one in shown["sentences"]} == {"embedded"}
    assert "No language model" in shell("tag", "-p", "P", "--tagger", "llm").refused()
