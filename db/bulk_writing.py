"""Write the next revision of many texts at once: a few statements for hundreds of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlmodel import Session

from db import openness
from db.columns import now
from db.ledger import ADVANCE, END, Head, Step, entry
from db.tables import ANNOTATION, EDIT


class Turn(NamedTuple):
    """The next step of one text; `below`: see `ledger.entry`."""

    at: Head
    step: Step
    below: int | None = None


def write(session: Session, turns: Sequence[Turn], bulk_id: int, author: str) -> None:
    """Write a step on each of these texts, at most a few hundred, as part of a bulk step."""
    if not turns:
        return
    moment, connection = now(), session.connection()
    ended = [
        {"row": row.id, "removed_revision": turn.at.revision + 1}
        for turn in turns
        for row in turn.step.ended
    ]
    if ended:
        connection.execute(END, ended)
    if added := _added(turns, author, moment):
        connection.execute(insert(ANNOTATION), added)
    connection.execute(insert(EDIT), _edits(turns, bulk_id, author, moment))
    connection.execute(
        ADVANCE,
        [
            {
                "row": at.text_id,
                "revision": at.revision + 1,
                "status": step.status,
                "more": 0.0,
                "updated_at": moment,
            }
            for at, step, _ in turns
        ],
    )
    ids = [turn.at.text_id for turn in turns]
    openness.reopen_texts(session, ids, allow_overlap=turns[0].at.allow_overlap)
    openness.recount(session, ids)


def _added(turns: Sequence[Turn], author: str, moment: Any) -> list[dict[str, Any]]:
    return [
        {
            **answer._asdict(),
            "text_id": at.text_id,
            "author": author,
            "created_at": moment,
            "added_revision": at.revision + 1,
            "removed_revision": None,
        }
        for at, step, _ in turns
        for answer in step.added
    ]


def _edits(turns: Sequence[Turn], bulk_id: int, author: str, moment: Any) -> list[dict[str, Any]]:
    return [
        {
            **entry(at, step, below),
            "edit_uid": f"bulk-{bulk_id}-{at.text_id}",
            "author": author,
            "created_at": moment,
            "seconds": 0.0,
            "bulk_id": bulk_id,
        }
        for at, step, below in turns
    ]
