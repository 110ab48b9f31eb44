"""The library job: feature sentences, entities and labelled sentences into a new version.

Settings of the job: features, entities, per_feature, seed, writer ("llm" or "embedded") and
embedder; with `recorded` the language model's recorded answers alone are used, with `draw` a job
follows that draws the map of the texts, the new examples among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from db import library, projects
from db.library_values import Library
from engine.reverse_ner.features import Features, feature_sentences
from engine.types import Report
from studio import language_model, libraries, wiring
from studio.jobs import runner

if TYPE_CHECKING:
    from db.values import Project
    from engine.protocols import Embedder
    from studio.jobs.context import Context


def run(context: Context) -> Iterator[Report]:
    """Build what is left to build; a report after each answer that is safely stored.

    Raises:
        TaggingError: the project has no texts or no entity types.
        LLMError: the model gave no answer; what was stored holds, and the job can be resumed.
    """
    database, job = context.database, context.job
    wanted = libraries.config(job.settings)
    with database.session() as session:
        project = projects.by_id(session, job.project_id or 0)
        begun = library.of_job(session, job.id)
    total = libraries.budget(database, project, wanted).total
    yield Report(0, total, note="reading the texts")
    task = libraries.task(database, project.id, wanted.features)
    if job.settings["writer"] == "llm":
        if begun is None:
            embedder = _embedder(context)
            features = feature_sentences(task.texts, embedder, wanted.features)
            begun = _begin(context, project, task, features)
        llm = (
            wiring.recorded(database, project, job.id)
            if job.settings.get("recorded")
            else wiring.llm(context.settings, database, project, job.id)
        )
        at_once = language_model.configured(context.settings, database).concurrency
        made = libraries.write_with_llm(database, begun, task, llm, at_once)
    else:
        embedder = _embedder(context)
        tagger = wiring.tagger(context.settings, database, project, wiring.EMBEDDED)
        mined, task, features = libraries.mined_features(tagger, embedder, task, wanted.features)
        begun = begun or _begin(context, project, task, features)
        made = libraries.write_embedded(database, begun, task, mined, features.clusters.tolist())
    yield from _reports(context, begun, made, total)
    if job.settings.get("draw"):
        runner.queue_and_start(database, "mapping", {}, project.id)


def _embedder(context: Context) -> Embedder:
    """The one that was asked for by name, which is leave to fetch it."""
    name = str(context.job.settings.get("embedder") or "")
    return wiring.embedder(context.settings, name, download=True)


def _begin(context: Context, project: Project, task: libraries.Task, features: Features) -> Library:
    settings = context.job.settings
    return libraries.begin(
        context.database, project.id, settings["writer"], settings, task, features, context.job.id
    )


def _reports(context: Context, begun: Library, made: Iterator[Any], total: int) -> Iterator[Report]:
    """Count what is stored, the part of an earlier try included."""
    with context.database.session() as session:
        before = _done(session, begun)
    for done, _ in enumerate(made, start=before + 1):
        yield Report(min(done, total), total, _values(context, begun))
    with context.database.session() as session:
        library.finish(session, begun.id)
    yield Report(total, total, _values(context, begun))


def _done(session: Any, begun: Library) -> int:
    made = [one for one in library.rows(session, begun.project_id, begun.version) if one.made]
    return len(library.entities(session, begun.id)) + len(made)


def _values(context: Context, begun: Library) -> dict[str, float]:
    with context.database.session() as session:
        now = library.get(session, begun.project_id, begun.version)
    return {
        "version": now.version,
        "examples": now.examples,
        "rejected": now.counts["rejected"],
        **now.usage,
    }
