"""Step 5a: which examples of the library stand beside a text.

The n examples nearest by cosine, the nearest last, so that it stands next to the text; the types
nearest to the text have at least one example each among them.

Source: ReverseNER, arXiv 2411.00533; the order and the types are our choice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.protocols import Embedder
from engine.reverse_ner.config import FeatureConfig, RetrievalConfig
from engine.reverse_ner.features import cluster
from engine.types import AnnotatedText

Vectors = NDArray[np.float32]


class Shelf:
    """The examples of a library, ready to be looked up.

    Attributes:
        examples: as given.
        version: what makes two prompts comparable: number and content of the library.
    """

    def __init__(
        self,
        examples: Sequence[AnnotatedText],
        embedder: Embedder,
        config: RetrievalConfig = RetrievalConfig(),
        version: str = "",
    ) -> None:
        self.examples = tuple(examples)
        self.version = version
        self._embedder = embedder
        self._config = config
        self._vectors = embedder.embed([one.text for one in examples])
        self._labels = [frozenset(span.label for span in one.spans) for one in examples]
        self._centres = self._shared(config.clusters)

    def pick(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The rows of the examples for each text, the nearest last.

        With shared examples a text takes those of its cluster. A text that is itself an example is
        not helped by its own answer.
        """
        vectors = self._embedder.embed(texts)
        if self._centres is not None:
            vectors = self._centres[(vectors @ self._centres.T).argmax(1)]
        near = vectors @ self._vectors.T
        picked: list[tuple[int, ...]] = []
        for text, row in zip(texts, near, strict=True):
            own = [i for i, one in enumerate(self.examples) if one.text == text]
            row[own] = -np.inf
            picked.append(tuple(choose(row, self._labels, self._config)))
        return picked

    def users(self, texts: Sequence[str], example: int) -> list[int]:
        """Rows of the texts that an example would stand beside."""
        return [row for row, rows in enumerate(self.pick(texts)) if example in rows]

    def _shared(self, clusters: int) -> Vectors | None:
        """(c, d) vectors of the examples in the middle of the library, None when off."""
        if not clusters or not self.examples:
            return None
        middle = cluster(self._vectors, FeatureConfig(k=clusters)).medoids
        shared: Vectors = self._vectors[middle]
        return shared


def choose(
    near: Vectors, labels: Sequence[frozenset[str]], config: RetrievalConfig = RetrievalConfig()
) -> list[int]:
    """Rows of the examples for one text, the nearest last.

    Args:
        near: (m,) cosine of each example to the text, -inf for one that may not be used.
        labels: the types in each example.
        config: how many, and for how many types.

    >>> choose(np.array([0.9, 0.8, 0.1], np.float32),
    ...        [frozenset("A"), frozenset("A"), frozenset("B")], RetrievalConfig(n=2, types=2))
    [2, 0]
    """
    order = [int(row) for row in np.argsort(-near, kind="stable") if near[row] > -np.inf]
    chosen = order[: config.n]
    first: dict[str, int] = {}
    for row in order:
        for label in sorted(labels[row]):
            if len(first) < config.types:
                first.setdefault(label, row)
    for label, row in first.items():
        if not any(label in labels[other] for other in chosen):
            loser = _dispensable(chosen, labels, first)
            if loser is not None:
                chosen.remove(loser)
                chosen.append(row)
    return sorted(chosen, key=lambda row: (near[row], -row))


def _dispensable(
    chosen: Sequence[int], labels: Sequence[frozenset[str]], wanted: dict[str, int]
) -> int | None:
    """The furthest chosen example without which no wanted type loses its last one."""
    for row in reversed(chosen):
        others = frozenset[str]().union(*(labels[other] for other in chosen if other != row))
        if all(label in others for label in labels[row] if label in wanted):
            return row
    return None
