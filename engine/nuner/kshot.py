"""Few-shot sets in the k~2k way: every type k to 2k times, where the texts have them.

Which texts are taken is Few-NERD's greedy rejection sampling. There a refused text is drawn again
and again; but counts only grow, so a text that is refused once is refused for ever. One pass over
the texts in random order therefore gives the same sets, and comes to an end where the original
does not: when the texts cannot fill a type, what was taken stays, and each type that falls short
says why.

>>> drawn = draw([{"PER": 1}, {"PER": 2, "LOC": 1}, {"LOC": 9}], ["PER", "LOC", "LAW"], k=2)
>>> drawn.counts
{'PER': 3, 'LOC': 1, 'LAW': 0}
>>> drawn.short["LAW"].sentence, drawn.short["LOC"].kind
('No text has it.', 'blocked')

Source: Ding et al. 2021 (Few-NERD), algorithm 1; used by NuNER (arXiv 2402.15343), section 4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import zip_longest
from typing import Literal

from engine.errors import TrainingError

Kind = Literal["absent", "exhausted", "blocked"]
Counts = Mapping[str, int]
"""Code of a type -> how many spans of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A text that was taken.

    Attributes:
        index: its place among the texts that were offered.
        why: the types that still needed it then, at least one.
    """

    index: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why a type has fewer than k spans.

    Attributes:
        kind: "absent" (no text has it), "exhausted" (all that have it are taken), "blocked" (some
            that have it are left, and each would take a type above 2k or has a foreign one).
        count: spans of it in the set.
        k: spans wanted.
        left: texts with it that were not taken.
        blockers: type -> how many of those it holds back.
    """

    kind: Kind
    count: int
    k: int
    left: int
    blockers: Counts

    @property
    def sentence(self) -> str:
        """The reason, for people."""
        if self.kind == "absent":
            return "No text has it."
        if self.kind == "exhausted":
            return f"All texts that have it are taken: {_spans(self.count)} of {self.k}."
        texts = "1 more text has it" if self.left == 1 else f"{self.left} more texts have it"
        held = ", ".join(f"{code} ({n})" for code, n in Counter(self.blockers).most_common(3))
        most = 2 * self.k
        return f"{texts}, but would bring too much of {held}; at most {most} of a type fit."


@dataclass(frozen=True, slots=True)
class Draw:
    """A few-shot set.

    Attributes:
        chosen: the texts, in the order they were taken.
        counts: type -> spans in the set, at most 2k; every type is a key.
        short: type -> why it has fewer than k.
    """

    chosen: tuple[Choice, ...]
    counts: Counts
    short: Mapping[str, Shortfall]


def draw(
    texts: Sequence[Counts],
    types: Sequence[str],
    k: int,
    *,
    seed: int = 0,
    strata: Sequence[Hashable] | None = None,
    names: Sequence[str] | None = None,
) -> Draw:
    """Draw a k~2k set.

    Args:
        texts: what each text holds; one with none of the types, or with any other, is never taken.
        types: codes of the types wanted.
        k: spans wanted of each; at most twice as many are taken.
        seed: the same texts and seed give the same set.
        strata: a group a text, such as its cluster; texts are then drawn from the groups in turn.
        names: what stays the name of a text when others come and go, such as its print, its place
            otherwise. The order follows from it and the seed: one more text changes a set little.

    Raises:
        TrainingError: k is below 1, or there are not as many strata or names as texts.
    """
    if k < 1:
        raise TrainingError(f"A few-shot set wants 1 span a type or more; got {k}.")
    for what, given in (("strata", strata), ("names", names)):
        if given is not None and len(given) != len(texts):
            raise TrainingError(f"There are {len(texts)} texts and {len(given)} {what}.")
    counts = dict.fromkeys(types, 0)
    wanting = len(counts)
    chosen = []
    for index in _order(len(texts), seed, strata, names):
        if not wanting:
            break
        held = texts[index]
        why = needs(held, counts, k)
        if not why or blockers(held, counts, k):
            continue
        chosen.append(Choice(index, why))
        add(counts, held)
        wanting -= sum(counts[code] >= k for code in why)
    taken = {choice.index for choice in chosen}
    return Draw(tuple(chosen), counts, shortfalls(texts, taken, counts, k))


def needs(held: Counts, counts: Counts, k: int) -> tuple[str, ...]:
    """The types of a text that have fewer than k spans so far, in the order of `counts`."""
    return tuple(code for code, n in counts.items() if n < k and held.get(code, 0) > 0)


def blockers(held: Counts, counts: Counts, k: int) -> tuple[str, ...]:
    """The types that forbid a text: above 2k with it, or not among those wanted."""
    return tuple(
        code
        for code, n in held.items()
        if n > 0 and (code not in counts or counts[code] + n > 2 * k)
    )


def add(counts: dict[str, int], held: Counts, sign: int = 1) -> None:
    """Count the spans of a text in, or with -1 out."""
    for code, n in held.items():
        if code in counts:
            counts[code] += sign * n


def shortfalls(
    texts: Sequence[Counts], taken: Iterable[int], counts: Counts, k: int
) -> dict[str, Shortfall]:
    """Type -> why it has fewer than k spans, for the types that do.

    Args:
        texts: what each text holds.
        taken: the places of those in the set.
        counts: type -> spans in the set.
        k: spans wanted of each.
    """
    short = [code for code, n in counts.items() if n < k]
    if not short:
        return {}
    inside = set(taken)
    left = [held for index, held in enumerate(texts) if index not in inside]
    return {code: _shortfall(code, left, counts, k) for code in short}


def _shortfall(code: str, left: Sequence[Counts], counts: Counts, k: int) -> Shortfall:
    having = [held for held in left if held.get(code, 0) > 0]
    held_back = Counter(name for held in having for name in blockers(held, counts, k))
    kind: Kind = "blocked" if having else "exhausted" if counts[code] else "absent"
    return Shortfall(kind, counts[code], k, len(having), dict(held_back))


def _order(
    size: int, seed: int, strata: Sequence[Hashable] | None, names: Sequence[str] | None
) -> list[int]:
    """Places in random order; with strata, one of each group a round."""

    def key(place: int) -> bytes:
        name = str(place) if names is None else names[place]
        return blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()

    places = sorted(range(size), key=key)
    if strata is None:
        return places
    groups: dict[Hashable, list[int]] = {}
    for place in places:
        groups.setdefault(strata[place], []).append(place)
    rounds = zip_longest(*groups.values())
    return [place for one in rounds for place in one if place is not None]


def _spans(n: int) -> str:
    return f"{n} span" if n == 1 else f"{n} spans"
