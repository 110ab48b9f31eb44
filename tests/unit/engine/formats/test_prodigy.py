"""Prodigy's JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.formats import prodigy
from engine.types import AnnotatedText, Problem, Record, Span

T = "Ann Lee joined Acme in Rome."
TOKENS = [
    {"text": "Ann", "start": 0, "end": 3, "id": 0, "ws": True},
    {"text": "Lee", "start": 4, "end": 7, "id": 1, "ws": True},
]


def read(tmp_path: Path, task: object) -> list[Record | Problem]:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(task) + "\n")
    return list(prodigy.read(path))


def test_token_end_is_inclusive_and_end_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    prodigy.write([Record(AnnotatedText(T, (Span(0, 7, "PER"), Span(23, 27, "LOC"))))], path)
    task = json.loads(path.read_text())
    assert task["tokens"][:2] == TOKENS
    assert task["spans"] == [
        {"start": 0, "end": 7, "label": "PER", "token_start": 0, "token_end": 1},
        {"start": 23, "end": 27, "label": "LOC", "token_start": 5, "token_end": 5},
    ]
    assert (task["_view_id"], task["answer"]) == ("ner_manual", "accept")


def test_a_span_inside_a_word_and_overlapping_spans_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    prodigy.write([Record(AnnotatedText("Londoners", (Span(0, 6, "LOC"), Span(0, 9, "P"))))], path)
    task = json.loads(path.read_text())
    assert [token["text"] for token in task["tokens"]] == ["London", "ers"]
    assert [(s["token_start"], s["token_end"]) for s in task["spans"]] == [(0, 0), (0, 1)]
    assert task["_view_id"] == "spans_manual"


@pytest.mark.parametrize("answer", ["accept", "reject", "ignore"])
def test_the_answer_is_kept(tmp_path: Path, answer: str) -> None:
    span = {"start": 0, "end": 7, "token_start": 0, "token_end": 1, "label": "PER"}
    task = {"text": T, "tokens": TOKENS, "spans": [span], "meta": {"n": 1}, "answer": answer}
    [record] = read(tmp_path, task | {"_input_hash": 5, "_view_id": "ner_manual"})
    assert record == Record(AnnotatedText(T, (Span(0, 7, "PER"),)), {"n": 1}, answer=answer, line=1)


def test_offsets_that_disagree_with_the_tokens_are_found_out(tmp_path: Path) -> None:
    span = {"start": 0, "end": 6, "token_start": 0, "token_end": 1, "label": "PER"}
    [problem] = read(tmp_path, {"text": T, "tokens": TOKENS, "spans": [span]})
    assert isinstance(problem, Problem)
    assert "covers 'Ann Le', but the file says 'Ann Lee'" in problem.message


def test_utf16_offsets_are_proven_by_the_tokens(tmp_path: Path) -> None:
    tokens = [{"text": "👍", "start": 0, "end": 2}, {"text": "Acme", "start": 3, "end": 7}]
    span = {"start": 3, "end": 7, "token_start": 1, "token_end": 1, "label": "ORG"}
    problem, record = read(tmp_path, {"text": "👍 Acme", "tokens": tokens, "spans": [span]})
    assert isinstance(problem, Problem)
    assert problem.kind == "repaired"
    assert isinstance(record, Record)
    assert record.content.spans == (Span(2, 6, "ORG"),)
