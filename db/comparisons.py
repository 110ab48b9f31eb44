"""Comparisons: how each tagger did on the same texts, kept with the job that asked them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session

from db.columns import now
from db.session import transaction
from db.tables import COMPARISON_ROW


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """How one tagger did.

    Attributes:
        version: of the tagger, so that equal names can be told apart.
        result: scores, costs and seconds under the names that the command line promises.
    """

    tagger: str
    version: str
    result: Mapping[str, Any]
    created_at: datetime


def keep(
    session: Session, job_id: int, tagger: str, version: str, result: Mapping[str, Any]
) -> None:
    """Store how a tagger did, unless that job has it."""
    with transaction(session):
        rows = select(func.count()).where(COMPARISON_ROW.c.job_id == job_id)
        if tagger in {row.tagger for row in of_job(session, job_id)}:
            return
        position = session.connection().execute(rows).scalar_one()
        session.connection().execute(
            insert(COMPARISON_ROW).values(
                job_id=job_id,
                tagger=tagger,
                position=position,
                version=version,
                result=dict(result),
                created_at=now(),
            )
        )


def of_job(session: Session, job_id: int) -> list[ComparisonRow]:
    """What a job has found so far, in the order in which the taggers came."""
    query = (
        select(
            COMPARISON_ROW.c.tagger,
            COMPARISON_ROW.c.version,
            COMPARISON_ROW.c.result,
            COMPARISON_ROW.c.created_at,
        )
        .where(COMPARISON_ROW.c.job_id == job_id)
        .order_by(COMPARISON_ROW.c.position)
    )
    return [ComparisonRow(*row) for row in session.connection().execute(query)]
