"""What the train page shows of trainings, as values: what there is to learn from, what goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Any

from db import entity_types, evaluation, fewshot, jobs, library, projects, runs, unlabelled
from studio import estimating
from studio.estimating import Past, Wish
from studio.pages.run_views import source_name

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.set_values import FewShotSet
    from db.values import Job, Run
    from engine.types import EntityType

KIND = "finetuning"
LIBRARY = "library"
SET = "set:"
PAST = 5
REST = 200
"""Undecided texts are counted so far: more than a run is held to."""


def sources(session: Session, project_id: int) -> list[tuple[str, str]]:
    """What a run can learn from, the newest set first: what people call it, and its value."""
    found = [
        (_set_label(one), f"{SET}{_set_name(one)}")
        for one in fewshot.list_sets(session, project_id)
    ]
    newest = library.find(session, project_id)
    if newest is not None and newest.examples:
        said = f"The library, version {newest.version} – {newest.examples} sentences (distil)"
        found.append((said, LIBRARY))
    return found


def _set_name(one: FewShotSet) -> str:
    return f"{one.name}@{one.version}"


def _set_label(one: FewShotSet) -> str:
    texts = "1 text" if one.texts == 1 else f"{one.texts} texts"
    held = f"{one.k} to {2 * one.k} spans a type"
    if one.short:
        held = f"k = {one.k}, {len(one.short)} short"
    return f"{one.name}, version {one.version} – {texts}, {held}"


def missing(session: Session, project_id: int, found: Sequence[Any]) -> dict[str, Any] | None:
    """What to do first where there is nothing to learn from; None where there is."""
    if found:
        return None
    stand = projects.counts(session, project_id)
    if not any(stand.values()):
        return {
            "title": "There is nothing to learn from yet",
            "text": "A model learns from texts that you have corrected. Add some texts first.",
            "action": {"label": "Add texts", "to": {"page": "texts"}},
        }
    if not entity_types.list_types(session, project_id):
        return {
            "title": "There is nothing to look for yet",
            "text": "Define entity types by name and one sentence, or load a ready-made set.",
            "action": {"label": "Define entity types", "to": {"page": "types"}},
        }
    if stand["accepted"]:
        return {
            "title": "Choose the texts to learn from",
            "text": "Promote a handful of your accepted texts into a few-shot set; a few of each "
            "type are enough to begin.",
            "action": {"label": "Make a few-shot set", "to": {"page": "sets"}},
        }
    return {
        "title": "No text is accepted yet",
        "text": "Correct a dozen texts, promote them into a few-shot set, and train on that. "
        "Or build a library and distil it, before anything is corrected.",
        "action": {"label": "Correct texts", "to": {"page": "annotate"}},
    }


def data_card(session: Session, project_id: int, source: str, wish: Wish) -> dict[str, Any] | None:
    """What a source holds and how long a training on it may take; None when it is gone.

    Raises:
        NotFound: there is no such set.
    """
    if source.startswith(SET):
        card = _of_set(session, project_id, source.removeprefix(SET))
    elif source == LIBRARY and library.find(session, project_id) is not None:
        card = _of_library(session, project_id)
    else:
        return None
    kept, accepted = evaluation.number(session, project_id)
    written = source == LIBRARY
    spans = [one["spans"] for one in card["types"] if one["spans"]]
    wish = replace(
        wish,
        watched=accepted > 0,
        written=written,
        each=median(spans) if spans else 0.0,
        rest=unlabelled.count(session, project_id, REST),
    )
    past = [_past(run) for run in runs.list_runs(session, project_id)]
    estimate = estimating.words(estimating.seconds(card["texts"], wish, past))
    watched = _watched(card["texts"], kept, accepted, written)
    return {**card, "watched": watched, "estimate": estimate}


def _of_set(session: Session, project_id: int, name: str) -> dict[str, Any]:
    found = fewshot.find(session, project_id, name)
    leaks = len(fewshot.leaks(session, found.id))
    warnings = []
    if leaks:
        warnings.append(
            f"{leaks} of its texts are kept for evaluation by now; make a new version without them."
        )
    types = fewshot.types_of(session, found.id)
    return {
        "title": f"{found.name}, version {found.version}",
        "texts": found.texts,
        **_types(types, found.counts, found.short, 2 * found.k),
        "warnings": warnings,
        "more": {"label": "See its texts", "to": {"page": "sets"}},
    }


def _of_library(session: Session, project_id: int) -> dict[str, Any]:
    newest = library.get(session, project_id)
    inside = library.examples(session, project_id, newest.version)
    counts = Counter(span.label for example in inside for span in example.spans)
    types = entity_types.list_types(session, project_id)
    return {
        "title": f"The library, version {newest.version}",
        "texts": len(inside),
        **_types(types, counts, {}, max(counts.values(), default=1)),
        "warnings": [] if newest.finished_at else ["This version is still being built."],
        "more": {"label": "See its sentences", "to": {"page": "library"}},
    }


def without_spans(session: Session, project_id: int, set_name: str) -> list[str]:
    """Names of the types that a set, or the library ("" for the set), has no span of.

    Raises:
        NotFound: there is no such set, or no library.
    """
    card = _of_set(session, project_id, set_name) if set_name else _of_library(session, project_id)
    return [one["name"] for one in card["types"] if not one["spans"]]


def _types(
    types: Iterable[EntityType], counts: Mapping[str, int], short: Mapping[str, str], most: int
) -> dict[str, Any]:
    rows = [
        {
            "code": one.code,
            "name": one.name,
            "colour": one.colour,
            "spans": counts.get(one.code, 0),
            "short": short.get(one.code, "") or ("" if counts.get(one.code) else "No text has it."),
        }
        for one in types
    ]
    return {"types": rows, "spans": sum(row["spans"] for row in rows), "most": most}


def _watched(texts_to_learn: int, kept: int, accepted: int, written: bool) -> str:
    if accepted:
        texts = "1 text" if accepted == 1 else f"{accepted} texts"
        return f"After each epoch it is measured on {texts} kept for evaluation."
    if written:
        return (
            "The sentences of a library cannot tell how well real texts are tagged, so the run "
            "will not be measured. Keep some accepted texts for evaluation on the page of few-shot "
            "sets."
        )
    if texts_to_learn < 2 * estimating.FOLDS:
        return (
            "Too few texts to hold some out, so the run will not be measured. Keep some accepted "
            "texts for evaluation on the page of few-shot sets."
        )
    waiting = f" ({kept} are kept, none of them accepted yet)" if kept else ""
    return (
        f"No accepted text is kept for evaluation{waiting}, so parts of the set are held out in "
        "turn to find how many epochs are enough; the scores come from those parts."
    )


def _past(run: Run) -> Past:
    part = str(run.values.get("settings", {}).get("train", ""))
    return Past(run.base, part, estimating.worked(run.values), run.values.get("seconds", 0.0))


def trainings(session: Session, project_id: int) -> dict[str, Any]:
    """The newest training and the ones before it."""
    listed = [job for job in jobs.list_jobs(session, project_id) if job.kind == KIND]
    kept = {run.job_id for run in runs.list_runs(session, project_id)}
    told = [_job(job, kept=job.id in kept) for job in listed[: PAST + 1]]
    return {"job": told[0] if told else None, "past": told[1:]}


def _job(job: Job, *, kept: bool) -> dict[str, Any]:
    end = job.finished_at or datetime.now(UTC)
    started = job.started_at
    return {
        "id": job.id,
        "status": job.status,
        "done": job.done,
        "total": job.total,
        "values": {name: value for name, value in job.values.items() if name != "curve"},
        "error": job.error,
        "cancel": job.cancel,
        "log": job.log,
        "name": str(job.settings.get("name", "")),
        "base": str(job.settings.get("base", "")),
        "source": source_name(job.settings),
        "folds": estimating.FOLDS,
        "seconds": (end - started).total_seconds() if started else 0.0,
        "kept": kept,
        "created_at": job.created_at.isoformat(),
    }


def free_name(session: Session, project_id: int) -> str:
    """A name that no run and no training of a project has: "run-1", "run-2", ..."""
    taken = {run.name for run in runs.list_runs(session, project_id)}
    taken |= {
        str(j.settings.get("name")) for j in jobs.list_jobs(session, project_id) if j.kind == KIND
    }
    return next(name for n in range(1, len(taken) + 2) if (name := f"run-{n}") not in taken)
