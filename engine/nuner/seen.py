"""Word embeddings of which only the rows that the training texts use learn.

A table has tens of thousands of rows and a handful of texts uses some hundreds of them; the others
get no gradient, yet an optimiser reads and writes all of them at each step, half the work of a
small encoder. They stay as they are, without weight decay too.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from torch import Tensor, nn

from engine.nuner.rows import Row


class SeenEmbedding(nn.Module):
    """In place of an `nn.Embedding` while it learns: the same answers for the same ids.

    Args:
        whole: the table; it is left as it is.
        ids: sub-tokens that may learn.
    """

    def __init__(self, whole: nn.Embedding, ids: Iterable[int]) -> None:
        super().__init__()
        table = whole.weight.detach()
        rows = torch.tensor(sorted(set(ids)), dtype=torch.long, device=table.device)
        place = torch.full((len(table),), -1, dtype=torch.long, device=table.device)
        place[rows] = torch.arange(len(rows), device=table.device)
        self.weight = nn.Parameter(table[rows].clone())
        self.padding_idx = whole.padding_idx
        self.table: Tensor
        self.rows: Tensor
        self.place: Tensor
        self.register_buffer("table", table, persistent=False)
        self.register_buffer("rows", rows, persistent=False)
        self.register_buffer("place", place, persistent=False)

    def forward(self, ids: Tensor) -> Tensor:
        """(b, t) sub-token ids -> (b, t, d)."""
        place = self.place[ids]
        if self.padding_idx is not None:  # padding never learns
            place = place.masked_fill(ids == self.padding_idx, -1)
        known = place >= 0
        learnt = nn.functional.embedding(place.clamp(min=0), self.weight)
        return torch.where(known[..., None], learnt, nn.functional.embedding(ids, self.table))

    @torch.no_grad()
    def whole(self) -> nn.Embedding:
        """The table with what was learnt."""
        table = self.table.clone()
        table[self.rows] = self.weight
        made = nn.Embedding(table.shape[0], table.shape[1], self.padding_idx)
        made.weight.copy_(table)
        return made.requires_grad_(False)


def seen_ids(rows: Iterable[Row]) -> set[int]:
    """The sub-tokens of training rows.

    >>> seen_ids([])
    set()
    """
    return {int(i) for row in rows for i in np.unique(row.ids)}
