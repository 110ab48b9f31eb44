"""Our own format: one object a line, `{"text", "spans": [{"start", "end", "label"}], "meta"?}`.

It holds every text and span exactly. Reading also takes a JSON array of such objects, `id`,
surfaces quoted in the spans (they are checked), and puts other fields into `meta`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.errors import FormatError
from engine.formats.files import replacing
from engine.formats.json_rows import Row, first_keys, rows
from engine.formats.offsets import checked, raw_spans, span_list
from engine.formats.values import Tally, Written, no_loss
from engine.types import EntityType, Problem, Record

NAME = "jsonl"
LABEL = "JSON Lines (text and spans)"
EXTENSIONS = (".jsonl", ".ndjson", ".json")
loss = no_loss


def sniff(head: bytes, name: str) -> float:
    """How surely a file is of this format, 0..1."""
    keys = first_keys(head)
    if "text" not in keys:
        return 0.4 if name.endswith((".jsonl", ".ndjson")) else 0.0
    return 0.9 if "spans" in keys else 0.7


def read(path: Path) -> Iterator[Record | Problem]:
    """The records of a file, one at a time, with a problem for each line that has one.

    Raises:
        FormatError: the file as a whole is not of this format.
    """
    for row in rows(path, "text"):
        if isinstance(row, Problem):
            yield row
        else:
            yield from _record(row)


def _record(row: Row) -> Iterator[Record | Problem]:
    values = row.values
    try:
        raws = [raw for item in span_list(values.get("spans")) for raw in raw_spans(item)]
    except FormatError as error:
        yield Problem("rejected", row.line, f"Line {row.line}: {error}")
        return
    meta = {k: v for k, v in values.items() if k not in ("id", "text", "spans", "meta", "answer")}
    own = values.get("meta")
    meta |= own if isinstance(own, dict) else {} if own is None else {"meta": own}
    answer = values.get("answer")
    yield from checked(
        values["text"],
        raws,
        line=row.line,
        meta=meta,
        answer=answer if answer in ("accept", "reject", "ignore") else "",
        id=row.id,
    )


def write(records: Iterable[Record], path: Path, _types: Sequence[EntityType] = ()) -> Written:
    """Write records, one a line.

    Raises:
        FormatError: the file cannot be written.
    """
    tally = Tally()
    with replacing(path) as file:
        for record in records:
            file.write(json.dumps(_values(record), ensure_ascii=False) + "\n")
            tally.add(record)
    return tally.written(path)


def _values(record: Record) -> dict[str, Any]:
    values: dict[str, Any] = {"id": record.id} if record.id else {}
    values["text"] = record.content.text
    values["spans"] = [
        {"start": s.start, "end": s.end, "label": s.label} for s in record.content.spans
    ]
    if record.answer:
        values["answer"] = record.answer
    if record.meta:
        values["meta"] = dict(record.meta)
    return values
