"""Our own format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FormatError
from engine.formats import jsonl
from engine.types import AnnotatedText, Problem, Record, Span
from tests.strategies import records

ANN = '{"text": "Ann Lee joined Acme.", "spans": [{"start": 0, "end": 7, "label": "PER"}]}'


def read(tmp_path: Path, content: str | bytes) -> list[Record | Problem]:
    path = tmp_path / "a.jsonl"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(jsonl.read(path))


@given(st.lists(records(), max_size=4))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, given_records: list[Record]
) -> None:
    path = tmp_path_factory.mktemp("jsonl") / "a.jsonl"
    written = jsonl.write(given_records, path)
    found = list(jsonl.read(path))
    assert [(r.content, r.meta, r.id) for r in found if isinstance(r, Record)] == [
        (r.content, r.meta, r.id) for r in given_records
    ]
    assert (written.texts, written.files, written.lost) == (len(given_records), (path,), ())


def test_other_fields_become_meta_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    lines = '\ufeff{"id": 3, "text": "x", "source": "web", "meta": {"n": 1}}\r\n\r\n' + ANN
    first, second = read(tmp_path, lines)
    assert first == Record(AnnotatedText("x"), {"source": "web", "n": 1}, line=1, id="3")
    assert isinstance(second, Record)
    assert (second.line, second.content.spans) == (3, (Span(0, 7, "PER"),))


def test_a_broken_line_names_itself_and_the_others_go_on(tmp_path: Path) -> None:
    found = read(tmp_path, "\n".join([ANN] * 6 + [ANN[:-1]] + [ANN] * 2))
    assert sum(isinstance(r, Record) for r in found) == 8
    [problem] = [r for r in found if isinstance(r, Problem)]
    assert (problem.kind, problem.line) == ("rejected", 7)
    assert problem.message.startswith("Line 7 is not valid JSON: expecting ',' delimiter at char")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"text": "Ann", "spans": [[0, 99, "PER"]]}', "reaches past the end of a text of 3"),
        ('{"text": "Ann", "spans": [[2, 2, "PER"]]}', "is empty or starts before"),
        ('{"text": "Ann", "spans": 3}', "Line 2: the spans must be a list"),
        ('{"text": "Ann", "spans": ["PER"]}', "a span must be an object"),
        ('{"text": 3}', "the text must be a string"),
        ('{"texts": "Ann"}', 'Line 2 has no field "text"'),
        ("[1, 2]", "Line 2 is not a JSON object"),
        ('{"text": NaN}', "NaN is not a JSON number"),
        ('{"text": "\\ud800"}', "half of a surrogate pair"),
        ("[" * 100_000, "nested too deeply"),
        ("9" * 5000, "Line 2 is not"),
    ],
)
def test_every_kind_of_bad_line_is_one_sentence(tmp_path: Path, line: str, told: str) -> None:
    _, problem, _ = read(tmp_path, f"{ANN}\n{line}\n{ANN}")
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line) == ("rejected", 2)
    assert told in problem.message


def test_offsets_that_count_utf16_units_are_repaired_when_the_surface_proves_it(
    tmp_path: Path,
) -> None:
    span = {"start": 3, "end": 7, "label": "ORG", "text": "Acme"}
    problem, record = read(tmp_path, json.dumps({"text": "👍 Acme", "spans": [span]}))
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line) == ("repaired", 1)
    assert isinstance(record, Record)
    assert record.content.spans == (Span(2, 6, "ORG"),)


def test_an_array_of_objects_is_read_too(tmp_path: Path) -> None:
    found = read(tmp_path, f"\n[\n{ANN},\n 3,\n{ANN}\n]")
    assert [r.line for r in found] == [3, 4, 5]
    assert isinstance(found[1], Problem)
    found = read(tmp_path, f"[{ANN},\n{{broken")
    assert [type(r) for r in found] == [Record, Problem]


@pytest.mark.parametrize(
    "content",
    ["just words\nand more", '{"sentence": "x"}', "[1, 2]", "a,b\n1,2\n", b"\x89PNG\r\n\x1a\n\0"],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: str | bytes) -> None:
    with pytest.raises(FormatError, match=r"^a\.jsonl "):
        read(tmp_path, content)


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    assert read(tmp_path, "") == []
    assert read(tmp_path, "\n\n") == []


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    try:
        read(tmp_path_factory.mktemp("any"), content)
    except FormatError as error:
        assert str(error).endswith(".")
