"""The only place that picks a concrete tagger, embedder or model; all else says the protocol."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import assets
from db import entity_types, library
from db.values import Project
from engine.errors import LLMError, TaggingError
from engine.types import EntityType
from studio import finetuned, llm_taggers
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from db.session import Database
    from engine.protocols import LLM, Embedder, Tagger
    from studio.settings import Settings

EMBEDDED = "embedded"
SHIPPED_MODEL = "nuner-compact"


def tagger_names(settings: Settings) -> dict[str, str]:
    """What a person can tag with: the name on the command line -> what it is."""
    own = {name: f"your own ({path})" for name, path in settings.taggers.items()}
    return {EMBEDDED: "the shipped model: no key, no network"} | llm_taggers.NAMES | own


def tagger(
    settings: Settings,
    database: Database,
    project: Project,
    spec: str,
    threshold: float | None = None,
    *,
    samples: int | None = None,
    shared: int = 0,
    job_id: int | None = None,
) -> Tagger:
    """The tagger called `spec`, ready for the entity types of a project.

    Args:
        settings: the settings.
        database: the database.
        project: whose types to look for, and whose library guides.
        spec: one of `tagger_names`.
        threshold: least score of a suggestion, where the tagger takes one.
        samples: answers of a language model for each text.
        shared: sets of examples that similar texts share, 0 for examples of their own.
        job_id: the job that a language model's calls are booked on.

    Raises:
        TaggingError: the project has no entity types.
        RequestRefused: there is no such tagger, or it does not take what it was given.
        LLMError: it asks a language model, and none is configured.
        CheckpointError: its model cannot be loaded.
    """
    types = check(settings, database, project, spec)
    llm_taggers.check_shared(spec, shared)
    if spec.startswith(finetuned.PREFIX) and samples is None:
        return finetuned.load(finetuned.check(database, project, types, spec), threshold)
    if spec not in llm_taggers.NAMES:
        if samples is not None:
            raise RequestRefused(f"The tagger {spec!r} asks no model for samples.", where=spec)
        return tagger_for(settings, types, spec, threshold)
    if threshold is not None:
        raise RequestRefused(f"The tagger {spec!r} takes no threshold.", where=spec)
    from studio.language_model import configured

    asked = configured(settings, database)
    return llm_taggers.make(
        database,
        project,
        types,
        spec,
        llm(settings, database, project, job_id),
        lambda: embedder_of(settings, database, project.id),
        model=asked.model,
        samples=samples,
        shared=shared,
        at_once=asked.concurrency,
    )


def check(
    settings: Settings, database: Database, project: Project, spec: str
) -> Sequence[EntityType]:
    """Refuse a tagger that cannot work, before anything slow is loaded; returns the types.

    Raises:
        TaggingError: the project has no entity types.
        RequestRefused: there is no such tagger, or a guided one has no library.
        LLMError: it asks a language model, and none is configured.
    """
    names = tagger_names(settings) | finetuned.names(database, project)
    if spec not in names:
        raise RequestRefused(
            f"There is no tagger {spec!r}; this studio has: {', '.join(names)}.", where=spec
        )
    with database.session() as session:
        types = entity_types.list_types(session, project.id)
    if not types:
        raise TaggingError(
            f"Project {project.name} has no entity types yet; add some or load a set."
        )
    if spec.startswith(finetuned.PREFIX):
        finetuned.check(database, project, types, spec)
    if spec in llm_taggers.NAMES:
        check_llm(settings, database, project)
        llm_taggers.check_library(database, project, spec)
    return types


def tagger_for(
    settings: Settings, types: Sequence[EntityType], spec: str, threshold: float | None = None
) -> Tagger:
    """The tagger called `spec`, one of `tagger_names`, for the given types.

    Raises:
        RequestRefused: a tagger of your own cannot be loaded, or was given a threshold.
        CheckpointError: the model cannot be loaded.
    """
    if spec in settings.taggers:
        if threshold is not None:
            raise RequestRefused(f"The tagger {spec!r} takes no threshold.", where=spec)
        return _own(spec, settings.taggers[spec], types)
    from engine.nuner.tagger import EmbeddedTagger

    folder = settings.checkpoint or assets.path("checkpoints", SHIPPED_MODEL)
    return EmbeddedTagger.load(types, folder, threshold)


def embedder(settings: Settings, name: str = "", *, download: bool = False) -> Embedder:
    """Sentence vectors: of a model of sentence-transformers, or of the shipped one when name is "".

    With `download` a name of the hub may be fetched; else it must be on this machine.

    Raises:
        CheckpointError: the model cannot be loaded.
    """
    from engine.embed import BundledEmbedder, SentenceTransformerEmbedder

    if name:
        return SentenceTransformerEmbedder(name, download=download)
    return BundledEmbedder.load(settings.checkpoint or assets.path("checkpoints", SHIPPED_MODEL))


def check_embedder(settings: Settings, name: str | None = None) -> str:
    """The embedder to build a library with, its name checked. Raises CheckpointError."""
    chosen = settings.embedder if name is None else name
    if chosen:
        from engine.embed import check as check_name

        check_name(chosen)
    return chosen


def embedder_of(settings: Settings, database: Database, project_id: int) -> Embedder:
    """The embedder that the newest library of a project was built with. Raises CheckpointError."""
    with database.session() as session:
        newest = library.find(session, project_id)
    if newest is None:
        return embedder(settings, settings.embedder)
    return embedder(settings, str(newest.settings.get("embedder") or ""))


def has_llm(settings: Settings, database: Database, project: Project) -> bool:
    """Whether there is a model to ask, or recorded answers for the demo project."""
    from db import llm_calls
    from studio.demo import NAME
    from studio.language_model import configured

    if configured(settings, database).ready:
        return True
    with database.session() as session:
        return project.name == NAME and bool(llm_calls.models(session, "recorded"))


def check_llm(settings: Settings, database: Database, project: Project) -> None:
    """Refuse what needs a language model where there is none. Raises LLMError."""
    from studio.language_model import HOW_TO

    if not has_llm(settings, database, project):
        raise LLMError(HOW_TO, kind="not_configured")


def _own(name: str, path: str, types: Sequence[EntityType]) -> Tagger:
    """A tagger that the person who runs the studio wrote: `package.module:function`."""
    module, _, function = path.partition(":")
    try:
        factory = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise RequestRefused(
            f"The tagger {name!r} cannot be loaded from {path!r}: {error}.", where=name
        ) from error
    made: Tagger = factory(types)
    return made


def llm(
    settings: Settings, database: Database, project: Project | None, job_id: int | None = None
) -> LLM:
    """The language model behind its cache and ledger; with none configured, its recorded answers.

    Raises:
        RequestRefused: the key's file cannot be used.
        Invalid: the environment's address is none.
    """
    from studio.language_model import configured

    if not configured(settings, database).ready:
        return recorded(database, project, job_id)
    return _asking(settings, database, project.id if project else None, job_id)


def recorded(database: Database, project: Project | None, job_id: int | None = None) -> LLM:
    """Recorded answers behind the ledger: nothing is asked anywhere, whatever is configured."""
    from db import llm_calls
    from engine.llm.recorded import RecordedLLM
    from studio.llm_ledger import Ledger

    with database.session() as session:
        models = llm_calls.models(session, "recorded")
    project_id = project.id if project else None
    ledger = Ledger(database, project_id=project_id, job_id=job_id, only="recorded")
    return RecordedLLM(ledger, models)


def _asking(
    settings: Settings, database: Database, project_id: int | None, job_id: int | None
) -> LLM:
    """A model at an endpoint, asked as its last test found best."""
    from db import llm_settings
    from engine.llm.cached import CachedLLM
    from engine.llm.capabilities import Capabilities
    from engine.llm.client import OpenAIClient
    from studio.language_model import endpoint
    from studio.llm_ledger import JobLog, Ledger

    where = endpoint(settings, database)
    with database.session() as session:
        tested = llm_settings.honours(session, where.base_url, where.model)
    log = None
    if job_id is not None:
        log = logging.Logger(f"llm of job {job_id}")
        log.parent = logging.getLogger("engine.llm")  # where a command listens
        log.addHandler(JobLog(database, job_id))
    client = OpenAIClient(where, Capabilities.of(tested).dialect if tested else None, log)
    ledger = Ledger(
        database, model=where.model, address=where.shown, project_id=project_id, job_id=job_id
    )
    return CachedLLM(client, ledger, where.model)
