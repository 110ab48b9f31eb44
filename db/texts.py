"""Texts: add them in bulk, read one, list them by page, walk the review queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session

from db.adding import add_batch
from db.chunks import chunks
from db.columns import now
from db.errors import Invalid, NotFound
from db.queue import next_in_queue, previous_in_queue, queue_position
from db.searching import contains as containing
from db.session import snapshot, transaction
from db.showing import human_spans, rejections, suggested_spans, unlocated
from db.tables import EDIT, TEXT, TEXT_BODY
from db.values import Page, Status, StoredText, TextRow

__all__ = [
    "add_batch",
    "get",
    "ids_to_tag",
    "iter_texts",
    "next_in_queue",
    "page",
    "previous_in_queue",
    "queue_position",
    "set_note",
]

_LONGEST_NOTE = 5_000


def get(session: Session, text_id: int) -> StoredText:
    """One text with its spans, as of one moment. Raises NotFound."""
    query = (
        select(TEXT, TEXT_BODY.c.text, TEXT_BODY.c.meta, EDIT.c.undo_top, EDIT.c.redo_top)
        .join(TEXT_BODY, TEXT_BODY.c.text_id == TEXT.c.id)
        .outerjoin(EDIT, (EDIT.c.text_id == TEXT.c.id) & (EDIT.c.revision == TEXT.c.revision))
        .where(TEXT.c.id == text_id)
    )
    with snapshot(session):
        row = session.connection().execute(query).first()
        if row is None:
            raise NotFound(f"There is no text number {text_id}.")
        spans = [*human_spans(session, text_id), *suggested_spans(session, text_id)]
        lost = unlocated(session, text_id)
        refused = [] if row.blind else rejections(session, text_id)
        bulk = _bulk(session, text_id, row.undo_top), _bulk(session, text_id, row.redo_top)
    return StoredText(
        id=row.id,
        project_id=row.project_id,
        position=row.position,
        text=row.text,
        status=row.status,
        revision=row.revision,
        meta=row.meta,
        spans=tuple(sorted(spans, key=lambda span: (span.start, span.end))),
        unlocated=tuple(lost),
        flagged=row.flagged,
        note=row.note,
        blind=row.blind,
        seconds=row.seconds,
        can_undo=row.undo_top is not None,
        can_redo=row.redo_top is not None,
        undo_bulk=bulk[0],
        redo_bulk=bulk[1],
        rejected=tuple(refused),
    )


def page(
    session: Session,
    project_id: int,
    *,
    after: int | None = None,
    limit: int = 50,
    status: Status | None = None,
    contains: str | None = None,
) -> Page:
    """Texts in order of import.

    Args:
        session: the session.
        project_id: the project.
        after: the `next` of the page before, None for the first page.
        limit: how many texts.
        status: only these, None for all.
        contains: only texts with these words (see `searching.contains`), None or "" for all.
    """
    where = [TEXT.c.project_id == project_id]
    if status is not None:
        where.append(TEXT.c.status == status)
    if contains:
        where.append(containing(contains))
    query = _rows().where(*where).order_by(TEXT.c.position).limit(max(1, limit) + 1)
    if after is not None:
        query = query.where(TEXT.c.position > after)
    with snapshot(session):
        rows = session.connection().execute(query).all()
        count = select(func.count()).select_from(TEXT).where(*where)
        total = session.connection().execute(count).scalar_one()
    items = tuple(TextRow(*row) for row in rows[:limit])
    return Page(items, items[-1].position if len(rows) > limit else None, total)


def ids_to_tag(session: Session, project_id: int, only: str = "new") -> list[int]:
    """Ids of the texts a tagger should see, in order of import: "new" ones, or "all".

    Raises:
        Invalid: `only` is neither.
    """
    if only not in ("new", "all"):
        raise Invalid(f"Texts to tag are 'new' or 'all'; got {only!r}.")
    query = select(TEXT.c.id).where(TEXT.c.project_id == project_id).order_by(TEXT.c.position)
    if only == "new":
        query = query.where(TEXT.c.status == "new")
    return list(session.connection().execute(query).scalars())


def iter_texts(session: Session, ids: Sequence[int], batch: int = 500) -> Iterator[tuple[int, str]]:
    """The characters of texts, in the order of `ids`, read batch by batch; missing ones skipped."""
    for some in chunks(ids, batch):
        query = select(TEXT_BODY.c.text_id, TEXT_BODY.c.text).where(TEXT_BODY.c.text_id.in_(some))
        found = {row.text_id: row.text for row in session.connection().execute(query)}
        yield from ((id_, found[id_]) for id_ in some if id_ in found)


def set_note(session: Session, text_id: int, *, flagged: bool, note: str = "") -> None:
    """Flag a text for a second look, or take the flag away.

    Raises:
        NotFound: there is no such text.
        Invalid: the note is too long.
    """
    if len(note) > _LONGEST_NOTE:
        raise Invalid(f"A note has at most {_LONGEST_NOTE} characters; got {len(note)}.")
    changed = update(TEXT).where(TEXT.c.id == text_id)
    with transaction(session):
        done = session.connection().execute(
            changed.values(flagged=flagged, note=note, updated_at=now())
        )
        if not done.rowcount:
            raise NotFound(f"There is no text number {text_id}.")


def _bulk(session: Session, text_id: int, revision: int | None) -> int | None:
    """The step over many texts that a revision belongs to, None for none."""
    if revision is None:
        return None
    query = select(EDIT.c.bulk_id).where(EDIT.c.text_id == text_id, EDIT.c.revision == revision)
    found: int | None = session.connection().execute(query).scalar_one()
    return found


def _rows() -> Any:
    return select(
        TEXT.c.id,
        TEXT.c.position,
        TEXT_BODY.c.text,
        TEXT.c.status,
        TEXT.c.n_suggestions,
        TEXT.c.n_spans,
        TEXT.c.uncertainty,
    ).join(TEXT_BODY, TEXT_BODY.c.text_id == TEXT.c.id)
