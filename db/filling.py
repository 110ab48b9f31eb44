"""Texts that nobody has accepted yet and that would bring a few-shot set what it lacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, func, literal, select, true, union_all
from sqlmodel import Session

from db.evaluation import KEPT
from db.session import snapshot
from db.set_values import Candidate
from db.tables import ANNOTATION, ENTITY_TYPE, SUGGESTION, TEXT, TEXT_BODY
from db.values import UNFINISHED

_UNSCORED = 0.5
"""What a suggestion without a score counts for. Our choice: right as often as not."""
_SHOWN = 300
"""Characters of a text that a list shows."""


def candidates(
    session: Session, project_id: int, codes: Collection[str], limit: int = 200
) -> list[Candidate]:
    """Open texts that seem to hold these types, those with most to expect first.

    What is expected of a text is its human spans and the scores of its open suggestions added up.
    Texts that may not go into a set are not among them.
    """
    with snapshot(session):
        query = select(ENTITY_TYPE.c.id).where(
            ENTITY_TYPE.c.project_id == project_id,
            ENTITY_TYPE.c.code.in_(codes),
            ENTITY_TYPE.c.deleted_at.is_(None),
        )
        types = session.connection().execute(query).scalars().all()
        ids = session.connection().execute(_best(project_id, types, limit)).scalars().all()
        expected = _expected(session, ids)
        rows = {row.id: row for row in session.connection().execute(_rows(ids))}
    return [
        Candidate(id_, rows[id_].position, rows[id_].shown, rows[id_].status, expected[id_])
        for id_ in ids
    ]


def _spans(*conditions: Any) -> CompoundSelect[Any]:
    """Spans to expect, one row each: text, type, how likely; conditions take a table's columns."""
    proposed = select(
        SUGGESTION.c.text_id,
        SUGGESTION.c.type_id,
        func.coalesce(SUGGESTION.c.score, _UNSCORED).label("likely"),
    ).where(SUGGESTION.c.open == true(), *(condition(SUGGESTION.c) for condition in conditions))
    human = select(ANNOTATION.c.text_id, ANNOTATION.c.type_id, literal(1.0).label("likely")).where(
        ANNOTATION.c.removed_revision.is_(None),
        ANNOTATION.c.action != "rejected",
        *(condition(ANNOTATION.c) for condition in conditions),
    )
    return union_all(proposed, human)


def _best(project_id: int, types: Sequence[int], limit: int) -> Any:
    spans = _spans(lambda columns: columns.type_id.in_(types)).subquery()
    return (
        select(TEXT.c.id)
        .join(spans, spans.c.text_id == TEXT.c.id)
        .where(
            TEXT.c.project_id == project_id,
            TEXT.c.status.in_(UNFINISHED),
            TEXT.c.blind != true(),
            TEXT.c.id.not_in(KEPT),
        )
        .group_by(TEXT.c.id)
        .order_by(func.sum(spans.c.likely).desc(), TEXT.c.position)
        .limit(limit)
    )


def _expected(session: Session, ids: Collection[int]) -> dict[int, dict[str, float]]:
    spans = _spans(lambda columns: columns.text_id.in_(ids)).subquery()
    query = (
        select(spans.c.text_id, ENTITY_TYPE.c.code, func.sum(spans.c.likely))
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == spans.c.type_id)
        .group_by(spans.c.text_id, ENTITY_TYPE.c.id)
        .order_by(ENTITY_TYPE.c.position)
    )
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for text_id, code, likely in session.connection().execute(query):
        found[text_id][code] = likely
    return found


def _rows(ids: Collection[int]) -> Any:
    shown = func.substr(TEXT_BODY.c.text, 1, _SHOWN).label("shown")
    return (
        select(TEXT.c.id, TEXT.c.position, TEXT.c.status, shown)
        .join(TEXT_BODY, TEXT_BODY.c.text_id == TEXT.c.id)
        .where(TEXT.c.id.in_(ids))
    )
