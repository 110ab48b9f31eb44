"""Texts kept for evaluation: a person or an import says so, and nothing is ever trained on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import sha256

from sqlalchemy import delete, func, insert, select
from sqlmodel import Session

from db.chunks import chunks
from db.columns import now
from db.session import transaction
from db.tables import EVALUATION_TEXT, FEW_SHOT_TEXT, TEXT

KEPT = select(EVALUATION_TEXT.c.text_id)
"""The numbers of the texts kept, for `column.in_(KEPT)`."""


def prints(characters: Iterable[str]) -> set[str]:
    """The prints of texts, as the project keeps them; half a character matches nothing."""
    return {sha256(one.encode(errors="surrogatepass")).hexdigest() for one in characters}


def keep(session: Session, project_id: int, text_ids: Collection[int]) -> int:
    """Keep texts of a project for evaluation; returns how many were not kept before."""
    added = 0
    with transaction(session):
        for some in chunks(text_ids):
            query = select(TEXT.c.id).where(
                TEXT.c.project_id == project_id, TEXT.c.id.in_(some), TEXT.c.id.not_in(KEPT)
            )
            ids = session.connection().execute(query).scalars().all()
            if ids:
                rows = [{"text_id": id_, "since": now()} for id_ in ids]
                session.connection().execute(insert(EVALUATION_TEXT), rows)
            added += len(ids)
    return added


def keep_same(session: Session, project_id: int, characters: Iterable[str]) -> int:
    """Keep the texts of a project that say just this; returns how many were not kept before."""
    found: list[int] = []
    for some in chunks(prints(characters)):
        query = select(TEXT.c.id).where(TEXT.c.project_id == project_id, TEXT.c.sha256.in_(some))
        found += session.connection().execute(query).scalars()
    return keep(session, project_id, found)


def release(session: Session, project_id: int, text_ids: Collection[int]) -> int:
    """Let texts go that were kept for evaluation; returns how many were."""
    gone = 0
    with transaction(session):
        for some in chunks(text_ids):
            mine = select(TEXT.c.id).where(TEXT.c.project_id == project_id, TEXT.c.id.in_(some))
            query = delete(EVALUATION_TEXT).where(EVALUATION_TEXT.c.text_id.in_(mine))
            gone += session.connection().execute(query).rowcount
    return gone


def kept(session: Session, project_id: int) -> list[int]:
    """The texts kept, in order of import."""
    query = select(TEXT.c.id).where(TEXT.c.project_id == project_id, TEXT.c.id.in_(KEPT))
    return list(session.connection().execute(query.order_by(TEXT.c.position)).scalars())


def set_aside(session: Session, project_id: int, number: int) -> int:
    """Keep up to so many accepted texts that are in no few-shot set; returns how many it were.

    They are the first in the project's own shuffle, which no tagger and no person has a hand in.
    """
    query = (
        select(TEXT.c.id)
        .where(
            TEXT.c.project_id == project_id,
            TEXT.c.status == "accepted",
            TEXT.c.id.not_in(KEPT),
            TEXT.c.id.not_in(select(FEW_SHOT_TEXT.c.text_id)),
        )
        .order_by(TEXT.c.shuffle, TEXT.c.position)
        .limit(max(0, number))
    )
    return keep(session, project_id, session.connection().execute(query).scalars().all())


def number(session: Session, project_id: int) -> tuple[int, int]:
    """How many texts are kept for evaluation, and how many of those are accepted."""
    accepted = func.count().filter(TEXT.c.status == "accepted")
    query = select(func.count(), accepted).where(
        TEXT.c.project_id == project_id, TEXT.c.id.in_(KEPT)
    )
    row = session.connection().execute(query).one()
    return row[0], row[1]
