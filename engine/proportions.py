"""How sure a share is that was counted on a sample."""

from __future__ import annotations

from math import sqrt

_Z = 1.959964
"""Standard normal quantile of a 95% interval."""


def interval(hits: int, trials: int) -> tuple[float, float]:
    """The 95% interval of a share by Wilson's score; it stays within 0..1 for any counts.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.

    >>> [round(edge, 3) for edge in interval(8, 10)]
    [0.49, 0.943]
    >>> interval(0, 0)
    (0.0, 1.0)
    """
    if not trials:
        return 0.0, 1.0
    share, square = hits / trials, _Z * _Z
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    spread = sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    spread *= _Z / (1 + square / trials)
    low = middle - spread if hits else 0.0
    high = middle + spread if hits < trials else 1.0
    return low, high
