"""Clusters of texts, and the order that goes round them: first of each, second of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import bindparam, func, select, update
from sqlmodel import Session

from db.chunks import chunks
from db.session import transaction
from db.tables import TEXT

_SET = (
    update(TEXT)
    .where(TEXT.c.id == bindparam("row"), TEXT.c.project_id == bindparam("project"))
    .values(cluster=bindparam("number"), coverage=bindparam("place"))
)


def assign(session: Session, project_id: int, clusters: Mapping[int, int]) -> None:
    """Say which cluster each text belongs to; the texts not named belong to none.

    Args:
        session: the session.
        project_id: the project.
        clusters: text id -> cluster number, in the order in which the texts of a cluster should be
            seen, such as nearest to its medoid first.
    """
    within: Counter[int] = Counter()
    count = max(clusters.values(), default=0) + 1
    rows = []
    for text_id, number in clusters.items():
        place = within[number] * count + number
        rows.append({"row": text_id, "project": project_id, "number": number, "place": place})
        within[number] += 1
    with transaction(session):
        connection = session.connection()
        connection.execute(
            update(TEXT)
            .where(TEXT.c.project_id == project_id, TEXT.c.cluster.is_not(None))
            .values(cluster=None, coverage=None)
        )
        for some in chunks(rows, 10_000):
            connection.execute(_SET, some)


def any_known(session: Session, project_id: int) -> bool:
    """Whether the texts of a project have been clustered."""
    first = select(func.min(TEXT.c.coverage)).where(TEXT.c.project_id == project_id)
    return session.connection().execute(first).scalar() is not None
