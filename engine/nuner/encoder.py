"""The text encoder: words of a text -> one vector a word, then scores against concept vectors.

The bottom layers are the sentence embedder's and frozen; the top ones are trained. A word is
read at its first sub-token. The backbone is uncased, so what it cannot see of a word (its
casing) enters as an embedding above the frozen layers.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.nuner import int8
from engine.nuner.config import CASINGS, EncoderConfig

Indices = NDArray[np.integer[Any]]
"""Places in an array."""

ROLES = ("inside", "start", "end")
"""What a word can be to a mention; each has a projection of its own."""


@lru_cache(maxsize=200_000)
def casing(word: str) -> int:
    """Row of `CASINGS` for a word.

    >>> CASINGS[casing("McDonald")], CASINGS[casing("B2B")], CASINGS[casing("東")]
    ('mixed', 'digit', 'none')
    """
    if any(c.isdigit() for c in word):
        return CASINGS.index("digit")
    if word.islower():
        return CASINGS.index("lower")
    if word.isupper():
        return CASINGS.index("upper" if len(word) > 1 else "capitalised")
    if word.istitle():
        return CASINGS.index("capitalised")
    return CASINGS.index("mixed" if any(c.isupper() for c in word) else "none")


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts as tensors.

    Attributes:
        hidden: (b, t, d) output of the frozen layers.
        mask: (b, t) True where there is a sub-token.
        word_row, word_at: (w,) which text and which sub-token each word is read at.
        casings: (w,) rows of the casing embedding.
    """

    hidden: Tensor
    mask: Tensor
    word_row: Tensor
    word_at: Tensor
    casings: Tensor

    @classmethod
    def of(
        cls, hidden: Tensor, mask: Tensor, word_at: Sequence[Indices], casings: Sequence[Indices]
    ) -> Batch:
        """A batch on the device of `hidden`, from each text's words.

        Args:
            word_at: a text's sub-tokens at which its words are read.
            casings: a text's rows of the casing embedding, one a word.
        """
        sizes = torch.tensor([len(at) for at in word_at])
        row = torch.arange(len(word_at)).repeat_interleave(sizes)
        at = torch.from_numpy(np.concatenate(word_at)).long()
        case = torch.from_numpy(np.concatenate(casings)).long()
        return cls(hidden, mask, *(x.to(hidden.device) for x in (row, at, case)))


class TextEncoder(nn.Module):
    """Frozen bottom, casing, trained top, and one projection a role.

    Args:
        bert: a BERT encoder (transformers); its layers are taken apart, not copied.
        config: where to cut it.

    Attributes:
        reads: what the products of the layers read, for inference in eight bits (see
            `engine.nuner.int8`); zeros while nobody has measured it.
    """

    def __init__(self, bert: Any, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.width = int(bert.config.hidden_size)
        self.embeddings = bert.embeddings
        self.bottom = nn.ModuleList(bert.encoder.layer[: config.frozen_layers])
        self.top = nn.ModuleList(bert.encoder.layer[config.frozen_layers :])
        self.casing = nn.Embedding(len(CASINGS), self.width)
        nn.init.normal_(self.casing.weight, std=0.02)
        self.dropout = nn.Dropout(config.dropout)
        self.project = nn.ModuleDict({role: _identity(self.width) for role in ROLES})
        layers, inner = bert.config.num_hidden_layers, bert.config.intermediate_size
        self.reads = nn.ParameterList(
            nn.Parameter(zeros, requires_grad=False)
            for zeros in int8.nothing_read(layers, self.width, inner)
        )
        for module in (self.embeddings, self.bottom):
            module.requires_grad_(False)

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """(b, t) sub-token ids -> (b, t, d): the frozen part, without gradients."""
        with torch.no_grad():
            return run_layers(self.bottom, self.embeddings(input_ids=ids), mask)

    def words(self, batch: Batch) -> Tensor:
        """The trained part: (w, d) word vectors, before projection."""
        hidden = batch.hidden
        added = torch.zeros_like(hidden)
        added[batch.word_row, batch.word_at] = self.casing(batch.casings).to(hidden.dtype)
        hidden = run_layers(self.top, hidden + added, batch.mask)
        words: Tensor = self.dropout(hidden[batch.word_row, batch.word_at])
        return words

    def with_layers(self, bottom: Sequence[nn.Module], top: Sequence[nn.Module]) -> TextEncoder:
        """An encoder with other layers in their places, that shares all else with this one."""
        other = copy.copy(self)
        other._modules = self._modules | {
            "bottom": nn.ModuleList(bottom),
            "top": nn.ModuleList(top),
        }
        return other

    def roles(self, words: Tensor) -> dict[str, Tensor]:
        """(w, d) word vectors -> (w, d) for each role of `ROLES`."""
        return {role: self.project[role](words) for role in ROLES}


def run_layers(layers: nn.ModuleList, hidden: Tensor, mask: Tensor) -> Tensor:
    """Pass (b, t, d) through BERT layers; (b, t) mask, True where a sub-token is."""
    attend = mask[:, None, None, :]
    for layer in layers:
        out = layer(hidden, attend)
        hidden = out[0] if isinstance(out, tuple) else out
    return hidden


def _identity(width: int) -> nn.Linear:
    """A square layer that starts as the identity: the backbone's own space."""
    layer = nn.Linear(width, width)
    nn.init.eye_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer
