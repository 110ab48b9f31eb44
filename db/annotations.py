"""Human answers: edits with a revision, undo and redo, statuses, the gold that comes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from sqlmodel import Session

from db.values import Edit, NewSpan, Status
from engine.types import AnnotatedText, Record


def apply_edit(
    session: Session,
    text_id: int,
    *,
    base: int,
    edit_uid: str,
    added: Sequence[NewSpan] = (),
    removed: Sequence[int] = (),
    rejected: Sequence[int] = (),
    author: str = "",
    seconds: float = 0.0,
) -> int:
    """Save one step of a person's work; returns the revision it made.

    `removed` are numbers of human spans, `rejected` of suggestions. The same `edit_uid` again
    changes nothing and returns the revision it already got.

    Raises: NotFound, Invalid, Conflict (the text is no longer at `base`).
    """
    raise NotImplementedError


def undo(
    session: Session, text_id: int, base: int, edit_uid: str, author: str = "", seconds: float = 0.0
) -> int:
    """Take back the last step. Raises Invalid when there is none, Conflict."""
    raise NotImplementedError


def redo(
    session: Session, text_id: int, base: int, edit_uid: str, author: str = "", seconds: float = 0.0
) -> int:
    """Do again what was undone last. Raises Invalid when there is nothing, Conflict."""
    raise NotImplementedError


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
    """Say where a text stands; `accept_open` accepts what is still suggested, in the same step."""
    raise NotImplementedError


def history(session: Session, text_id: int) -> list[Edit]:
    """Every step ever made on a text, the first first."""
    raise NotImplementedError


def gold(session: Session, project_id: int) -> Iterator[tuple[int, AnnotatedText]]:
    """Accepted texts with their human spans, in order of import."""
    raise NotImplementedError


def records(
    session: Session, project_id: int, only: Literal["accepted", "all"] = "accepted"
) -> Iterator[Record]:
    """Texts as they leave the house, in order of import; labels are codes, ids our numbers.

    "accepted" gives the gold. "all" gives every text with what is on it: human spans and open
    suggestions, with the status in `meta`, so that an unseen text is not taken for an empty one.
    """
    raise NotImplementedError
