"""Where many texts stand and what is on them, read together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select, true
from sqlmodel import Session

from db import scene
from db.chunks import chunks
from db.ledger import LINEAGE, Head, Live
from db.planning import Proposed, Scene
from db.projects import settings
from db.tables import ANNOTATION, EDIT, SUGGESTION, TAGGED, TEXT


def heads(session: Session, project_id: int, ids: Sequence[int]) -> dict[int, Head]:
    """Where these texts of a project stand, by text; at most a few hundred."""
    overlap = settings(session, project_id).allow_overlap
    tagged = select(TAGGED.c.text_id).where(TAGGED.c.text_id == TEXT.c.id, TAGGED.c.error == "")
    query = (
        select(
            TEXT.c.id,
            TEXT.c.project_id,
            TEXT.c.revision,
            TEXT.c.status,
            TEXT.c.blind,
            tagged.exists().label("tagged"),
            EDIT.c.undo_top,
            EDIT.c.redo_top,
        )
        .outerjoin(EDIT, (EDIT.c.text_id == TEXT.c.id) & (EDIT.c.revision == TEXT.c.revision))
        .where(TEXT.c.id.in_(ids), TEXT.c.project_id == project_id)
    )
    return {
        row.id: Head(
            row.id,
            row.project_id,
            row.revision,
            row.status,
            row.blind,
            bool(row.tagged),
            overlap,
            row.undo_top,
            row.redo_top,
        )
        for row in session.connection().execute(query)
    }


def live(session: Session, ids: Sequence[int]) -> dict[int, list[Live]]:
    """The answers that hold on these texts, in order of their making."""
    query = (
        select(
            ANNOTATION.c.text_id,
            ANNOTATION.c.id,
            LINEAGE,
            ANNOTATION.c.start,
            ANNOTATION.c.end,
            ANNOTATION.c.surface,
            ANNOTATION.c.type_id,
            ANNOTATION.c.suggestion_id,
            ANNOTATION.c.action,
        )
        .where(ANNOTATION.c.text_id.in_(ids), ANNOTATION.c.removed_revision.is_(None))
        .order_by(ANNOTATION.c.id)
    )
    found: dict[int, list[Live]] = defaultdict(list)
    for row in session.connection().execute(query):
        found[row[0]].append(Live(*row[1:]))
    return found


def scenes(
    session: Session, at: dict[int, Head], texts: dict[int, str], types: dict[str, int]
) -> dict[int, Scene]:
    """What an edit of each of these texts needs to know."""
    ids = list(at)
    answers = live(session, ids)
    waiting, proposed = _proposed(session, ids)
    return {
        id_: Scene(
            text=texts[id_],
            types=types,
            answers=answers.get(id_, []),
            proposed=waiting.get(id_, []),
            any_proposed=id_ in proposed and not one.blind,
            allow_overlap=one.allow_overlap,
        )
        for id_, one in at.items()
    }


def edited_since(session: Session, ids: Iterable[int], edit: int) -> set[int]:
    """Those of these texts that have an edit newer than this one."""
    return {
        id_
        for some in chunks(ids)
        for id_ in session.connection()
        .execute(select(EDIT.c.text_id).where(EDIT.c.text_id.in_(some), EDIT.c.id > edit))
        .scalars()
    }


def numbers(session: Session, ids: Sequence[int]) -> tuple[int, ...]:
    """The 1-based numbers of texts, sorted; at most a few hundred."""
    query = select(TEXT.c.position).where(TEXT.c.id.in_(ids)).order_by(TEXT.c.position)
    return tuple(position + 1 for position in session.connection().execute(query).scalars())


def codes(session: Session, project_id: int) -> dict[str, int]:
    """Code -> type id."""
    return scene.codes(session, project_id)


def _proposed(session: Session, ids: Sequence[int]) -> tuple[dict[int, list[Proposed]], set[int]]:
    """The open suggestions by text, and the texts that ever had one."""
    columns = SUGGESTION.c
    connection = session.connection()
    query = select(
        columns.text_id,
        columns.id,
        columns.start,
        columns.end,
        columns.surface,
        columns.type_id,
        columns.open,
    ).where(columns.text_id.in_(ids), columns.open == true())
    waiting: dict[int, list[Proposed]] = defaultdict(list)
    for row in connection.execute(query):
        waiting[row[0]].append(Proposed(*row[1:]))
    ever = select(columns.text_id).where(columns.text_id.in_(ids)).distinct()
    return waiting, set(connection.execute(ever).scalars())
