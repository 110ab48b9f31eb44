"""Projects: a corpus with its entity types and a few choices."""

from __future__ import annotations

from sqlmodel import Session

from db.values import Project, ProjectSettings, ProjectSummary, Status


def create(session: Session, name: str) -> Project:
    """Make an empty project. Raises AlreadyExists, Invalid (a name of blanks)."""
    raise NotImplementedError


def get(session: Session, name: str) -> Project:
    """Return the project of that name. Raises NotFound."""
    raise NotImplementedError


def find(session: Session, name: str) -> Project | None:
    """Return the project of that name, None when there is none."""
    raise NotImplementedError


def summaries(session: Session) -> list[ProjectSummary]:
    """Every project with its counts, by name."""
    raise NotImplementedError


def counts(session: Session, project_id: int) -> dict[Status, int]:
    """How many texts stand where; every status is a key."""
    raise NotImplementedError


def rename(session: Session, name: str, new_name: str) -> Project:
    """Give a project another name. Raises NotFound, AlreadyExists, Invalid."""
    raise NotImplementedError


def delete(session: Session, name: str) -> None:
    """Delete a project with everything in it. Raises NotFound."""
    raise NotImplementedError


def settings(session: Session, project_id: int) -> ProjectSettings:
    """What was chosen for a project. Raises NotFound."""
    raise NotImplementedError


def set_settings(session: Session, project_id: int, settings: ProjectSettings) -> None:
    """Choose anew. Raises NotFound, Invalid."""
    raise NotImplementedError
