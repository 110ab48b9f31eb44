"""What the products of a text encoder read, measured on a sample: for inference in eight bits."""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch

from engine.nuner import int8
from engine.nuner.backbone import pad
from engine.nuner.corpus import Example
from engine.nuner.encoder import Batch, TextEncoder

SAMPLE = 2000
"""Examples to measure on. [C]"""
AT_A_TIME = 50


def measure_reads(text: TextEncoder, examples: Sequence[Example], seed: int) -> None:
    """Measure over a sample of examples, and note it in the encoder.

    Args:
        text: in evaluation mode, single precision.
        examples: what the encoder was trained on.
        seed: of the sample.
    """
    drawn = random.Random(seed).sample(examples, min(SAMPLE, len(examples)))
    drawn.sort(key=lambda example: len(example.ids))

    @torch.no_grad()
    def run() -> None:
        for first in range(0, len(drawn), AT_A_TIME):
            _read(text, drawn[first : first + AT_A_TIME])

    found = int8.measure([*text.bottom, *text.top], run)
    for known, new in zip(text.reads, found, strict=True):
        known.data.copy_(new)


def _read(text: TextEncoder, examples: Sequence[Example]) -> None:
    ids, mask = pad([example.ids.tolist() for example in examples])
    word_at = [example.word_at for example in examples]
    casings = [example.casings for example in examples]
    text.words(Batch.of(text.lower(ids, mask), mask, word_at, casings))
