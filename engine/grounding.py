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

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.in_order import Options, in_order
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
    known: dict[tuple[str, str, int], Options] = {}
    options: list[Options] = []
    for mention in mentions:
        said = (mention.surface, mention.left, mention.occurrence)
        if said not in known:
            known[said] = Options(finder.candidates(mention))
        options.append(known[said])
    taken = in_order(options, allow_overlap=allow_overlap)
    _fill(mentions, options, taken, allow_overlap)
    places = _Places(allow_overlap, taken.values())
    left = {o: places.first_free(o) for o in known.values()}
    return [_result(mention, taken.get(i), left[options[i]]) for i, mention in enumerate(mentions)]


def _fill(
    mentions: Sequence[Mention],
    options: Sequence[Options],
    taken: dict[int, Candidate],
    allow_overlap: bool,
) -> None:
    """Give the mentions that are still without a place a free one: those with little choice first.

    With overlap, only a mention of the same label closes a place.
    """
    labels = [mention.label if allow_overlap else "" for mention in mentions]
    closed = {label: _Places(allow_overlap) for label in labels}
    for i, place in taken.items():
        closed[labels[i]].take(place)
    waiting = [i for i in range(len(mentions)) if i not in taken]
    for i in sorted(waiting, key=lambda i: (options[i].is_fuzzy, len(options[i].candidates))):
        free = closed[labels[i]].first_free(options[i])
        if free is not None:
            closed[labels[i]].take(free)
            taken[i] = free


def _result(mention: Mention, place: Candidate | None, other: Candidate | None) -> Grounded:
    """What became of a mention, given the best free place that it could have taken."""
    if place is None:
        return Grounded(mention, None, "ungrounded")
    doubtful = place.doubtful or (other is not None and other.context >= place.context)
    span = Span(place.start, place.end, mention.label)
    return Grounded(mention, span, "ambiguous" if doubtful else place.match)


class _Places:
    """Places that are taken; what they leave of some options is looked through only once."""

    def __init__(self, allow_overlap: bool, taken: Iterable[Candidate] = ()) -> None:
        self._allow_overlap = allow_overlap
        self._sorted = sorted((c.start, c.end) for c in taken)
        self._exactly = set(self._sorted)
        self._seen: dict[Options, int] = {}

    def take(self, place: Candidate) -> None:
        """Close a place for those that come later."""
        insort(self._sorted, (place.start, place.end))
        self._exactly.add((place.start, place.end))

    def first_free(self, options: Options) -> Candidate | None:
        """The free candidate with the most fitting context, the first of the text among equals."""
        ranked = options.ranked
        at = self._seen.get(options, 0)
        while at < len(ranked) and not self._is_free(ranked[at]):
            at += 1
        self._seen[options] = at
        return ranked[at] if at < len(ranked) else None

    def _is_free(self, c: Candidate) -> bool:
        if self._allow_overlap:
            return (c.start, c.end) not in self._exactly
        at = bisect_left(self._sorted, (c.end, 0))
        return at == 0 or self._sorted[at - 1][1] <= c.start
