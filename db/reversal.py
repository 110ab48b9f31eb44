"""What taking a revision back means: its answers end, the answers it ended come again."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session

from db.chunks import chunks
from db.ledger import LINEAGE, Answer, Head, Live, Step, live
from db.tables import ANNOTATION, EDIT, ENTITY_TYPE
from db.values import EditKind, Status


def reverse(session: Session, at: Head, kind: EditKind, revision: int) -> Step:
    """The step that takes `revision` back; answers of a type deleted since stay away."""
    query = select(EDIT.c.status_before).where(
        EDIT.c.text_id == at.text_id, EDIT.c.revision == revision
    )
    status: Status = session.connection().execute(query).scalar_one()
    if status == "new" and at.tagged:
        status = "suggested"
    ended = _made(session, at, revision)
    return Step(kind, status, _ended(session, at, revision), ended, undoes=revision)


def _made(session: Session, at: Head, revision: int) -> list[Live]:
    """The answers that a revision made, as far as they hold, whatever row they are in now."""
    query = select(LINEAGE).where(
        ANNOTATION.c.text_id == at.text_id, ANNOTATION.c.added_revision == revision
    )
    lineages = session.connection().execute(query).scalars().all()
    return [
        row for some in chunks(lineages) for row in live(session, at.text_id, LINEAGE.in_(some))
    ]


def _ended(session: Session, at: Head, revision: int) -> list[Answer]:
    """The answers that a revision ended, to be given again."""
    query = (
        select(
            ANNOTATION.c.start,
            ANNOTATION.c.end,
            ANNOTATION.c.surface,
            ANNOTATION.c.type_id,
            ANNOTATION.c.suggestion_id,
            ANNOTATION.c.action,
            LINEAGE,
        )
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == ANNOTATION.c.type_id)
        .where(
            ANNOTATION.c.text_id == at.text_id,
            ANNOTATION.c.removed_revision == revision,
            ENTITY_TYPE.c.deleted_at.is_(None),
        )
        .order_by(ANNOTATION.c.id)
    )
    return [Answer(*row) for row in session.connection().execute(query)]
