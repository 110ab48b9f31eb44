"""Fine-tuning: annotated texts in, a folder with a tagger out; reports while it goes on.

Early stopping watches the development texts. Where there are none, the number of epochs is the one
that did best when the texts were split into folds, each held out once. A stopped run goes on where
it stopped and ends with the same tagger; a cancelled one leaves the best so far.

Source: NuNER (arXiv 2402.15343), section 4, for the setting; the head's start is our choice.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import TrainingError
from engine.nuner import resume
from engine.nuner.card import model_card
from engine.nuner.config import to_dict
from engine.nuner.devices import Device, pick
from engine.nuner.learner import Learner
from engine.nuner.measuring import Said, measured, said
from engine.nuner.recipe import FinetuneConfig
from engine.nuner.run_folder import CARD, REPORT, load_run, write_json, write_run
from engine.nuner.training import Course, Training
from engine.spans import words
from engine.types import AnnotatedText, EntityType, Report

FOLDS = "folds.json"
"""What the finished folds of an interrupted run found."""

Factory = Callable[[Sequence[EntityType], FinetuneConfig, Device], Learner]
"""Makes a learner that has learnt nothing of the texts yet."""


@dataclass(frozen=True, slots=True)
class Job:
    """One fine-tuning to be done.

    Attributes:
        name: of the run.
        base: what the learner starts from, for people.
        make: gives a fresh learner.
        types: what to tag.
        train: texts to learn from.
        dev: texts to watch, none of them in `train`; may be empty.
        config: settings.
        out: folder for the run.
        licence: of the base, as far as known, for the model card.
        unlabelled: texts of the same kind without a label, none of them in `train` or `dev`; a base
            that tags already is held to what it says of some, as far as `config` wants any.
        keep_unseen: whether a type may have no example, for a base that tags it without any.
        source: what the texts to learn from are, for the model card.
    """

    name: str
    base: str
    make: Factory
    types: Sequence[EntityType]
    train: Sequence[AnnotatedText]
    dev: Sequence[AnnotatedText]
    config: FinetuneConfig
    out: Path
    device: str = "auto"
    licence: str = ""
    unlabelled: Sequence[str] = ()
    keep_unseen: bool = False
    source: str = ""


def finetune(job: Job) -> Generator[Report, None, None]:
    """Train, and write the run's folder; the last report's note says where.

    Yields:
        Reports with loss, f1, epoch as far as known; `report.json` in the folder has the result.

    Raises:
        TrainingError: nothing to learn from, a device that is not here, a loss that is no number.
        CheckpointError: the base cannot be loaded.
    """
    check(job)
    device = pick(job.device)
    job.out.mkdir(parents=True, exist_ok=True)
    yield Report(0, 0, {}, f"on {device.shown}")
    beside = _beside(job)
    chosen = yield from _epochs(job, device, beside)
    learner = job.make(job.types, job.config, device)
    labelled = learner.label(job.train, beside)
    lengths = [len(row.ids) for row in labelled.rows]
    training = Training(
        learner,
        job.config,
        job.dev,
        chosen.epochs,
        lengths,
        keep=job.out,
        patience=job.config.patience if job.dev else 0,
        seconds=chosen.seconds,
    )
    facts = {
        "device": device.shown,
        "epochs": chosen.epochs,
        "folds": len(chosen.courses),
        "mentions": dict(zip((t.code for t in job.types), labelled.counts, strict=True)),
        "moved": labelled.moved,
        "texts": len(job.train),
        "beside": len(beside),
    }
    ended = False
    try:
        yield from training.run()
        ended = True
    finally:  # an interrupt leaves the best so far
        if ended or len(training.course.loss) > 1:
            facts["seconds"] = training.seconds
            report = _finish(job, training, chosen, facts, ended)
    values = {"epoch": report["best_epoch"], "seconds": report["seconds"]}
    if report["dev"]:
        values["f1"] = report["dev"]["micro"]["f1"]
    yield Report(training.step, training.step, values, f"saved in {job.out}")


def check(job: Job) -> None:
    """Refuse what nothing can be learnt from, before anything slow is loaded.

    Raises:
        TrainingError: one sentence that says what is missing.
    """
    if not job.types:
        raise TrainingError("There are no entity types to learn; define one first.")
    if not job.train:
        raise TrainingError("There are no texts to learn from.")
    if not any(words(one.text) for one in job.train):
        raise TrainingError("The texts to learn from hold no words.")
    counts = Counter(s.label for one in job.train for s in one.spans)
    if not counts:
        raise TrainingError("Nothing is annotated in the texts to learn from.")
    without = [t.name for t in job.types if not counts[t.code]]
    if without and not job.keep_unseen:
        raise TrainingError(
            f"No text to learn from has a mention of {', '.join(without)}; annotate at least one, "
            f"or leave the type out."
        )


@dataclass(frozen=True, slots=True)
class Chosen:
    """The number of epochs to train, what the folds said of it, and the seconds they took."""

    epochs: int
    courses: list[Course]
    seconds: float


def _beside(job: Job) -> list[str]:
    """Texts without a label, as many as the recipe wants."""
    found = list(job.unlabelled)
    random.Random(job.config.seed).shuffle(found)
    return found[: job.config.held_texts]


def _epochs(job: Job, device: Device, beside: Sequence[str]) -> Generator[Report, None, Chosen]:
    """Choose the number of epochs from folds where there are no development texts."""
    parts = [] if job.dev else folds(job.train, job.config.folds, job.config.seed)
    courses, before = _kept_folds(job)
    started = time.monotonic() - before
    for number, held in enumerate(parts):
        if number < len(courses):
            continue
        out = set(held)
        learner = job.make(job.types, job.config, device)
        labelled = learner.label([t for i, t in enumerate(job.train) if i not in out], beside)
        lengths = [len(row.ids) for row in labelled.rows]
        watched = [job.train[i] for i in held]
        epochs = job.config.epochs
        training = Training(learner, job.config, watched, epochs, lengths, remember=True)
        for report in training.run():
            values = {**report.values, "fold": number + 1}
            note = f"fold {number + 1}: {report.note}" if report.note else ""
            yield replace(report, values=values, note=note)
        courses.append(training.course)
        seconds = round(time.monotonic() - started, 3)
        told = {"courses": [asdict(c) for c in courses], "seconds": seconds}
        write_json(job.out / FOLDS, {"settings": _settings(job), **told})
    seconds = time.monotonic() - started
    if not courses:
        return Chosen(job.config.epochs, [], seconds)
    return Chosen(max(1, pooled(courses).best()), courses, seconds)


def folds(texts: Sequence[AnnotatedText], count: int, seed: int) -> list[list[int]]:
    """Indices of the texts in `count` parts, each type spread over them as far as it goes.

    Empty when a part would hold fewer than two texts.
    """
    if count < 2 or len(texts) < 2 * count:
        return []
    seen = Counter(s.label for one in texts for s in one.spans)
    order = list(range(len(texts)))
    random.Random(seed).shuffle(order)

    def rarest(i: int) -> tuple[int, str]:
        return min(((seen[s.label], s.label) for s in texts[i].spans), default=(0, ""))

    order.sort(key=rarest)
    return [order[i::count] for i in range(count)]


def pooled(courses: Sequence[Course]) -> Course:
    """The counts of several held-out parts, added epoch by epoch as far as all of them go."""
    shortest = min(len(course.counts) for course in courses)
    summed = [
        [sum(course.counts[epoch][i] for course in courses) for i in range(3)]
        for epoch in range(shortest)
    ]
    return Course([0.0] * shortest, summed)


def _settings(job: Job) -> dict[str, Any]:
    return {"config": to_dict(job.config), "texts": len(job.train)}


def _kept_folds(job: Job) -> tuple[list[Course], float]:
    """The folds that an interrupted run of the same settings has finished, and their seconds."""
    place = job.out / FOLDS
    if not place.is_file():
        return [], 0.0
    found = json.loads(place.read_text(encoding="utf-8"))
    if found["settings"] != _settings(job):
        return [], 0.0
    return [Course(**course) for course in found["courses"]], found.get("seconds", 0.0)


def _finish(
    job: Job, training: Training, chosen: Chosen, facts: dict[str, Any], ended: bool
) -> dict[str, Any]:
    """Write the best weights so far, score what was written, and say how it went."""
    training.restore_best()
    written = training.learner.write(job.out)
    write_run(job.out, job.name, job.base, job.types, written)
    trained = len(training.course.loss) - 1
    watched = bool(training.course.counts)
    report: dict[str, Any] = {
        **facts,
        "run": job.name,
        "base": job.base,
        "source": job.source,
        "kind": written["kind"],
        "finished": ended,
        "settings": to_dict(job.config),
        "best_epoch": training.course.best() if watched else trained,
        "history": _history(training.course),
        "dev": _dev(job, chosen),
    }
    write_json(job.out / REPORT, report)
    (job.out / CARD).write_text(model_card(report, job.types, job.licence), encoding="utf-8")
    if ended:
        resume.forget_state(job.out)
        (job.out / FOLDS).unlink(missing_ok=True)
    return report


def _history(course: Course) -> list[dict[str, float]]:
    """An entry an epoch, for a plot."""
    rows: list[dict[str, float]] = []
    scores = course.f1()
    for epoch, loss in enumerate(course.loss):
        row = {"epoch": epoch} | ({"loss": loss} if epoch else {})
        rows.append(row | ({"f1": scores[epoch]} if scores else {}))
    return rows


def _dev(job: Job, chosen: Chosen) -> dict[str, Any]:
    """Scores of the written run on the development texts, or what the folds said."""
    if job.dev:
        tagger = load_run(job.out)
        found = [said(one) for one in tagger.tag(text.text for text in job.dev)]
        return {"from": "dev", "texts": len(job.dev), **measured(job.dev, found)}
    if not chosen.courses:
        return {}
    parts = folds(job.train, job.config.folds, job.config.seed)
    by_text: dict[int, Said] = {}
    for held, course in zip(parts, chosen.courses, strict=True):
        by_text |= dict(zip(held, course.found[chosen.epochs], strict=True))
    found = [by_text[i] for i in range(len(job.train))]
    return {"from": "folds", "texts": len(job.train), **measured(job.train, found)}
