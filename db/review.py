"""What people did with suggestions, and how long it took them."""

from __future__ import annotations

from typing import get_args

from sqlalchemy import func, literal_column, select
from sqlmodel import Session

from db.tables import ANNOTATION, ENTITY_TYPE, TEXT
from db.values import Action, Review

_EDITED = TEXT.c.revision > literal_column("0")


def figures(session: Session, project_id: int) -> Review:
    """Answers that hold by action, and the time spent on finished texts.

    What came in with a file is nobody's answer to a suggestion and is left out.
    """
    types = select(ENTITY_TYPE.c.id).where(ENTITY_TYPE.c.project_id == project_id)
    query = (
        select(ANNOTATION.c.action, func.count())
        .where(
            ANNOTATION.c.type_id.in_(types),
            ANNOTATION.c.removed_revision.is_(None),
            ANNOTATION.c.added_revision > 0,
        )
        .group_by(ANNOTATION.c.action)
    )
    connection = session.connection()
    found = {row[0]: row[1] for row in connection.execute(query)}
    actions: dict[Action, int] = {action: found.get(action, 0) for action in get_args(Action)}
    finished = (TEXT.c.project_id == project_id) & (TEXT.c.status == "accepted") & _EDITED
    count, seconds = connection.execute(
        select(func.count(), func.sum(TEXT.c.seconds)).where(finished)
    ).one()
    middle = (
        select(TEXT.c.seconds).where(finished).order_by(TEXT.c.seconds).offset(count // 2).limit(1)
    )
    return Review(actions, count, seconds or 0.0, connection.execute(middle).scalar())
