"""doccano's JSON Lines: `{"text", "label": [[start, end, label]]}` and whatever else is meta.

Reading takes `label`, `labels` and the `entities` of relation projects, and offsets that count
graphemes (projects in grapheme mode) when only so every span stands on the edges of words.
Mind that doccano itself drops overlapping spans on import unless its project allows them; the file
holds them all.
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

NAME = "doccano"
LABEL = "doccano (JSON Lines)"
EXTENSIONS = (".jsonl", ".json")
_LABELS = ("label", "labels", "entities")
_OWN = {"id", "text", "data", "meta", "relations", "Comments", *_LABELS}
"""Field names that mean something to doccano, so that meta must not use them."""
loss = no_loss


def sniff(head: bytes, name: str) -> float:
    """How surely a file is of this format, 0..1."""
    keys = first_keys(head)
    if "text" not in keys or not keys & set(_LABELS) or keys & {"spans", "start", "answer"}:
        return 0.0
    return 0.9 if name.endswith(EXTENSIONS) else 0.8


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
        listed = next((values[key] for key in _LABELS if values.get(key)), None)
        raws = [raw for item in span_list(listed) for raw in raw_spans(item)]
    except FormatError as error:
        yield Problem("rejected", row.line, f"Line {row.line}: {error}")
        return
    meta = {key: value for key, value in values.items() if key not in _OWN and value is not None}
    meta |= {key: values[key] for key in ("relations", "Comments") if values.get(key)}
    own = values.get("meta")
    meta |= own if isinstance(own, dict) else {}
    yield from checked(values["text"], raws, line=row.line, meta=meta, id=row.id, graphemes=True)


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
    values["label"] = [[s.start, s.end, s.label] for s in record.content.spans]
    values |= {key: value for key, value in record.meta.items() if key not in _OWN}
    if held := {key: value for key, value in record.meta.items() if key in _OWN}:
        values["meta"] = held
    return values
