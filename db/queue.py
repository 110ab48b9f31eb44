"""The review queue: which text comes next, in any order, with nothing but the status chosen.

The place of a text does not move while a person works on it (see `openness.COUNTERS`). Every step
reads a few index entries, however many texts there are. Queues that choose by more than the status
are walked by `sifting`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, literal_column, select, true
from sqlmodel import Session

from db.errors import NotFound
from db.tables import RANKS, TEXT
from db.values import UNFINISHED, Order, Place, Status


class Stand(NamedTuple):
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
    free: Any = None,
) -> int | None:
    """The text after that one in a queue, or the first of all; None at the end.

    The text itself need not be in the queue any more: what counts is where it stood.

    Args:
        session: the session.
        project_id: the project.
        after_text_id: the text to go on from.
        order: how the queue goes.
        status: which texts are in it.
        free: a condition that leaves texts out, None for none (see `leases.free`).

    Raises:
        NotFound: there is no text `after_text_id`.
    """
    at = stand(session, after_text_id, order) if after_text_id is not None else None
    found = [
        first
        for one in status
        for query in _ahead(project_id, one, order, at)
        if (first := _first(session, query.where(true() if free is None else free)))
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
    at = stand(session, before_text_id, order)
    found = [
        first
        for one in status
        for query in _behind(project_id, one, order, at)
        if (first := _first(session, query))
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
    at = stand(session, text_id, order)
    before = sum(
        _count(session, row.project_id, one, condition)
        for one in status
        for condition in _before(order, at)
    )
    return Place(before + 1, sum(counts))


def rank(order: Order) -> Any:
    """What an order sorts by, the same for all texts in the order of import."""
    return literal_column(RANKS.get(order, "0"))


def stand(session: Session, text_id: int, order: Order) -> Stand:
    """Where a text stands. Raises NotFound."""
    query = select(rank(order), TEXT.c.position).where(TEXT.c.id == text_id)
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no text number {text_id}.")
    return Stand(row[0], row.position, text_id)


def _before(order: Order, at: Stand) -> list[Any]:
    """Conditions, no text in two of them, for what stands before in the queue."""
    if order not in RANKS:
        return [TEXT.c.position < at.position]
    key = rank(order)
    return [key < at.rank, (key == at.rank) & (TEXT.c.position < at.position)]


def _count(session: Session, project_id: int, status: Status, *conditions: Any) -> int:
    query = select(func.count()).select_from(TEXT)
    query = query.where(TEXT.c.project_id == project_id, TEXT.c.status == status, *conditions)
    return int(session.connection().execute(query).scalar_one())


def _ahead(project_id: int, status: Status, order: Order, at: Stand | None) -> Sequence[Any]:
    """Queries whose first rows are the candidates for the next text of a status."""
    query, key = _of(project_id, status, order), rank(order)
    if order not in RANKS:
        query = query.order_by(TEXT.c.position)
        return [query.where(TEXT.c.position > at.position) if at else query]
    if at is None:
        return [query.order_by(key, TEXT.c.position)]
    equal = query.where(key == at.rank, TEXT.c.position > at.position)
    later = query.where(key > at.rank)
    return [equal.order_by(TEXT.c.position), later.order_by(key, TEXT.c.position)]


def _behind(project_id: int, status: Status, order: Order, at: Stand) -> Sequence[Any]:
    """Queries whose first rows are the candidates for the text before, of a status."""
    query, key = _of(project_id, status, order), rank(order)
    back = TEXT.c.position.desc()
    if order not in RANKS:
        return [query.where(TEXT.c.position < at.position).order_by(back)]
    equal = query.where(key == at.rank, TEXT.c.position < at.position)
    earlier = query.where(key < at.rank)
    return [equal.order_by(back), earlier.order_by(key.desc(), back)]


def _of(project_id: int, status: Status, order: Order) -> Any:
    return (
        select(rank(order).label("rank"), TEXT.c.position, TEXT.c.id)
        .where(TEXT.c.project_id == project_id, TEXT.c.status == status)
        .limit(1)
    )


def _first(session: Session, query: Any) -> Stand | None:
    row = session.connection().execute(query).first()
    return Stand(*row) if row else None
