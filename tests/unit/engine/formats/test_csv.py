"""CSV."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.formats import csv
from engine.types import AnnotatedText, Problem, Record, Span


def read(tmp_path: Path, content: str | bytes) -> list[Record | Problem]:
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(csv.read(path))


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5 °C", "@ann", "\ttab", "'=quoted", "''@x"])
def test_no_cell_is_a_formula_and_the_text_comes_back(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    csv.write([Record(AnnotatedText(text, (Span(1, 2, "X"),)), id="=2")], path)
    cells = path.read_text().splitlines()[1].replace('"', "").split(",")
    assert all(cell[:1] not in ("=", "+", "-", "@", "\t") for cell in cells)
    [found] = csv.read(path)
    assert isinstance(found, Record)
    assert (found.content, found.id) == (AnnotatedText(text, (Span(1, 2, "X"),)), "=2")


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_files_of_spreadsheets_are_read(tmp_path: Path, mark: str) -> None:
    rows = [["nr", "Text", "source"], ["1", '"Ann, a\nsinger; ""A"""', "web"], ["2", "Bob", ""]]
    first, second = read(tmp_path, "\ufeff" + "".join(f"{mark.join(row)}\r\n" for row in rows))
    assert isinstance(first, Record)
    assert first == Record(
        AnnotatedText('Ann, a\nsinger; "A"'), {"nr": "1", "source": "web"}, line=2
    )
    assert isinstance(second, Record)
    assert (second.line, second.meta) == (4, {"nr": "2"})


def test_an_apostrophe_of_another_file_stays(tmp_path: Path) -> None:
    [record] = read(tmp_path, "text,n\n'-tis cold,1\n")
    assert isinstance(record, Record)
    assert record.content.text == "'-tis cold"


def test_label_studio_puts_its_regions_into_one_cell(tmp_path: Path) -> None:
    cell = '"[{""start"": 0, ""end"": 3, ""text"": ""Ann"", ""labels"": [""PER""]}]"'
    [record] = read(tmp_path, f"id,label,text\n3,{cell},Ann left\n")
    assert isinstance(record, Record)
    assert record.content == AnnotatedText("Ann left", (Span(0, 3, "PER"),))
    assert record.id == "3"


def test_a_label_column_of_words_is_meta(tmp_path: Path) -> None:
    [record] = read(tmp_path, "text,label\nfine day,positive\n")
    assert isinstance(record, Record)
    assert (record.content.spans, record.meta) == ((), {"label": "positive"})


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("Ann,[[0;9]]", "Line 3: its spans is not valid JSON: expecting"),
        ('Ann,"[[0,9,""X""]]"', "reaches past the end of a text of 3 characters"),
        ("Ann,3", "the spans must be a list"),
        ("Ann,[],3,4", "it has 4 cells, the header has 2"),
        ("K\udcf6ln,[]", "it is not UTF-8 text"),
    ],
)
def test_a_bad_row_names_its_line_and_the_others_go_on(tmp_path: Path, row: str, told: str) -> None:
    content = f"text,spans\nfirst,[]\n{row}\nlast,[]\n".encode(errors="surrogateescape")
    _, problem, last = read(tmp_path, content)
    assert isinstance(problem, Problem)
    assert (problem.line, told in problem.message) == (3, True), problem.message
    assert isinstance(last, Record)


def test_a_file_without_a_text_column_names_its_columns(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r'a\.csv has no column "text"; it has: name, age\.'):
        read(tmp_path, "name,age\nAnn,3\n")


def test_a_very_long_cell_is_read(tmp_path: Path) -> None:
    [record] = read(tmp_path, f"text\n{'word ' * 100_000}\n")
    assert isinstance(record, Record)
    assert len(record.content.text) == 500_000


def test_a_quotation_mark_that_is_never_closed_rejects_what_it_swallows(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text('id,text\n1,Ann.\n2,"Bo\n3,Cleo.\n4,Dan.\n', encoding="utf-8")
    first, told = csv.read(path)
    assert isinstance(first, Record)
    assert isinstance(told, Problem)
    assert (told.kind, told.line) == ("rejected", 3)
    assert told.message.startswith("Line 3: a quotation mark opens here")


def test_a_last_row_without_a_line_break_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text('id,text\n1,Ann.\n2,"Bo\nleft."', encoding="utf-8")
    assert [one.content.text for one in csv.read(path) if isinstance(one, Record)] == [
        "Ann.",
        "Bo\nleft.",
    ]
