"""Finds the texts of a project by their characters."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session

from db.chunks import chunks
from db.evaluation import prints
from db.tables import TEXT, TEXT_BODY


def ids_of(session: Session, project_id: int, characters: Collection[str]) -> dict[str, int]:
    """Characters -> number of the text of a project that says just this, for those it has."""
    found: dict[str, int] = {}
    for some in chunks(prints(characters)):
        query = (
            select(TEXT_BODY.c.text, TEXT.c.id)
            .join(TEXT, TEXT.c.id == TEXT_BODY.c.text_id)
            .where(TEXT.c.project_id == project_id, TEXT.c.sha256.in_(some))
        )
        found |= {row.text: row.id for row in session.connection().execute(query)}
    return found
