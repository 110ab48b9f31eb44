"""Texts on their way out: gold and records, read in batches, each batch as of one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from sqlalchemy import select
from sqlmodel import Session

from db.openings import compatible, openings
from db.projects import settings
from db.session import snapshot
from db.tables import ANNOTATION, ENTITY_TYPE, TEXT, TEXT_BODY
from engine.types import AnnotatedText, Record, Span

_AT_ONCE = 200
"""Texts held at a time. Our choice: 40 MB where every text has 200 kB."""


def gold(session: Session, project_id: int) -> Iterator[tuple[int, AnnotatedText]]:
    """Accepted texts with their human spans, in order of import."""
    for row, spans in _texts(session, project_id, "accepted"):
        yield row.id, AnnotatedText(row.text, tuple(spans))


def records(
    session: Session, project_id: int, only: Literal["accepted", "all"] = "accepted"
) -> Iterator[Record]:
    """Texts as they leave the house, in order of import; labels are codes, ids our numbers.

    "accepted" gives the gold. "all" gives every text with what is on it: human spans and open
    suggestions, with the status in `meta`, so that an unseen text is not taken for an empty one.
    A file is no screen: what a blind text hides is in it until a person has worked on the text.
    """
    for row, spans in _texts(session, project_id, only):
        meta = dict(row.meta) if only == "accepted" else {**row.meta, "status": row.status}
        yield Record(AnnotatedText(row.text, tuple(spans)), meta=meta, id=str(row.id))


def _texts(
    session: Session, project_id: int, only: Literal["accepted", "all"]
) -> Iterator[tuple[Any, list[Span]]]:
    allow_overlap = settings(session, project_id).allow_overlap
    after = -1
    while True:
        with snapshot(session):
            rows = _batch(session, project_id, only, after)
            ids = [row.id for row in rows]
            spans = _human(session, ids)
            if only == "all":
                _add_open(session, ids, spans, allow_overlap=allow_overlap)
        if not rows:
            return
        for row in rows:
            yield row, spans[row.id]
        after = rows[-1].position


def _batch(session: Session, project_id: int, only: str, after: int) -> Sequence[Any]:
    query = (
        select(TEXT.c.id, TEXT.c.position, TEXT.c.status, TEXT_BODY.c.text, TEXT_BODY.c.meta)
        .join(TEXT_BODY, TEXT_BODY.c.text_id == TEXT.c.id)
        .where(TEXT.c.project_id == project_id, TEXT.c.position > after)
        .order_by(TEXT.c.position)
        .limit(_AT_ONCE)
    )
    if only == "accepted":
        query = query.where(TEXT.c.status == "accepted")
    return session.connection().execute(query).all()


def _human(session: Session, ids: Sequence[int]) -> dict[int, list[Span]]:
    query = (
        select(ANNOTATION.c.text_id, ANNOTATION.c.start, ANNOTATION.c.end, ENTITY_TYPE.c.code)
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == ANNOTATION.c.type_id)
        .where(
            ANNOTATION.c.text_id.in_(ids),
            ANNOTATION.c.removed_revision.is_(None),
            ANNOTATION.c.action != "rejected",
        )
    )
    spans: dict[int, list[Span]] = defaultdict(list)
    for text_id, start, end, code in session.connection().execute(query):
        spans[text_id].append(Span(start, end, code))
    return spans


def _add_open(
    session: Session, ids: Sequence[int], spans: dict[int, list[Span]], *, allow_overlap: bool
) -> None:
    by_text = defaultdict(list)
    for one in openings(session, ids, hidden=True):
        by_text[one.text_id].append(one)
    for text_id, found in by_text.items():
        spans[text_id] += [
            Span(one.start, one.end, one.code)
            for one in compatible(found, allow_overlap=allow_overlap)
        ]
