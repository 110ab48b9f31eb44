"""Types that ask for names: in a text that uses capitals, a plain lower-case word is rarely one."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.nuner.config import CASINGS
from engine.nuner.encoder import ROLES
from engine.nuner.inference import Prepared, Scores

DIM = 0.6
"""What a lower-case mention keeps of its score. [C]: of 0.3, 0.6 and 1 the best on the dev splits,
0.6 points of F1 on their mean."""

_NAMES = re.compile(r"\b(names? of|named|titles? of|proper names?|is called)\b", re.IGNORECASE)
_LOWER = CASINGS.index("lower")
_CAPITALS = [CASINGS.index(c) for c in ("capitalised", "upper", "mixed")]
_START = ROLES.index("start")


def asks_for_names(definitions: Sequence[str]) -> NDArray[np.bool_]:
    """(c,) True where a definition says that the type is about names.

    >>> asks_for_names(["The name of a company.", "What a dish is made of."]).tolist()
    [True, False]
    """
    return np.array([bool(_NAMES.search(d)) for d in definitions], bool)


def dim_plain(prepared: Prepared, scores: Scores, named: NDArray[np.bool_]) -> Scores:
    """Lower the start score of lower-case words for types that ask for names.

    A text without any capital is left alone: its writer does not use them.

    Args:
        scores: (roles, w, c) probabilities, changed in place.
        named: (c,) from `asks_for_names`.
    """
    casings = prepared.casings
    if named.any() and np.isin(casings, _CAPITALS).any():
        rows = np.flatnonzero(casings == _LOWER)
        # A span's score is a cube root in which the start score is one factor of three.
        scores[_START][np.ix_(rows, np.flatnonzero(named))] *= DIM**3
    return scores
