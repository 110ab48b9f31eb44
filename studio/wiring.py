"""The only place that picks a concrete tagger; everybody else says `Tagger`."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import assets
from db import entity_types
from db.values import Project
from engine.errors import TaggingError
from engine.types import EntityType
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from db.session import Database
    from engine.protocols import Tagger
    from studio.settings import Settings

EMBEDDED = "embedded"
SHIPPED_MODEL = "nuner-compact"


def tagger_names(settings: Settings) -> dict[str, str]:
    """What a person can tag with: the name on the command line -> what it is."""
    own = {name: f"your own ({path})" for name, path in settings.taggers.items()}
    return {EMBEDDED: "the shipped model: no key, no network"} | own


def tagger(
    settings: Settings,
    database: Database,
    project: Project,
    spec: str,
    threshold: float | None = None,
) -> Tagger:
    """The tagger called `spec`, ready for the entity types of a project.

    Raises:
        TaggingError: the project has no entity types.
        RequestRefused: there is no such tagger.
        CheckpointError: its model cannot be loaded.
    """
    return tagger_for(settings, check(settings, database, project, spec), spec, threshold)


def check(
    settings: Settings, database: Database, project: Project, spec: str
) -> Sequence[EntityType]:
    """Refuse a tagger that cannot work, before anything slow is loaded; returns the types.

    Raises:
        TaggingError: the project has no entity types.
        RequestRefused: there is no such tagger.
    """
    names = tagger_names(settings)
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
