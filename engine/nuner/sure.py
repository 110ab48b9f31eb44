"""Texts without a label that a tagger is sure of, every word: examples that cost nobody anything.

A few-shot sample holds only sentences with something in them, and a library few without; what is
nothing is learnt from texts like these. Where one word is in doubt the whole text is left out, so
that a doubt is not taught as a fact.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np

from engine.nuner.tagger import SpanTagger
from engine.types import AnnotatedText

LOW, HIGH = 0.15, 0.6
"""Between these a word is in doubt, neither surely nothing nor surely something. [C]: no others
were tried."""
WORDS = 4
"""A text of fewer words teaches nothing. [C]"""


def sure(tagger: SpanTagger, texts: Iterable[str], most: int, seed: int) -> list[AnnotatedText]:
    """What the tagger finds in the texts that it is sure of, at most so many of them, at random.

    Args:
        tagger: whose decisions are taken over.
        texts: none of them learnt from otherwise.
        most: texts wanted.
        seed: the same texts and seed give the same choice.
    """
    found = [
        tagged.annotated()
        for tagged, scores in tagger.read(texts)
        if scores.shape[1] >= WORDS and decided(scores[0].max(1))
    ]
    random.Random(seed).shuffle(found)
    return found[:most]


def decided(best: np.ndarray[tuple[int], np.dtype[np.float32]]) -> bool:
    """Whether every word is surely something or surely nothing.

    Args:
        best: (w,) the highest inside score of each word.

    >>> decided(np.array([0.05, 0.9])), decided(np.array([0.05, 0.4]))
    (True, False)
    """
    return not ((best > LOW) & (best < HIGH)).any()
