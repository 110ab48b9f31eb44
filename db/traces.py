"""What a language model was asked about a text, and what it said: kept for whoever wants to see.

The newest pass of a tagger keeps its traces; older ones of the same tagger go.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from db.chunks import chunks
from db.errors import NotFound
from db.session import transaction
from db.tables import TAGGING, TRACE


def keep(session: Session, tagging_id: int, told: Mapping[int, Mapping[str, Any]]) -> None:
    """Store the traces of a pass by text. Raises NotFound."""
    if not told:
        return
    with transaction(session):
        row = (
            session.connection()
            .execute(
                select(TAGGING.c.project_id, TAGGING.c.tagger).where(TAGGING.c.id == tagging_id)
            )
            .first()
        )
        if row is None:
            raise NotFound(f"There is no tagging number {tagging_id}.")
        same = select(TAGGING.c.id).where(
            TAGGING.c.project_id == row.project_id, TAGGING.c.tagger == row.tagger
        )
        for some in chunks(told):
            session.connection().execute(
                delete(TRACE).where(TRACE.c.text_id.in_(some), TRACE.c.tagging_id.in_(same))
            )
        rows = [
            {"tagging_id": tagging_id, "text_id": text_id, "told": dict(one)}
            for text_id, one in told.items()
        ]
        session.connection().execute(insert(TRACE), rows)


def of_text(session: Session, text_id: int) -> dict[str, dict[str, Any]]:
    """Tagger -> what it was told and said about a text, the newest pass of each."""
    query = (
        select(TAGGING.c.tagger, TRACE.c.told)
        .join(TAGGING, TAGGING.c.id == TRACE.c.tagging_id)
        .where(TRACE.c.text_id == text_id)
        .order_by(TRACE.c.tagging_id)
    )
    return {row.tagger: row.told for row in session.connection().execute(query)}


def any_known(session: Session, project_id: int) -> bool:
    """Whether a language model has been asked about a text of this project."""
    query = (
        select(TRACE.c.text_id)
        .join(TAGGING, TAGGING.c.id == TRACE.c.tagging_id)
        .where(TAGGING.c.project_id == project_id)
        .limit(1)
    )
    return session.connection().execute(query).first() is not None
