"""Fine-tuning runs: a name, a folder, settings and scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from db.columns import now
from db.errors import AlreadyExists, NotFound
from db.names import checked
from db.projects import by_id
from db.session import insert_row, transaction
from db.tables import RUN
from db.values import Run


def create(
    session: Session,
    project_id: int,
    name: str,
    *,
    base: str,
    folder: str,
    settings: Mapping[str, Any],
    values: Mapping[str, Any] | None = None,
    job_id: int | None = None,
) -> Run:
    """Write down a finished run.

    Raises:
        NotFound: there is no such project.
        AlreadyExists: the project has a run of that name.
        Invalid: the name cannot be used.
    """
    name = checked(name, "A run's name")
    with transaction(session):
        by_id(session, project_id)
        if _find(session, project_id, name):
            raise AlreadyExists(f"There is a run {name!r} already.")
        insert_row(
            session,
            insert(RUN).values(
                project_id=project_id,
                name=name,
                base=base,
                folder=folder,
                settings=dict(settings),
                values=dict(values or {}),
                job_id=job_id,
                created_at=now(),
            ),
        )
        return get(session, project_id, name)


def save(
    session: Session,
    project_id: int,
    name: str,
    *,
    base: str,
    folder: str,
    settings: Mapping[str, Any],
    values: Mapping[str, Any],
    job_id: int,
) -> Run:
    """Write down the run of a job, or what it has become since that job was stopped.

    Raises:
        NotFound: there is no such project.
        AlreadyExists: another job has made a run of that name.
        Invalid: the name cannot be used.
    """
    name = checked(name, "A run's name")
    with transaction(session):
        found = _find(session, project_id, name)
        if found is None or found.job_id != job_id:
            return create(
                session,
                project_id,
                name,
                base=base,
                folder=folder,
                settings=settings,
                values=values,
                job_id=job_id,
            )
        changed = update(RUN).where(RUN.c.id == found.id).values(values=dict(values))
        session.connection().execute(changed)
        return get(session, project_id, name)


def get(session: Session, project_id: int, name: str) -> Run:
    """Return the run of that name. Raises NotFound."""
    found = _find(session, project_id, name.strip())
    if found is None:
        raise NotFound(f"There is no run {name!r}.")
    return found


def list_runs(session: Session, project_id: int) -> list[Run]:
    """Runs of a project, the newest first."""
    query = select(RUN).where(RUN.c.project_id == project_id).order_by(RUN.c.id.desc())
    return [Run(**row._mapping) for row in session.connection().execute(query)]


def _find(session: Session, project_id: int, name: str) -> Run | None:
    query = select(RUN).where(RUN.c.project_id == project_id, RUN.c.name == name)
    row = session.connection().execute(query).first()
    return Run(**row._mapping) if row else None
