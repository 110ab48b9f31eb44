"""Read what lies around the spans of an edit, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, true
from sqlmodel import Session

from db.chunks import chunks
from db.ledger import LINEAGE, Head, Live, live
from db.planning import Proposed, Scene
from db.tables import ANNOTATION, ENTITY_TYPE, SUGGESTION, TEXT_BODY
from db.values import NewSpan


def read(
    session: Session,
    at: Head,
    added: Sequence[NewSpan],
    removed: Sequence[int],
    rejected: Sequence[int],
) -> Scene:
    """The scene of an edit."""
    named = {span.suggestion_id for span in added if span.suggestion_id is not None} | {*rejected}
    answers = _answers(session, at, added, removed, named)
    behind = {row.suggestion_id for row in answers if row.suggestion_id is not None}
    return Scene(
        text=body(session, at.text_id),
        types=codes(session, at.project_id),
        answers=answers,
        proposed=_proposed(session, at, added, named | behind),
        any_proposed=not at.blind and _any_proposed(session, at),
        allow_overlap=at.allow_overlap,
    )


def body(session: Session, text_id: int) -> str:
    """The characters of a text."""
    query = select(TEXT_BODY.c.text).where(TEXT_BODY.c.text_id == text_id)
    return str(session.connection().execute(query).scalar_one())


def codes(session: Session, project_id: int) -> dict[str, int]:
    """Code -> type id, for the types of a project."""
    query = select(ENTITY_TYPE.c.code, ENTITY_TYPE.c.id).where(
        ENTITY_TYPE.c.project_id == project_id, ENTITY_TYPE.c.deleted_at.is_(None)
    )
    return {row.code: row.id for row in session.connection().execute(query)}


def _answers(
    session: Session, at: Head, added: Sequence[NewSpan], removed: Sequence[int], named: set[int]
) -> list[Live]:
    conditions: list[Any] = [
        *_inside(added, ANNOTATION),
        *(LINEAGE.in_(some) for some in chunks(removed)),
        *(ANNOTATION.c.suggestion_id.in_(some) for some in chunks(named)),
    ]
    rows = {row.id: row for condition in conditions for row in live(session, at.text_id, condition)}
    return [rows[id_] for id_ in sorted(rows)]


def _proposed(
    session: Session, at: Head, added: Sequence[NewSpan], named: set[int]
) -> list[Proposed]:
    columns = SUGGESTION.c
    equal = [condition & (columns.open == true()) for condition in _inside(added, SUGGESTION)]
    rows: dict[int, Proposed] = {}
    for condition in (*equal, *(columns.id.in_(some) for some in chunks(named))):
        query = select(
            columns.id,
            columns.start,
            columns.end,
            columns.surface,
            columns.type_id,
            columns.open,
        ).where(columns.text_id == at.text_id, condition)
        rows |= {row.id: Proposed(*row) for row in session.connection().execute(query)}
    return list(rows.values())


def _inside(added: Sequence[NewSpan], table: Any) -> list[Any]:
    """The stretch from the first to the last character of the new spans, as SQL."""
    if not added:
        return []
    low, high = min(span.start for span in added), max(span.end for span in added)
    return [(table.c.start < high) & (table.c.end > low)]


def _any_proposed(session: Session, at: Head) -> bool:
    query = select(SUGGESTION.c.id).where(SUGGESTION.c.text_id == at.text_id).limit(1)
    return session.connection().execute(query).first() is not None
