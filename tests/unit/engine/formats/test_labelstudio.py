"""Label Studio's tasks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.formats import labelstudio
from engine.types import AnnotatedText, EntityType, Problem, Record, Span

T = "Ann Lee joined Acme in Rome."


def region(start: Any, end: Any, *labels: str, **value: Any) -> dict[str, Any]:
    return {
        "id": f"{start}",
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": {"start": start, "end": end, "labels": list(labels), **value},
    }


def read(tmp_path: Path, *tasks: object) -> list[Record | Problem]:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(list(tasks)))
    return list(labelstudio.read(path))


@pytest.mark.parametrize("key", ["annotations", "completions"])
def test_annotations_count_before_predictions(tmp_path: Path, key: str) -> None:
    task = {
        "id": 5,
        "data": {"text": T},
        "predictions": [{"result": [region(0, 7, "PER")]}],
        key: [{"was_cancelled": False, "result": [region(23, 27, "LOC", text="Rome")]}],
    }
    [record] = read(tmp_path, task)
    assert isinstance(record, Record)
    assert record.content == AnnotatedText(T, (Span(23, 27, "LOC"),))
    assert record.id == "5"


def test_predictions_are_read_where_nobody_annotated(tmp_path: Path) -> None:
    prediction = {"model_version": "v1", "score": 0.8, "result": [region(0, 7, "PER")]}
    [record] = read(tmp_path, {"data": {"text": T}, "predictions": [prediction]})
    assert isinstance(record, Record)
    assert record.content.spans == (Span(0, 7, "PER"),)
    assert record.meta == {"model_version": "v1", "score": 0.8}


def test_all_labels_of_a_region_and_all_regions_are_read(tmp_path: Path) -> None:
    choice = {"type": "choices", "value": {"choices": ["x"]}}
    link = {"type": "relation", "from_id": "a", "to_id": "b"}
    result = [region(0, 7, "PER", "ART"), choice, link, region(0, 3, "FIRST")]
    [record] = read(tmp_path, {"data": {"text": T}, "annotations": [{"result": result}]})
    assert isinstance(record, Record)
    assert record.content.spans == (Span(0, 3, "FIRST"), Span(0, 7, "ART"), Span(0, 7, "PER"))


def test_of_several_annotations_the_ground_truth_or_the_newest_counts_and_it_is_said(
    tmp_path: Path,
) -> None:
    old = {"result": [region(0, 3, "OLD")], "created_at": "2024-01-01", "ground_truth": True}
    new = {"result": [region(0, 7, "NEW")], "created_at": "2025-01-01"}
    problem, record = read(tmp_path, {"data": {"text": T}, "annotations": [new, old]})
    assert isinstance(problem, Problem)
    assert (problem.kind, "2 annotations" in problem.message) == ("repaired", True)
    assert isinstance(record, Record)
    assert record.content.spans[0].label == "OLD"
    _, record = read(
        tmp_path, {"data": {"text": T}, "annotations": [new, old | {"ground_truth": False}]}
    )
    assert isinstance(record, Record)
    assert record.content.spans[0].label == "NEW"


def test_a_skipped_task_is_ignored(tmp_path: Path) -> None:
    task = {"data": {"text": T}, "annotations": [{"was_cancelled": True, "result": []}]}
    [record] = read(tmp_path, task)
    assert isinstance(record, Record)
    assert record.answer == "ignore"


def test_html_regions_need_global_offsets(tmp_path: Path) -> None:
    offsets = {"start": 0, "end": 7}
    good = region("/p[1]/text()[1]", "/p[1]/text()[1]", "PER", startOffset=0, globalOffsets=offsets)
    bad = region("/p[1]/text()[1]", "/p[1]/text()[1]", "PER", startOffset=0)
    record, problem = read(
        tmp_path,
        {"data": {"text": T}, "annotations": [{"result": [good]}]},
        {"data": {"text": T}, "annotations": [{"result": [bad]}]},
    )
    assert isinstance(record, Record)
    assert record.content.spans == (Span(0, 7, "PER"),)
    assert isinstance(problem, Problem)
    assert "states no globalOffsets" in problem.message


def test_utf16_offsets_of_older_versions_are_repaired(tmp_path: Path) -> None:
    result = [region(3, 7, "ORG", text="Acme")]
    problem, record = read(
        tmp_path, {"data": {"text": "👍 Acme"}, "annotations": [{"result": result}]}
    )
    assert isinstance(problem, Problem)
    assert isinstance(record, Record)
    assert record.content.spans == (Span(2, 6, "ORG"),)


def test_a_quoted_text_may_be_missing_or_collapsed(tmp_path: Path) -> None:
    result = [region(0, 10, "PER", text="Ann Lee"), region(11, 14, "X")]
    task = {"data": {"text": "Ann \n  Lee Bob"}, "annotations": [{"result": result}]}
    [record] = read(tmp_path, task)
    assert isinstance(record, Record)
    assert record.content.spans == (Span(0, 10, "PER"), Span(11, 14, "X"))


def test_the_short_form_and_other_field_names_are_read(tmp_path: Path) -> None:
    short = {"id": 1, "text": T, "label": [{"start": 0, "end": 7, "labels": ["PER"]}]}
    other = {"data": {"sentence": T, "n": 3}, "annotations": []}
    first, second = read(tmp_path, short, other)
    assert isinstance(first, Record)
    assert first.content.spans == (Span(0, 7, "PER"),)
    assert isinstance(second, Record)
    assert second.content.text == T


@pytest.mark.parametrize(
    "task",
    [{"data": {"a": "x", "b": "y"}}, {"data": 3}, {"data": {"text": 3}}, {"text": T, "label": [3]}],
)
def test_a_task_of_another_shape_is_a_problem(tmp_path: Path, task: object) -> None:
    found = read(tmp_path, {"data": {"text": T}}, task)
    assert [type(x) for x in found] == [Record, Problem]


def test_the_configuration_agrees_with_the_tasks_and_ids_are_unique(tmp_path: Path) -> None:
    types = [EntityType(1, "PER", "person", "", "#aa3355"), EntityType(2, 'a"<b', "odd")]
    path = tmp_path / "out.json"
    spans = (Span(0, 3, "PER"), Span(0, 7, "LOC"))
    given_records = [Record(AnnotatedText(T, spans)), Record(AnnotatedText(T, spans))]
    written = labelstudio.write(given_records, path, types)
    assert written.files == (path, tmp_path / "out.config.xml")
    results = [r for t in json.loads(path.read_text()) for r in t["annotations"][0]["result"]]
    assert len({r["id"] for r in results}) == 4
    view = ElementTree.fromstring((tmp_path / "out.config.xml").read_text())
    labels, shown = view.find("Labels"), view.find("Text")
    assert labels is not None
    assert shown is not None
    assert [label.get("value") for label in labels] == ["PER", 'a"<b', "LOC"]
    assert {r["from_name"] for r in results} == {labels.get("name")}
    assert {r["to_name"] for r in results} == {shown.get("name")} == {labels.get("toName")}
    assert shown.get("value") == "$text"
