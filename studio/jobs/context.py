"""What a job's body gets to work with, and the kinds of jobs there are."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.types import Report
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from db.session import Database
    from db.values import Job
    from studio.settings import Settings

KINDS = {
    "comparison": "studio.jobs.comparison",
    "finetuning": "studio.jobs.finetuning",
    "library": "studio.jobs.library",
    "mapping": "studio.jobs.mapping",
    "rewriting": "studio.jobs.rewriting",
    "tagging": "studio.jobs.tagging",
}
"""Kind of a job -> module whose `run(context)` yields reports until the work is done."""


@dataclass(frozen=True, slots=True)
class Context:
    """The settings, the database, and the job's row as it stood when it was claimed."""

    settings: Settings
    database: Database
    job: Job


def body(kind: str) -> Callable[[Context], Iterator[Report]]:
    """The function that does jobs of this kind.

    Raises:
        RequestRefused: there is no such kind.
    """
    if kind not in KINDS:
        raise RequestRefused(f"This version of the studio knows no jobs of kind {kind!r}.")
    found: Any = importlib.import_module(KINDS[kind])
    run: Callable[[Context], Iterator[Report]] = found.run
    return run
