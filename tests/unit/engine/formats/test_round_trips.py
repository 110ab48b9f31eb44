"""What each format writes comes back as it was, for any Unicode text and any spans."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import formats
from engine.errors import FormatError
from engine.types import AnnotatedText, EntityType, Problem, Record, Span
from tests.strategies import records

SUFFIX = {
    "jsonl": ".jsonl",
    "csv": ".csv",
    "doccano": ".jsonl",
    "labelstudio": ".json",
    "prodigy": ".jsonl",
    "brat": "",
    "spacy": ".spacy",
    "hf": "",
}
TYPES = [EntityType(1, "PER", "person", "A human being.", "#aa3355", "p")]
T = "Ann Lee joined Acme in Rome."
RECORD = Record(
    AnnotatedText(T, (Span(0, 7, "PER"), Span(15, 19, "ORG"), Span(23, 27, "LOC"))),
    meta={"source": "web"},
    id="7",
)
quick = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def read(path: Path, name: str) -> list[Record]:
    found = list(formats.read(path, name))
    assert not [x for x in found if isinstance(x, Problem)]
    return [x for x in found if isinstance(x, Record)]


@pytest.mark.parametrize("name", SUFFIX)
@given(given_records=st.lists(records(), min_size=1, max_size=3))
@quick
def test_texts_spans_ids_and_meta_come_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, given_records: list[Record]
) -> None:
    path = tmp_path_factory.mktemp("trip") / f"out{SUFFIX[name]}"
    written = formats.write(given_records, path, name, TYPES)
    assert list(written.lost) == formats.loss(given_records, name)
    found = read(path, name)
    if written.lost:
        assert name in ("brat", "csv")
        return
    assert written.texts == len(given_records)
    assert written.spans == sum(len(r.content.spans) for r in given_records)
    if name == "brat":
        texts = sorted(r.content.text for r in found)  # the order of files is that of their names
        assert texts == sorted(r.content.text for r in given_records)
    else:
        assert [r.content for r in found] == [r.content for r in given_records]
        assert [r.id for r in found] == [r.id for r in given_records]
        assert [r.meta for r in found] == [r.meta for r in given_records]


@pytest.mark.parametrize("name", SUFFIX)
def test_a_file_is_told_from_its_content_and_read_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"out{SUFFIX[name]}"
    formats.write([RECORD, RECORD], path, name, TYPES)
    assert formats.sniff(path) == name
    assert [r.content for r in read(path, "auto")] == [RECORD.content] * 2


@pytest.mark.parametrize("name", ["brat", "hf"])
def test_a_folder_can_be_one_zip(tmp_path: Path, name: str) -> None:
    path = tmp_path / "out.zip"
    written = formats.write([RECORD], path, name, TYPES)
    assert written.files == (path,)
    assert list(tmp_path.iterdir()) == [path]
    assert formats.sniff(path) == name
    assert [r.content for r in read(path, "auto")] == [RECORD.content]


@pytest.mark.parametrize("name", SUFFIX)
def test_no_records_are_written_and_read_as_none(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"out{SUFFIX[name]}"
    if name == "hf":
        with pytest.raises(FormatError, match="There is no text to write"):
            formats.write([], path, name, TYPES)
        return
    assert formats.write([], path, name, TYPES).texts == 0
    if name == "brat":
        with pytest.raises(FormatError, match=r"holds no \.txt files"):
            read(path, name)
    else:
        assert read(path, name) == []


@pytest.mark.parametrize("name", [*SUFFIX, "txt", "conll", "html"])
def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError, match="cannot be written: No such file or directory"):
        formats.write([RECORD], tmp_path / "no" / "out", name, TYPES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [*SUFFIX, "txt", "conll", "html"])
def test_a_missing_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(formats.read(tmp_path / "nothing.txt", name))
    assert "nothing" in str(caught.value)


@pytest.mark.parametrize("name", [*SUFFIX, "txt", "conll"])
@given(content=st.binary(max_size=120) | st.text(max_size=120).map(str.encode))
@quick
def test_any_bytes_are_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / f"any{SUFFIX.get(name, '')}"
    path.write_bytes(content)
    if name == "brat":
        (folder / "any.txt").write_bytes(b"Ann Lee joined Acme.")
        path = folder / "any.ann"
        path.write_bytes(content)
    try:
        for found in formats.read(path, name):
            assert isinstance(found, Record) or found.message.endswith(".")
    except FormatError as error:
        assert str(error).endswith(".")
