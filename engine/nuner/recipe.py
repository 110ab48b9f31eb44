"""Every number of fine-tuning, each with where it comes from.

Marks: [P] the NuNER paper (arXiv 2402.15343) or its authors' cards, [C] our choice. What says
"dev" was tried on 200 to 400 texts of the development splits of WikiGold, CrossNER politics and
WNUT17 with the checkpoint that shipped then and two or three samples: of one and of four mentions
a type, and the 60 written sentences of a library, on WikiGold. No test split was looked at. Also
tried there: other thresholds after training (0.25 and 0.30 alike, 0.38 and 0.45 worse); as
examples, what the base says of texts it is sure of (WikiGold ends 2 points lower than with
`held_texts`, and under zero-shot); and for a library, texts in which the base is sure of nothing
(0.718 against 0.725 without and 0.739 with `held_texts`). What a library brings on WikiGold's dev
split, one seed, zero-shot 0.714: 0.719 with 15 of its sentences, 0.724 with 30, 0.741 with all 60;
with all 60 after 4, 8, 12 and 24 epochs 0.724, 0.722, 0.741 and 0.723.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from engine.errors import TrainingError
from engine.types import AnnotatedText

Part = Literal["head", "top", "all"]
"""What learns: the class vectors alone, the upper layers too, or everything."""

PARTS: tuple[Part, ...] = ("head", "top", "all")

FEW = 3.0
"""Mentions a type (median) from which training may go further. [C]: dev, tried at 1 and 4."""


HELD, HELD_WRITTEN = 60, 120
"""Texts to be held to, beside examples and beside a library. [C]: dev; a library gains 0.3 points
by 60 texts and 1.4 by 120."""


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """One fine-tuning."""

    train: Part = "top"
    """[C]: with an earlier checkpoint better than the head alone; not compared anew."""
    epochs: int = 20
    """Passes over the texts, at most. [C]: the paper's 30 for a head that starts from nothing."""
    batch_texts: int = 8
    """Windows a step. [C]"""
    learning_rate: float = 1e-4
    """Of the encoder layers. [C]: dev. With one mention a type 3e-4 (and texts that hold nothing)
    left politics 4 points below zero-shot; with a library it gains 1.9 points where 1e-4 gains
    1.2; with four mentions both do alike. So does a plain encoder (0.29, WikiGold alone)."""
    head_learning_rate: float = 1e-3
    """Of the class vectors. [C]: of an earlier checkpoint; not tried anew."""
    warmup: float = 0.1
    """Share of the steps in which the rate climbs; it falls linearly after. [P]"""
    weight_decay: float = 0.01
    """AdamW's, on the layers; the class vectors keep their length. [C]"""
    clip: float = 1.0
    """Longest gradient of a step. [C]"""
    balance: float = 0.0
    """How far rare types are weighed up: weight of a type = (mean count / its count) ** balance,
    between 1/3 and 3. [C]"""
    positive_weight: float = 1.5
    """Loss weight of a word inside a mention; pre-training's. [C]"""
    boundary_weight: float = 0.5
    """Loss weight of the start and end scores beside the inside score; pre-training's. [C]"""
    patience: int = 5
    """Epochs without a better F1 on the development texts after which a run stops. [C]"""
    folds: int = 3
    """Parts for choosing the number of epochs where there are no development texts; 0 or 1 means
    to train all epochs. [C]"""
    concat: bool = False
    """Read words from the layers -1 and -7 together. [P]: "better quality" of the authors' cards;
    for hub encoders of at least eight layers."""
    window: int = 192
    """Sub-tokens a hub encoder sees at a time. [C]: the embedded one's."""
    window_overlap: int = 48
    """Sub-tokens that neighbouring windows share. [C]"""
    share: float = 1.0
    """How far the weights go of the way from where they start to where training takes them; below
    1 a handful of examples cannot spoil what the base knows. [C]: dev. With 0.5, 0.75 and 1 the
    mean over the sets is 0.679, 0.680 and 0.678 with one mention a type, 0.685, 0.690 and 0.687
    with four (zero-shot 0.668)."""
    held_texts: int = 0
    """Texts without a label on which a base that tags is held to the scores it gives them, so that
    examples change what they speak of and little else. [C]: dev. WikiGold, zero-shot 0.706, has
    0.719 with one mention a type and 0.724 with four; half as many texts do nearly as well."""
    seed: int = 0

    def __post_init__(self) -> None:
        if self.train not in PARTS:
            raise TrainingError(f"What to train is one of {', '.join(PARTS)}, not {self.train!r}.")
        if self.epochs < 1 or self.batch_texts < 1:
            raise TrainingError("Epochs and texts a batch must be at least 1.")
        if not (0 < self.learning_rate < 1 and 0 < self.head_learning_rate < 1):
            raise TrainingError("A learning rate lies between 0 and 1.")


def recipe(
    embedded: bool,
    texts: Sequence[AnnotatedText],
    train: Part | None = None,
    written: bool = False,
) -> FinetuneConfig:
    """The settings that did best on dev for a base and these texts.

    Args:
        embedded: whether the base has a concept encoder to start the head from.
        texts: what there is to learn from.
        train: what to train, None for what the recipe says.
        written: whether a language model wrote the texts; parts of them held out would say how
            well its sentences are told apart, not how well real ones are.
    """
    return of_counts(embedded, len(texts), mentions(texts), train, written)


def of_counts(
    embedded: bool, texts: int, each: float, train: Part | None = None, written: bool = False
) -> FinetuneConfig:
    """The same from the number of texts, and of mentions a type (median)."""
    if embedded:
        config = _embedded(train or "top", each)
        return replace(config, folds=0, held_texts=HELD_WRITTEN) if written else config
    return _encoder(texts, train or "all")


def mentions(texts: Sequence[AnnotatedText]) -> float:
    """How many mentions the types have, the median of them."""
    counts = Counter(span.label for one in texts for span in one.spans)
    return float(median(counts.values())) if counts else 0.0


def _embedded(train: Part, each: float) -> FinetuneConfig:
    """Careful with a mention or two of a type, bolder with more."""
    base = FinetuneConfig(train=train, held_texts=HELD, share=0.75)
    if train == "head":
        base = replace(base, head_learning_rate=3e-3, epochs=40)
    elif train == "top" and each >= FEW:
        base = replace(base, learning_rate=3e-4, epochs=12)
    return base


def _encoder(texts: int, train: Part) -> FinetuneConfig:
    """A head that starts from nothing needs many steps, whatever the number of texts."""
    base = FinetuneConfig(train=train, head_learning_rate=1e-3, batch_texts=4)
    steps = 300 if train == "head" else 200
    epochs = min(60, max(12, math.ceil(steps / max(1, math.ceil(texts / base.batch_texts)))))
    return replace(base, epochs=epochs)


def type_weights(counts: Sequence[int], balance: float) -> list[float]:
    """Loss weight of each type from its number of mentions.

    >>> type_weights([10, 40], 0.5)
    [1.58..., 0.79...]
    """
    seen = [c for c in counts if c]
    mean = sum(seen) / len(seen) if seen else 1.0
    return [min(3.0, max(1 / 3, (mean / max(c, 1)) ** balance)) for c in counts]
