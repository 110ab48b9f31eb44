"""Comma-separated values: a header, a text a row, its spans as JSON in one cell.

We write the columns id, text, spans and meta. A cell that a spreadsheet would run as a formula gets
an apostrophe in front, and reading a file with exactly those columns takes it off again, so that
texts come back as they were. Reading takes any file with a column `text` (or sentence, content),
commas, semicolons or TABs, and spans in a column spans, entities, label or labels, in our shape or
Label Studio's; other columns become `meta`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from engine.errors import FormatError
from engine.formats.files import check_is_text, encoding, head, replacing
from engine.formats.json_rows import parse
from engine.formats.offsets import RawSpan, checked, raw_spans, span_list
from engine.formats.values import Loss, Tally, Written, text_id
from engine.types import EntityType, Problem, Record

NAME = "csv"
LABEL = "CSV (a text a row)"
EXTENSIONS = (".csv", ".tsv")
HEADER = ["id", "text", "spans", "meta"]
_TEXTS = ("text", "sentence", "content")
_SPANS = ("spans", "entities", "label", "labels")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_LONGEST_CELL = 2**31 - 1
_UNCLOSED = "a quotation mark opens here and none closes it; nothing after it was read."


def sniff(head: bytes, name: str) -> float:
    """How surely a file is of this format, 0..1."""
    first = head.decode("utf-8-sig", "ignore").lstrip("\r\n")
    first = re.split(r"[\r\n]", first, maxsplit=1)[0]
    columns = _split(first)
    if name.endswith(EXTENSIONS):
        return 0.8 if _find(columns, _TEXTS) is not None else 0.4
    return 0.6 if len(columns) > 1 and _find(columns, _TEXTS) is not None else 0.0


def read(path: Path) -> Iterator[Record | Problem]:
    """The rows of a file, one at a time, with a problem for each that cannot be read.

    Raises:
        FormatError: the file is missing, binary, has no text column or breaks off.
    """
    start = head(path)
    check_is_text(start, path.name)
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding(start), errors="surrogateescape", newline="") as file:
        first = file.readline()
        columns = _split(first.rstrip("\r\n"))
        place = _find(columns, _TEXTS)
        if not first.strip():
            return
        if place is None:
            shown = ", ".join(columns)
            raise FormatError(f'{path.name} has no column "text"; it has: {shown}.', line=1)
        rest = _Lines(file)
        reader = csv.reader(rest, delimiter=_delimiter(first))
        line = 2
        try:
            for cells in reader:
                if rest.ended:  # a row that is whole comes out before its end is asked for
                    yield Problem("rejected", line, f"Line {line}: {_UNCLOSED}")
                elif cells:
                    yield from _record(columns, cells, place, line)
                line = reader.line_num + 2
        except (csv.Error, UnicodeError) as error:
            raise FormatError(f"{path.name} breaks off on line {line}: {error}.") from error


class _Lines:
    """The lines of a file, and whether more were asked for than there are."""

    def __init__(self, file: TextIO) -> None:
        self.ended = False
        self._file = file

    def __iter__(self) -> Iterator[str]:
        yield from self._file
        self.ended = True


def _record(
    columns: Sequence[str], cells: list[str], place: int, line: int
) -> Iterator[Record | Problem]:
    try:
        if len(cells) > len(columns):
            raise FormatError(f"it has {len(cells)} cells, the header has {len(columns)}.")
        cells += [""] * (len(columns) - len(cells))
        if any("\udc80" <= char <= "\udcff" for cell in cells for char in cell):
            raise FormatError("it is not UTF-8 text; save the file as UTF-8.")
        if list(columns) == HEADER:
            cells = [cell[1:] if _is_guarded(cell) else cell for cell in cells]
        raws, meta = _others(columns, cells, place, line)
        own = cells[0] if list(columns) == HEADER else meta.pop("id", "")
    except FormatError as error:
        yield Problem("rejected", line, f"Line {line}: {error}")
        return
    yield from checked(cells[place], raws, line=line, meta=meta, id=own)


def _others(
    columns: Sequence[str], cells: Sequence[str], place: int, line: int
) -> tuple[list[RawSpan], dict[str, Any]]:
    """The spans and everything else of a row."""
    spans = _find(columns, _SPANS)
    raws: list[RawSpan] = []
    meta: dict[str, Any] = {}
    for i, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        if i == place or not cell or (list(columns) == HEADER and column == "id"):
            continue
        if i == spans and (cell.startswith("[") or column in ("spans", "entities")):
            listed = parse(cell, f"its {column}", line)
            raws = [raw for item in span_list(listed) for raw in raw_spans(item)]
        elif list(columns) == HEADER and column == "meta":
            stated = parse(cell, "its meta", line)
            meta |= stated if isinstance(stated, dict) else {"meta": stated}
        else:
            meta.setdefault(column, cell)
    return raws, meta


def _delimiter(header: str) -> str:
    """Whichever of the three parts the header into most columns."""
    return max(",;\t", key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))


def _split(header: str) -> list[str]:
    cells = next(csv.reader([header], delimiter=_delimiter(header)), [])
    return [cell.strip().lower() for cell in cells]


def _find(columns: Sequence[str], names: Sequence[str]) -> int | None:
    return next((columns.index(name) for name in names if name in columns), None)


def _is_guarded(cell: str) -> bool:
    return cell.startswith("'") and _FORMULA.match(cell) is not None


def loss(records: Iterable[Record]) -> list[Loss]:
    """Texts with a NUL, which would make the file look binary; nothing else is lost."""
    return [x for number, record in enumerate(records, 1) for x in _lost(record, number)]


def _lost(record: Record, number: int) -> list[Loss]:
    if "\0" not in record.content.text:
        return []
    name = text_id(record, number)
    spans = [Loss(name, span, "its text is not written") for span in record.content.spans]
    return [*spans, Loss(name, None, "the text holds a NUL character")]


def write(records: Iterable[Record], path: Path, _types: Sequence[EntityType] = ()) -> Written:
    """Write records, one a row.

    Raises:
        FormatError: the file cannot be written.
    """
    tally = Tally()
    with replacing(path) as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, record in enumerate(records, 1):
            lost = _lost(record, number)
            tally.add(record, lost)
            if not lost:
                writer.writerow(_cells(record))
    return tally.written(path)


def _cells(record: Record) -> list[str]:
    spans = [{"start": s.start, "end": s.end, "label": s.label} for s in record.content.spans]
    meta = json.dumps(dict(record.meta), ensure_ascii=False) if record.meta else ""
    cells = [record.id, record.content.text, json.dumps(spans, ensure_ascii=False), meta]
    return [f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells]
