"""Strict span scores: a predicted span counts when start, end and type all equal a gold span's.

Spans of a text are sets: order and repeats mean nothing, and overlapping spans are scored like any
others. Micro scores add the counts of all types. On texts whose spans do not overlap and stand on
word edges this equals seqeval in strict mode with scheme IOB2 on the tags of those spans (a tested
rule); a figure over other texts has no tag equivalent.

The 95% interval is a percentile bootstrap over texts: draw as many texts as there are, with
replacement, and score the draw. Only the counts of a text matter, so texts with equal counts are
drawn together, which makes a thousand draws cheap.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError
from engine.types import AnnotatedText, Score

Counts = tuple[int, int, int]
"""Gold, predicted and correct spans."""

INTERVAL = (2.5, 97.5)
"""Percentiles of the 95% interval."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores over all types together, and of each type that gold or prediction has."""

    micro: Score
    types: Mapping[str, Score]


def score(
    gold: Sequence[AnnotatedText],
    predicted: Sequence[AnnotatedText],
    *,
    bootstrap: int = 1000,
    seed: int = 0,
) -> Scores:
    """Compare predictions with gold, text by text.

    Args:
        gold: the texts as they should be.
        predicted: the same texts in the same order, as a tagger has them.
        bootstrap: draws for the interval of F1; 0 for none.
        seed: names the draws.

    Raises:
        EngineError: the two are not the same texts.
    """
    _check_same_texts(gold, predicted)
    types: defaultdict[str, Counter[Counts]] = defaultdict(Counter)
    micro: Counter[Counts] = Counter()
    for right, guess in zip(gold, predicted, strict=True):
        of_type = _counts(right, guess)
        for label, counts in of_type.items():
            types[label][counts] += 1
        if of_type:
            g, p, c = zip(*of_type.values(), strict=True)
            micro[sum(g), sum(p), sum(c)] += 1
    n = len(gold)
    return Scores(
        _score(micro, n, bootstrap, seed),
        {label: _score(types[label], n, bootstrap, seed) for label in sorted(types)},
    )


def _check_same_texts(gold: Sequence[AnnotatedText], predicted: Sequence[AnnotatedText]) -> None:
    if len(gold) != len(predicted):
        raise EngineError(f"{len(gold)} gold texts cannot be scored on {len(predicted)} others.")
    for i, (right, guess) in enumerate(zip(gold, predicted, strict=True), 1):
        if right.text != guess.text:
            raise EngineError(f"Text {i} differs between gold and prediction.")


def _counts(gold: AnnotatedText, predicted: AnnotatedText) -> dict[str, Counts]:
    """The counts of one text, for each type in it."""
    if not gold.spans and not predicted.spans:
        return {}
    right = {(s.start, s.end, s.label) for s in gold.spans}
    guess = {(s.start, s.end, s.label) for s in predicted.spans}
    golds, guesses, hits = (Counter(s[2] for s in x) for x in (right, guess, right & guess))
    return {label: (golds[label], guesses[label], hits[label]) for label in golds | guesses}


def _score(texts: Mapping[Counts, int], n: int, bootstrap: int, seed: int) -> Score:
    """Score `n` texts, of which `texts` says how many have which counts; the rest have none."""
    rows = np.array(list(texts), dtype=np.int64).reshape(-1, 3)
    times = np.array(list(texts.values()), dtype=np.int64)
    support, guessed, correct = (int(x) for x in times @ rows)
    low = high = None
    if bootstrap and n:
        shares = np.append(times, n - times.sum()) / n
        draws = np.random.default_rng(seed).multinomial(n, shares, size=bootstrap)
        low, high = (float(x) for x in np.percentile(_f1(draws[:, :-1] @ rows), INTERVAL))
    return Score(
        p=correct / guessed if guessed else 0.0,
        r=correct / support if support else 0.0,
        f1=float(_f1(np.array([[support, guessed, correct]]))[0]),
        support=support,
        predicted=guessed,
        correct=correct,
        low=low,
        high=high,
    )


def _f1(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """F1 of (n, 3) counts; 0 where there is neither gold nor prediction."""
    wanted = np.maximum(counts[:, 0] + counts[:, 1], 1)
    return np.asarray(2.0 * counts[:, 2] / wanted, dtype=np.float64)
