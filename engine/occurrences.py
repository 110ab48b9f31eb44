"""Where a quoted mention occurs in a text: candidates only, nothing is decided here.

The strictest kind of occurrence that the text has is the only one that counts: as quoted; with
signs and spacing folded; with case folded too; without punctuation around it; nearly the same.
Every candidate begins and ends at the edge of a word, or anywhere in writing without spaces.

>>> Finder("US troops told us to leave").candidates(Mention("US", "LOC"))
[Candidate(start=0, end=2, match='exact', context=0, doubtful=False)]
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from engine.folding import Folded, fold
from engine.spans import snap, words
from engine.types import Match

FUZZY_CUTOFF = 90.0
"""Least similarity (0..100) of a mention and the words it may stand for."""
FUZZY_LENGTHS = (0.8, 1.25)
"""Least and greatest length of those words, as a share of the mention's."""
ACRONYM_LETTERS = 3
"""An upper-case mention this short never stands for a lower-case word (US, us; WHO, who)."""
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x0F00, 0x109F),  # Tibetan, Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # kana
    (0x3400, 0x9FFF),  # ideographs
    (0xAC00, 0xD7A3),  # Hangul, whose particles follow a name without a space
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)


@dataclass(frozen=True, slots=True)
class Mention:
    """What a model quoted.

    Attributes:
        surface: the words as quoted.
        label: code of the entity type.
        left: a few words that stand before it, "" for none.
        occurrence: which occurrence of the surface is meant, 1 for the first, 0 when not said.
    """

    surface: str
    label: str
    left: str = ""
    occurrence: int = 0


class Candidate(NamedTuple):
    """A place where a mention may stand; `context` counts the words of left context that fit."""

    start: int
    end: int
    match: Match
    context: int = 0
    doubtful: bool = False


class _Runs(NamedTuple):
    """Every run of some number of words, folded, the shortest first.

    Attributes:
        folded: its characters.
        lengths: how many they are.
        firsts: its first word's place among the words of the text.
    """

    folded: list[str]
    lengths: NDArray[np.int64]
    firsts: NDArray[np.int64]


@dataclass
class Finder:
    """Finds the candidates of mentions in one text; keeps what several mentions need."""

    text: str
    _known: dict[str, list[Candidate]] = field(default_factory=dict)
    _following: dict[tuple[str, ...], dict[str, list[int]]] = field(default_factory=dict)
    _runs: dict[int, _Runs] = field(default_factory=dict)

    @cached_property
    def words(self) -> list[tuple[int, int]]:
        """The words of the text."""
        return words(self.text)

    @cached_property
    def starts(self) -> set[int]:
        """Where words start."""
        return {start for start, _ in self.words}

    @cached_property
    def ends(self) -> set[int]:
        """Where words end."""
        return {end for _, end in self.words}

    @cached_property
    def folded(self) -> Folded:
        """The text with signs and spacing folded."""
        return fold(self.text)

    @cached_property
    def caseless(self) -> Folded:
        """The text with case folded too."""
        return fold(self.text, case=True)

    def candidates(self, mention: Mention) -> list[Candidate]:
        """Where the mention may stand, in text order, narrowed by what it says of its place."""
        surface = mention.surface.strip()
        if surface not in self._known:
            self._known[surface] = self._occurrences(surface)
        found = self._known[surface]
        if mention.occurrence:
            if mention.occurrence <= len(found):
                return [found[mention.occurrence - 1]]
            return [c._replace(doubtful=True) for c in found]
        left = _context(mention)
        if not left or len(found) < 2:
            return found
        levels = self._levels(surface, left)
        if len(levels) == len(left):
            return [found[i]._replace(context=len(left)) for i in levels[-1]]
        fits = {i: fit for fit, level in enumerate(levels, 1) for i in level}
        return [c._replace(context=fits[i]) if i in fits else c for i, c in enumerate(found)]

    def _levels(self, surface: str, left: list[str]) -> list[list[int]]:
        """The surface's candidates after the last word of the context, after the last two, and on.

        It ends with the whole context, or where no candidate is left.
        """
        levels: list[list[int]] = []
        level = list(range(len(self._known[surface])))
        for fit in range(len(left)):
            said = (surface, *left[len(left) - fit :])
            if said not in self._following:
                self._following[said] = self._by_word_before(surface, level, fit)
            level = self._following[said].get(left[-1 - fit], [])
            if not level:
                break
            levels.append(level)
        return levels

    def _by_word_before(self, surface: str, level: list[int], skip: int) -> dict[str, list[int]]:
        """Some candidates by the word before them, or before the `skip` words before them."""
        after: dict[str, list[int]] = {}
        for i in level:
            at = bisect_left(self.words, (self._known[surface][i].start,)) - 1 - skip
            if at >= 0:
                word = _caseless_word(self.text[slice(*self.words[at])])
                after.setdefault(word, []).append(i)
        return after

    def _occurrences(self, surface: str) -> list[Candidate]:
        """The strictest kind of occurrence that the text has."""
        levels = (self._exact, self._folded, self._caseless, self._trimmed, self._nearly)
        return next((found for level in levels if (found := list(level(surface)))), [])

    def _exact(self, surface: str) -> Iterator[Candidate]:
        at = self.text.find(surface) if surface else -1
        while at >= 0:
            if self._is_whole(at, at + len(surface)):
                yield Candidate(at, at + len(surface), "exact")
            at = self.text.find(surface, at + 1)

    def _folded(self, surface: str) -> Iterator[Candidate]:
        for start, end in self.folded.find(fold(surface).chars.strip()):
            if self._is_whole(start, end):
                yield Candidate(start, end, "normalised")

    def _caseless(self, surface: str) -> Iterator[Candidate]:
        acronym = _is_acronym(surface)
        for start, end in self.caseless.find(fold(surface, case=True).chars.strip()):
            if acronym and self.text[start:end].islower():
                continue
            if self._is_whole(start, end):
                yield Candidate(start, end, "normalised")

    def _trimmed(self, surface: str) -> Iterator[Candidate]:
        core = snap(surface, 0, len(surface))
        if core is None or core == (0, len(surface)):
            return
        trimmed = surface[slice(*core)]
        for level in (self._exact, self._folded, self._caseless):
            found = [c._replace(match="normalised") for c in level(trimmed)]
            if found:
                yield from found
                return

    def _nearly(self, surface: str) -> Iterator[Candidate]:
        """Runs of words, as many as the mention has or one more or less, that are nearly it."""
        wanted = fold(surface, case=True).chars.strip()
        if not wanted or _is_acronym(surface):
            return
        size = len(words(surface))
        low, high = (share * len(wanted) for share in FUZZY_LENGTHS)
        hits: list[tuple[float, int, int, str]] = []
        for n in range(max(1, size - 1), size + 2):
            runs = self._runs_of(n)
            first = int(np.searchsorted(runs.lengths, low))
            last = int(np.searchsorted(runs.lengths, high, side="right"))
            near = runs.folded[first:last]
            for folded, score, at in process.extract(
                wanted, near, scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF, limit=None
            ):
                hits.append((-score, n, int(runs.firsts[first + at]), folded))
        kept: list[tuple[int, int]] = []
        for _, n, first, folded in sorted(hits):
            run = (self.words[first][0], self.words[first + n - 1][1])
            clear = all(run[1] <= start or end <= run[0] for start, end in kept)
            if clear and _digits(folded) == _digits(wanted) and self._has_word(run):
                kept.append(run)
        for start, end in sorted(kept):
            yield Candidate(start, end, "fuzzy")

    def _runs_of(self, n: int) -> _Runs:
        """All runs of `n` words."""
        if n not in self._runs:
            edges = np.searchsorted(self.caseless.starts, np.array(self.words).reshape(-1, 2))
            sizes = edges[n - 1 :, 1] - edges[: max(0, len(edges) - n + 1), 0]
            firsts = np.argsort(sizes, kind="stable")
            stretches = zip(
                edges[firsts, 0].tolist(), edges[firsts + n - 1, 1].tolist(), strict=True
            )
            folded = [self.caseless.chars[start:end] for start, end in stretches]
            self._runs[n] = _Runs(folded, sizes[firsts], firsts)
        return self._runs[n]

    def _has_word(self, run: tuple[int, int]) -> bool:
        """Whether the run neither begins nor ends with punctuation."""
        return snap(self.text[slice(*run)], 0, run[1] - run[0]) == (0, run[1] - run[0])

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether both edges are edges of words, or lie in writing without spaces."""
        return (start in self.starts or self._unspaced(start)) and (
            end in self.ends or self._unspaced(end)
        )

    def _unspaced(self, at: int) -> bool:
        if not 0 < at < len(self.text) or unicodedata.category(self.text[at])[0] == "M":
            return False
        return _in_unspaced(self.text[at - 1]) or _in_unspaced(self.text[at])


def _context(mention: Mention) -> list[str]:
    """The words of the left context, folded; without the mention itself where it was repeated."""
    left = mention.left.strip().lstrip(".… ")
    surface = mention.surface.strip()
    if left.endswith(surface) and len(left) > len(surface):
        left = left.removesuffix(surface)
    return [_caseless_word(left[start:end]) for start, end in words(left)]


@lru_cache(maxsize=8192)
def _caseless_word(word: str) -> str:
    return fold(word, case=True).chars


def _is_acronym(surface: str) -> bool:
    return surface.isupper() and sum(map(str.isalpha, surface)) <= ACRONYM_LETTERS


def _digits(chars: str) -> list[str]:
    return [c for c in chars if c.isdigit()]


def _in_unspaced(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _UNSPACED)
