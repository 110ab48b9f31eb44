"""Find which of many stretches of a text a stretch overlaps, without looking at each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Intervals(Generic[T]):
    """Stretches (start, end, what), half-open, sorted once.

    >>> Intervals([(0, 3, "a"), (11, 15, "b")]).over(2, 12)
    ['a', 'b']
    """

    def __init__(self, stretches: Iterable[tuple[int, int, T]]) -> None:
        self._sorted = sorted(stretches, key=lambda stretch: stretch[:2])
        self._starts = [start for start, _, _ in self._sorted]
        self._furthest: list[int] = []
        for _, end, _ in self._sorted:
            last = self._furthest[-1] if self._furthest else 0
            self._furthest.append(max(last, end))

    def over(self, start: int, end: int) -> list[T]:
        """What shares a character with start..end, in reading order."""
        found = []
        index = bisect_left(self._starts, end) - 1
        while index >= 0 and self._furthest[index] > start:
            if self._sorted[index][1] > start:
                found.append(self._sorted[index][2])
            index -= 1
        return found[::-1]
