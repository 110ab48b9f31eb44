"""Texts that nobody has decided on, for a model to learn from as they are.

Out are texts kept for evaluation, and the blind slice, which measures what taggers miss.
"""

from __future__ import annotations

from sqlalchemy import select, true
from sqlmodel import Session

from db.evaluation import KEPT
from db.tables import TEXT, TEXT_BODY
from db.values import UNFINISHED


def some(session: Session, project_id: int, most: int) -> list[str]:
    """At most so many of them, always the same ones of a project, from all over it."""
    query = (
        select(TEXT_BODY.c.text)
        .join(TEXT, TEXT.c.id == TEXT_BODY.c.text_id)
        .where(
            TEXT.c.project_id == project_id,
            TEXT.c.status.in_(UNFINISHED),
            TEXT.c.blind != true(),
            TEXT.c.id.not_in(KEPT),
        )
        .order_by(TEXT.c.sha256)
        .limit(most)
    )
    return list(session.connection().execute(query).scalars())
