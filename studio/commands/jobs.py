"""`jobs`: what runs and ran, stopping it, taking it up again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.commands import console

if TYPE_CHECKING:
    from db.values import Job

jobs_app = typer.Typer(help="List, cancel and resume long work.")

JobId = Annotated[int, typer.Argument(metavar="ID", help="Number of the job.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(jobs_app, name="jobs")


@jobs_app.command("list")
def list_jobs(context: typer.Context) -> None:
    """List the jobs, the newest first."""
    from db import jobs

    screen = console.of(context)
    if not screen.settings().db.exists():
        screen.answer({"jobs": []}, ["No jobs yet."])
        return
    with screen.database() as database, database.session() as session:
        jobs.mark_interrupted(session)
        found = jobs.list_jobs(session)
    _answer(screen, found)


@jobs_app.command()
def cancel(context: typer.Context, job_id: JobId) -> None:
    """Ask a job to end; what it has done so far is kept."""
    from db import jobs

    screen = console.of(context)
    with screen.database() as database, database.session() as session:
        jobs.mark_interrupted(session)
        job = jobs.request_cancel(session, job_id)
    _answer(screen, [job])


@jobs_app.command()
def resume(context: typer.Context, job_id: JobId) -> None:
    """Take up a job that ended before it was done, here and now."""
    from db import jobs
    from studio.commands.tagging import follow

    screen = console.of(context)
    with screen.database() as database:
        with database.session() as session:
            jobs.mark_interrupted(session)
            jobs.resume(session, job_id)
        job = follow(screen, screen.settings(), database, job_id)
    _answer(screen, [job])


def _answer(screen: console.Console, found: list[Job]) -> None:
    lines = []
    for job in found:
        error = f" ({job.error})" if job.error else ""
        lines.append(f"{job.id} {job.kind}: {job.status}, {job.done} of {job.total}{error}")
    screen.answer({"jobs": [_row(job) for job in found]}, lines or ["No jobs yet."])


def _row(job: Job) -> dict[str, Any]:
    times = {
        name: moment.isoformat() if moment else None
        for name in ("created_at", "started_at", "finished_at", "heartbeat")
        for moment in (getattr(job, name),)
    }
    names = ("id", "project_id", "kind", "status", "done", "total", "error", "cancel", "pid")
    return {
        **{name: getattr(job, name) for name in names},
        **times,
        "settings": dict(job.settings),
        "values": dict(job.values),
    }
