"""Take a step over many texts back, or do it again, where it is still the last thing done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import Session

from db import bulk_reading
from db.bulk_writing import Turn
from db.ledger import LINEAGE, Answer, Head, Step
from db.tables import ANNOTATION, BULK, EDIT, ENTITY_TYPE, TEXT
from db.values import Status

Way = Literal["undo", "redo"]


class Taken(NamedTuple):
    """An edit of a bulk step that is next on its text's stack."""

    edit_id: int
    text_id: int
    revision: int
    status_before: Status
    under: int | None


def standing(session: Session, root: int, way: Way) -> tuple[list[Taken], list[int]]:
    """The edits that can be turned, and the texts where something was done since."""
    last = EDIT.alias("last")
    family = select(BULK.c.id).where(or_(BULK.c.id == root, BULK.c.root == root))
    query = (
        select(
            EDIT.c.id,
            EDIT.c.text_id,
            EDIT.c.revision,
            EDIT.c.status_before,
            EDIT.c.under,
            EDIT.c.kind,
            last.c.undo_top,
            last.c.redo_top,
        )
        .join(TEXT, TEXT.c.id == EDIT.c.text_id)
        .join(last, (last.c.text_id == TEXT.c.id) & (last.c.revision == TEXT.c.revision))
        .where(EDIT.c.bulk_id.in_(family))
        .order_by(TEXT.c.position, EDIT.c.revision)
    )
    newest: dict[int, tuple[Any, bool]] = {}
    for row in session.connection().execute(query):
        top = row.undo_top if way == "undo" else row.redo_top
        newest[row.text_id] = (row, top == row.revision)
    here = {
        id_: found for id_, found in newest.items() if (found[0].kind == "undo") is (way == "redo")
    }
    taken = [Taken(*row[:5]) for row, on_top in here.values() if on_top]
    return taken, [id_ for id_, (_, on_top) in here.items() if not on_top]


def turns(session: Session, project_id: int, taken: Sequence[Taken], way: Way) -> list[Turn]:
    """The steps that turn these edits, at most a few hundred; see `reversal.reverse`."""
    at = bulk_reading.heads(session, project_id, [one.text_id for one in taken])
    ids = [one.edit_id for one in taken]
    made = _made(session, ids)
    again = _ended(session, ids)
    held = bulk_reading.live(session, list(at))
    return [
        Turn(
            at[one.text_id],
            Step(
                way,
                _status(at[one.text_id], one.status_before),
                again.get(one.text_id, ()),
                [row for row in held.get(one.text_id, ()) if row.lineage in made],
                undoes=one.revision,
            ),
            one.under,
        )
        for one in taken
    ]


def _status(at: Head, before: Status) -> Status:
    return "suggested" if before == "new" and at.tagged else before


def _made(session: Session, edit_ids: Sequence[int]) -> set[int]:
    """The answers that these edits made, by the number they keep."""
    query = (
        select(LINEAGE)
        .join(
            EDIT,
            (EDIT.c.text_id == ANNOTATION.c.text_id)
            & (EDIT.c.revision == ANNOTATION.c.added_revision),
        )
        .where(EDIT.c.id.in_(edit_ids))
    )
    return set(session.connection().execute(query).scalars())


def _ended(session: Session, edit_ids: Sequence[int]) -> dict[int, list[Answer]]:
    """The answers that these edits ended, by text, to be given again."""
    query = (
        select(
            ANNOTATION.c.text_id,
            ANNOTATION.c.start,
            ANNOTATION.c.end,
            ANNOTATION.c.surface,
            ANNOTATION.c.type_id,
            ANNOTATION.c.suggestion_id,
            ANNOTATION.c.action,
            LINEAGE,
        )
        .join(
            EDIT,
            (EDIT.c.text_id == ANNOTATION.c.text_id)
            & (EDIT.c.revision == ANNOTATION.c.removed_revision),
        )
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == ANNOTATION.c.type_id)
        .where(EDIT.c.id.in_(edit_ids), ENTITY_TYPE.c.deleted_at.is_(None))
        .order_by(ANNOTATION.c.id)
    )
    found: dict[int, list[Answer]] = defaultdict(list)
    for row in session.connection().execute(query):
        found[row[0]].append(Answer(*row[1:]))
    return found
