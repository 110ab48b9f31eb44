r"""brat standoff: `x.txt` with the text and `x.ann` with a span a line, in a folder or a .zip.

`T1<TAB>PER 0 7<TAB>Ann Lee`: code points, end exclusive. A span over a line break is written as
fragments, as brat wants it, and read back as one; a span in pieces that are really apart is kept
from its first to its last piece and reported. Relations, events, attributes and notes are no spans;
they are counted and left out. What is lost on writing: a span whose label holds white space, a span
that starts or ends with a line break.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from engine.errors import FormatError
from engine.formats.files import decode, replacing_folder
from engine.formats.offsets import RawSpan, checked
from engine.formats.values import Loss, Tally, Written, text_id
from engine.types import EntityType, Problem, Record

NAME = "brat"
LABEL = "brat standoff (folder or zip)"
EXTENSIONS = (".zip", ".ann")
LARGEST = 200_000_000
"""Bytes; a larger member of an archive is refused unread."""
_BREAKS = re.compile(r"[\r\n]+")
_SAFE = re.compile(r"[\w-]{1,80}", re.ASCII)
_KINDS = {"R": "relations", "E": "events", "A": "attributes", "M": "attributes", "#": "notes"}


class _Document(NamedTuple):
    name: str
    text: bytes
    ann: bytes


def sniff(head: bytes, name: str) -> float:
    """How surely a file or folder is of this format, 0..1; a folder's head lists its names."""
    if name.endswith(".ann"):
        return 0.95
    if name.endswith(("/", ".zip")):
        return 0.9 if b".ann" in head else 0.5 if b".txt" in head else 0.0
    return 0.0


def read(path: Path) -> Iterator[Record | Problem]:
    """The documents of a folder, an archive or one pair of files, in the order of their names.

    Raises:
        FormatError: there is none.
    """
    found = False
    for document in _documents(path):
        found = True
        yield from _record(document)
    if not found:
        raise FormatError(f"{path.name} holds no .txt files, and so no brat documents.")


def _documents(path: Path) -> Iterator[_Document]:
    if path.is_dir():
        texts = sorted(path.rglob("*.txt"), key=lambda p: _natural(str(p)))
        for text in texts:
            ann = text.with_suffix(".ann")
            name = text.relative_to(path).with_suffix("").as_posix()
            yield _Document(name, text.read_bytes(), ann.read_bytes() if ann.exists() else b"")
    elif path.suffix == ".zip":
        yield from _zipped(path)
    else:
        text, ann = path.with_suffix(".txt"), path.with_suffix(".ann")
        for file in (text, ann):
            if not file.is_file():
                raise FormatError(f"There is no file {file}; a brat document has both.")
        yield _Document(path.stem, text.read_bytes(), ann.read_bytes())


def _zipped(path: Path) -> Iterator[_Document]:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            for name in sorted(sizes, key=_natural):
                stem = name.removesuffix(".txt")
                if stem == name or name.startswith("__MACOSX/"):
                    continue
                if max(sizes[name], sizes.get(f"{stem}.ann", 0)) > LARGEST:
                    raise FormatError(f"{name} in {path.name} is too large to be a document.")
                ann = archive.read(f"{stem}.ann") if f"{stem}.ann" in sizes else b""
                yield _Document(stem, archive.read(name), ann)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise FormatError(f"{path.name} cannot be unpacked: {error}.") from error
    except OSError as error:
        raise FormatError(f"{path} cannot be read: {error.strerror}.") from error


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts a2 before a10."""
    parts = re.split(r"(\d{1,15})", name)
    return [(int(part), "") if part.isdecimal() else (0, part) for part in parts]


def _record(document: _Document) -> Iterator[Record | Problem]:
    raws: list[RawSpan] = []
    ignored: Counter[str] = Counter()
    notes: list[Problem] = []
    try:
        text = _decode_exactly(document.text, f"{document.name}.txt")
        for number, line in enumerate(decode(document.ann, f"{document.name}.ann").split("\n"), 1):
            if not line.strip():
                continue
            if not line.startswith("T"):
                ignored[_KINDS.get(line[0], "other lines")] += 1
                continue
            raw, note = _parse(text, line.removesuffix("\r"), number)
            raws.append(raw)
            if note:
                notes.append(Problem("repaired", number, f"{document.name}.ann: {note}"))
    except FormatError as error:
        yield Problem("rejected", error.line, f"{document.name}: {error}")
        return
    yield from notes
    if ignored:
        told = ", ".join(f"{n} {kind}" for kind, n in sorted(ignored.items()))
        yield Problem("repaired", 0, f"{document.name}.ann: {told} left out; only spans are read.")
    yield from checked(text, raws, where=document.name, id=document.name)


def _decode_exactly(raw: bytes, name: str) -> str:
    """Decode UTF-8 and keep a byte order mark, which brat's offsets count."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return decode(raw, name)


def _parse(text: str, line: str, number: int) -> tuple[RawSpan, str]:
    """One T line, and what had to be changed."""
    match = re.fullmatch(
        r"T[^\t]*\t(\S+) (\d{1,15} \d{1,15}(?:;\d{1,15} \d{1,15})*)(?:\t(.*))?", line, re.DOTALL
    )
    if match is None:
        raise FormatError(f"line {number} is no brat span such as 'T1 PER 0 7 Ann'.", line=number)
    label, places, surface = match.groups()
    pieces = [tuple(map(int, place.split(" "))) for place in places.split(";")]
    start, end = pieces[0][0], pieces[-1][1]
    gaps = [text[a[1] : b[0]] for a, b in pairwise(pieces)]
    if all(gap and not _BREAKS.sub("", gap) for gap in gaps):
        return RawSpan(start, end, label, surface), ""
    note = f"line {number}: a span in {len(pieces)} pieces was kept as one, {start}-{end}."
    return RawSpan(start, end, label), note


def loss(records: Iterable[Record]) -> list[Loss]:
    """The spans that brat cannot hold."""
    return [x for number, record in enumerate(records, 1) for x in _lost(record, number)]


def _lost(record: Record, number: int) -> list[Loss]:
    lost: list[Loss] = []
    for span in record.content.spans:
        surface = record.content.surface(span)
        if re.search(r"\s", span.label):
            lost.append(Loss(text_id(record, number), span, "its label holds white space"))
        elif surface[0] in "\r\n" or surface[-1] in "\r\n":
            told = "it starts or ends with a line break"
            lost.append(Loss(text_id(record, number), span, told))
    return lost


def write(records: Iterable[Record], path: Path, types: Sequence[EntityType] = ()) -> Written:
    """Write a pair of files a record, and brat's annotation.conf, into a new folder or a .zip.

    Raises:
        FormatError: the folder is not empty or cannot be written.
    """
    tally = Tally()
    labels = dict.fromkeys(t.code for t in types if not re.search(r"\s", t.code))
    used: set[str] = set()
    with replacing_folder(path) as folder:
        for number, record in enumerate(records, 1):
            lost = _lost(record, number)
            gone = {x.span for x in lost}
            kept = [span for span in record.content.spans if span not in gone]
            labels |= dict.fromkeys(span.label for span in kept)
            stem = record.id if _SAFE.fullmatch(record.id) else f"text-{number:06d}"
            stem = f"text-{number:06d}" if stem in used else stem
            used.add(stem)
            content = record.content
            (folder / f"{stem}.txt").write_bytes(content.text.encode())
            rows = (_row(i, content.text, s.start, s.end, s.label) for i, s in enumerate(kept, 1))
            (folder / f"{stem}.ann").write_bytes("".join(rows).encode())
            tally.add(record, lost)
        conf = "\n".join(["[entities]", *labels, "[relations]", "[events]", "[attributes]", ""])
        (folder / "annotation.conf").write_text(conf, encoding="utf-8")
    return tally.written(path)


def _row(number: int, text: str, start: int, end: int, label: str) -> str:
    edges = [start]
    for gap in _BREAKS.finditer(text, start, end):
        edges += gap.span()
    edges.append(end)
    places = ";".join(f"{a} {b}" for a, b in zip(edges[::2], edges[1::2], strict=True))
    return f"T{number}\t{label} {places}\t{_BREAKS.sub(' ', text[start:end])}\n"
