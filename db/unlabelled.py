"""Texts that nobody has decided on, for a model to learn from as they are.

Out are texts kept for evaluation, and the blind slice, which measures what taggers miss.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlmodel import Session

from db.evaluation import KEPT
from db.tables import TEXT, TEXT_BODY
from db.values import UNFINISHED


def some(session: Session, project_id: int, most: int) -> list[str]:
    """At most so many of them, always the same ones of a project, from all over it."""
    query = (
        select(TEXT_BODY.c.text)
        .join(TEXT, TEXT.c.id == TEXT_BODY.c.text_id)
        .where(_undecided(project_id))
        .order_by(TEXT.c.sha256)
        .limit(most)
    )
    return list(session.connection().execute(query).scalars())


def count(session: Session, project_id: int, most: int) -> int:
    """How many there are, counted no further than `most`."""
    found = select(TEXT.c.id).where(_undecided(project_id)).limit(most).subquery()
    number: int = session.connection().execute(select(func.count()).select_from(found)).scalar_one()
    return number


def _undecided(project_id: int) -> ColumnElement[bool]:
    return and_(
        TEXT.c.project_id == project_id,
        TEXT.c.status.in_(UNFINISHED),
        TEXT.c.blind != true(),
        TEXT.c.id.not_in(KEPT),
    )
