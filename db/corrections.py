"""How much people have corrected by when: what a score is held against."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session

from db.tables import ANNOTATION, TEXT


def number(session: Session, project_id: int, until: datetime) -> int:
    """Corrections of a project up to a moment: spans drawn, moved, given another type or rejected.

    Confirming a suggestion corrects nothing; nor does what an import brought or an undo restored.
    """
    query = (
        select(func.count())
        .select_from(ANNOTATION)
        .join(TEXT, TEXT.c.id == ANNOTATION.c.text_id)
        .where(
            TEXT.c.project_id == project_id,
            ANNOTATION.c.action != "accepted",
            ANNOTATION.c.added_revision > 0,
            ANNOTATION.c.restores.is_(None),
            ANNOTATION.c.created_at <= until,
        )
    )
    return int(session.connection().execute(query).scalar_one())
