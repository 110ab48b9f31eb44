"""Which accepted texts may go into a few-shot set: not what scores are measured on.

Out are texts kept for evaluation, and the blind slice, which measures what taggers miss.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select, true
from sqlmodel import Session

from db.evaluation import KEPT
from db.session import snapshot
from db.set_values import Eligible, LeftOut
from db.tables import ANNOTATION, ENTITY_TYPE, TEXT


def eligible(
    session: Session, project_id: int, held_back: Collection[str] = ()
) -> tuple[list[Eligible], LeftOut]:
    """The texts in order of import, and how many accepted ones are left out for what reason.

    Args:
        session: the session.
        project_id: the project.
        held_back: prints of texts to leave out as well (see `evaluation.prints`).
    """
    barred = frozenset(held_back)
    with snapshot(session):
        rows = session.connection().execute(_accepted(project_id)).all()
        counts = _counts(session, project_id)
    free, tally = [], {"evaluation": 0, "blind": 0, "in_file": 0}
    for row in rows:
        if row.kept:
            tally["evaluation"] += 1
        elif row.blind:
            tally["blind"] += 1
        elif row.sha256 in barred:
            tally["in_file"] += 1
        else:
            free.append(Eligible(row.id, row.sha256, row.cluster, counts.get(row.id, {})))
    return free, LeftOut(**tally)


def refused(session: Session, project_id: int, text_ids: Collection[int]) -> dict[int, str]:
    """Text id -> why it may not go into a set, for those of the texts that may not."""
    query = _all(project_id).where(TEXT.c.id.in_(text_ids))
    rows = {row.id: row for row in session.connection().execute(query)}
    told = {}
    for id_ in text_ids:
        row = rows.get(id_)
        if row is None:
            told[id_] = "it is no text of this project"
        elif row.status != "accepted":
            told[id_] = "it is not accepted"
        elif row.kept:
            told[id_] = "it is kept for evaluation"
        elif row.blind:
            told[id_] = "it belongs to the blind slice"
    return told


def _all(project_id: int) -> Any:
    return select(
        TEXT.c.id,
        TEXT.c.status,
        TEXT.c.blind,
        TEXT.c.cluster,
        TEXT.c.sha256,
        TEXT.c.id.in_(KEPT).label("kept"),
    ).where(TEXT.c.project_id == project_id)


def _accepted(project_id: int) -> Any:
    return _all(project_id).where(TEXT.c.status == "accepted").order_by(TEXT.c.position)


def _counts(session: Session, project_id: int) -> dict[int, dict[str, int]]:
    """Human spans of accepted texts: text id -> code -> number."""
    query = (
        select(ANNOTATION.c.text_id, ENTITY_TYPE.c.code, func.count())
        .join(ENTITY_TYPE, ENTITY_TYPE.c.id == ANNOTATION.c.type_id)
        .join(TEXT, TEXT.c.id == ANNOTATION.c.text_id)
        .where(
            TEXT.c.project_id == project_id,
            TEXT.c.status == "accepted",
            TEXT.c.blind != true(),
            ANNOTATION.c.removed_revision.is_(None),
            ANNOTATION.c.action != "rejected",
        )
        .group_by(ANNOTATION.c.text_id, ENTITY_TYPE.c.code)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for text_id, code, n in session.connection().execute(query):
        found[text_id][code] = n
    return found
