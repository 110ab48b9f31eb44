"""brat standoff."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from engine.errors import FormatError
from engine.formats import brat
from engine.types import AnnotatedText, EntityType, Problem, Record, Span

T = "Ann Lee joined Acme in Rome."


def read(folder: Path, text: str, ann: str) -> list[Record | Problem]:
    (folder / "x.txt").write_bytes(text.encode())
    (folder / "x.ann").write_bytes(ann.encode())
    return list(brat.read(folder / "x.ann"))


def test_a_pair_of_files_says_text_and_spans(tmp_path: Path) -> None:
    path = tmp_path / "out"
    types = [EntityType(1, "ORG", "company")]
    spans = (Span(0, 7, "PER"), Span(23, 27, "LOC"))
    written = brat.write([Record(AnnotatedText(T, spans), id="doc-1")], path, types)
    assert written.files == (path,)
    assert (path / "doc-1.txt").read_bytes().decode() == T
    assert (path / "doc-1.ann").read_text() == "T1\tPER 0 7\tAnn Lee\nT2\tLOC 23 27\tRome\n"
    assert "ORG\nPER\nLOC" in (path / "annotation.conf").read_text()
    [record] = brat.read(path)
    assert record == Record(AnnotatedText(T, spans), id="doc-1")


def test_a_span_over_line_breaks_is_fragments_and_one_again(tmp_path: Path) -> None:
    content = AnnotatedText("New\r\nYork\n City", (Span(0, 15, "LOC"),))
    brat.write([Record(content)], tmp_path / "out")
    ann = (tmp_path / "out" / "text-000001.ann").read_text()
    assert ann == "T1\tLOC 0 3;5 9;10 15\tNew York  City\n"
    [record] = brat.read(tmp_path / "out")
    assert isinstance(record, Record)
    assert record.content == content


def test_a_byte_order_mark_is_a_character_as_brat_counts(tmp_path: Path) -> None:
    [record] = read(tmp_path, "\ufeffAcme rocks", "T1\tORG 1 5\tAcme\n")
    assert isinstance(record, Record)
    assert record.content == AnnotatedText("\ufeffAcme rocks", (Span(1, 5, "ORG"),))


def test_pieces_that_are_apart_become_one_span_and_it_is_said(tmp_path: Path) -> None:
    problem, record = read(tmp_path, T, "T1\tPER 0 3;8 14\tAnn joined\n")
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line) == ("repaired", 1)
    assert "2 pieces was kept as one, 0-14" in problem.message
    assert isinstance(record, Record)
    assert record.content.spans == (Span(0, 14, "PER"),)


def test_what_is_no_span_is_counted_and_left_out(tmp_path: Path) -> None:
    ann = "T1\tPER 0 7\tAnn Lee\r\n#1\tAnnotatorNotes T1\tsure\nR1\tWorks Arg1:T1 Arg2:T2\n\n"
    problem, record = read(tmp_path, T, ann)
    assert isinstance(problem, Problem)
    assert "x.ann: 1 notes, 1 relations left out" in problem.message
    assert isinstance(record, Record)
    assert record.content.spans == (Span(0, 7, "PER"),)


def test_utf16_offsets_are_proven_by_the_surface(tmp_path: Path) -> None:
    problem, record = read(tmp_path, "👍 Acme", "T1\tORG 3 7\tAcme\n")
    assert isinstance(problem, Problem)
    assert isinstance(record, Record)
    assert record.content.spans == (Span(2, 6, "ORG"),)


@pytest.mark.parametrize(
    ("ann", "told"),
    [
        ("T1\tPER 0 99\tAnn\n", "reaches past the end of a text of 28 characters"),
        ("T1\tPER 0 3\tBob\n", "covers 'Ann', but the file says 'Bob'"),
        ("T1 PER 0 3 Ann\n", "line 1 is no brat span such as"),
    ],
)
def test_a_document_with_a_bad_span_is_a_problem(tmp_path: Path, ann: str, told: str) -> None:
    [problem] = read(tmp_path, T, ann)
    assert isinstance(problem, Problem)
    assert (problem.kind, told in problem.message) == ("rejected", True), problem.message


def test_folders_are_read_in_natural_order_with_their_folders(tmp_path: Path) -> None:
    for name in ("a10", "a2", "b/a1"):
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(T)
    assert [r.id for r in brat.read(tmp_path) if isinstance(r, Record)] == ["a2", "a10", "b/a1"]


def test_what_brat_cannot_hold_is_reported(tmp_path: Path) -> None:
    content = AnnotatedText("Ann\nleft", (Span(0, 4, "PER"), Span(4, 8, "two words")))
    lost = brat.loss([Record(content)])
    assert [x.reason for x in lost] == [
        "it starts or ends with a line break",
        "its label holds white space",
    ]
    written = brat.write([Record(content)], tmp_path / "out")
    assert (written.texts, written.spans, list(written.lost)) == (1, 0, lost)


def test_a_missing_half_and_a_broken_archive_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(T)
    with pytest.raises(FormatError, match=r"There is no file .*x\.ann; a brat document has both"):
        list(brat.read(tmp_path / "x.ann"))
    (tmp_path / "y.zip").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(FormatError, match=r"y\.zip cannot be unpacked"):
        list(brat.read(tmp_path / "y.zip"))


def test_an_archive_cannot_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.txt", "a" * 10_000)
    monkeypatch.setattr(brat, "LARGEST", 9_999)
    with pytest.raises(FormatError, match="too large to be a document"):
        list(brat.read(path))
