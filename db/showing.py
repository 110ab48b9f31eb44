"""The spans of one text as the screen shows them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, true
from sqlmodel import Session

from db.ledger import LINEAGE
from db.tables import ANNOTATION, ENTITY_TYPE, SUGGESTION, TAGGING
from db.values import StoredSpan, Unlocated

_PROPOSED = ENTITY_TYPE.alias("proposed_type")


def human_spans(session: Session, text_id: int) -> list[StoredSpan]:
    """What a person says is there, with what the suggestion behind it said."""
    query = (
        select(
            LINEAGE.label("lineage"),
            ANNOTATION.c.start,
            ANNOTATION.c.end,
            ENTITY_TYPE.c.code,
            ANNOTATION.c.type_id,
            SUGGESTION.c.score,
            SUGGESTION.c.match,
            ANNOTATION.c.action,
            TAGGING.c.tagger,
            ANNOTATION.c.suggestion_id,
            ANNOTATION.c.author,
            ANNOTATION.c.created_at,
            SUGGESTION.c.surface.label("proposed"),
            _PROPOSED.c.code.label("proposed_code"),
        )
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == ANNOTATION.c.type_id)
        .outerjoin(SUGGESTION, SUGGESTION.c.id == ANNOTATION.c.suggestion_id)
        .outerjoin(TAGGING, TAGGING.c.id == SUGGESTION.c.tagging_id)
        .outerjoin(_PROPOSED, _PROPOSED.c.id == SUGGESTION.c.type_id)
        .where(
            ANNOTATION.c.text_id == text_id,
            ANNOTATION.c.removed_revision.is_(None),
            ANNOTATION.c.action != "rejected",
        )
    )
    return [
        StoredSpan(
            f"a{row.lineage}",
            row.start,
            row.end,
            row.code,
            row.type_id,
            "human",
            row.score,
            row.match,
            row.action,
            row.tagger,
            row.suggestion_id,
            row.author,
            row.created_at,
            (row.proposed, row.proposed_code) if row.suggestion_id else None,
        )
        for row in session.connection().execute(query)
    ]


def suggested_spans(session: Session, text_id: int) -> list[StoredSpan]:
    """Open suggestions that have a place."""
    return [
        StoredSpan(
            f"s{row.id}",
            row.start,
            row.end,
            row.code,
            row.type_id,
            "suggestion",
            row.score,
            row.match,
            None,
            row.tagger,
            row.id,
        )
        for row in session.connection().execute(
            _open(text_id).where(SUGGESTION.c.match != "ungrounded")
        )
    ]


def unlocated(session: Session, text_id: int) -> list[Unlocated]:
    """Open suggestions without a place."""
    return [
        Unlocated(f"s{row.id}", row.surface, row.code, row.type_id, row.score, row.tagger)
        for row in session.connection().execute(
            _open(text_id).where(SUGGESTION.c.match == "ungrounded")
        )
    ]


def _open(text_id: int) -> Any:
    return (
        select(SUGGESTION, ENTITY_TYPE.c.code, TAGGING.c.tagger)
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == SUGGESTION.c.type_id)
        .join(TAGGING, TAGGING.c.id == SUGGESTION.c.tagging_id)
        .where(SUGGESTION.c.text_id == text_id, SUGGESTION.c.open == true())
        .order_by(SUGGESTION.c.start, SUGGESTION.c.end, SUGGESTION.c.id)
    )
