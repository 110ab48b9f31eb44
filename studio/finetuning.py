"""What a fine-tuning learns from and starts from: read from a project, checked before it is queued.

A wish is the settings of a job: name, base, train, epochs, seed, device, concat, balance, and set,
which is empty where the library is learnt from. A set is "NAME@VERSION", so that a training that is
resumed learns from what it began with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import assets
from db import entity_types, evaluation, fewshot, jobs, leaving, library, runs, unlabelled
from db.errors import AlreadyExists
from db.names import checked
from engine.errors import CheckpointError, TrainingError
from engine.types import AnnotatedText, EntityType
from studio.settings import RUNS

if TYPE_CHECKING:
    from db.session import Database
    from db.values import Project
    from engine.nuner.finetune import Job as Work
    from studio.settings import Settings

KIND = "finetuning"

LOOKED_AT = 400
"""Texts without a decision from which a training draws those that it is held to. Our choice."""


@dataclass(frozen=True, slots=True)
class Source:
    """What is learnt from.

    Attributes:
        types: what to tag.
        train: texts to learn from.
        dev: accepted texts that are kept for evaluation, none of them in `train`.
        unlabelled: texts that nobody has decided on, in neither of them.
        name: what is learnt from, for people.
    """

    types: Sequence[EntityType]
    train: Sequence[AnnotatedText]
    dev: Sequence[AnnotatedText]
    unlabelled: Sequence[str] = ()
    name: str = ""


def source(database: Database, project: Project, wish: Mapping[str, Any]) -> Source:
    """The texts and types of a wish.

    Raises:
        NotFound: there is no such set, or the project has no library.
    """
    with database.session() as session:
        if wish.get("set"):
            found = fewshot.find(session, project.id, str(wish["set"]))
            train = fewshot.texts_of(session, found.id)
            left = {t.code for t in entity_types.list_types(session, project.id)}
            types = [t for t in fewshot.types_of(session, found.id) if t.code in left]
            name = f"the few-shot set {found.name}, version {found.version}"
        else:
            newest = library.get(session, project.id)
            name = f"the library, version {newest.version}"
            train = library.examples(session, project.id, newest.version)
            types = entity_types.list_types(session, project.id)
        kept = set(evaluation.kept(session, project.id))
        seen = {one.text for one in train}
        gold = leaving.gold(session, project.id) if kept else ()
        dev = [one for text_id, one in gold if text_id in kept and one.text not in seen]
        known = seen | {one.text for one in dev}
        rest = unlabelled.some(session, project.id, LOOKED_AT)
    codes = {t.code for t in types}
    return Source(
        types,
        [_only(one, codes) for one in train],
        [_only(one, codes) for one in dev],
        [text for text in rest if text not in known],
        name,
    )


def _only(text: AnnotatedText, codes: set[str]) -> AnnotatedText:
    return AnnotatedText(text.text, tuple(s for s in text.spans if s.label in codes))


def check(
    settings: Settings, database: Database, project: Project, wish: Mapping[str, Any]
) -> dict[str, Any]:
    """Refuse a training that could do nothing; returns the wish with its names settled.

    Raises:
        AlreadyExists: the project has a run of that name, or is training one.
        Invalid: the name cannot be used.
        NotFound: there is no such set, or no library.
        TrainingError: there is nothing to learn from, or a type has no examples.
        CheckpointError: the base is a folder that cannot be used.
    """
    from engine.nuner.finetune import check as check_work

    name = checked(str(wish["name"]), "A run's name")
    with database.session() as session:
        taken = {run.name for run in runs.list_runs(session, project.id)}
        under_way = {
            str(job.settings.get("name"))
            for job in jobs.list_jobs(session, project.id)
            if job.kind == KIND and job.status in ("queued", "running")
        }
    if name in taken | under_way:
        raise AlreadyExists(f"There is a run {name!r} already; choose another name.")
    settled = {**wish, "name": name, "set": _versioned(database, project, wish)}
    check_work(work(settings, settled, source(database, project, settled), Path()))
    return settled


def _versioned(database: Database, project: Project, wish: Mapping[str, Any]) -> str:
    """The set of a wish with its version, "" for the library. Raises NotFound."""
    if not wish.get("set"):
        return ""
    with database.session() as session:
        found = fewshot.find(session, project.id, str(wish["set"]))
    return f"{found.name}@{found.version}"


def work(settings: Settings, wish: Mapping[str, Any], found: Source, out: Path) -> Work:
    """The engine's job for a wish. Raises TrainingError, CheckpointError."""
    from engine.nuner import bases
    from engine.nuner.finetune import Job
    from engine.nuner.recipe import recipe
    from studio.wiring import SHIPPED_MODEL

    shipped = settings.checkpoint or assets.path("checkpoints", SHIPPED_MODEL)
    asked = str(wish.get("base", bases.EMBEDDED)).strip()
    if not asked:
        raise CheckpointError("Name the base to start from: embedded, a folder or a hub model.")
    base = bases.find(asked, shipped)
    if base.embedded and wish.get("concat"):
        raise TrainingError("Two layers together are for encoders; the embedded base reads one.")
    config = recipe(base.embedded, found.train, wish.get("train"), not wish.get("set"))
    config = replace(config, seed=int(wish.get("seed") or 0))
    if wish.get("epochs"):
        config = replace(config, epochs=int(wish["epochs"]))
    config = replace(
        config, concat=bool(wish.get("concat")), balance=float(wish.get("balance") or 0.0)
    )
    return Job(
        name=str(wish["name"]).strip(),
        base=base.name,
        make=base.learner,
        types=found.types,
        train=found.train,
        dev=found.dev,
        config=config,
        out=out,
        device=str(wish.get("device") or "auto"),
        licence=base.licence,
        unlabelled=found.unlabelled,
        source=found.name,
    )


def folder(settings: Settings, job_id: int, name: str) -> Path:
    """Where the run of a job goes: beside the database, so that it moves with it."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "run"
    return settings.db.with_name(f"{settings.db.stem}{RUNS}") / f"{job_id}-{plain[:60]}"
