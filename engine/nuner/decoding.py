"""Word scores -> spans: where a mention starts and ends, and which of two types keeps it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.nuner.config import DecodeConfig

Floats = NDArray[np.float32]
Broader = NDArray[np.bool_]

EDGE = 1e-12
"""How near to 0 and 1 a score may come where its logit is taken."""


class WordSpan(NamedTuple):
    """A candidate: words first..last (inclusive), index of its type, score 0..1."""

    first: int
    last: int
    kind: int
    score: float


def decode(
    scores: Floats, broader: Broader, config: DecodeConfig, threshold: float
) -> list[WordSpan]:
    """The spans of one text, without overlaps, in reading order, scores calibrated.

    Args:
        scores: (3, w, c) probabilities of the roles inside, start, end.
        broader: (c, c) True where the column's type is broader than the row's.
        threshold: calibrated score from which a span is kept (0..1).
    """
    raw = uncalibrate(threshold, config)
    found = candidates(scores, raw * config.finer_ratio, config)
    kept = choose(found, broader, raw, config.finer_ratio)
    return [s._replace(score=calibrate(s.score, config)) for s in kept]


def candidates(scores: Floats, threshold: float, config: DecodeConfig) -> list[WordSpan]:
    """All spans of one text whose raw score reaches the threshold.

    A span is a run of words whose inside score reaches half the threshold; it does not reach
    over a seam, two words of which the first surely ends and the second surely starts a mention.
    Its score is the
    geometric mean of its first word's start score, its last word's end score and the mean of its
    inside scores.
    """
    inside, start, end = scores
    floor = threshold / 2
    found: list[WordSpan] = []
    seams = np.zeros(inside.shape, bool)
    seams[1:] = np.minimum(end[:-1], start[1:]) >= config.seam
    opens = np.argwhere((start >= threshold**3) & (inside >= floor))
    for first, kind in opens.tolist():
        column = inside[first : first + config.max_words, kind]
        below = column < floor
        below[1:] |= seams[first + 1 : first + config.max_words, kind]
        reach = int(below.argmax()) if below.any() else len(column)
        mean = np.cumsum(column[:reach]) / np.arange(1, reach + 1)
        whole = np.cbrt(start[first, kind] * end[first : first + reach, kind] * mean)
        for more in np.flatnonzero(whole >= threshold).tolist():
            found.append(WordSpan(first, first + more, kind, float(whole[more])))
    return found


def choose(
    found: Sequence[WordSpan], broader: Broader, threshold: float, ratio: float
) -> list[WordSpan]:
    """Keep spans that reach the threshold and do not overlap, the best first.

    A kept span takes the finest type that fires on the same words with at least `ratio` of its
    score; the score stays the broader type's, for the mention is as sure as before.
    """
    on_words: defaultdict[tuple[int, int], list[WordSpan]] = defaultdict(list)
    for span in found:
        on_words[span.first, span.last].append(span)
    taken = bytearray(max((span.last for span in found), default=-1) + 1)
    kept: list[WordSpan] = []
    for span in sorted(found, key=lambda s: (-s.score, s.first - s.last)):
        if span.score < threshold:
            break
        words = slice(span.first, span.last + 1)
        if not any(taken[words]):
            kept.append(_finest(span, on_words[span.first, span.last], broader, ratio))
            taken[words] = b"\1" * (span.last + 1 - span.first)
    return sorted(kept)


def _finest(span: WordSpan, same: Sequence[WordSpan], broader: Broader, ratio: float) -> WordSpan:
    """The span with the finest type of those on the same words."""
    best = span
    for other in same:
        finer = broader[other.kind, span.kind] and other.score >= ratio * span.score
        better = best is span or broader[other.kind, best.kind] or other.score > best.score
        if finer and better and not broader[best.kind, other.kind]:
            best = other
    return span._replace(kind=best.kind)


def calibrate(score: float, config: DecodeConfig) -> float:
    """A raw score as the probability that such a span is right (Platt scaling).

    Strictly growing, so that thresholds can be told in either scale.
    """
    clipped = min(max(score, EDGE), 1 - EDGE)
    logit = math.log(clipped / (1 - clipped))
    return 1 / (1 + math.exp(-(config.slope * logit + config.offset)))


def uncalibrate(probability: float, config: DecodeConfig) -> float:
    """The raw score that `calibrate` turns into `probability`."""
    clipped = min(max(probability, EDGE), 1 - EDGE)
    logit = (math.log(clipped / (1 - clipped)) - config.offset) / config.slope
    return 1 / (1 + math.exp(-logit))
