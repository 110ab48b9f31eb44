"""Rows of a library and the values they stand for; codes outside, numbers of types inside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from db.errors import Invalid
from db.library_values import Example
from db.tables import ENTITY_TYPE, LIBRARY_ENTITIES, LIBRARY_EXAMPLE
from engine.types import AnnotatedText, Span


def codes(session: Session, project_id: int) -> dict[str, int]:
    """Code -> number of the project's types."""
    query = select(ENTITY_TYPE.c.code, ENTITY_TYPE.c.id).where(
        ENTITY_TYPE.c.project_id == project_id, ENTITY_TYPE.c.deleted_at.is_(None)
    )
    return {row.code: row.id for row in session.connection().execute(query)}


def numbered(content: AnnotatedText, types: Mapping[str, int]) -> list[list[int]]:
    """Spans as they are stored: [start, end, number of the type]. Raises Invalid."""
    unknown = sorted({span.label for span in content.spans} - types.keys())
    if unknown:
        raise Invalid(f"The project has no entity type {unknown[0]!r}.")
    return [[span.start, span.end, types[span.label]] for span in content.spans]


def content_of(text: str, spans: list[list[int]], types: Mapping[int, str]) -> AnnotatedText:
    """The labelled sentence; spans of a type that was deleted since are left out."""
    return AnnotatedText(
        text, tuple(Span(start, end, types[n]) for start, end, n in spans if n in types)
    )


def example_of(row: Any, types: Mapping[int, str]) -> Example:
    """A row as a value."""
    values = dict(row._mapping)
    made = values.pop("made")
    text, spans = values.pop("text"), values.pop("spans")
    values.pop("created_at")
    return Example(
        **values,
        content=content_of(text, spans, types),
        made=content_of(made["text"], made["spans"], types) if made else None,
        made_reason=made.get("reason", ""),
    )


def fingerprint(session: Session, library_id: int) -> str:
    """Eight hex digits over what guides tagging: texts, spans, and their order."""
    query = (
        select(LIBRARY_EXAMPLE.c.text, LIBRARY_EXAMPLE.c.spans)
        .where(LIBRARY_EXAMPLE.c.library_id == library_id, LIBRARY_EXAMPLE.c.status != "rejected")
        .order_by(LIBRARY_EXAMPLE.c.id)
    )
    digest = sha256()
    for row in session.connection().execute(query):
        digest.update(json.dumps([row.text, row.spans]).encode())
    return digest.hexdigest()[:8]


def usage_of(session: Session, library_id: int) -> dict[str, float]:
    """What a version cost; a figure that one of its answers does not know is left out."""
    bills: list[dict[str, float]] = []
    for table in (LIBRARY_ENTITIES, LIBRARY_EXAMPLE):
        query = select(table.c.usage).where(table.c.library_id == library_id)
        bills += [bill for bill in session.connection().execute(query).scalars() if bill]
    if not bills:
        return {}
    shared = [name for name in bills[0] if all(name in bill for bill in bills)]
    return {name: sum(bill[name] for bill in bills) for name in shared}
