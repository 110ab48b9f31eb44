"""Grounding as one would write it without a thought for speed: the fast one must say the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from rapidfuzz import fuzz

from engine.folding import fold
from engine.grounding import Grounded, Mention
from engine.occurrences import FUZZY_CUTOFF, FUZZY_LENGTHS, Candidate, Finder
from engine.spans import snap, words
from engine.types import Span


def ground(text: str, mentions: Sequence[Mention], *, allow_overlap: bool) -> list[Grounded]:
    options = [candidates(text, mention) for mention in mentions]
    taken = in_order(options, allow_overlap)
    for i in sorted(range(len(mentions)), key=lambda i: (fuzzy(options[i]), len(options[i]))):
        if i not in taken:
            rivals = [
                place
                for j, place in taken.items()
                if not allow_overlap or mentions[j].label == mentions[i].label
            ]
            if free := free_of(options[i], rivals, allow_overlap):
                taken[i] = max(free, key=lambda c: c.context)
    return [
        result(m, taken.get(i), free_of(options[i], list(taken.values()), allow_overlap))
        for i, m in enumerate(mentions)
    ]


def result(mention: Mention, place: Candidate | None, others: list[Candidate]) -> Grounded:
    if place is None:
        return Grounded(mention, None, "ungrounded")
    doubtful = place.doubtful or any(c.context >= place.context for c in others)
    span = Span(place.start, place.end, mention.label)
    return Grounded(mention, span, "ambiguous" if doubtful else place.match)


def fuzzy(options: list[Candidate]) -> bool:
    return bool(options) and options[0].match == "fuzzy"


def free_of(
    options: list[Candidate], taken: list[Candidate], allow_overlap: bool
) -> list[Candidate]:
    def clash(a: Candidate, b: Candidate) -> bool:
        if allow_overlap:
            return (a.start, a.end) == (b.start, b.end)
        return a.start < b.end and b.start < a.end

    return [c for c in options if not any(clash(c, place) for place in taken)]


def candidates(text: str, mention: Mention) -> list[Candidate]:
    """The occurrences with their context: a Finder of its own each time, every place looked at."""
    found = Finder(text).candidates(Mention(mention.surface, mention.label))
    if fuzzy(found) or not found:
        found = nearly(text, mention.surface.strip())
    if mention.occurrence:
        if mention.occurrence <= len(found):
            return [found[mention.occurrence - 1]]
        return [c._replace(doubtful=True) for c in found]
    said = mention.left.strip().lstrip(".… ")
    surface = mention.surface.strip()
    if said.endswith(surface) and len(said) > len(surface):
        said = said.removesuffix(surface)
    left = [fold(said[a:b], case=True).chars for a, b in words(said)]
    if not left or len(found) < 2:
        return found
    fitting = []
    for c in found:
        before = [fold(text[a:b], case=True).chars for a, b in words(text) if a < c.start]
        pairs = zip(reversed(before), reversed(left), strict=False)
        fitting.append(
            c._replace(context=len(list(takewhile(lambda pair: pair[0] == pair[1], pairs))))
        )
    return [c for c in fitting if c.context == len(left)] or fitting


def nearly(text: str, surface: str) -> list[Candidate]:
    """Every run of words scored against the surface, the best first, none over another."""
    wanted = fold(surface, case=True).chars.strip()
    short = surface.isupper() and sum(map(str.isalpha, surface)) <= 3
    if not wanted or short:
        return []
    spots, size = words(text), len(words(surface))
    scored = []
    for n in range(max(1, size - 1), size + 2):
        for i in range(len(spots) - n + 1):
            start, end = spots[i][0], spots[i + n - 1][1]
            chars = fold(text[start:end], case=True).chars
            score = fuzz.ratio(wanted, chars)
            low, high = (share * len(wanted) for share in FUZZY_LENGTHS)
            if low <= len(chars) <= high and score >= FUZZY_CUTOFF:
                scored.append((-score, n, i, start, end, chars))
    kept: list[tuple[int, int]] = []
    for *_, start, end, chars in sorted(scored):
        same_digits = [c for c in chars if c.isdigit()] == [c for c in wanted if c.isdigit()]
        whole = snap(text[start:end], 0, end - start) == (0, end - start)
        if same_digits and whole and all(end <= a or b <= start for a, b in kept):
            kept.append((start, end))
    return [Candidate(start, end, "fuzzy") for start, end in sorted(kept)]


def in_order(options: list[list[Candidate]], allow_overlap: bool) -> dict[int, Candidate]:
    """Every chain of places there is; of equals the one that ends first, then the first found."""
    chains: list[tuple[tuple[int, int, int], tuple[int, int], dict[int, Candidate]]] = []

    def rank(chain):
        value, key, _ = chain
        return tuple(-part for part in value), key

    for i, places in enumerate(options):
        grown = []
        for c in [] if fuzzy(places) else places:
            key = (c.start, -c.end) if allow_overlap else (c.end, 0)
            fits = [
                chain
                for chain in chains
                if (chain[1] < key if allow_overlap else chain[1][0] <= c.start)
            ]
            value, _, before = min(fits, key=rank, default=((0, 0, 0), (0, 0), {}))
            gain = (1, c.context, c.end - c.start)
            grown.append((tuple(map(sum, zip(value, gain, strict=True))), key, {**before, i: c}))
        chains += grown
    return min(chains, key=rank, default=((0, 0, 0), (0, 0), {}))[2]
