"""The append-only ledger of a text: read where it stands, write the next revision.

Undo and redo are revisions too. Which revision each takes back is kept in linked lists over the
edits themselves (`undo_top`, `redo_top`, `under`), so that both reach back without limit, survive a
restart, and cost the same however long the history is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, insert, select, update
from sqlmodel import Session

from db import openness
from db.columns import now
from db.errors import Conflict, Invalid, NotFound
from db.projects import settings
from db.tables import ANNOTATION, EDIT, TAGGED, TEXT
from db.values import Action, EditKind, Status

_LONGEST_UID = 200


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose step it is, and how long it took.

    Raises:
        Invalid: no usable `edit_uid`, or a time that is none.
    """

    edit_uid: str
    author: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < len(self.edit_uid) <= _LONGEST_UID:
            raise Invalid(f"An edit needs an id of 1 to {_LONGEST_UID} characters.")
        if not math.isfinite(self.seconds) or self.seconds < 0:
            raise Invalid(f"Time spent is 0 seconds or more; got {self.seconds}.")


class Head(NamedTuple):
    """Where a text stands; `tagged`: a tagger has looked at it."""

    text_id: int
    project_id: int
    revision: int
    status: Status
    blind: bool
    tagged: bool
    allow_overlap: bool
    undo_top: int | None
    redo_top: int | None


class Live(NamedTuple):
    """A human answer that holds; `lineage` is the id it keeps through undo and redo."""

    id: int
    lineage: int
    start: int | None
    end: int | None
    surface: str
    type_id: int
    suggestion_id: int | None
    action: Action


class Answer(NamedTuple):
    """A human answer to write."""

    start: int | None
    end: int | None
    surface: str
    type_id: int
    suggestion_id: int | None
    action: Action
    restores: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What the next revision changes.

    Attributes:
        status: where the text stands after it.
        undoes: the revision that an undo or redo takes back.
        undoable: False for what a person did to a type and not to this text.
    """

    kind: EditKind
    status: Status
    added: Sequence[Answer] = ()
    ended: Sequence[Live] = ()
    undoes: int | None = None
    undoable: bool = True


LINEAGE = func.coalesce(ANNOTATION.c.restores, ANNOTATION.c.id)

ADVANCE = (
    update(TEXT)
    .where(TEXT.c.id == bindparam("row"))
    .values(
        revision=bindparam("revision"),
        status=bindparam("status"),
        seconds=TEXT.c.seconds + bindparam("more"),
        updated_at=bindparam("updated_at"),
    )
)
END = (
    update(ANNOTATION)
    .where(ANNOTATION.c.id == bindparam("row"))
    .values(removed_revision=bindparam("removed_revision"))
)


def replayed(session: Session, text_id: int, hand: Hand) -> int | None:
    """The revision that this very edit got before, None when it is new.

    Raises:
        Invalid: the id was used for another text.
    """
    query = select(EDIT.c.text_id, EDIT.c.revision).where(EDIT.c.edit_uid == hand.edit_uid)
    row = session.connection().execute(query).first()
    if row is None:
        return None
    if row.text_id != text_id:
        raise Invalid(f"The edit {hand.edit_uid!r} belongs to another text.")
    return int(row.revision)


def head(session: Session, text_id: int, base: int | None = None) -> Head:
    """Where a text stands.

    Raises:
        NotFound: there is no such text.
        Conflict: it is not at revision `base`.
    """
    tagged = select(TAGGED.c.text_id).where(TAGGED.c.text_id == text_id, TAGGED.c.error == "")
    query = (
        select(
            TEXT.c.project_id,
            TEXT.c.revision,
            TEXT.c.status,
            TEXT.c.blind,
            tagged.exists().label("tagged"),
            EDIT.c.undo_top,
            EDIT.c.redo_top,
        )
        .outerjoin(EDIT, (EDIT.c.text_id == TEXT.c.id) & (EDIT.c.revision == TEXT.c.revision))
        .where(TEXT.c.id == text_id)
    )
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no text number {text_id}.")
    if base is not None and row.revision != base:
        raise Conflict(row.revision)
    overlap = settings(session, row.project_id).allow_overlap
    return Head(
        text_id,
        row.project_id,
        row.revision,
        row.status,
        row.blind,
        bool(row.tagged),
        overlap,
        row.undo_top,
        row.redo_top,
    )


def live(session: Session, text_id: int, *conditions: Any) -> list[Live]:
    """Answers of a text that hold, in order of their making; conditions are SQL."""
    query = (
        select(
            ANNOTATION.c.id,
            LINEAGE,
            ANNOTATION.c.start,
            ANNOTATION.c.end,
            ANNOTATION.c.surface,
            ANNOTATION.c.type_id,
            ANNOTATION.c.suggestion_id,
            ANNOTATION.c.action,
        )
        .where(ANNOTATION.c.text_id == text_id, ANNOTATION.c.removed_revision.is_(None))
        .where(*conditions)
        .order_by(ANNOTATION.c.id)
    )
    return [Live(*row) for row in session.connection().execute(query)]


def write(session: Session, at: Head, hand: Hand, step: Step) -> int:
    """Write a step as the next revision; touches only rows that it changes."""
    revision, moment = at.revision + 1, now()
    _end(session, [row.id for row in step.ended], revision)
    _add(session, at.text_id, hand.author, revision, step.added)
    edit = {
        **entry(at, step, _below(session, at, step)),
        "edit_uid": hand.edit_uid,
        "author": hand.author,
        "created_at": moment,
        "seconds": hand.seconds,
    }
    connection = session.connection()
    connection.execute(insert(EDIT), edit)
    changed = {"row": at.text_id, "revision": revision, "status": step.status}
    connection.execute(ADVANCE, {**changed, "more": hand.seconds, "updated_at": moment})
    _reopen(session, at, step)
    openness.recount(session, [at.text_id])
    return revision


def entry(at: Head, step: Step, below: int | None) -> dict[str, Any]:
    """The row of a step in the history of its text, without whose it is.

    `below` is what lies under the revision that the step takes back, None when it takes none back.
    """
    undo_top, redo_top, under = _stacks(at, step, below)
    return {
        "text_id": at.text_id,
        "revision": at.revision + 1,
        "kind": step.kind,
        "status_before": at.status,
        "status_after": step.status,
        "undoes": step.undoes,
        "undo_top": undo_top,
        "redo_top": redo_top,
        "under": under,
    }


def _stacks(at: Head, step: Step, below: int | None) -> tuple[int | None, int | None, int | None]:
    """The new `undo_top` and `redo_top`, and what lies under this step on its stack."""
    if step.undoes is None:
        effect = step.added or step.ended or step.status != at.status
        if not (effect and step.undoable):
            return at.undo_top, at.redo_top, None
        return at.revision + 1, None, at.undo_top
    if step.kind == "undo":
        return below, at.revision + 1, at.redo_top
    return at.revision + 1, below, at.undo_top


def _end(session: Session, ids: Sequence[int], revision: int) -> None:
    if ids:
        session.connection().execute(
            END, [{"row": id_, "removed_revision": revision} for id_ in ids]
        )


def _add(
    session: Session, text_id: int, author: str, revision: int, answers: Sequence[Answer]
) -> None:
    if answers:
        common = {
            "text_id": text_id,
            "author": author,
            "created_at": now(),
            "added_revision": revision,
            "removed_revision": None,
        }
        rows = [{**answer._asdict(), **common} for answer in answers]
        session.connection().execute(insert(ANNOTATION), rows)


def _below(session: Session, at: Head, step: Step) -> int | None:
    """What lies under the revision that a step takes back."""
    if step.undoes is None:
        return None
    query = select(EDIT.c.under).where(EDIT.c.text_id == at.text_id, EDIT.c.revision == step.undoes)
    below: int | None = session.connection().execute(query).scalar_one()
    return below


def _reopen(session: Session, at: Head, step: Step) -> None:
    """Open and close the suggestions that the step can have touched."""
    touched: list[Live | Answer] = [*step.added, *step.ended]
    if not touched or at.blind:
        return
    stretch = (
        min((one.start for one in touched if one.start is not None), default=0),
        max((one.end for one in touched if one.end is not None), default=0),
    )
    named = {one.suggestion_id for one in touched if one.suggestion_id is not None}
    openness.reopen_stretch(
        session,
        at.text_id,
        stretch,
        named,
        unplaced=any(one.start is None for one in touched),
        allow_overlap=at.allow_overlap,
    )
