"""Projects: a corpus with its entity types and a few choices."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy import delete as sql_delete
from sqlmodel import Session

from db import blind, llm_calls, openness, shuffling
from db.columns import now
from db.errors import AlreadyExists, Invalid, NotFound
from db.names import checked
from db.session import transaction
from db.tables import ANNOTATION, EDIT, ENTITY_TYPE, PROJECT, SUGGESTION, TAGGED, TEXT, TEXT_BODY
from db.values import STATUSES, Project, ProjectSettings, ProjectSummary, Status

_LIVE = PROJECT.c.deleted_at.is_(None)
_CLEARED_AT_ONCE = 250
"""Texts cleared in one transaction, so that a deletion never keeps other writers waiting."""


def create(session: Session, name: str) -> Project:
    """Make an empty project.

    Raises:
        AlreadyExists: there is one of that name.
        Invalid: the name is blank, too long, or has control characters.
    """
    name = _checked(name)
    with transaction(session):
        _refuse_taken(session, name)
        session.connection().execute(
            insert(PROJECT).values(name=name, settings=asdict(ProjectSettings()), created_at=now())
        )
        return get(session, name)


def get(session: Session, name: str) -> Project:
    """Return the project of that name. Raises NotFound."""
    found = find(session, name)
    if found is None:
        raise NotFound(f"There is no project {name!r}.")
    return found


def find(session: Session, name: str) -> Project | None:
    """Return the project of that name, None when there is none."""
    query = select(PROJECT).where(PROJECT.c.name == name.strip(), _LIVE)
    row = session.connection().execute(query).first()
    return _project(row) if row else None


def by_id(session: Session, project_id: int) -> Project:
    """Return the project of that number. Raises NotFound."""
    query = select(PROJECT).where(PROJECT.c.id == project_id, _LIVE)
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no project number {project_id}.")
    return _project(row)


def summaries(session: Session) -> list[ProjectSummary]:
    """Every project with its counts, by name."""
    texts = select(func.count()).where(TEXT.c.project_id == PROJECT.c.id)
    types = select(func.count()).where(
        ENTITY_TYPE.c.project_id == PROJECT.c.id, ENTITY_TYPE.c.deleted_at.is_(None)
    )
    query = select(
        PROJECT.c.name,
        texts.scalar_subquery(),
        types.scalar_subquery(),
        texts.where(TEXT.c.status == "accepted").scalar_subquery(),
    )
    rows = session.connection().execute(query.where(_LIVE).order_by(PROJECT.c.name))
    return [ProjectSummary(*row) for row in rows]


def counts(session: Session, project_id: int) -> dict[Status, int]:
    """How many texts stand where; every status is a key."""
    query = (
        select(TEXT.c.status, func.count())
        .where(TEXT.c.project_id == project_id)
        .group_by(TEXT.c.status)
    )
    found = {row[0]: row[1] for row in session.connection().execute(query)}
    return {status: found.get(status, 0) for status in STATUSES}


def rename(session: Session, name: str, new_name: str) -> Project:
    """Give a project another name.

    Raises:
        NotFound: there is no project `name`.
        AlreadyExists: the new name is taken.
        Invalid: the new name is blank, too long, or has control characters.
    """
    new_name = _checked(new_name)
    with transaction(session):
        project = get(session, name)
        if new_name != project.name:
            _refuse_taken(session, new_name)
        session.connection().execute(
            update(PROJECT).where(PROJECT.c.id == project.id).values(name=new_name)
        )
        return get(session, new_name)


def delete(session: Session, name: str) -> None:
    """Delete a project with everything in it.

    It is gone at once for everybody; its rows are cleared in short steps. What an interruption
    leaves behind is cleared by the next deletion.

    Raises:
        NotFound: there is no project `name`.
    """
    with transaction(session):
        project = get(session, name)
        session.connection().execute(
            update(PROJECT).where(PROJECT.c.id == project.id).values(deleted_at=now())
        )
    query = select(PROJECT.c.id).where(PROJECT.c.deleted_at.is_not(None))
    for (project_id,) in session.connection().execute(query).all():
        _clear(session, project_id)
    llm_calls.forget_unused(session)


def settings(session: Session, project_id: int) -> ProjectSettings:
    """What was chosen for a project. Raises NotFound."""
    query = select(PROJECT.c.settings).where(PROJECT.c.id == project_id, _LIVE)
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no project number {project_id}.")
    known = asdict(ProjectSettings())
    kept = {**known, **{k: v for k, v in row.settings.items() if k in known}}
    return ProjectSettings(**{**kept, "compared": tuple(kept["compared"])})


def set_settings(session: Session, project_id: int, chosen: ProjectSettings) -> None:
    """Choose anew; suggestions open or close, and queues are sorted, as it now says.

    Raises:
        NotFound: there is no such project.
        Invalid: the blind share is not between 0 and 1, or not two taggers are compared.
    """
    if not 0.0 <= chosen.blind_share <= 1.0:
        raise Invalid(f"The blind share lies between 0 and 1; got {chosen.blind_share}.")
    if chosen.compared and len(set(chosen.compared)) != 2:
        raise Invalid("Two different taggers are compared, or none.")
    with transaction(session):
        before = settings(session, project_id)
        session.connection().execute(
            update(PROJECT).where(PROJECT.c.id == project_id).values(settings=asdict(chosen))
        )
        if before.allow_overlap != chosen.allow_overlap:
            openness.reopen_project(session, project_id, allow_overlap=chosen.allow_overlap)
        if before.blind_share != chosen.blind_share:
            share, overlap = chosen.blind_share, chosen.allow_overlap
            blind.assign(session, project_id, share, allow_overlap=overlap)
        if before.seed != chosen.seed:
            shuffling.shuffle(session, project_id, chosen.seed)
        if set(before.compared) != set(chosen.compared):
            openness.recount_disagreement(session, project_id)


def _project(row: Row[Any]) -> Project:
    return Project(row.id, row.name, row.created_at)


def _checked(name: str) -> str:
    return checked(name, "A project's name")


def _refuse_taken(session: Session, name: str) -> None:
    if find(session, name) is not None:
        raise AlreadyExists(f"There is a project {name!r} already.")


def _clear(session: Session, project_id: int) -> None:
    """Delete the rows of a deleted project, children first, then the project."""
    texts = select(TEXT.c.id).where(TEXT.c.project_id == project_id).limit(_CLEARED_AT_ONCE)
    while ids := session.connection().execute(texts).scalars().all():
        with transaction(session):
            for table in (ANNOTATION, EDIT, SUGGESTION, TAGGED, TEXT_BODY):
                session.connection().execute(sql_delete(table).where(table.c.text_id.in_(ids)))
            session.connection().execute(sql_delete(TEXT).where(TEXT.c.id.in_(ids)))
    with transaction(session):
        session.connection().execute(sql_delete(PROJECT).where(PROJECT.c.id == project_id))
