"""All formats together: finding the right one, streaming, refusing."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import formats
from engine.errors import FormatError
from engine.types import AnnotatedText, Record, Span

T = "Ann Lee joined Acme in Rome."
RECORD = Record(AnnotatedText(T, (Span(0, 7, "PER"), Span(15, 19, "ORG"), Span(23, 27, "LOC"))))


def test_every_module_has_the_same_shape() -> None:
    for name, module in formats.FORMATS.items():
        assert name == module.NAME
        assert module.LABEL
        assert isinstance(module.EXTENSIONS, tuple)
        functions: list[Callable[..., object]] = [
            module.sniff,
            module.write,
            module.loss,
        ]
        assert all(callable(f) and f.__doc__ for f in functions)
        assert hasattr(module, "read") == (name != "html")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", '{"text": "x", "spans": []}\n', "jsonl"),
        ("a.json", '[{"text": "x", "spans": []}]\n', "jsonl"),
        ("a.jsonl", 'broken\n{"text": "x"}\n', "jsonl"),
        ("a.txt", "Ann joined Acme.\nBob left.\n", "txt"),
        ("a.txt", "-DOCSTART- -X- O O\n\nAnn NNP I-NP I-PER\n", "conll"),
        ("a.txt", "Ann B-PER\njoined O\n\n", "conll"),
        ("unknown", "Ann\tB-PER\njoined\tO\n\n", "conll"),
        ("a.tsv", "# id 1\n1\tAnn\tB-PER\tO\n2\tcame\tO\tO\n", "conll"),
    ],
)
def test_the_format_is_told_from_the_content(
    tmp_path: Path, name: str, content: str, expected: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    assert formats.sniff(path) == expected


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n\0", "holds binary data"),
        ("a.txt", b" \n", r"a\.txt is empty"),
        ("a.xyz", b"some words", "has no format that could be told; name one of: jsonl, txt"),
    ],
)
def test_what_is_no_format_is_refused(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FormatError, match=told):
        formats.sniff(path)


def test_a_missing_file_and_an_unknown_format_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="There is no file"):
        formats.sniff(tmp_path / "nothing")
    with pytest.raises(FormatError, match="There is no format 'word'; there are: jsonl, "):
        formats.write([RECORD], tmp_path / "a.doc", "word")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["jsonl", "conll"])
def test_what_one_format_writes_is_sniffed_and_read_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / "out.txt"
    assert formats.loss([RECORD], name) == []
    assert formats.write([RECORD], path, name).spans == 3
    [found] = formats.read(path)
    assert isinstance(found, Record)
    content = found.content
    assert [(content.surface(s), s.label) for s in content.spans] == [
        ("Ann Lee", "PER"),
        ("Acme", "ORG"),
        ("Rome", "LOC"),
    ]


@pytest.mark.parametrize("name", ["jsonl", "txt", "conll"])
def test_a_long_file_needs_no_more_memory_than_a_short_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / "file"
    record = Record(AnnotatedText(T * 10, RECORD.content.spans))
    peaks, sizes = [], []
    for count in (300, 1200):
        formats.write((record for _ in range(count)), path, name)
        tracemalloc.start()
        assert sum(1 for _ in formats.read(path, name)) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        sizes.append(path.stat().st_size)
    assert peaks[1] - peaks[0] < 0.3 * (sizes[1] - sizes[0])


def test_a_file_of_no_known_format_is_told_only_those_that_can_be_read(tmp_path):
    path = tmp_path / "a.xyz"
    path.write_text("some words")
    with pytest.raises(FormatError) as refused:
        formats.sniff(path)
    assert str(refused.value).endswith("brat, spacy, hf.")


def test_an_archive_is_told_by_the_names_in_it_however_far_down_they_stand(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.arrow", os.urandom(200_000))
        archive.writestr("dataset_info.json", "{}")
    assert formats.sniff(path) == "hf"


def test_what_is_raised_names_the_file(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("words\nAnn.\n")
    with pytest.raises(FormatError) as refused:
        list(formats.read(path))
    assert (refused.value.where, refused.value.line) == (str(path), 1)
