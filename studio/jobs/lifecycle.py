"""A job from claim to end, in this process: what its body reports is written to its row.

Progress is the count the body yields, cancelling is not asking it for more, resuming is the body
skipping what the database already has.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from db import jobs
from engine.types import Report
from studio.errors import WorkFailed
from studio.jobs.context import Context, body
from studio.messages import sentence

if TYPE_CHECKING:
    from db.session import Database
    from studio.settings import Settings


class JobCancelled(WorkFailed):
    """A person asked the job to end; it can be resumed."""


def drive(settings: Settings, database: Database, job_id: int) -> Iterator[Report]:
    """Do a queued job and pass its reports on; the row says at any time how far it is.

    Closing the iterator, or an interrupt, cancels the job.

    Raises:
        NotFound, InUse: there is no such job, or another process has it.
        JobCancelled: a person cancelled it.
        Exception: whatever made it fail, after the row says so.
    """
    with database.session() as session:
        job = jobs.claim(session, job_id, os.getpid())
    try:
        for report in body(job.kind)(Context(settings, database, job)):
            _beat(database, job_id, report)
            yield report
    except (JobCancelled, GeneratorExit, KeyboardInterrupt):
        with database.session() as session:
            jobs.cancelled(session, job_id)
        raise
    except Exception as error:
        with database.session() as session:
            jobs.fail(session, job_id, sentence(error))
        raise
    with database.session() as session:
        jobs.finish(session, job_id)


def _beat(database: Database, job_id: int, report: Report) -> None:
    with database.session() as session:
        if jobs.beat(session, job_id, report.step, report.total, report.values, log=report.note):
            raise JobCancelled(f"Job {job_id} was cancelled.", kind="cancelled")
