"""The demo project: from texts and types to suggestions, a library, its map and a trained run.

Making it again changes nothing; making it after it was broken off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import assets
from db import annotations as answers
from db import evaluation, fewshot, jobs, projects, texts
from db.recorded import load_recorded
from db.session import transaction
from db.values import NewSpan, ProjectSettings, Status, StoredText
from engine.errors import EngineError
from engine.formats import jsonl
from engine.types import AnnotatedText, Record, Report
from studio import importing, promoting, typesets
from studio.jobs.lifecycle import drive
from studio.wiring import EMBEDDED

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.session import Database
    from db.values import Project
    from studio.settings import Settings

NAME = "demo"
ANSWERS = "answers.jsonl"
"""Recorded answers of a large language model: library and guided tagging work without a key."""
AUTHOR = "demo"
ACCEPTED = 12
"""Our choice: enough to export and to see what a finished text looks like, most left to review."""
MEASURED = 5
"""Of the accepted texts: kept for evaluation, so that the first run has a score."""
LIBRARY = {"features": 10, "entities": 30, "per_feature": 6, "seed": 0, "writer": "llm"}
"""As `library build` asks for it when nothing else is said."""
SET, K = "first", 4
RUN = {"set": SET, "name": "first", "base": "embedded", "train": "head", "epochs": 15}
"""The quickest training there is: a demo is waited for."""


def make(settings: Settings, database: Database, *, recorded: bool = True) -> Iterator[Report]:
    """Make what is missing of the demo project; yields the progress of tagging.

    Args:
        recorded: put the recorded answers of a language model in.
    """
    if recorded:
        with database.session() as session:
            load_recorded(session, assets.path("demo", ANSWERS))
    with database.session() as session, transaction(session):
        project = projects.find(session, NAME)
        if project is None:
            project = projects.create(session, NAME)
            projects.set_settings(session, project.id, ProjectSettings(blind_share=0.0))
            typesets.store(session, project.id, typesets.read(assets.path("demo", "types.yaml")))
    if not any(_counts(database, project).values()):
        importing.run(database, NAME, assets.path("demo", "texts.jsonl"), "jsonl", "none")
    job_id = _to_do(database, project, "tagging", {"tagger": EMBEDDED, "only": "new"})
    if job_id is not None:
        yield from drive(settings, database, job_id)
    counts = _counts(database, project)
    if not counts["accepted"] and counts["suggested"]:
        _accept_some(database, project)


def fill(settings: Settings, database: Database) -> Iterator[Report]:
    """Do once what a person would do next: build the library, draw its map, train on a first set.

    The demo opens without a part that fails, say because its types were changed in between: the row
    of that part's job says why.
    """
    with database.session() as session:
        project = projects.get(session, NAME)
    library = {**LIBRARY, "recorded": True}
    for kind, wanted in (("library", library), ("mapping", {}), ("finetuning", RUN)):
        if kind == "finetuning":
            with suppress(EngineError):  # without the set, the training says what it lacks
                _first_set(database, project)
        with suppress(EngineError):
            job_id = _to_do(database, project, kind, wanted)
            if job_id is not None:
                yield from drive(settings, database, job_id)


def _first_set(database: Database, project: Project) -> None:
    with database.session() as session:
        made = fewshot.list_sets(session, project.id)
    if not made:
        promoting.promote(database, NAME, SET, promoting.Wish(K))


def _counts(database: Database, project: Project) -> dict[Status, int]:
    with database.session() as session:
        return projects.counts(session, project.id)


def _to_do(
    database: Database, project: Project, kind: str, wanted: Mapping[str, Any]
) -> int | None:
    """The job of a kind that is left to do, None when one was done or is at it."""
    with database.session() as session:
        jobs.mark_interrupted(session)
        last = jobs.latest(session, project.id, kind)
        if last is None:
            return jobs.queue(session, kind, wanted, project.id).id
        if last.status in ("interrupted", "cancelled", "failed"):
            return jobs.resume(session, last.id).id
        return last.id if last.status == "queued" else None


def _accept_some(database: Database, project: Project) -> None:
    """Answer the first texts of the gold file as a careful annotator would, some for measuring."""
    gold = [r for r in jsonl.read(assets.path("demo", "gold.jsonl")) if isinstance(r, Record)]
    with database.session() as session:
        ids = texts.ids_to_tag(session, project.id, "all")
        by_text = {text: text_id for text_id, text in texts.iter_texts(session, ids)}
        for record in gold[:ACCEPTED]:
            text_id = by_text.get(record.content.text)
            if text_id is not None:
                _accept(session, texts.get(session, text_id), record.content)
        kept = [record.content.text for record in gold[ACCEPTED - MEASURED : ACCEPTED]]
        evaluation.keep_same(session, project.id, kept)


def _accept(session: Session, stored: StoredText, gold: AnnotatedText) -> None:
    """Confirm the suggestions that are right, reject the others, draw what is missing."""
    wanted = {(span.start, span.end, span.label) for span in gold.spans}
    suggested = {
        (span.start, span.end, span.code): span.suggestion_id
        for span in stored.spans
        if span.kind == "suggestion"
    }
    revision = answers.apply_edit(
        session,
        stored.id,
        base=stored.revision,
        edit_uid=f"demo-{stored.id}-spans",
        added=[NewSpan(*place, suggested.get(place)) for place in sorted(wanted)],
        rejected=[n for place, n in suggested.items() if n is not None and place not in wanted],
        author=AUTHOR,
    )
    answers.set_status(session, stored.id, "accepted", revision, f"demo-{stored.id}-accept", AUTHOR)
