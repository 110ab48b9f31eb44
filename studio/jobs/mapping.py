"""The mapping job: where the texts of a project lie, and the examples of its library among them.

Texts are embedded and laid on the plane at once; the finer layout takes longer and comes after. The
job also says which cluster a text belongs to, which examples would help with it, and how well other
numbers of clusters would do. Settings of the job: k and seed, both optional.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from db import clusters, library, maps, texts
from db.maps import Places, TextMap
from engine.errors import TaggingError
from engine.layout import LayoutConfig, finer, plane
from engine.reverse_ner.config import FeatureConfig
from engine.reverse_ner.features import cluster, eligible, nearest, silhouette_curve
from engine.reverse_ner.retrieval import Shelf
from engine.types import Report
from studio import wiring

if TYPE_CHECKING:
    from db.library_values import Example
    from db.session import Database
    from engine.protocols import Embedder
    from studio.jobs.context import Context

Vectors = NDArray[np.float32]

MOST = 10_000
"""Texts on a map, drawn at random from a larger project. Our choice: an eye sees no more."""
AT_ONCE = 256
"""Texts embedded between two reports. Our choice: a second."""
KS = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30)
"""Numbers of clusters that the curve shows; our choice."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What goes onto a map.

    Attributes:
        ids, texts: the texts, in order of import.
        examples: of the newest library, rejected ones too.
        features: ids of the texts that its feature sentences are.
    """

    ids: tuple[int, ...]
    texts: tuple[str, ...]
    examples: tuple[Example, ...]
    features: tuple[int, ...]


class Remembered:
    """An embedder that looks up what has been embedded before."""

    def __init__(self, vectors: Mapping[str, Vectors]) -> None:
        self._vectors = vectors

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) rows, one a text."""
        return np.stack([self._vectors[text] for text in texts])


def run(context: Context) -> Iterator[Report]:
    """Draw the map anew; a report after each step, the finer layout last.

    Raises:
        TaggingError: the project has no texts.
    """
    job = context.job
    wanted = FeatureConfig(k=int(job.settings.get("k") or FeatureConfig().k))
    yield from draw(
        context.database,
        wiring.embedder_of(context.settings, context.database, job.project_id or 0),
        job.project_id or 0,
        job.id,
        wanted,
        seed=int(job.settings.get("seed", 0)),
    )


def draw(
    database: Database,
    embedder: Embedder,
    project_id: int,
    job_id: int | None,
    wanted: FeatureConfig = FeatureConfig(),
    *,
    seed: int = 0,
) -> Iterator[Report]:
    """Draw the map of a project; the steps of `run` for a job that does more than that."""
    scene = _scene(database, project_id, seed)
    if not scene.ids:
        raise TaggingError("There are no texts to draw; import some first.")
    characters = [*scene.texts, *(one.content.text for one in scene.examples)]
    total = len(characters) + 2
    known: dict[str, Vectors] = {}
    for done in range(0, len(characters), AT_ONCE):
        yield Report(done, total, note="reading the texts" if done == 0 else "")
        some = characters[done : done + AT_ONCE]
        known.update(zip(some, embedder.embed(some), strict=True))
    vectors = np.stack([known[one] for one in characters])
    own = vectors[: len(scene.ids)]
    chosen = _assign(database, project_id, scene, own, wanted)
    drawn = TextMap(
        scene.ids,
        tuple(one.id for one in scene.examples),
        _places(plane(vectors)),
        model=str(getattr(embedder, "name", "")),
        picks=_picks(scene, Remembered(known)),
        curve=silhouette_curve(own, KS, wanted),
        job_id=job_id,
    )
    with database.session() as session:
        maps.store(session, project_id, drawn)
    values = {"texts": len(scene.ids), "examples": len(scene.examples), "clusters": chosen}
    yield Report(total - 1, total, values, note="the map is there; making it finer")
    fine = _places(finer(vectors, LayoutConfig(seed=seed)))
    with database.session() as session:
        maps.refine(session, project_id, job_id, fine)
    yield Report(total, total, values)


def _scene(database: Database, project_id: int, seed: int) -> Scene:
    with database.session() as session:
        ids = texts.ids_to_tag(session, project_id, "all")
        newest = library.find(session, project_id)
        examples = library.rows(session, project_id) if newest else []
        features = [one.text_id for one in newest.features if one.text_id] if newest else []
        if len(ids) > MOST:
            drawn = random.Random(seed).sample(ids, MOST - len(features))
            wanted = {*drawn, *features}
            ids = [one for one in ids if one in wanted]
        found = dict(texts.iter_texts(session, ids))
    return Scene(
        tuple(found),
        tuple(found.values()),
        tuple(examples),
        tuple(n for n in features if n in found),
    )


def _assign(
    database: Database, project_id: int, scene: Scene, vectors: Vectors, wanted: FeatureConfig
) -> int:
    """Say which cluster each text belongs to, nearest to its medoid first; returns how many.

    The feature sentences of the library are the medoids; before there is one, the texts are
    clustered for the eye alone.
    """
    row = {text_id: number for number, text_id in enumerate(scene.ids)}
    medoids = [row[text_id] for text_id in scene.features]
    if not medoids:
        rows = eligible(scene.texts, wanted)
        medoids = [rows[n] for n in cluster(vectors[rows], wanted).medoids]
    labels = nearest(vectors, vectors[medoids])
    labels[medoids] = np.arange(len(medoids))
    closeness = (vectors * vectors[medoids][labels]).sum(1)
    closeness[medoids] = np.inf
    order = np.argsort(-closeness, kind="stable")
    with database.session() as session:
        clusters.assign(session, project_id, {scene.ids[n]: int(labels[n]) for n in order.tolist()})
    return len(medoids)


def _picks(scene: Scene, embedder: Any) -> tuple[tuple[int, ...], ...]:
    """For each text the rows of the examples that would help with it."""
    rows = [n for n, one in enumerate(scene.examples) if one.status != "rejected"]
    if not rows:
        return ()
    shelf = Shelf([scene.examples[n].content for n in rows], embedder)
    return tuple(tuple(rows[n] for n in picked) for picked in shelf.pick(scene.texts))


def _places(rows: Vectors) -> Places:
    return tuple((float(x), float(y)) for x, y in rows)
