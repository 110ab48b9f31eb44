"""Fine-tuning runs as taggers: which a project has, and how one is opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from db import runs
from db.values import Run
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from db.session import Database
    from db.values import Project
    from engine.protocols import Tagger
    from engine.types import EntityType

PREFIX = "run:"


def names(database: Database, project: Project) -> dict[str, str]:
    """What the runs of a project are called as taggers -> what they are, the newest first."""
    with database.session() as session:
        listed = runs.list_runs(session, project.id)
    return {f"{PREFIX}{run.name}": f"your run {run.name} (from {run.base})" for run in listed}


def find(database: Database, project: Project, spec: str) -> Run:
    """The run that `spec` names, with or without "run:", when its folder is there.

    Raises:
        NotFound: there is no such run.
        RequestRefused: its folder is gone.
    """
    with database.session() as session:
        run = runs.get(session, project.id, spec.removeprefix(PREFIX))
    if not Path(run.folder).is_dir():
        raise RequestRefused(
            f"The folder of run {run.name}, {run.folder}, is gone; train it again.", where=spec
        )
    return run


def check(database: Database, project: Project, types: Sequence[EntityType], spec: str) -> Run:
    """The run that `spec` names, when it can tag this project.

    Raises:
        NotFound: there is no such run.
        RequestRefused: its folder is gone, or it tags types that the project has not.
    """
    run = find(database, project, spec)
    known = {t.code for t in types}
    foreign = [str(code) for code in run.values.get("mentions", {}) if code not in known]
    if foreign:
        raise RequestRefused(
            f"Run {run.name} tags {', '.join(foreign)}, which project {project.name} no longer "
            f"has; train another one.",
            where=spec,
        )
    return run


def load(run: Run, threshold: float | None) -> Tagger:
    """The tagger in a run's folder. Raises CheckpointError."""
    from engine.nuner.run_folder import load_run

    return load_run(Path(run.folder), threshold)
