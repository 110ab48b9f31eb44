"""`label-corpus` against an endpoint on a real socket: a set that pre-training reads, resumable."""

from __future__ import annotations

import json
import signal
import threading
from collections import Counter

import pytest

from engine.nuner.corpus import read_lines
from tests.integration.cli.test_interruptions import wait_for
from tests.integration.cli.test_library import kept_replies
from tests.llm_server import Answer, LLMServer, says

TEXTS = ("Ada Lovelace met Babbage.", "Rain all day.", "Lima and Quito.", "A thing happened.")
SAID = {
    "Ada": "Ada Lovelace <> mathematician <> Someone who works in mathematics.\n"
    "Babbage <> inventor <> Someone who makes new machines.\nTuring <> inventor <> Not there.",
    "Rain": "",
    "Lima": "Lima <> capital city <> The seat of a government.\nQuito <> capital city <> A seat.",
    "A thing": "thing <> thing <> Anything at all.",
}


class Marker:
    """Marks each text as SAID has it, as many as it is let; the rest wait for ever."""

    def __init__(self) -> None:
        self.left = 100
        self.asked: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, call) -> Answer:
        with self._lock:
            if self.left <= 0:
                return Answer(delay=600, drop="before")
            self.left -= 1
        (start,) = [start for start, text in zip(SAID, TEXTS, strict=True) if text in call.said]
        self.asked[start] += 1
        return says(SAID[start])


@pytest.fixture
def marking(shell):
    (shell.folder / "raw.txt").write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    marker = Marker()
    with LLMServer(marker) as server:
        shell.environment |= {"OPENAI_BASE_URL": server.url, "NER_STUDIO_LLM_MODEL": "tiny"}
        yield shell, marker


def test_a_corpus_is_marked_located_and_written_with_its_concepts(marking):
    shell, _ = marking
    report = shell("label-corpus", "raw.txt", "--out", "mine.jsonl", "--yes", "--json").json
    rows = list(read_lines(shell.folder / "mine.jsonl"))
    found = {
        row["text"]: [row["text"][s["start"] : s["end"]] for s in row["spans"]] for row in rows
    }
    assert found[TEXTS[0]] == ["Ada Lovelace", "Babbage"]
    assert found[TEXTS[2]] == ["Lima", "Quito"]
    assert TEXTS[3] not in found
    assert (report["spans"], report["types"], report["llm_calls"]) == (4, 3, 4)
    assert sum(report["rejected"].values()) == 4 - report["texts"]
    concepts = {row["name"] for row in read_lines(shell.folder / "mine.concepts.jsonl")}
    assert {"mathematician", "inventor", "capital city"} <= concepts


def test_a_killed_run_goes_on_where_it_stopped_and_pays_for_nothing_twice(marking):
    shell, marker = marking
    marker.left = 2
    process = shell.start("label-corpus", "raw.txt", "--out", "mine.jsonl", "--yes")
    part = shell.folder / "mine.jsonl.part"
    wait_for(lambda: kept_replies(shell) == 2 and part.exists())
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (shell.folder / "mine.jsonl").exists()
    with part.open("a", encoding="utf-8") as file:
        file.write('{"text": "half of a li')
    marker.left = 100
    report = shell("label-corpus", "raw.txt", "--out", "mine.jsonl", "--resume", "--yes", "--json")
    assert report.json["spans"] == 4
    assert [json.loads(line)["text"] for line in part.read_text("utf-8").splitlines()] == list(
        TEXTS
    )
    assert set(marker.asked.values()) == {1}


def test_what_cannot_be_marked_is_refused_in_a_line(shell):
    (shell.folder / "raw.txt").write_text("Fine.\n", encoding="utf-8")
    assert (
        "language model"
        in shell("label-corpus", "raw.txt", "--out", "mine.jsonl", "--yes").refused()
    )
    assert ".jsonl" in shell("label-corpus", "raw.txt", "--out", "mine.txt", "--yes").refused()
    assert "none.txt" in shell("label-corpus", "none.txt", "--out", "a.jsonl", "--yes").refused()
