"""Thresholds and calibration of a checkpoint, from development sets; never from test sets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from engine.errors import TrainingError
from engine.metrics import score
from engine.nuner.checkpoint import Bundle
from engine.nuner.config import DecodeConfig
from engine.nuner.decoding import calibrate, decode
from engine.nuner.inference import Prepared, Scores
from engine.nuner.tagger import EmbeddedTagger
from engine.types import AnnotatedText, EntityType, Span

THRESHOLDS = tuple(round(0.2 + 0.05 * i, 2) for i in range(9))
RATIOS = (0.15, 0.25, 0.35, 0.5, 0.75)
RAW = DecodeConfig(slope=1.0, offset=0.0)


@dataclass(frozen=True, slots=True)
class DevSet:
    """Labelled texts to tune on, and the types they were labelled with."""

    name: str
    gold: Sequence[AnnotatedText]
    types: Sequence[EntityType]


@dataclass(frozen=True, slots=True)
class Tuned:
    """The settings found, and strict micro F1 of each development set with them."""

    decode: DecodeConfig
    f1: dict[str, float]


@dataclass(slots=True)
class _Scored:
    dev: DevSet
    tagger: EmbeddedTagger
    words: list[tuple[Prepared, Scores]]

    def spans(self, config: DecodeConfig, threshold: float) -> list[list[tuple[Span, float]]]:
        """Predicted spans with their scores, a list a text."""
        out = []
        for prepared, scores in self.words:
            found = decode(scores, self.tagger.broader, config, threshold)
            out.append([(self.tagger.span(prepared, f), f.score) for f in found])
        return out

    def f1(self, config: DecodeConfig, threshold: float) -> float:
        found = self.spans(config, threshold)
        predicted = [
            AnnotatedText(g.text, tuple(s for s, _ in row))
            for g, row in zip(self.dev.gold, found, strict=True)
        ]
        return score(self.dev.gold, predicted, bootstrap=0).micro.f1


def tune(bundle: Bundle, sets: Sequence[DevSet]) -> Tuned:
    """Pick threshold and finer ratio with the best mean F1, then fit Platt scaling.

    Raises:
        TrainingError: there is nothing to tune on.
    """
    if not any(d.gold for d in sets):
        raise TrainingError("There are no labelled texts to tune the threshold on.")
    scored = [_score(bundle, dev) for dev in sets]
    best, found = -1.0, (0.3, 0.5)
    for threshold, ratio in product(THRESHOLDS, RATIOS):
        config = replace(RAW, finer_ratio=ratio)
        mean = float(np.mean([s.f1(config, threshold) for s in scored]))
        if mean > best:
            best, found = mean, (threshold, ratio)
    raw = replace(RAW, finer_ratio=found[1])
    slope, offset = _platt(scored, raw)
    config = replace(raw, slope=slope, offset=offset)
    config = replace(config, threshold=round(calibrate(found[0], config), 4))
    f1 = {s.dev.name: round(s.f1(config, config.threshold), 4) for s in scored}
    return Tuned(config, f1)


def _score(bundle: Bundle, dev: DevSet) -> _Scored:
    tagger = EmbeddedTagger(bundle, dev.types)
    return _Scored(dev, tagger, list(tagger.scores(g.text for g in dev.gold)))


def _platt(scored: Sequence[_Scored], config: DecodeConfig) -> tuple[float, float]:
    """Slope and offset that turn raw scores into the share of right spans.

    Every set counts the same, whatever its size.
    """
    from sklearn.linear_model import LogisticRegression

    logits, right, weight = [], [], []
    for one in scored:
        rows = one.spans(config, THRESHOLDS[0])
        pairs = [
            (s in set(g.spans), p) for g, r in zip(one.dev.gold, rows, strict=True) for s, p in r
        ]
        for hit, raw in pairs:
            clipped = min(max(raw, 1e-6), 1 - 1e-6)
            logits.append([math.log(clipped / (1 - clipped))])
            right.append(hit)
            weight.append(1 / len(pairs))
    if len(set(right)) < 2:
        return 1.0, 0.0
    fit = LogisticRegression(C=1e6).fit(logits, right, np.asarray(weight) * len(right))
    return max(0.05, round(float(fit.coef_[0][0]), 4)), round(float(fit.intercept_[0]), 4)
