"""From mentions that a model quoted to places in the text, or to an honest "not found".

1. `engine.occurrences` lists the candidates of each mention; an occurrence number, or left context
   that fits completely, narrows them.
2. A monotonic assignment places as many mentions as possible in the order they were listed,
   without overlap; what order forbids is then placed in a free candidate, near matches last.
3. A mention that could as well stand elsewhere is ambiguous; one that cannot be placed is
   ungrounded. Nothing is guessed and the text is never changed.

>>> text = "May I ask whether May will resign?"
>>> [found] = ground(text, [Mention("May", "PER", left="ask whether")])
>>> found.span, found.match
(Span(start=18, end=21, label='PER'), 'exact')
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.occurrences import Candidate, Finder, Mention
from engine.types import Match, Span, Suggestion

__all__ = ["Grounded", "Mention", "ground"]


@dataclass(frozen=True, slots=True)
class Grounded:
    """A mention and where it stands; `span` is None exactly when `match` is "ungrounded"."""

    mention: Mention
    span: Span | None
    match: Match

    def suggestion(self, text: str, score: float) -> Suggestion:
        """The same as a suggestion; the surface is the text's, or the quote when ungrounded."""
        surface = text[self.span.start : self.span.end] if self.span else self.mention.surface
        return Suggestion(self.span, self.mention.label, surface, score, self.match)


def ground(
    text: str, mentions: Sequence[Mention], *, allow_overlap: bool = False
) -> list[Grounded]:
    """Locate mentions, given in the order a model listed them.

    Args:
        text: the text they were quoted from.
        mentions: one for each occurrence that the model means.
        allow_overlap: whether spans may nest or cross; the project decides.

    Returns:
        One result a mention, in the same order.
    """
    finder = Finder(text)
    options = [finder.candidates(mention) for mention in mentions]
    taken = _in_order([[] if _is_fuzzy(o) else o for o in options], allow_overlap)
    for i in sorted(range(len(mentions)), key=lambda i: (_is_fuzzy(options[i]), len(options[i]))):
        if i not in taken:
            rivals = [c for j, c in taken.items() if _rivals(mentions, i, j, allow_overlap)]
            free = _free(options[i], _places(rivals), allow_overlap)
            if free:
                taken[i] = max(free, key=lambda c: c.context)
    places = _places(taken.values())
    return [
        _result(mention, taken.get(i), _free(options[i], places, allow_overlap))
        for i, mention in enumerate(mentions)
    ]


def _result(mention: Mention, place: Candidate | None, others: Sequence[Candidate]) -> Grounded:
    """What became of a mention, given the other places that it could have taken."""
    if place is None:
        return Grounded(mention, None, "ungrounded")
    doubtful = place.doubtful or any(c.context >= place.context for c in others)
    span = Span(place.start, place.end, mention.label)
    return Grounded(mention, span, "ambiguous" if doubtful else place.match)


def _is_fuzzy(options: Sequence[Candidate]) -> bool:
    return bool(options) and options[0].match == "fuzzy"


def _rivals(mentions: Sequence[Mention], i: int, j: int, allow_overlap: bool) -> bool:
    """Whether the place of mention `j` is closed to `i`: with overlap, only to the same label."""
    return not allow_overlap or mentions[i].label == mentions[j].label


def _places(taken: Iterable[Candidate]) -> list[tuple[int, int]]:
    """Taken places in reading order."""
    return sorted((c.start, c.end) for c in taken)


def _free(
    options: Sequence[Candidate], places: Sequence[tuple[int, int]], allow_overlap: bool
) -> list[Candidate]:
    """The candidates that the taken places leave open, in text order."""
    free: list[Candidate] = []
    for c in options:
        if allow_overlap:
            at = bisect_left(places, (c.start, c.end))
            is_free = at == len(places) or places[at] != (c.start, c.end)
        else:
            at = bisect_left(places, (c.end, 0))
            is_free = at == 0 or places[at - 1][1] <= c.start
        if is_free:
            free.append(c)
    return free


@dataclass(frozen=True, slots=True)
class _Chain:
    """A best way to place some of the mentions so far: its last place and what went before."""

    value: tuple[int, int, int]
    key: tuple[int, int]
    mention: int
    place: Candidate
    before: _Chain | None


def _in_order(options: Sequence[Sequence[Candidate]], allow_overlap: bool) -> dict[int, Candidate]:
    """At most one candidate a mention, in reading order, as many as possible.

    Ties prefer more fitting context, then longer surfaces, then the earliest end. The frontier
    holds chains whose keys and values both rise strictly, so each candidate costs one bisection.

    Returns:
        The places by the index of their mention.
    """
    keys: list[tuple[int, int]] = []
    chains: list[_Chain] = []
    for i, candidates in enumerate(options):
        grown: list[_Chain] = []
        for c in candidates:
            inner = (c.start, -c.end)
            at = bisect_left(keys, inner) if allow_overlap else bisect_right(keys, (c.start, 0))
            before = chains[at - 1] if at else None
            count, context, length = before.value if before else (0, 0, 0)
            value = (count + 1, context + c.context, length + c.end - c.start)
            grown.append(_Chain(value, inner if allow_overlap else (c.end, 0), i, c, before))
        for chain in grown:
            _extend(keys, chains, chain)
    taken: dict[int, Candidate] = {}
    best = chains[-1] if chains else None
    while best is not None:
        taken[best.mention] = best.place
        best = best.before
    return taken


def _extend(keys: list[tuple[int, int]], chains: list[_Chain], chain: _Chain) -> None:
    """Put a chain into the frontier, unless an earlier one is as good; drop what it beats."""
    first = bisect_left(keys, chain.key)
    if first and chains[first - 1].value >= chain.value:
        return
    if first < len(keys) and keys[first] == chain.key and chains[first].value >= chain.value:
        return
    last = first
    while last < len(keys) and (keys[last] == chain.key or chains[last].value <= chain.value):
        last += 1
    keys[first:last] = [chain.key]
    chains[first:last] = [chain]
