"""Human answers: edits with a revision, undo and redo, statuses, the gold that comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from sqlalchemy import func, select
from sqlmodel import Session

from db import ledger, planning, scene
from db.errors import Invalid, NotFound
from db.leaving import gold, records
from db.ledger import Hand, Step
from db.openings import acceptable
from db.reversal import reverse
from db.session import snapshot, transaction
from db.tables import ANNOTATION, EDIT, TEXT
from db.values import Edit, EditKind, NewSpan, Status

__all__ = ["apply_edit", "gold", "history", "records", "redo", "set_status", "undo"]


def apply_edit(
    session: Session,
    text_id: int,
    *,
    base: int,
    edit_uid: str,
    added: Sequence[NewSpan] = (),
    removed: Sequence[int] = (),
    rejected: Sequence[int] = (),
    restored: Sequence[int] = (),
    author: str = "",
    seconds: float = 0.0,
) -> int:
    """Save one step of a person's work; returns the revision it made.

    Where the project forbids overlaps, a new span replaces what it overlaps, in the same step. The
    first step makes the text one in review; an accepted text stays accepted. The same `edit_uid`
    again changes nothing and returns the revision it already got.

    Args:
        session: the session.
        text_id: the text.
        base: the revision that the person saw.
        edit_uid: an id of this very step, made by whoever sends it.
        added: spans drawn, changed or taken over from suggestions.
        removed: numbers of human spans.
        rejected: numbers of suggestions.
        restored: numbers of rejections to take back.
        author: who did it.
        seconds: time spent on it.

    Raises:
        NotFound: there is no such text.
        Invalid: a span does not lie in the text, or names what is not there.
        Conflict: the text is no longer at `base`.
    """
    hand = Hand(edit_uid, author, seconds)
    with transaction(session):
        if (known := ledger.replayed(session, text_id, hand)) is not None:
            return known
        at = ledger.head(session, text_id, base)
        seen = scene.read(session, at, added, [*removed, *restored], rejected)
        made = planning.plan(seen, added, removed, rejected, restored)
        changed = bool(made.added or made.ended)
        status: Status = "review" if changed and at.status != "accepted" else at.status
        step = Step("edit", status, made.added, list(made.ended.values()))
        return ledger.write(session, at, hand, step)


def undo(
    session: Session, text_id: int, base: int, edit_uid: str, author: str = "", seconds: float = 0.0
) -> int:
    """Take back the last step; returns the new revision.

    Raises:
        NotFound: there is no such text.
        Invalid: there is nothing to undo.
        Conflict: the text is no longer at `base`.
    """
    return _back(session, text_id, base, Hand(edit_uid, author, seconds), "undo")


def redo(
    session: Session, text_id: int, base: int, edit_uid: str, author: str = "", seconds: float = 0.0
) -> int:
    """Do again what was undone last; returns the new revision.

    Raises:
        NotFound: there is no such text.
        Invalid: there is nothing to redo.
        Conflict: the text is no longer at `base`.
    """
    return _back(session, text_id, base, Hand(edit_uid, author, seconds), "redo")


def set_status(
    session: Session,
    text_id: int,
    status: Status,
    base: int,
    edit_uid: str,
    author: str = "",
    *,
    accept_open: bool = False,
    seconds: float = 0.0,
) -> int:
    """Say where a text stands; `accept_open` accepts what is still suggested, in the same step.

    Of open suggestions that overlap where the project forbids it, the likelier is accepted.

    Raises:
        NotFound: there is no such text.
        Invalid: there is no such status.
        Conflict: the text is no longer at `base`.
    """
    hand = Hand(edit_uid, author, seconds)
    if status not in get_args(Status):
        raise Invalid(f"A text has no status {status!r}.")
    with transaction(session):
        if (known := ledger.replayed(session, text_id, hand)) is not None:
            return known
        at = ledger.head(session, text_id, base)
        added = acceptable(session, at) if accept_open else []
        return ledger.write(session, at, hand, Step("status", status, added))


def history(session: Session, text_id: int) -> list[Edit]:
    """Every step ever made on a text, the first first. Raises NotFound."""
    with snapshot(session):
        connection = session.connection()
        if connection.execute(select(TEXT.c.id).where(TEXT.c.id == text_id)).first() is None:
            raise NotFound(f"There is no text number {text_id}.")
        edits = connection.execute(
            select(EDIT).where(EDIT.c.text_id == text_id).order_by(EDIT.c.revision)
        ).all()
        came, went = (
            {
                row[0]: row[1]
                for row in connection.execute(
                    select(column, func.count())
                    .where(ANNOTATION.c.text_id == text_id)
                    .group_by(column)
                )
            }
            for column in (ANNOTATION.c.added_revision, ANNOTATION.c.removed_revision)
        )
    return [
        Edit(
            revision=row.revision,
            kind=row.kind,
            author=row.author,
            created_at=row.created_at,
            seconds=row.seconds,
            status_before=row.status_before,
            status_after=row.status_after,
            undoes=row.undoes,
            added=came.get(row.revision, 0),
            removed=went.get(row.revision, 0),
        )
        for row in edits
    ]


def _back(session: Session, text_id: int, base: int, hand: Hand, kind: EditKind) -> int:
    with transaction(session):
        if (known := ledger.replayed(session, text_id, hand)) is not None:
            return known
        at = ledger.head(session, text_id, base)
        revision = at.undo_top if kind == "undo" else at.redo_top
        if revision is None:
            raise Invalid(f"There is nothing to {kind} on this text.")
        return ledger.write(session, at, hand, reverse(session, at, kind, revision))
