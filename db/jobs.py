"""Long work: one row a job, written by its process, read by pages and the shell."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from db.columns import now
from db.errors import InUse, Invalid, NotFound
from db.session import insert_row, transaction
from db.tables import JOB
from db.values import Job, JobStatus

_LONGEST_LOG = 20_000
"""Characters of a log that are kept, the latest ones."""

_RESUMABLE: tuple[JobStatus, ...] = ("interrupted", "failed", "cancelled")


def queue(
    session: Session, kind: str, settings: Mapping[str, Any], project_id: int | None = None
) -> Job:
    """Write down a job to be done."""
    with transaction(session):
        job_id = insert_row(
            session,
            insert(JOB).values(
                project_id=project_id,
                kind=kind,
                settings=dict(settings),
                status="queued",
                done=0,
                total=0,
                values={},
                error="",
                cancel=False,
                log="",
                created_at=now(),
            ),
        )
        return get(session, job_id)


def get(session: Session, job_id: int) -> Job:
    """Return a job as it stands. Raises NotFound."""
    row = session.connection().execute(select(JOB).where(JOB.c.id == job_id)).first()
    if row is None:
        raise NotFound(f"There is no job number {job_id}.")
    return Job(**row._mapping)


def claim(session: Session, job_id: int, pid: int) -> Job:
    """Take a queued job for this process.

    Raises:
        NotFound: there is no such job.
        InUse: it is not queued: somebody else has it, or it has ended.
    """
    with transaction(session):
        job = get(session, job_id)
        if job.status != "queued":
            raise InUse(f"The job {job_id} cannot be started: it is {job.status}.")
        moment = now()
        return _set(
            session,
            job_id,
            status="running",
            pid=pid,
            heartbeat=moment,
            started_at=moment,
            finished_at=None,
            error="",
        )


def beat(
    session: Session,
    job_id: int,
    done: int,
    total: int,
    values: Mapping[str, Any] | None = None,
    *,
    log: str = "",
) -> bool:
    """Say how far it is; returns whether to stop (cancelled, or taken for dead meanwhile).

    Raises:
        NotFound: there is no such job any more.
    """
    with transaction(session):
        job = get(session, job_id)
        if job.status != "running":
            return True
        changed: dict[str, Any] = {"done": done, "total": total, "heartbeat": now()}
        if values is not None:
            changed["values"] = dict(values)
        if log:
            changed["log"] = f"{job.log}{log.rstrip()}\n"[-_LONGEST_LOG:]
        return _set(session, job_id, **changed).cancel


def note(session: Session, job_id: int, line: str) -> None:
    """Add a line to a job's log and show that it is alive. Raises NotFound."""
    with transaction(session):
        log = f"{get(session, job_id).log}{line.rstrip()}\n"[-_LONGEST_LOG:]
        _set(session, job_id, log=log, heartbeat=now())


def finish(session: Session, job_id: int, values: Mapping[str, Any] | None = None) -> Job:
    """Done; `values` are the result. Raises NotFound."""
    result = {} if values is None else {"values": dict(values)}
    return _end(session, job_id, "done", **result)


def fail(session: Session, job_id: int, error: str) -> Job:
    """Ended with an error, one sentence. Raises NotFound."""
    return _end(session, job_id, "failed", error=error)


def cancelled(session: Session, job_id: int) -> Job:
    """Ended because a person asked for it. Raises NotFound."""
    return _end(session, job_id, "cancelled")


def request_cancel(session: Session, job_id: int) -> Job:
    """Ask a job to end; one that has not begun is cancelled at once. Raises NotFound."""
    with transaction(session):
        job = get(session, job_id)
        if job.status == "running":
            return _set(session, job_id, cancel=True)
        return _end(session, job_id, "cancelled") if job.status == "queued" else job


def latest(session: Session, project_id: int | None, kind: str | None = None) -> Job | None:
    """The newest job of a project, of that kind if one is named; None when there is none."""
    query = select(func.max(JOB.c.id)).where(JOB.c.project_id == project_id)
    if kind is not None:
        query = query.where(JOB.c.kind == kind)
    found = session.connection().execute(query).scalar()
    return get(session, found) if found else None


def list_jobs(session: Session, project_id: int | None = None, limit: int = 100) -> list[Job]:
    """Jobs, the newest first; of every project when none is named."""
    query = select(JOB).order_by(JOB.c.id.desc()).limit(limit)
    if project_id is not None:
        query = query.where(JOB.c.project_id == project_id)
    return [Job(**row._mapping) for row in session.connection().execute(query)]


def mark_interrupted(session: Session, stale_after: float = 600.0) -> list[Job]:
    """Mark running jobs whose process is gone, or silent for `stale_after` seconds.

    The default leaves time to load a large model between two beats (our choice). A process that
    was only slow learns from its next beat that it must stop.
    """
    with transaction(session):
        running = select(JOB).where(JOB.c.status == "running")
        jobs = [Job(**row._mapping) for row in session.connection().execute(running)]
        oldest = now() - timedelta(seconds=stale_after)
        return [
            _end(session, job.id, "interrupted")
            for job in jobs
            if not _alive(job.pid) or job.heartbeat is None or job.heartbeat < oldest
        ]


def resume(session: Session, job_id: int) -> Job:
    """Queue a job again that was interrupted, failed or cancelled.

    Raises:
        NotFound: there is no such job.
        Invalid: it is queued, running or done.
    """
    with transaction(session):
        job = get(session, job_id)
        if job.status not in _RESUMABLE:
            raise Invalid(f"The job {job_id} cannot be resumed: it is {job.status}.")
        return _set(
            session,
            job_id,
            status="queued",
            cancel=False,
            error="",
            pid=None,
            heartbeat=None,
            finished_at=None,
        )


def _end(session: Session, job_id: int, status: JobStatus, **changed: Any) -> Job:
    with transaction(session):
        return _set(session, job_id, status=status, finished_at=now(), pid=None, **changed)


def _set(session: Session, job_id: int, **changed: Any) -> Job:
    session.connection().execute(update(JOB).where(JOB.c.id == job_id).values(**changed))
    return get(session, job_id)


def _alive(pid: int | None) -> bool:
    """Whether a process of that number runs; where asking would hurt it, the heartbeat decides."""
    if pid is None:
        return False
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    """Whether the process has ended and only its parent has not asked yet (Linux tells)."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return said.rpartition(")")[2].split()[:1] == ["Z"]
