"""The list of steps over many texts: each is a row, and so is each undo and redo of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from db import bulk_reading
from db.bulk_values import BulkReport, BulkStep
from db.columns import now
from db.errors import Invalid, NotFound
from db.ledger import Hand
from db.session import insert_row
from db.tables import BULK

TOLD = 20
"""Texts left alone that are named in a report; the rest are counted."""


def begin(
    session: Session,
    project_id: int,
    kind: str,
    wanted: dict[str, Any],
    hand: Hand,
    root: int | None = None,
) -> int:
    """Write the row of a step; what came of it is not known yet."""
    row = {
        "project_id": project_id,
        "edit_uid": hand.edit_uid,
        "kind": kind,
        "root": root,
        "wanted": wanted,
        "report": {},
        "author": hand.author,
        "created_at": now(),
    }
    return insert_row(session, BULK.insert().values(row))


def done(session: Session, bulk_id: int, texts: int, spans: int, left: Sequence[int]) -> BulkReport:
    """Say in the row of a step what came of it."""
    told = bulk_reading.numbers(session, left[:TOLD])
    report = BulkReport(bulk_id, texts, spans, told, len(left))
    session.connection().execute(
        update(BULK).where(BULK.c.id == bulk_id).values(report=report.as_json())
    )
    return report


def replayed(session: Session, project_id: int, hand: Hand) -> BulkReport | None:
    """The report of this very step, None when it is new.

    Raises:
        Invalid: the id was used for another project.
    """
    query = select(BULK).where(BULK.c.edit_uid == hand.edit_uid)
    row = session.connection().execute(query).first()
    if row is None:
        return None
    if row.project_id != project_id:
        raise Invalid(f"The edit {hand.edit_uid!r} belongs to another project.")
    told = row.report
    return BulkReport(row.id, told["texts"], told["spans"], tuple(told["left"]), told["left_texts"])


def root(session: Session, bulk_id: int) -> Any:
    """The row of a step, found by its own number or that of an undo or redo. Raises NotFound."""
    connection = session.connection()
    row = connection.execute(select(BULK).where(BULK.c.id == bulk_id)).first()
    if row is not None and row.root is not None:
        row = connection.execute(select(BULK).where(BULK.c.id == row.root)).first()
    if row is None:
        raise NotFound(f"There is no step number {bulk_id}.")
    return row


def recent(session: Session, project_id: int, limit: int = 5) -> list[BulkStep]:
    """The newest steps of a project, the newest first."""
    query = (
        select(BULK)
        .where(BULK.c.project_id == project_id, BULK.c.root.is_(None))
        .order_by(BULK.c.id.desc())
        .limit(limit)
    )
    return [_step(session, row) for row in session.connection().execute(query)]


def get(session: Session, bulk_id: int) -> BulkStep:
    """A step, by its own number or that of an undo or redo of it. Raises NotFound."""
    return _step(session, root(session, bulk_id))


def _step(session: Session, row: Any) -> BulkStep:
    query = select(BULK.c.kind).where(BULK.c.root == row.id).order_by(BULK.c.id.desc()).limit(1)
    newest = session.connection().execute(query).scalar()
    return BulkStep(
        row.id,
        row.kind,
        row.wanted["surface"],
        row.wanted["code"],
        row.report["texts"],
        row.report["spans"],
        newest == "undo",
        row.author,
        row.created_at,
    )
