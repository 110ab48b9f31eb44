"""Fine-tuning runs: a name, a folder, settings and scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

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
    """Write down a finished run. Raises AlreadyExists."""
    raise NotImplementedError


def get(session: Session, project_id: int, name: str) -> Run:
    """Return the run of that name. Raises NotFound."""
    raise NotImplementedError


def list_runs(session: Session, project_id: int) -> list[Run]:
    """Runs of a project, the newest first."""
    raise NotImplementedError
