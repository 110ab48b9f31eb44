"""doccano's JSON Lines, as its releases write them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.formats import doccano
from engine.types import AnnotatedText, Problem, Record, Span

T = "Ann Lee joined Acme in Rome."
SPANS = (Span(0, 7, "PER"), Span(15, 19, "ORG"), Span(23, 27, "LOC"))


def read(tmp_path: Path, *tasks: object) -> list[Record | Problem]:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(task) + "\n" for task in tasks))
    return list(doccano.read(path))


@pytest.mark.parametrize(
    "fields",
    [
        {"label": [[0, 7, "PER"], [15, 19, "ORG"], [23, 27, "LOC"]]},
        {"labels": [[0, 7, "PER"], [15, 19, "ORG"], [23, 27, "LOC"]]},
        {
            "label": [
                {"start_offset": 0, "end_offset": 7, "label": "PER"},
                {"start_offset": 15, "end_offset": 19, "label": "ORG"},
                {"start_offset": 23, "end_offset": 27, "label": "LOC"},
            ]
        },
        {
            "entities": [
                {"id": 1, "start_offset": 0, "end_offset": 7, "label": "PER"},
                {"id": 2, "start_offset": 15, "end_offset": 19, "label": "ORG"},
                {"id": 3, "start_offset": 23, "end_offset": 27, "label": "LOC"},
            ],
            "relations": [{"id": 1, "from_id": 1, "to_id": 2, "type": "works"}],
        },
    ],
)
def test_every_release_is_read(tmp_path: Path, fields: dict[str, object]) -> None:
    [record] = read(tmp_path, {"id": 4, "text": T, "source": "web", "Comments": [], **fields})
    assert isinstance(record, Record)
    assert (record.content, record.id) == (AnnotatedText(T, SPANS), "4")
    assert record.meta.get("source") == "web"
    assert ("relations" in record.meta) == ("relations" in fields)


def test_offsets_past_the_text_which_doccano_accepts_are_refused(tmp_path: Path) -> None:
    [problem] = read(tmp_path, {"text": T, "label": [[23, 99, "LOC"]]})
    assert isinstance(problem, Problem)
    assert "reaches past the end of a text of 28 characters" in problem.message


def test_offsets_of_a_project_in_grapheme_mode_are_converted(tmp_path: Path) -> None:
    text = "👨🏻\u200d🚒 Ann left\r\nfor Rome"
    problem, record = read(tmp_path, {"text": text, "label": [[2, 5, "PER"], [15, 19, "LOC"]]})
    assert isinstance(problem, Problem)
    assert problem.kind == "repaired"
    assert isinstance(record, Record)
    assert [record.content.surface(s) for s in record.content.spans] == ["Ann", "Rome"]


def test_overlapping_spans_are_kept_and_meta_never_hides_a_field(tmp_path: Path) -> None:
    spans = (Span(0, 3, "A"), Span(0, 7, "B"))
    meta = {"id": 9, "text": "x", "label": "y", "data": 1, "source": "web"}
    path = tmp_path / "a.jsonl"
    doccano.write([Record(AnnotatedText(T, spans), meta, id="7")], path)
    line = json.loads(path.read_text())
    assert (line["id"], line["text"], line["source"]) == ("7", T, "web")
    assert line["label"] == [[0, 3, "A"], [0, 7, "B"]]
    [record] = doccano.read(path)
    assert isinstance(record, Record)
    assert (record.meta, record.content.spans) == (meta, spans)
