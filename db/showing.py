"""The spans of one text as the screen shows them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, true
from sqlmodel import Session

from db.ledger import LINEAGE
from db.tables import ANNOTATION, ENTITY_TYPE, SUGGESTION, TAGGING
from db.values import Rejected, StoredSpan, Unlocated

_PROPOSED = ENTITY_TYPE.alias("proposed_type")


def human_spans(session: Session, text_id: int) -> list[StoredSpan]:
    """What a person says is there, with what the suggestion behind it said."""
    query = (
        select(
            LINEAGE,
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
            SUGGESTION.c.surface,
            _PROPOSED.c.code,
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
    # The columns stand in the order of the fields. Thousands of rows at every save: taken apart by
    # place, for looking each value up costs as much as reading it.
    found: list[StoredSpan] = []
    for lineage, *row in session.connection().execute(query):
        fields: list[Any] = [f"a{lineage}", *row[:4], "human", *row[4:11]]
        fields.append((row[11], row[12]) if row[8] else None)
        found.append(StoredSpan(*fields))
    return found


def suggested_spans(session: Session, text_id: int) -> list[StoredSpan]:
    """Open suggestions that have a place."""
    query = _open(
        text_id,
        SUGGESTION.c.id,
        SUGGESTION.c.start,
        SUGGESTION.c.end,
        ENTITY_TYPE.c.code,
        SUGGESTION.c.type_id,
        SUGGESTION.c.score,
        SUGGESTION.c.match,
        TAGGING.c.tagger,
    ).where(SUGGESTION.c.match != "ungrounded")
    return [
        StoredSpan(
            f"s{id_}", start, end, code, type_id, "suggestion", score, match, None, tagger, id_
        )
        for id_, start, end, code, type_id, score, match, tagger in session.connection().execute(
            query
        )
    ]


def unlocated(session: Session, text_id: int) -> list[Unlocated]:
    """Open suggestions without a place."""
    query = _open(
        text_id,
        SUGGESTION.c.id,
        SUGGESTION.c.surface,
        ENTITY_TYPE.c.code,
        SUGGESTION.c.type_id,
        SUGGESTION.c.score,
        TAGGING.c.tagger,
    ).where(SUGGESTION.c.match == "ungrounded")
    return [Unlocated(f"s{row.id}", *row[1:]) for row in session.connection().execute(query)]


def rejections(session: Session, text_id: int) -> list[Rejected]:
    """What a person said is not there."""
    query: Any = (
        select(
            LINEAGE.label("lineage"),
            ANNOTATION.c.start,
            ANNOTATION.c.end,
            ANNOTATION.c.surface,
            ENTITY_TYPE.c.code,
            SUGGESTION.c.score,
            TAGGING.c.tagger,
            ANNOTATION.c.suggestion_id,
            ANNOTATION.c.author,
            ANNOTATION.c.created_at,
        )
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == ANNOTATION.c.type_id)
        .outerjoin(SUGGESTION, SUGGESTION.c.id == ANNOTATION.c.suggestion_id)
        .outerjoin(TAGGING, TAGGING.c.id == SUGGESTION.c.tagging_id)
        .where(
            ANNOTATION.c.text_id == text_id,
            ANNOTATION.c.removed_revision.is_(None),
            ANNOTATION.c.action == "rejected",
        )
        .order_by(ANNOTATION.c.start, ANNOTATION.c.end, ANNOTATION.c.id)
    )
    return [Rejected(f"r{row.lineage}", *row[1:]) for row in session.connection().execute(query)]


def _open(text_id: int, *columns: Any) -> Any:
    return (
        select(*columns)
        .join_from(SUGGESTION, ENTITY_TYPE, ENTITY_TYPE.c.id == SUGGESTION.c.type_id)
        .join(TAGGING, TAGGING.c.id == SUGGESTION.c.tagging_id)
        .where(SUGGESTION.c.text_id == text_id, SUGGESTION.c.open == true())
        .order_by(SUGGESTION.c.start, SUGGESTION.c.end, SUGGESTION.c.id)
    )
