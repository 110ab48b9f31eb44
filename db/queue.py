"""The review queue: which text comes next, by how uncertain the tagger was or by import.

The place of a text does not move while a person works on it (see `openness.COUNTERS`). Every step
reads a few index entries, however many texts there are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, literal_column, select
from sqlmodel import Session

from db.errors import NotFound
from db.tables import QUEUE_KEY, TEXT
from db.values import UNFINISHED, Order, Place, Status

_KEY: Any = literal_column(QUEUE_KEY)


class _Stand(NamedTuple):
    """What the queue sorts by: `rank` grows towards the end."""

    rank: float
    position: int
    id: int


def next_in_queue(
    session: Session,
    project_id: int,
    *,
    after_text_id: int | None = None,
    order: Order = "uncertainty",
    status: Collection[Status] = UNFINISHED,
) -> int | None:
    """The text after that one in a queue, or the first of all; None at the end.

    The text itself need not be in the queue any more: what counts is where it stood.

    Raises:
        NotFound: there is no text `after_text_id`.
    """
    at = _stand(session, after_text_id, order) if after_text_id is not None else None
    found = [
        stand
        for one in status
        for query in _ahead(project_id, one, order, at)
        if (stand := _first(session, query))
    ]
    return min(found).id if found else None


def previous_in_queue(
    session: Session,
    project_id: int,
    *,
    before_text_id: int,
    order: Order = "uncertainty",
    status: Collection[Status] = UNFINISHED,
) -> int | None:
    """The text before that one in a queue; None at the start.

    Raises:
        NotFound: there is no text `before_text_id`.
    """
    at = _stand(session, before_text_id, order)
    found = [
        stand
        for one in status
        for query in _behind(project_id, one, order, at)
        if (stand := _first(session, query))
    ]
    return max(found).id if found else None


def queue_position(
    session: Session,
    text_id: int,
    *,
    order: Order = "uncertainty",
    status: Collection[Status] = UNFINISHED,
) -> Place:
    """Where a text stands in a queue, 1 being the first; 0 when it is not in it.

    Raises:
        NotFound: there is no such text.
    """
    connection = session.connection()
    row = connection.execute(
        select(TEXT.c.project_id, TEXT.c.status).where(TEXT.c.id == text_id)
    ).first()
    if row is None:
        raise NotFound(f"There is no text number {text_id}.")
    counts = [_count(session, row.project_id, one) for one in status]
    if row.status not in status:
        return Place(0, sum(counts))
    at = _stand(session, text_id, order)
    before = sum(
        _count(session, row.project_id, one, condition)
        for one in status
        for condition in _before(order, at)
    )
    return Place(before + 1, sum(counts))


def _before(order: Order, at: _Stand) -> list[Any]:
    """Conditions, no text in two of them, for what stands before in the queue."""
    if order == "position":
        return [TEXT.c.position < at.position]
    return [-at.rank < _KEY, (-at.rank == _KEY) & (TEXT.c.position < at.position)]


def _count(session: Session, project_id: int, status: Status, *conditions: Any) -> int:
    query = select(func.count()).select_from(TEXT)
    query = query.where(TEXT.c.project_id == project_id, TEXT.c.status == status, *conditions)
    return int(session.connection().execute(query).scalar_one())


def _stand(session: Session, text_id: int, order: Order) -> _Stand:
    query = select(_KEY, TEXT.c.position).where(TEXT.c.id == text_id)
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no text number {text_id}.")
    return _Stand(-row[0] if order == "uncertainty" else 0.0, row.position, text_id)


def _ahead(project_id: int, status: Status, order: Order, at: _Stand | None) -> Sequence[Any]:
    """Queries whose first rows are the candidates for the next text of a status."""
    query = _of(project_id, status, order)
    if order == "position":
        query = query.order_by(TEXT.c.position)
        return [query.where(TEXT.c.position > at.position) if at else query]
    if at is None:
        return [query.order_by(_KEY.desc(), TEXT.c.position)]
    equal = query.where(-at.rank == _KEY, TEXT.c.position > at.position)
    less = query.where(-at.rank > _KEY)
    return [
        equal.order_by(TEXT.c.position),
        less.order_by(_KEY.desc(), TEXT.c.position),
    ]


def _behind(project_id: int, status: Status, order: Order, at: _Stand) -> Sequence[Any]:
    """Queries whose first rows are the candidates for the text before, of a status."""
    query = _of(project_id, status, order)
    if order == "position":
        return [query.where(TEXT.c.position < at.position).order_by(TEXT.c.position.desc())]
    equal = query.where(-at.rank == _KEY, TEXT.c.position < at.position)
    more = query.where(-at.rank < _KEY)
    return [
        equal.order_by(TEXT.c.position.desc()),
        more.order_by(_KEY.asc(), TEXT.c.position.desc()),
    ]


def _of(project_id: int, status: Status, order: Order) -> Any:
    rank = -_KEY if order == "uncertainty" else literal_column("0.0")
    return (
        select(rank.label("rank"), TEXT.c.position, TEXT.c.id)
        .where(TEXT.c.project_id == project_id, TEXT.c.status == status)
        .limit(1)
    )


def _first(session: Session, query: Any) -> _Stand | None:
    row = session.connection().execute(query).first()
    return _Stand(*row) if row else None
