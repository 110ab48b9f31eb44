"""Many-dimensional points on a plane, for an eye to look at: at once, and finer a little later.

`plane` is a projection: linear, instant, the same for the same points. `finer` is t-SNE: it keeps
neighbours together and lets distances between groups lie. Neither is ever used to decide anything.

Source: van der Maaten and Hinton 2008; van der Maaten 2014 (Barnes-Hut).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LayoutConfig:
    """How the finer layout is made; every number is our choice."""

    dimensions: int = 50
    """Principal components that t-SNE looks at; its authors' advice, for speed and less noise."""
    most: int = 2_000
    """Points that t-SNE places itself: less than a minute on one core. The others go where their
    nearest ones lie."""
    neighbours: int = 3
    """So many nearest placed points say where another one goes."""
    perplexity: float = 30.0
    """Neighbours that count; less where there are few points."""
    least: int = 5
    """Fewer points have no finer layout than the plane."""
    seed: int = 0


def principal(vectors: Vectors, dimensions: int) -> Vectors:
    """The first principal components of (n, d) rows: (n, min(dimensions, d)).

    The sign of a component is fixed by its largest weight, so that equal rows give equal pictures.
    """
    n, width = vectors.shape
    kept = min(dimensions, width)
    if n == 0:
        return np.zeros((0, kept), np.float32)
    centred = vectors.astype(np.float64) - vectors.mean(0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :kept]
    heaviest = axes[np.abs(axes).argmax(0), np.arange(kept)]
    return np.asarray(centred @ (axes * np.sign(heaviest)), np.float32)


def plane(vectors: Vectors) -> Vectors:
    """(n, 2) places of (n, d) rows, the two directions in which they differ most."""
    found = principal(vectors, 2)
    return np.pad(found, ((0, 0), (0, 2 - found.shape[1])))


def finer(vectors: Vectors, config: LayoutConfig = LayoutConfig()) -> Vectors:
    """(n, 2) places of (n, d) rows in which neighbours stay neighbours; the same for a seed."""
    n = len(vectors)
    if n < config.least:
        return plane(vectors)
    reduced = principal(vectors, config.dimensions)
    if n <= config.most:
        return _tsne(reduced, config)
    rows = np.sort(np.random.default_rng(config.seed).choice(n, config.most, replace=False))
    placed = _tsne(reduced[rows], config)
    places = _beside(reduced, reduced[rows], placed, config.neighbours)
    places[rows] = placed
    return places


def _tsne(rows: Vectors, config: LayoutConfig) -> Vectors:
    from sklearn.manifold import TSNE

    tsne = TSNE(
        perplexity=min(config.perplexity, (len(rows) - 1) / 3),
        init="pca",
        random_state=config.seed,
        n_jobs=1,
    )
    return np.asarray(tsne.fit_transform(rows), np.float32)


def _beside(rows: Vectors, known: Vectors, placed: Vectors, neighbours: int) -> Vectors:
    """(n, 2) the mean place of the known rows nearest to each row."""
    from sklearn.neighbors import NearestNeighbors

    nearest = NearestNeighbors(n_neighbors=neighbours).fit(known)
    return np.asarray(placed[nearest.kneighbors(rows, return_distance=False)].mean(1), np.float32)
