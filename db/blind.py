"""The blind slice: texts that hide their suggestions, so that what a tagger misses can be measured.

Which texts those are follows from their print alone: the same texts are blind in every project with
the same share, and a larger share only adds to a smaller one.
"""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

from sqlalchemy import func, select, true, update
from sqlalchemy.orm import aliased
from sqlmodel import Session

from db import openness
from db.tables import ANNOTATION, ENTITY_TYPE, SUGGESTION, TAGGED, TAGGING, TEXT
from db.values import ProjectSettings

LEAST = 20
"""Texts from which a project that nobody chose a share for hides anything. Our choice: a tenth of
less measures nothing, and a first look at a handful of texts should show what was suggested."""

_PRINTS = 16**8


class Found(NamedTuple):
    """How many spans of a type people marked on blind texts, and how many a tagger found."""

    tagger: str
    code: str
    spans: int
    found: int


def hides(print_: str, share: float) -> bool:
    """Whether a text with this print hides its suggestions at a share of 0..1."""
    return int(print_[:8], 16) < ceil(share * _PRINTS)


def share_of(chosen: ProjectSettings, texts: int) -> float:
    """The share that hides suggestions in a project of so many texts.

    >>> share_of(ProjectSettings(), 19), share_of(ProjectSettings(blind_share=0.5), 19)
    (0.0, 0.5)
    """
    untouched = chosen.blind_share == ProjectSettings().blind_share
    return 0.0 if untouched and texts < LEAST else chosen.blind_share


def assign(session: Session, project_id: int, share: float, *, allow_overlap: bool) -> None:
    """Choose the blind texts anew, within the caller's transaction.

    A text that a person has worked on stays as it was: it was marked with or without suggestions,
    and no choice changes that.
    """
    edge = ceil(share * _PRINTS)
    low = TEXT.c.sha256 < (f"{edge:08x}" if edge < _PRINTS else "g")
    untouched = (TEXT.c.project_id == project_id) & (TEXT.c.revision == 0)
    untouched &= TEXT.c.status.in_(("new", "suggested"))
    connection = session.connection()
    changed = connection.execute(select(TEXT.c.id).where(untouched, TEXT.c.blind != low)).scalars()
    ids = changed.all()
    connection.execute(update(TEXT).where(untouched, TEXT.c.blind != low).values(blind=low))
    openness.close_blind(session, ids)
    openness.reopen_texts(session, ids, allow_overlap=allow_overlap)
    openness.recount(session, ids)


def texts(session: Session, project_id: int) -> tuple[int, int]:
    """How many texts are blind, and how many of those are accepted."""
    query = select(func.count(), func.count().filter(TEXT.c.status == "accepted")).where(
        TEXT.c.project_id == project_id, TEXT.c.blind == true()
    )
    row = session.connection().execute(query).one()
    return row[0], row[1]


def recall(session: Session, project_id: int) -> list[Found]:
    """Per tagger and type, what accepted blind texts hold and the tagger's newest look found.

    A span counts as found when place and type are the same.
    """
    seen = (
        select(TAGGED.c.text_id, TAGGING.c.tagger)
        .join(TAGGING, TAGGING.c.id == TAGGED.c.tagging_id)
        .join(TEXT, TEXT.c.id == TAGGED.c.text_id)
        .where(
            TEXT.c.project_id == project_id,
            TEXT.c.blind == true(),
            TEXT.c.status == "accepted",
            TAGGED.c.error == "",
        )
        .distinct()
        .subquery()
    )
    said, proposed, by = aliased(ANNOTATION), aliased(SUGGESTION), aliased(TAGGING)
    hit = (
        select(proposed.c.id)
        .join(by, by.c.id == proposed.c.tagging_id)
        .where(
            proposed.c.text_id == said.c.text_id,
            proposed.c.start == said.c.start,
            proposed.c.end == said.c.end,
            proposed.c.type_id == said.c.type_id,
            _holds(proposed),
            by.c.tagger == seen.c.tagger,
        )
        .exists()
        .correlate(said, seen)
    )
    query = (
        select(seen.c.tagger, ENTITY_TYPE.c.code, func.count(), func.count().filter(hit))
        .join(said, said.c.text_id == seen.c.text_id)
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == said.c.type_id)
        .where(said.c.removed_revision.is_(None), said.c.action != "rejected")
        .group_by(seen.c.tagger, ENTITY_TYPE.c.code)
        .order_by(seen.c.tagger, ENTITY_TYPE.c.position)
    )
    return [Found(*row) for row in session.connection().execute(query)]


def _holds(proposed: Any) -> Any:
    """What a tagger says today: not replaced, and located."""
    return (proposed.c.replaced == 0) & (proposed.c.match != "ungrounded")
