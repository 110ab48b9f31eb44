"""What deleting an entity type does to the spans that use it."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import false, select
from sqlmodel import Session

from db import ledger, openness, proposing
from db.ledger import Hand, Step
from db.session import transaction
from db.tables import ANNOTATION, SUGGESTION

_AT_ONCE = 100
"""Texts changed in one transaction, so that other writers get their turn."""


def retire(session: Session, type_id: int, author: str) -> None:
    """End the answers of a type, one revision a text, and let its suggestions go.

    The revisions stand in each history, but undo passes them by: the type is gone for all.
    """
    answered = select(ANNOTATION.c.text_id).where(
        ANNOTATION.c.type_id == type_id, ANNOTATION.c.removed_revision.is_(None)
    )
    proposed = select(SUGGESTION.c.text_id).where(
        SUGGESTION.c.type_id == type_id, SUGGESTION.c.replaced == false()
    )
    while True:
        with transaction(session):
            connection = session.connection()
            query = answered.union(proposed).limit(_AT_ONCE)
            ids = connection.execute(query).scalars().all()
            for text_id in ids:
                _retire_on(session, text_id, type_id, author)
            openness.recount(session, ids)
        if not ids:
            return


def _retire_on(session: Session, text_id: int, type_id: int, author: str) -> None:
    proposing.drop(session, SUGGESTION.c.text_id == text_id, SUGGESTION.c.type_id == type_id)
    ended = ledger.live(session, text_id, ANNOTATION.c.type_id == type_id)
    if ended:
        at = ledger.head(session, text_id)
        step = Step("edit", at.status, ended=ended, undoable=False)
        ledger.write(session, at, Hand(f"retire-{uuid4().hex}", author), step)
