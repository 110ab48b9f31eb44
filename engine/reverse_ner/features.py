"""Step 1: feature sentences, the texts in the middle of what the task is about.

The texts are embedded and clustered by k-medoids on cosine distance; a medoid is a real text. Up
to `exact` texts FasterPAM sees all distances; beyond that it sees a random sample, and each other
text goes to the nearest medoid. The same seed gives the same medoids.

Source: ReverseNER, arXiv 2411.00533; FasterPAM: Schubert and Rousseeuw 2021.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import kmedoids
import numpy as np
from numpy.typing import NDArray

from engine.errors import TaggingError
from engine.protocols import Embedder
from engine.reverse_ner.config import FeatureConfig
from engine.spans import words

Vectors = NDArray[np.float32]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clusters:
    """A clustering of n rows.

    Attributes:
        medoids: (k,) rows that stand for their cluster, ascending.
        labels: (n,) the index into `medoids` of each row's cluster.
    """

    medoids: Indices
    labels: Indices


@dataclass(frozen=True, slots=True)
class Features:
    """The feature sentences of a task.

    Attributes:
        texts: (k) the feature sentences.
        rows: (k) where each stands among the texts given.
        clusters: (n,) the feature sentence of each text given, -1 for one that was left out.
        silhouette: -1..1, how well the clusters stand apart; 0 with fewer than two.
    """

    texts: tuple[str, ...]
    rows: tuple[int, ...]
    clusters: Indices
    silhouette: float


def feature_sentences(
    texts: Sequence[str], embedder: Embedder, config: FeatureConfig = FeatureConfig()
) -> Features:
    """Choose the feature sentences among the unlabelled texts of a task.

    Raises:
        TaggingError: no text could be one.
    """
    rows = eligible(texts, config)
    if not rows:
        raise TaggingError("There is no text to take feature sentences from; import some first.")
    vectors = embedder.embed([texts[row] for row in rows])
    found = cluster(vectors, config)
    labels = np.full(len(texts), -1, np.int64)
    labels[rows] = found.labels
    chosen = tuple(rows[at] for at in found.medoids)
    return Features(
        tuple(texts[row] for row in chosen), chosen, labels, silhouette(vectors, found, config)
    )


def eligible(texts: Sequence[str], config: FeatureConfig = FeatureConfig()) -> list[int]:
    """Rows of texts that may be feature sentences: no duplicates, none of extreme length.

    Where fewer than k are of the right length, the length does not count.

    >>> eligible(["Too short.", "This one has enough words.", "This one has enough words."],
    ...          FeatureConfig(k=1))
    [1]
    """
    seen = set[str]()
    fitting: list[int] = []
    others: list[int] = []
    for row, text in enumerate(texts):
        key = " ".join(text.split()).casefold()
        if not key or key in seen:
            continue
        seen.add(key)
        fits = config.shortest <= len(words(text)) <= config.longest
        (fitting if fits else others).append(row)
    return fitting if len(fitting) >= config.k else sorted(fitting + others)


def cluster(vectors: Vectors, config: FeatureConfig = FeatureConfig()) -> Clusters:
    """Cluster (n, d) unit rows around at most k of them."""
    n = len(vectors)
    if n <= config.k:
        return Clusters(np.arange(n), np.arange(n))
    rows = _sample(n, config.exact, config.seed)
    some = vectors[rows]
    medoids = np.sort(rows[_medoids(distances(some), config)])
    return Clusters(medoids, nearest(vectors, vectors[medoids]))


def _medoids(apart: Vectors, config: FeatureConfig) -> Indices:
    """Rows of the best of several FasterPAM runs."""
    runs = [
        kmedoids.fasterpam(apart, config.k, random_state=config.seed + start, n_cpu=1)
        for start in range(config.restarts)
    ]
    return np.asarray(min(runs, key=lambda run: run.loss).medoids, np.int64)


def distances(vectors: Vectors) -> Vectors:
    """(n, n) cosine distances (0..2) between unit rows."""
    apart = 1.0 - vectors @ vectors.T
    np.clip(apart, 0.0, 2.0, out=apart)
    np.fill_diagonal(apart, 0.0)
    return cast(Vectors, apart)


def nearest(vectors: Vectors, medoids: Vectors) -> Indices:
    """(n,) the medoid with the greatest cosine to each row, the first of equals."""
    return np.asarray((vectors @ medoids.T).argmax(1), np.int64)


def silhouette(
    vectors: Vectors, clusters: Clusters, config: FeatureConfig = FeatureConfig()
) -> float:
    """Mean silhouette (-1..1) of a clustering, on a sample of at most `curve` rows."""
    rows = _sample(len(vectors), config.curve, config.seed)
    _, labels = np.unique(clusters.labels[rows], return_inverse=True)
    if not 2 <= labels.max() + 1 < len(rows):
        return 0.0
    mean, _ = kmedoids.silhouette(distances(vectors[rows]), labels.astype(np.uintp), n_cpu=1)
    return float(mean)


def silhouette_curve(
    vectors: Vectors, ks: Sequence[int], config: FeatureConfig = FeatureConfig()
) -> dict[int, float]:
    """Mean silhouette at each k that the texts allow, on a sample: a help in choosing k."""
    some = vectors[_sample(len(vectors), config.curve, config.seed)]
    return {
        k: silhouette(some, cluster(some, replace(config, k=k)), config)
        for k in ks
        if 2 <= k < len(some)
    }


def _sample(n: int, most: int, seed: int) -> Indices:
    """At most `most` of n rows, ascending, the same for the same seed."""
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))
