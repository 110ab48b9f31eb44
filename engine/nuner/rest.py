"""A type called "miscellaneous" or "other": whatever has a name and belongs to no other type.

No definition says what that is, so such a type also fires on the kinds of named things that
annotators usually put there, less those that another type of the project stands for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from engine.nuner.config import CASINGS
from engine.nuner.inference import Prepared, Scores

if TYPE_CHECKING:
    from engine.nuner.checkpoint import Bundle

KINDS = (
    "event",
    "creative work",
    "product",
    "nationality",
    "language",
    "award",
    "religion",
    "ethnic group",
    "law",
    "vehicle",
    "musical work",
    "film",
    "book",
    "war",
    "treaty",
    "ship",
    "aircraft",
    "software",
    "brand",
    "sports competition",
)
"""Named things outside persons, places and organisations. [C]: chosen by what the CoNLL-2003
guidelines list under MISC, kept as it was first written down."""

WEIGHT = 0.6
"""How much a kind's score counts for the rest type. [C]: best of 0.6, 0.8 and 1 on WikiGold dev."""

CLOSE = 0.5
"""A kind at least this near (cosine) to another type of the project belongs to that type. [C]"""

_NAMED = re.compile(r"\b(misc|miscellaneous|other|others)\b", re.IGNORECASE)
_CAPITALISED = [CASINGS.index(c) for c in ("capitalised", "upper", "mixed", "digit")]


def rest_types(names: Sequence[str]) -> list[int]:
    """Indices of the types whose names say that they take what is left.

    >>> rest_types(["person", "miscellaneous entity"])
    [1]
    """
    return [i for i, name in enumerate(names) if _NAMED.search(name)]


def rest_kinds(names: Sequence[str], vectors: Tensor, bundle: Bundle) -> Tensor:
    """(k, d) sentence vectors of the kinds that no other type stands for.

    Args:
        names: of the project's types.
        vectors: (c, d) unit sentence vectors of the names.
    """
    rest = set(rest_types(names))
    others = [i for i in range(len(names)) if i not in rest]
    above = bundle.taxonomy.closed()
    taken = {names[i].lower() for i in others}
    kept = []
    for kind in KINDS:
        if kind not in bundle.known:
            continue
        vector = bundle.vectors[bundle.known.index(kind)]
        related = bool(taken & (above[kind] | {kind})) or any(
            kind in above.get(t, ()) for t in taken
        )
        if not related and not any(float(vectors[i] @ vector) > CLOSE for i in others):
            kept.append(vector)
    return torch.stack(kept) if kept else vectors[:0]


def add_rest(prepared: Prepared, scores: Scores, types: int, rest: Sequence[int]) -> Scores:
    """Fold the scores of the kinds into the rest types; a name starts with a capital or digit.

    Args:
        scores: (roles, w, types + kinds) probabilities.

    Returns:
        (roles, w, types) probabilities.
    """
    out = scores[:, :, :types].copy()
    if scores.shape[2] > types and out.shape[1]:
        kinds = WEIGHT * scores[:, :, types:].max(axis=2)
        kinds[1, ~np.isin(prepared.casings, _CAPITALISED)] = 0
        for index in rest:
            out[:, :, index] = np.maximum(out[:, :, index], kinds)
    return out
