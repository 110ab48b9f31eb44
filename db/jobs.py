"""Long work: one row a job, written by its process, read by pages and the shell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from db.values import Job


def queue(
    session: Session, kind: str, settings: Mapping[str, Any], project_id: int | None = None
) -> Job:
    """Write down a job to be done."""
    raise NotImplementedError


def get(session: Session, job_id: int) -> Job:
    """Return a job as it stands. Raises NotFound."""
    raise NotImplementedError


def claim(session: Session, job_id: int, pid: int) -> Job:
    """Take a queued job for this process. Raises NotFound, InUse (somebody else has it)."""
    raise NotImplementedError


def beat(
    session: Session,
    job_id: int,
    done: int,
    total: int,
    values: Mapping[str, Any] | None = None,
    *,
    log: str = "",
) -> bool:
    """Say how far it is; returns whether to stop (cancelled, or taken for dead meanwhile)."""
    raise NotImplementedError


def finish(session: Session, job_id: int, values: Mapping[str, Any] | None = None) -> Job:
    """Done; `values` are the result."""
    raise NotImplementedError


def fail(session: Session, job_id: int, error: str) -> Job:
    """Ended with an error, one sentence."""
    raise NotImplementedError


def cancelled(session: Session, job_id: int) -> Job:
    """Ended because a person asked for it."""
    raise NotImplementedError


def request_cancel(session: Session, job_id: int) -> Job:
    """Ask a job to end; one that has not begun is cancelled at once. Raises NotFound."""
    raise NotImplementedError


def latest(session: Session, project_id: int | None, kind: str | None = None) -> Job | None:
    """The newest job of a project, None when there is none."""
    raise NotImplementedError


def list_jobs(session: Session, project_id: int | None = None, limit: int = 100) -> list[Job]:
    """Jobs, the newest first; of every project when none is named."""
    raise NotImplementedError


def mark_interrupted(session: Session, stale_after: float = 600.0) -> list[Job]:
    """Mark running jobs whose process is gone, or silent for `stale_after` seconds."""
    raise NotImplementedError


def resume(session: Session, job_id: int) -> Job:
    """Queue a job again that was interrupted, failed or cancelled. Raises NotFound, Invalid."""
    raise NotImplementedError
