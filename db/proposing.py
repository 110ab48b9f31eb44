"""Rows of suggestions and taggings, written in bulk; the rules stand in suggestions.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import Session

from db.columns import now
from db.scene import codes
from db.session import insert_row
from db.tables import ANNOTATION, SUGGESTION, TAGGED, TAGGING


class Row(NamedTuple):
    """A suggestion to write; without a place its `match` is "ungrounded"."""

    text_id: int
    type_id: int
    start: int | None
    end: int | None
    surface: str
    score: float | None = None
    match: str = "exact"
    prompt_version: str = ""


def new_tagging(
    session: Session,
    project_id: int,
    tagger: str,
    version: str,
    settings: Mapping[str, Any],
    job_id: int | None,
) -> int:
    """Open a pass; it remembers what the codes meant when it began."""
    return insert_row(
        session,
        insert(TAGGING).values(
            project_id=project_id,
            job_id=job_id,
            tagger=tagger,
            version=version,
            settings=dict(settings),
            types=codes(session, project_id),
            created_at=now(),
        ),
    )


def reuse_tagging(session: Session, project_id: int, tagger: str, version: str) -> int:
    """The pass of that tagger and version, opened if there is none."""
    query = select(TAGGING.c.id).where(
        TAGGING.c.project_id == project_id,
        TAGGING.c.tagger == tagger,
        TAGGING.c.version == version,
    )
    found = session.connection().execute(query.limit(1)).scalar()
    return found or new_tagging(session, project_id, tagger, version, {}, None)


def insert_rows(session: Session, tagging_id: int, rows: Sequence[Row]) -> None:
    """Write suggestions, open until somebody settles the flags."""
    if rows:
        common = {"tagging_id": tagging_id, "open": True, "replaced": False}
        session.connection().execute(
            insert(SUGGESTION), [{**row._asdict(), **common} for row in rows]
        )


def mark_done(
    session: Session, tagging_id: int, answers: Sequence[tuple[int, str, Mapping[str, float]]]
) -> None:
    """Write down that the pass has answered these texts: number, error or "", cost."""
    if answers:
        put = upsert(TAGGED)
        put = put.on_conflict_do_update(
            index_elements=["tagging_id", "text_id"],
            set_={"error": put.excluded.error, "usage": put.excluded.usage},
        )
        session.connection().execute(
            put,
            [
                {"tagging_id": tagging_id, "text_id": id_, "error": error, "usage": dict(usage)}
                for id_, error, usage in answers
            ],
        )


def drop(session: Session, *conditions: Any) -> None:
    """Let suggestions go; one that an answer ever named stays, closed, for the history."""
    named = select(ANNOTATION.c.id).where(ANNOTATION.c.suggestion_id == SUGGESTION.c.id).exists()
    session.connection().execute(delete(SUGGESTION).where(*conditions, ~named))
    session.connection().execute(
        update(SUGGESTION).where(*conditions).values(open=False, replaced=True)
    )
