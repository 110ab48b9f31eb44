"""Prodigy's JSON Lines: text, tokens, spans with the tokens they cover, and an answer.

`token_end` is inclusive, `end` is not. Writing cuts words further where a span starts or ends
inside one, so that every span covers whole tokens and none is lost; texts with overlapping spans
ask for the interface `spans_manual`. Reading checks the offsets against the tokens.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.errors import FormatError
from engine.formats.files import replacing
from engine.formats.json_rows import Row, first_keys, rows
from engine.formats.offsets import checked, raw_spans, span_list
from engine.formats.tokens import Token, covered, cut
from engine.formats.values import Tally, Written, no_loss
from engine.types import EntityType, Problem, Record, Span

NAME = "prodigy"
LABEL = "Prodigy (JSON Lines)"
EXTENSIONS = (".jsonl",)
ANSWERS = ("accept", "reject", "ignore")
_OWN = {"id", "text", "tokens", "spans", "meta", "answer"}
loss = no_loss


def sniff(head: bytes, _name: str) -> float:
    """How surely a file is of this format, 0..1."""
    keys = first_keys(head)
    if "text" not in keys:
        return 0.0
    if keys & {"_view_id", "_input_hash", "_task_hash"} or {"tokens", "spans"} <= keys:
        return 0.95
    return 0.9 if {"answer", "spans"} <= keys else 0.0


def read(path: Path) -> Iterator[Record | Problem]:
    """The tasks of a file, one at a time, with a problem for each line that has one.

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
    tokens = values.get("tokens")
    try:
        raws = [
            raw if raw.surface else raw._replace(surface=_quoted(tokens, item))
            for item in span_list(values.get("spans"))
            for raw in raw_spans(item)
        ]
    except FormatError as error:
        yield Problem("rejected", row.line, f"Line {row.line}: {error}")
        return
    meta = {k: v for k, v in values.items() if k not in _OWN and not k.startswith("_")}
    own = values.get("meta")
    meta |= own if isinstance(own, dict) else {}
    answer = values.get("answer")
    yield from checked(
        values["text"],
        raws,
        line=row.line,
        meta=meta,
        answer=answer if answer in ANSWERS else "",
        id=row.id,
    )


def _quoted(tokens: object, item: object) -> str | None:
    """What the tokens say a span covers; None when the task has no such tokens."""
    if not isinstance(item, dict):
        return None
    first, last = item.get("token_start"), item.get("token_end")
    if not isinstance(tokens, list) or not isinstance(first, int) or not isinstance(last, int):
        return None
    inside = tokens[max(first, 0) : last + 1]
    if not inside or not all(isinstance(token, dict) and "text" in token for token in inside):
        return None
    parts = [str(inside[0]["text"])]
    for before, token in pairwise(inside):
        apart = token.get("start") != before.get("end") if "end" in before else before.get("ws")
        parts.append(" " * bool(apart) + str(token["text"]))
    return "".join(parts)


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
    text, spans = record.content.text, record.content.spans
    tokens = cut(text, spans)
    crossed = any(a.overlaps(b) for a, b in pairwise(spans))
    values: dict[str, Any] = {"id": record.id} if record.id else {}
    return values | {
        "text": text,
        "tokens": [
            {"text": text[t.start : t.end], "start": t.start, "end": t.end, "id": i, "ws": t.blank}
            for i, t in enumerate(tokens)
        ],
        "spans": [_span(tokens, span) for span in spans],
        "meta": dict(record.meta),
        "_view_id": "spans_manual" if crossed else "ner_manual",
        "answer": record.answer or "accept",
    }


def _span(tokens: Sequence[Token], span: Span) -> dict[str, Any]:
    values: dict[str, Any] = {"start": span.start, "end": span.end, "label": span.label}
    if inside := covered(tokens, span):
        values |= {"token_start": inside[0], "token_end": inside[1]}
    return values
