"""As many mentions as possible in reading order: which of its candidates each one gets.

Mentions that say the same of their place share one `Options`, so what is worked out for a list of
candidates is worked out once. A list that follows the text, which is what models are asked for, is
walked through in one pass. Otherwise each mention costs a few array operations over its candidates.

>>> from engine.occurrences import Candidate
>>> ann, bob = Candidate(0, 3, "exact"), Candidate(8, 11, "exact")
>>> in_order([Options([ann, bob]), Options([ann, bob])], allow_overlap=False) == {0: ann, 1: bob}
True
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.occurrences import Candidate

Values = NDArray[Any]
"""What ways are worth: whole numbers, of any size where machine words do not hold them."""
_WORD = 2**62
"""Values below it are added up in machine words; a stranger's reply may ask for more."""


@dataclass(eq=False)
class Options:
    """Where some mentions may stand, in text order; equal only to itself."""

    candidates: Sequence[Candidate]

    @property
    def is_fuzzy(self) -> bool:
        """Whether they are nearly the same as the mention, no better."""
        return bool(self.candidates) and self.candidates[0].match == "fuzzy"

    @cached_property
    def ranked(self) -> Sequence[Candidate]:
        """The same, the best fitting context first."""
        return sorted(self.candidates, key=lambda c: -c.context)

    @cached_property
    def is_even(self) -> bool:
        """Whether no candidate has more context or a longer surface than another."""
        return len({(c.context, c.end - c.start) for c in self.candidates}) == 1

    @cached_property
    def longest(self) -> int:
        """Characters of the longest of them."""
        return int((self.ends - self.starts).max())

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where they start."""
        return np.array([c.start for c in self.candidates], dtype=np.int64)

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """Where they end."""
        return np.array([c.end for c in self.candidates], dtype=np.int64)


def in_order(options: Sequence[Options], *, allow_overlap: bool) -> dict[int, Candidate]:
    """At most one candidate a mention, in reading order, as many as possible.

    Ties prefer more fitting context, then longer surfaces, then the earliest end. A mention that
    is only nearly found waits for what the others leave.

    Returns:
        The places by the index of their mention.
    """
    certain = [i for i, o in enumerate(options) if o.candidates and not o.is_fuzzy]
    walked = _walk([options[i] for i in certain], allow_overlap)
    found = walked or _Frontier([options[i] for i in certain], allow_overlap).best()
    return {certain[i]: place for i, place in found.items()}


def _walk(options: Sequence[Options], allow_overlap: bool) -> dict[int, Candidate]:
    """Everyone's earliest place after the one before, which is best where everyone gets one.

    Empty where somebody gets none, or where one place of a mention counts more than another.
    """
    found: dict[int, Candidate] = {}
    last = (-1, 0) if allow_overlap else (0, 0)
    for i, each in enumerate(options):
        if not each.is_even:
            return {}
        at = bisect_left(each.candidates, last, key=_nested if allow_overlap else _apart)
        if at == len(each.candidates):
            return {}
        found[i] = place = each.candidates[at]
        last = (place.start, 1 - place.end) if allow_overlap else (place.end, 0)
    return found


def _nested(c: Candidate) -> tuple[int, int]:
    """Reading order where spans may nest: the outer one first."""
    return c.start, -c.end


def _apart(c: Candidate) -> tuple[int, int]:
    return c.start, 0


class _Frontier:
    """The best ways to place the mentions so far, by where they end.

    A way is a chain of places; `keys` and `values` both rise strictly along the frontier, so the
    best way that ends before a candidate is one bisection away. Every way ever found is kept, as a
    mention, one of its candidates and the way that it goes on from.
    """

    def __init__(self, options: Sequence[Options], allow_overlap: bool) -> None:
        self._options = options
        self._allow_overlap = allow_overlap
        self._context = 1 + sum(o.ranked[0].context for o in options)
        self._length = 1 + sum(o.longest for o in options)
        self._text = 1 + max((int(o.ends[-1]) for o in options), default=0)
        small = (len(options) + 1) * self._context * self._length < _WORD
        self._dtype = np.dtype(np.int64 if small else object)
        self._steps: dict[Options, tuple[NDArray[np.int64], NDArray[np.int64], Values]] = {}
        self._keys = np.empty(0, dtype=np.int64)
        self._values = np.empty(0, dtype=self._dtype)
        self._ways = np.empty(0, dtype=np.int64)
        self._mentions: list[int] = []
        self._chosen: list[int] = []
        self._before: list[int] = []

    def best(self) -> dict[int, Candidate]:
        """The places of the best way to place all mentions, by their index."""
        for i, options in enumerate(self._options):
            self._extend(i, options)
        found: dict[int, Candidate] = {}
        way = int(self._ways[-1]) if len(self._ways) else -1
        while way >= 0:
            mention = self._mentions[way]
            found[mention] = self._options[mention].candidates[self._chosen[way]]
            way = self._before[way]
        return found

    def _extend(self, i: int, options: Options) -> None:
        """Go on from each way to each candidate; keep what no other way beats."""
        after, keys, gains = self._step(options)
        at = np.searchsorted(self._keys, after) - 1
        values = gains.copy()
        values[at >= 0] += self._values[at[at >= 0]]
        here = np.searchsorted(self._keys, keys, side="right") - 1
        better = values > _before(values)
        better[here >= 0] &= values[here >= 0] > self._values[here[here >= 0]]
        [chosen] = np.nonzero(better)
        if not len(chosen):
            return
        ways = len(self._mentions) + np.arange(len(chosen))
        self._mentions.extend([i] * len(chosen))
        self._chosen.extend(chosen.tolist())
        self._before.extend(np.where(at < 0, -1, np.append(self._ways, -1)[at])[chosen].tolist())
        spots = np.searchsorted(self._keys, keys[chosen])
        merged = np.insert(self._values, spots, values[chosen])
        kept = merged > _before(merged)
        self._values = merged[kept]
        self._keys = np.insert(self._keys, spots, keys[chosen])[kept]
        self._ways = np.insert(self._ways, spots, ways)[kept]

    def _step(self, options: Options) -> tuple[NDArray[np.int64], NDArray[np.int64], Values]:
        """Of each candidate: the least key that is too late to go on from, its key, its gain."""
        if options not in self._steps:
            starts, ends = options.starts, options.ends
            context = np.array([c.context for c in options.candidates], dtype=self._dtype)
            gains = (self._context + context) * self._length + (ends - starts)
            nested = starts * self._text - ends
            steps = (nested, nested, gains) if self._allow_overlap else (starts + 1, ends, gains)
            self._steps[options] = steps
        return self._steps[options]


def _before(values: Values) -> Values:
    """The greatest of the values before each, -1 before the first."""
    return np.append(values.dtype.type(-1), np.maximum.accumulate(values))[:-1]
