"""A project's library: what building it will take, building it, and what came of it.

The engine makes values and the database keeps them; here the one is turned into the other.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from db import entity_types, library, texts
from db.library_values import Example, Feature, Library, NewExample, Source, TypeEntities, Writer
from engine.errors import TaggingError
from engine.llm import usage
from engine.reverse_ner import library as steps
from engine.reverse_ner import writer
from engine.reverse_ner.config import FeatureConfig, LibraryConfig
from engine.reverse_ner.entities import EntityList, Origin, Rejected
from engine.reverse_ner.features import Features, feature_sentences
from engine.reverse_ner.library import Budget, Coverage, Made, Stored
from engine.reverse_ner.sentences import Draft

if TYPE_CHECKING:
    from db.session import Database
    from db.values import Project
    from engine.protocols import LLM, Embedder, Tagger
    from engine.types import EntityType

_QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")


@dataclass(frozen=True, slots=True)
class Task:
    """What a library is built from.

    Attributes:
        ids: numbers of the texts looked at.
        texts: their characters, in the same order.
        types: the entity types.
    """

    ids: tuple[int, ...]
    texts: tuple[str, ...]
    types: tuple[EntityType, ...]


def config(settings: Mapping[str, Any]) -> LibraryConfig:
    """The config that the settings of a job or of a version stand for."""
    names = ("features", "entities", "per_feature", "seed")
    return LibraryConfig.of(**{name: int(settings[name]) for name in names if name in settings})


def budget(database: Database, project: Project, chosen: LibraryConfig) -> Budget:
    """The most calls that a library of this project takes, told before anything is asked.

    Raises:
        TaggingError: the project has no texts or no entity types.
    """
    with database.session() as session:
        count = len(texts.ids_to_tag(session, project.id, "all"))
        types = len(entity_types.list_types(session, project.id))
    if not count:
        raise TaggingError(f"Project {project.name} has no texts yet; import some first.")
    if not types:
        raise TaggingError(
            f"Project {project.name} has no entity types yet; add some or load a set."
        )
    return steps.budget(types, min(chosen.features.k, count), chosen)


def task(database: Database, project_id: int, chosen: FeatureConfig) -> Task:
    """The texts of a project, a random part of a very large one, and its types."""
    with database.session() as session:
        ids = texts.ids_to_tag(session, project_id, "all")
        if len(ids) > chosen.most:
            ids = sorted(random.Random(chosen.seed).sample(ids, chosen.most))
        found = list(texts.iter_texts(session, ids))
        types = entity_types.list_types(session, project_id)
    return Task(tuple(i for i, _ in found), tuple(text for _, text in found), tuple(types))


def begin(
    database: Database,
    project_id: int,
    who: Writer,
    settings: Mapping[str, Any],
    of: Task,
    features: Features,
    job_id: int | None,
) -> Library:
    """Write down a new version with its feature sentences."""
    sizes = Counter(features.clusters.tolist())
    listed = [
        Feature(text, of.ids[row], sizes[number])
        for number, (text, row) in enumerate(zip(features.texts, features.rows, strict=True))
    ]
    with database.session() as session:
        return library.create(
            session,
            project_id,
            who,
            settings,
            listed,
            silhouette=round(features.silhouette, 4),
            job_id=job_id,
        )


def write_with_llm(
    database: Database, into: Library, of: Task, llm: LLM, at_once: int
) -> Iterator[Made]:
    """Ask a model for what a version still lacks; each answer is stored before it is yielded.

    Args:
        at_once: calls under way.
    """
    wanted = replace(config(into.settings), at_once=at_once)
    shapes = [feature.text for feature in into.features]
    made = steps.build(
        llm, of.types, shapes, wanted, _stored(database, into), _taken(database, into)
    )
    yield from _kept(database, into, made)


def write_embedded(
    database: Database, into: Library, of: Task, mined: writer.Mined, clusters: Sequence[int]
) -> Iterator[Made]:
    """Fill a version without a model, from what the embedded tagger found."""
    wanted = config(into.settings)
    shapes = [feature.text for feature in into.features]
    made = writer.build(
        mined, of.types, shapes, clusters, wanted, _stored(database, into), _taken(database, into)
    )
    yield from _kept(database, into, made)


def mined_features(
    tagger: Tagger, embedder: Embedder, of: Task, chosen: FeatureConfig
) -> tuple[writer.Mined, Task, Features]:
    """What the embedded tagger finds, the texts it finds it in, and feature sentences of those."""
    mined = writer.mine(tagger, of.texts)
    number = dict(zip(of.texts, of.ids, strict=True))
    found = tuple(one.text for one in mined.tagged)
    rest = Task(tuple(number[text] for text in found), found, of.types)
    return mined, rest, feature_sentences(found, embedder, chosen)


def coverage(database: Database, into: Library) -> Coverage:
    """In how many examples of a version each type and feature sentence shows."""
    with database.session() as session:
        rows = library.rows(session, into.project_id, into.version)
        types = entity_types.list_types(session, into.project_id)
    good = [(one.feature, one.content) for one in rows if one.status != "rejected"]
    return steps.coverage(good, types, len(into.features), config(into.settings))


def figures(database: Database, into: Library) -> dict[str, Any]:
    """A version under the names that the command line promises; what is not known is null."""
    with database.session() as session:
        rows = library.rows(session, into.project_id, into.version)
    return {
        "version": into.version,
        "writer": into.writer,
        "complete": into.finished_at is not None,
        "examples": into.examples,
        "rejected": reasons(rows),
        "short": list(coverage(database, into).short),
        **usage.figures(into.usage),
    }


def reasons(rows: Sequence[Example]) -> dict[str, int]:
    """Why examples are rejected, names left out, each reason with its number of examples."""
    counts = Counter(
        reason
        for one in rows
        if one.status == "rejected"
        for reason in {_QUOTED.sub("…", part) for part in one.reason.split("; ")}
    )
    return dict(counts.most_common())


def _stored(database: Database, into: Library) -> Stored:
    """What a version holds already, as the engine made it."""
    with database.session() as session:
        lists = library.entities(session, into.id)
        rows = library.rows(session, into.project_id, into.version)
    return Stored(
        {one.code: _entity_list(one) for one in lists},
        {
            row.slot: Draft(row.slot, row.feature or 0, row.made, row.made_reason)
            for row in rows
            if row.slot is not None and row.made is not None
        },
    )


def _taken(database: Database, into: Library) -> Any:
    with database.session() as session:
        known = library.taken(session, into.id)
    return lambda text: known.get(" ".join(text.split()).casefold(), "")


def _kept(database: Database, into: Library, made: Iterator[Made]) -> Iterator[Made]:
    origin: Source = "llm" if into.writer == "llm" else "embedded"
    for one in made:
        with database.session() as session:
            if isinstance(one, EntityList):
                library.keep_entities(session, into.id, _type_entities(one))
            else:
                kept = NewExample(
                    one.slot,
                    one.feature,
                    one.content,
                    origin,
                    one.reason,
                    one.origin.prompt_version,
                    one.origin.model,
                    one.origin.usage,
                )
                library.keep(session, into.id, kept)
        yield one


def _type_entities(made: EntityList) -> TypeEntities:
    return TypeEntities(
        made.code,
        made.surfaces,
        tuple((one.surface, one.reason) for one in made.rejected),
        made.calls,
        made.origin.prompt_version,
        made.origin.model,
        made.origin.usage,
    )


def _entity_list(stored: TypeEntities) -> EntityList:
    return EntityList(
        stored.code,
        stored.surfaces,
        tuple(Rejected(*pair) for pair in stored.rejected),
        Origin(stored.prompt_version, stored.model, stored.usage),
        stored.calls,
    )
