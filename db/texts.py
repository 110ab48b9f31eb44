"""Texts: add them in bulk, read one, list them by page, walk the review queue."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlmodel import Session

from db.values import (
    UNFINISHED,
    AddReport,
    Order,
    Page,
    Place,
    SpansAs,
    Status,
    StoredText,
)
from engine.types import Record


def add_batch(
    session: Session,
    project_id: int,
    records: Sequence[Record],
    *,
    as_: SpansAs = "none",
    author: str = "",
    source: str = "",
) -> AddReport:
    """Add texts; their labels are matched to codes and names, case aside.

    "annotations" makes the texts accepted (skipped where the record says ignore), "suggestions"
    makes their spans suggestions of the tagger "import". A text that the project has is left as
    it is. Raises NotFound.
    """
    raise NotImplementedError


def get(session: Session, text_id: int) -> StoredText:
    """One text with its spans. Raises NotFound."""
    raise NotImplementedError


def page(
    session: Session,
    project_id: int,
    *,
    after: int | None = None,
    limit: int = 50,
    status: Status | None = None,
    contains: str | None = None,
) -> Page:
    """Texts in order of import; `after` is the `next` of the page before."""
    raise NotImplementedError


def ids_to_tag(session: Session, project_id: int, only: str = "new") -> list[int]:
    """Ids of the texts a tagger should see: "new" ones, or "all" that nobody has finished."""
    raise NotImplementedError


def iter_texts(session: Session, ids: Sequence[int], batch: int = 500) -> Iterator[tuple[int, str]]:
    """The characters of texts, in the order of `ids`, read batch by batch."""
    raise NotImplementedError


def next_in_queue(
    session: Session,
    project_id: int,
    *,
    after_text_id: int | None = None,
    order: Order = "uncertainty",
    status: Collection[Status] = UNFINISHED,
) -> int | None:
    """The text after that one in a queue, or the first of all; None at the end."""
    raise NotImplementedError


def previous_in_queue(
    session: Session,
    project_id: int,
    *,
    before_text_id: int,
    order: Order = "uncertainty",
    status: Collection[Status] = UNFINISHED,
) -> int | None:
    """The text before that one in a queue; None at the start."""
    raise NotImplementedError


def queue_position(
    session: Session,
    text_id: int,
    *,
    order: Order = "uncertainty",
    status: Collection[Status] = UNFINISHED,
) -> Place:
    """Where a text stands in a queue, 1 being the first."""
    raise NotImplementedError


def set_note(session: Session, text_id: int, *, flagged: bool, note: str = "") -> None:
    """Flag a text for a second look, or take the flag away. Raises NotFound."""
    raise NotImplementedError
