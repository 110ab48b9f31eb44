"""Queue a job and start its process; light enough for a page to import."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from db import jobs
from db.values import Job
from studio.settings import JOBS

if TYPE_CHECKING:
    from db.session import Database


def queue_and_start(
    database: Database, kind: str, settings: Mapping[str, Any], project_id: int | None
) -> Job:
    """Write a job down and start it; returns its row as queued."""
    with database.session() as session:
        job = jobs.queue(session, kind, settings, project_id)
    start(database, job.id)
    return job


def resume_and_start(database: Database, job_id: int) -> Job:
    """Take up a job again that ended before it was done. Raises NotFound, Invalid."""
    with database.session() as session:
        job = jobs.resume(session, job_id)
    start(database, job.id)
    return job


def start(database: Database, job_id: int) -> subprocess.Popen[bytes]:
    """Start the process of a queued job; it outlives this one.

    What it prints (a traceback, a library's warning) is appended to a file beside the database.
    """
    folder = database.path.with_name(f"{database.path.stem}{JOBS}")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{job_id}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "studio.jobs", str(job_id), "--db", str(database.path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    # Somebody must take the exit status, or the finished process would look alive.
    threading.Thread(target=process.wait, name=f"job-{job_id}", daemon=True).start()
    return process
