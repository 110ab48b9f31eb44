"""Jobs: how far they are, and a word to stop or go on. The same rows that pages and shell read."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from db import jobs, projects
from db.session import Database
from db.values import Job
from studio.jobs import runner

router = APIRouter(prefix="/api/jobs")


@router.get("")
def list_jobs(request: Request, project: str = "") -> dict[str, list[dict[str, Any]]]:
    """The newest jobs, of one project or of all."""
    database = _database(request)
    with database.session() as session:
        project_id = projects.get(session, project).id if project else None
        return {"jobs": [_told(job) for job in jobs.list_jobs(session, project_id)]}


@router.get("/{job_id}")
def get(request: Request, job_id: int) -> dict[str, Any]:
    """One job as it stands."""
    with _database(request).session() as session:
        return _told(jobs.get(session, job_id))


@router.get("/{job_id}/curve")
def curve(request: Request, job_id: int) -> dict[str, Any]:
    """The curve of a training so far (see `studio.jobs.curve`), and whether it goes on."""
    with _database(request).session() as session:
        job = jobs.get(session, job_id)
    return {"id": job.id, "status": job.status, "points": job.values.get("curve", [])}


@router.post("/{job_id}/cancel")
def cancel(request: Request, job_id: int) -> dict[str, Any]:
    """Ask a job to end; it stops at its next report."""
    with _database(request).session() as session:
        return _told(jobs.request_cancel(session, job_id))


@router.post("/{job_id}/resume")
def resume(request: Request, job_id: int) -> dict[str, Any]:
    """Take up a job that ended before it was done."""
    return _told(runner.resume_and_start(_database(request), job_id))


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _told(job: Job) -> dict[str, Any]:
    return asdict(job)
