"""Open suggestions that have a place, and which of them can stand together."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import false, select, true
from sqlmodel import Session

from db.ledger import Answer, Head
from db.tables import ENTITY_TYPE, SUGGESTION, TEXT


class Opening(NamedTuple):
    """An open suggestion with a place."""

    text_id: int
    id: int
    start: int
    end: int
    surface: str
    type_id: int
    code: str
    score: float | None


def openings(session: Session, text_ids: Collection[int], *, hidden: bool = False) -> list[Opening]:
    """The open suggestions of these texts (at most a few hundred), in reading order.

    With `hidden` also those that a blind text hides, until a person has worked on it.
    """
    columns = SUGGESTION.c
    wanted = columns.open == true()
    if hidden:
        unseen = select(TEXT.c.id).where(
            TEXT.c.id.in_(text_ids), TEXT.c.blind == true(), TEXT.c.revision == 0
        )
        wanted |= columns.text_id.in_(unseen) & (columns.replaced == false())
    query = (
        select(
            columns.text_id,
            columns.id,
            columns.start,
            columns.end,
            columns.surface,
            columns.type_id,
            ENTITY_TYPE.c.code,
            columns.score,
        )
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == columns.type_id)
        .where(columns.text_id.in_(text_ids), wanted, columns.start.is_not(None))
        .order_by(columns.text_id, columns.start, columns.end, columns.id)
    )
    return [Opening(*row) for row in session.connection().execute(query)]


def compatible(found: Iterable[Opening], *, allow_overlap: bool) -> list[Opening]:
    """Of one text: each span once, and no overlaps where the project forbids them.

    The likelier wins, then the longer, then the earlier; no score counts as 0.5.
    """

    def likely(one: Opening) -> tuple[float, int, int]:
        score = 0.5 if one.score is None else one.score
        return -score, one.start - one.end, one.start

    kept: dict[tuple[int, int, int], Opening] = {}
    taken: list[tuple[int, int]] = []
    for one in sorted(found, key=likely):
        at = bisect_left(taken, (one.end,))
        clash = at > 0 and taken[at - 1][1] > one.start
        place = (one.start, one.end, one.type_id)
        if place in kept or (clash and not allow_overlap):
            continue
        kept[place] = one
        if not allow_overlap:
            taken.insert(at, (one.start, one.end))
    return sorted(kept.values(), key=lambda one: (one.start, one.end, one.id))


def acceptable(session: Session, at: Head) -> list[Answer]:
    """Answers that accept what is still suggested on a text."""
    found = compatible(openings(session, [at.text_id]), allow_overlap=at.allow_overlap)
    return [
        Answer(one.start, one.end, one.surface, one.type_id, one.id, "accepted") for one in found
    ]
