"""The fine-tuning job: a few-shot set or the library into a run that tags.

Settings of the job: see `studio.finetuning`. A cancelled job leaves the best run so far; resumed,
it goes on after the last finished epoch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import projects, runs, same
from engine.errors import TrainingError
from engine.types import Report
from studio import finetuning
from studio.jobs.curve import Curve

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.session import Database
    from db.values import Project
    from studio.jobs.context import Context

REPORT = "report.json"


def run(context: Context) -> Iterator[Report]:
    """Train; a report a step, with the curve so far.

    Raises:
        TrainingError: nothing to learn from, or a loss that is not a number.
        CheckpointError: the base cannot be loaded.
    """
    from engine.nuner.finetune import finetune

    database, job = context.database, context.job
    project = _project(database, job.project_id)
    found = finetuning.source(database, project, job.settings)
    out = finetuning.folder(context.settings, job.id, str(job.settings["name"]))
    work = finetuning.work(context.settings, job.settings, found, out)
    curve = Curve(job.values.get("curve", ()))
    reports = finetune(work)
    try:
        for report in reports:
            curve.add(report)
            values: dict[str, Any] = {**report.values, "curve": curve.points}
            yield replace(report, values=values)
    finally:  # also where it is cancelled: closing the work writes the best so far
        reports.close()
        if (out / REPORT).is_file():
            _keep(context, project, work.base, out, [one.text for one in work.dev or work.train])


def _keep(
    context: Context, project: Project, base: str, out: Path, measured: Sequence[str]
) -> None:
    """Write the run down, or what it has become since it was stopped.

    Its mistakes, which count the texts it was `measured` on, name the project's texts instead.
    """
    values = json.loads((out / REPORT).read_text(encoding="utf-8"))
    with context.database.session() as session:
        _name_texts(session, project.id, values, measured)
        runs.save(
            session,
            project.id,
            str(context.job.settings["name"]),
            base=base,
            folder=str(out),
            settings=context.job.settings,
            values=values,
            job_id=context.job.id,
        )


def _name_texts(
    session: Session, project_id: int, values: dict[str, Any], measured: Sequence[str]
) -> None:
    """Give each mistake the number of its text; None for a sentence of the library."""
    wrong = (values.get("dev") or {}).get("mistakes", [])
    numbers = same.ids_of(session, project_id, {measured[one["text"]] for one in wrong})
    for one in wrong:
        one["text_id"] = numbers.get(measured[one.pop("text")])


def _project(database: Database, project_id: int | None) -> Project:
    with database.session() as session:
        for summary in projects.summaries(session):
            project = projects.get(session, summary.name)
            if project.id == project_id:
                return project
    raise TrainingError("The project of this training is gone.")
