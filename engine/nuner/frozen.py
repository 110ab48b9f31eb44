"""The frozen part of the encoder, run once over a corpus and kept in half precision."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import torch

from engine.nuner.backbone import pad
from engine.nuner.encoder import Batch, TextEncoder
from engine.types import Report


class Encoded(Protocol):
    """A text, or a window of one, in sub-tokens: an example of pre-training or a training row."""

    @property
    def ids(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """Sub-token ids with the special ones at both ends."""

    @property
    def word_at(self) -> np.ndarray[Any, np.dtype[np.int32]]:
        """The sub-token each word is read at."""

    @property
    def casings(self) -> np.ndarray[Any, np.dtype[Any]]:
        """Rows of the casing embedding, one a word."""


class FrozenCache:
    """Output of the frozen layers for every example, (tokens, d) in bfloat16.

    Args:
        examples: in the order in which they are asked for.
        text: whose frozen layers to run.
    """

    def __init__(self, examples: Sequence[Encoded], text: TextEncoder) -> None:
        self.starts = [0]
        for example in examples:
            self.starts.append(self.starts[-1] + len(example.ids))
        self.rows = torch.empty(self.starts[-1], text.width, dtype=torch.bfloat16)
        self.filled = 0
        self._examples = examples
        self._text = text

    def fill(self, rows: Iterable[int], device: torch.device) -> Iterator[Report]:
        """Run the frozen layers over the examples of `rows`, texts of like length together."""
        order = sorted(rows, key=lambda i: len(self._examples[i].ids))
        for first in range(0, len(order), 64):
            some = order[first : first + 64]
            ids, mask = pad([self._examples[i].ids.tolist() for i in some])
            with torch.autocast(device.type, torch.bfloat16):
                hidden = self._text.lower(ids.to(device), mask.to(device)).bfloat16().cpu()
            for at, i in enumerate(some):
                self.rows[self.starts[i] : self.starts[i + 1]] = hidden[at][mask[at]]
            self.filled += len(some)
            yield Report(self.filled, len(order), note="frozen layers")

    def batch(self, rows: Sequence[int], uncase: float, device: torch.device) -> Batch:
        """The examples of `rows` as one batch; a share of them loses its casing."""
        sizes = [self.starts[i + 1] - self.starts[i] for i in rows]
        hidden = torch.zeros(len(rows), max(sizes), self.rows.shape[1])
        mask = torch.zeros(len(rows), max(sizes), dtype=torch.bool)
        casings = []
        for at, (i, size) in enumerate(zip(rows, sizes, strict=True)):
            hidden[at, :size] = self.rows[self.starts[i] : self.starts[i + 1]]
            mask[at, :size] = True
            case = self._examples[i].casings
            plain = np.where((case >= 2) & (case <= 4), 1, case)
            casings.append(plain if random.random() < uncase else case)
        word_at = [self._examples[i].word_at for i in rows]
        return Batch.of(hidden.to(device), mask.to(device), word_at, casings)
