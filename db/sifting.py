"""Queues that choose by more than the status: a type, a score, words, flags.

One pass looks at the texts that are let through, and takes the neighbours and the counts from them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, literal_column, select, true, tuple_
from sqlmodel import Session

from db import leases, queue
from db.searching import contains
from db.tables import ENTITY_TYPE, TEXT
from db.values import UNFINISHED, Around, Only, Place, Queue, Sieve

ONLY: dict[Only, Any] = {
    "edited": TEXT.c.revision > literal_column("0"),
    "flagged": TEXT.c.flagged == true(),
    "unlocated": TEXT.c.n_unlocated > literal_column("0"),
    "blind": TEXT.c.blind == true(),
}
"""What each limit means; an index holds just those texts, and is found when spelled the same."""


def around(session: Session, project_id: int, text_id: int, asked: Queue) -> Around:
    """What lies before and after a text in a queue, and where it stands.

    After the last text of the unfinished ones comes the first, so that nothing is left behind.

    Raises:
        NotFound: there is no such text.
    """
    at = queue.stand(session, text_id, asked.order)
    if not asked.sieve.plain:
        return _sifted(session, project_id, asked, at)
    status, order = asked.sieve.status, asked.order
    following = queue.next_in_queue(
        session,
        project_id,
        after_text_id=text_id,
        order=order,
        status=status,
        free=leases.free(asked.holder),
    )
    if following is None and status == UNFINISHED:
        following = _other(first(session, project_id, asked), text_id)
    before = queue.previous_in_queue(
        session, project_id, before_text_id=text_id, order=order, status=status
    )
    place = queue.queue_position(session, text_id, order=order, status=status)
    return Around(following, before, place)


def first(session: Session, project_id: int, asked: Queue) -> int | None:
    """The first text of a queue that nobody else has open, None when there is none."""
    free = leases.free(asked.holder)
    if asked.sieve.plain:
        return queue.next_in_queue(
            session, project_id, order=asked.order, status=asked.sieve.status, free=free
        )
    query = _let_through(project_id, asked).where(free).order_by("rank", "position").limit(1)
    row = session.connection().execute(query).first()
    return int(row.id) if row else None


def matching(session: Session, project_id: int, asked: Queue) -> int:
    """How many texts a queue lets through."""
    query = select(func.count()).select_from(TEXT).where(*_conditions(project_id, asked.sieve))
    return int(session.connection().execute(query).scalar_one())


def limits(session: Session, project_id: int) -> dict[Only, int]:
    """How many texts each limit would let through."""
    connection = session.connection()
    query = select(func.count()).select_from(TEXT).where(TEXT.c.project_id == project_id)
    return {
        name: connection.execute(query.where(condition)).scalar_one()
        for name, condition in ONLY.items()
    }


def _sifted(session: Session, project_id: int, asked: Queue, at: queue.Stand) -> Around:
    through = _let_through(project_id, asked).cte("through")
    key = tuple_(through.c.rank, through.c.position)
    here = tuple_(at.rank, at.position)
    there = select(through.c.id)
    ahead = (
        there.where(leases.free(asked.holder, through.c.id))
        .order_by(through.c.rank, through.c.position)
        .limit(1)
    )
    back = there.where(key < here).order_by(through.c.rank.desc(), through.c.position.desc())
    count = select(func.count()).select_from(through)
    query = select(
        ahead.where(key > here).scalar_subquery().label("next"),
        ahead.scalar_subquery().label("first"),
        back.limit(1).scalar_subquery().label("previous"),
        count.scalar_subquery().label("total"),
        count.where(key < here).scalar_subquery().label("before"),
        count.where(through.c.id == at.id).scalar_subquery().label("inside"),
    )
    row = session.connection().execute(query).one()
    following = row.next
    if following is None and asked.sieve.status == UNFINISHED:
        following = _other(row.first, at.id)
    return Around(following, row.previous, Place(row.before + 1 if row.inside else 0, row.total))


def _let_through(project_id: int, asked: Queue) -> Any:
    columns = (TEXT.c.id, queue.rank(asked.order).label("rank"), TEXT.c.position.label("position"))
    return select(*columns).where(*_conditions(project_id, asked.sieve))


def _conditions(project_id: int, sieve: Sieve) -> list[Any]:
    where = [TEXT.c.project_id == project_id, TEXT.c.status.in_(sieve.status)]
    where += [ONLY[name] for name in sorted(sieve.only)]
    if not sieve.only:
        # True of every text: it makes SQLite read them in the order in which they are stored, four
        # times as fast as in the order of another index that it may pick.
        where.append(TEXT.c.position >= 0)
    if sieve.code:
        type_id = (
            select(ENTITY_TYPE.c.id)
            .where(
                ENTITY_TYPE.c.project_id == project_id,
                ENTITY_TYPE.c.code == sieve.code,
                ENTITY_TYPE.c.deleted_at.is_(None),
            )
            .scalar_subquery()
        )
        where.append(func.instr(TEXT.c.kinds, func.printf(",%d,", func.coalesce(type_id, 0))) > 0)
    if sieve.score:
        low, high = sieve.score
        below = TEXT.c.lowest <= high if high >= 1 else TEXT.c.lowest < high
        where += [TEXT.c.lowest >= low, below]
    if sieve.contains.strip():
        where.append(contains(sieve.contains))
    return where


def _other(text_id: int | None, than: int) -> int | None:
    return None if text_id == than else text_id
