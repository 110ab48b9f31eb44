"""Which of a project's entity types is broader than which, from the concepts seen in training.

A politician is a person: where both types fire on the same words, the finer one must win. The
types are a person's own words, so each is matched to the known concepts nearest to its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

if TYPE_CHECKING:
    from engine.nuner.checkpoint import Bundle

SAME = 0.85
"""Cosine from which two names mean the same concept. [C]: "organisation" ~ "organization" 0.9."""


def broader_matrix(names: Sequence[str], vectors: Tensor, bundle: Bundle) -> NDArray[np.bool_]:
    """(c, c) True where the column's type is broader than the row's.

    Args:
        names: of the types.
        vectors: (c, d) unit sentence vectors of the names.
    """
    above = bundle.taxonomy.closed()
    near = (vectors @ bundle.vectors.T).numpy()
    alike = (vectors @ vectors.T).numpy() >= SAME
    column = {name: i for i, name in enumerate(bundle.known)}
    out = np.zeros((len(names), len(names)), bool)
    for row, name in enumerate(names):
        if name.lower() in above:
            meant = [name.lower()]
        else:
            best = int(near[row].argmax())
            meant = [bundle.known[best]] if near[row, best] >= SAME else []
        reach = [column[a] for m in meant for a in above[m]]
        if reach:
            out[row] = (near[:, reach] >= SAME).any(1)
    return out & ~out.T & ~alike
