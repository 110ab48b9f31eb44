"""The tagging job: texts of a project through a tagger, suggestions into the database.

Settings of the job: tagger, and optionally only ("new" or "all"), limit, threshold, samples, shared
(sets of examples for similar texts).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db import projects, suggestions, texts, traces
from db.session import transaction
from db.values import Project, TaggingSummary
from engine.errors import TaggingError
from engine.types import Report, Tagged
from studio import wiring

if TYPE_CHECKING:
    from db.session import Database
    from engine.protocols import Tagger
    from studio.jobs.context import Context
    from studio.settings import Settings

WRITE_TEXTS = 256
WRITE_SECONDS = 0.5
"""Our choice: at most this much work is lost when the process is killed."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One tagging and what is left of it.

    Attributes:
        tagging_id: where the suggestions go.
        done: texts answered before this process took the job.
        ids: texts still to tag, in order.
    """

    tagging_id: int
    done: int
    ids: Sequence[int]


def run(context: Context) -> Iterator[Report]:
    """Tag what is left to tag; a report after each batch that is safely stored.

    Raises:
        TaggingError: the project has no entity types.
    """
    database, job = context.database, context.job
    project = _project(database, job.project_id)
    wanted = job.settings
    tagger = wiring.tagger(
        context.settings,
        database,
        project,
        str(wanted["tagger"]),
        wanted.get("threshold"),
        samples=wanted.get("samples"),
        shared=int(wanted.get("shared") or 0),
        job_id=job.id,
    )
    todo = _open(database, project, tagger, job.id, wanted)
    total = todo.done + len(todo.ids)
    started = time.monotonic() - float(job.values.get("seconds", 0.0))
    yield Report(todo.done, total, _values(database, todo.tagging_id, time.monotonic() - started))
    for written in _tag(database, tagger, todo):
        seconds = time.monotonic() - started
        yield Report(todo.done + written, total, _values(database, todo.tagging_id, seconds))


def _tag(database: Database, tagger: Tagger, todo: Pass) -> Iterator[int]:
    """Yield how many texts are through, each time a batch is stored."""
    with database.session() as session:
        characters = (text for _, text in texts.iter_texts(session, todo.ids))
        batch: list[tuple[int, Tagged]] = []
        due = time.monotonic() + WRITE_SECONDS
        for number, (text_id, tagged) in enumerate(
            zip(todo.ids, tagger.tag(characters), strict=True), start=1
        ):
            batch.append((text_id, tagged))
            if len(batch) >= WRITE_TEXTS or time.monotonic() >= due or number == len(todo.ids):
                _write(database, todo.tagging_id, batch, getattr(tagger, "prompt_version", ""))
                yield number
                batch, due = [], time.monotonic() + WRITE_SECONDS


def _write(
    database: Database, tagging_id: int, batch: Sequence[tuple[int, Tagged]], prompt_version: str
) -> None:
    """Store answers, with what led to them where the tagger tells."""
    told = {
        text_id: dict(trace)
        for text_id, tagged in batch
        if (trace := getattr(tagged, "trace", None))
    }
    with database.session() as session, transaction(session):
        suggestions.write_batch(session, tagging_id, batch, prompt_version=prompt_version)
        traces.keep(session, tagging_id, told)


def _open(
    database: Database, project: Project, tagger: Tagger, job_id: int, wanted: Mapping[str, Any]
) -> Pass:
    """Take up the job's own tagging where it stopped, or open a new one."""
    with database.session() as session:
        tagging_id = suggestions.find_tagging(session, job_id)
        if tagging_id and suggestions.summary(session, tagging_id).version != tagger.version:
            tagging_id = None
        if tagging_id is None:
            tagging_id = suggestions.start_tagging(
                session, project.id, tagger.name, tagger.version, wanted, job_id
            )
        done = suggestions.done_ids(session, tagging_id)
        ids = texts.ids_to_tag(session, project.id, str(wanted.get("only", "new")))
    todo = [text_id for text_id in ids if text_id not in done]
    if limit := int(wanted.get("limit") or 0):
        todo = todo[: max(0, limit - len(done))]
    return Pass(tagging_id, len(done), todo)


def _values(database: Database, tagging_id: int, seconds: float) -> dict[str, float]:
    with database.session() as session:
        return values(suggestions.summary(session, tagging_id), seconds)


def values(summary: TaggingSummary, seconds: float) -> dict[str, float]:
    """The figures of a pass, under the names the command line promises."""
    return {
        "texts": summary.texts,
        "suggestions": summary.suggestions,
        "ungrounded": summary.ungrounded,
        "ambiguous": summary.ambiguous,
        "failed": summary.failed,
        "seconds": round(seconds, 3),
        **summary.usage,
    }


def _project(database: Database, project_id: int | None) -> Project:
    with database.session() as session:
        for summary in projects.summaries(session):
            project = projects.get(session, summary.name)
            if project.id == project_id:
                return project
    raise TaggingError("The project of this tagging job is gone.")


def check(settings: Settings, database: Database, project: Project, spec: str) -> None:
    """Refuse a tagging that could do nothing, before a job is queued for it.

    Raises:
        TaggingError: the project has no texts or no entity types.
        RequestRefused: there is no such tagger.
    """
    with database.session() as session:
        if not any(projects.counts(session, project.id).values()):
            raise TaggingError(f"Project {project.name} has no texts yet; import some first.")
    wiring.check(settings, database, project, spec)
