"""Step 6: several samples of one text become one answer, with a score for each span.

Votes are counted on (start, end, type), after each sample was located in the text; a sample votes
once for a span, however often it lists it. The samples that could be read are the voters.

Sources: entity-level self-consistency, ReverseNER (arXiv 2411.00533); two-stage majority vote,
Xie et al. 2024.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.grounding import Grounded
from engine.reverse_ner.config import TaggingConfig
from engine.types import Match, Span, Suggestion

Sample = Sequence[Grounded]


@dataclass(frozen=True, slots=True)
class Votes:
    """What the samples say of one place and type.

    Attributes:
        span: the place, None for a mention that could not be located.
        label: code of the type.
        surface: the characters there, or the mention as quoted.
        votes: samples that say so, out of `voters`.
        match: how most of them were located.
    """

    span: Span | None
    label: str
    surface: str
    votes: int
    voters: int
    match: Match

    @property
    def score(self) -> float:
        """The share of the voters, 0..1."""
        return self.votes / self.voters

    def suggestion(self) -> Suggestion:
        """The same as a suggestion."""
        return Suggestion(self.span, self.label, self.surface, round(self.score, 4), self.match)


def count(text: str, samples: Sequence[Sample]) -> list[Votes]:
    """Every place and type that any sample names, in reading order, the unlocated ones last."""
    said: dict[tuple[Span | None, str, str], list[Match]] = {}
    for sample in samples:
        ballot: dict[tuple[Span | None, str, str], Match] = {}
        for one in sample:
            surface = text[one.span.start : one.span.end] if one.span else one.mention.surface
            ballot.setdefault((one.span, one.mention.label, surface), one.match)
        for key, match in ballot.items():
            said.setdefault(key, []).append(match)
    counted = [
        Votes(*key, len(matches), len(samples), Counter(matches).most_common(1)[0][0])
        for key, matches in said.items()
    ]
    return sorted(counted, key=lambda v: (v.span is None, v.span or Span(0, 1, "?"), v.surface))


def self_consistency(
    counted: Iterable[Votes],
    config: TaggingConfig = TaggingConfig(),
    *,
    allow_overlap: bool = False,
) -> list[Votes]:
    """Keep what at least the share `keep` of the samples names."""
    kept = [one for one in counted if one.score >= config.keep]
    return kept if allow_overlap else without_overlap(kept)


def two_stage(text: str, samples: Sequence[Sample], *, allow_overlap: bool = False) -> list[Votes]:
    """Keep places named by at least half of the samples with any type, each with its commonest.

    A tie of types goes to the one whose code comes first.
    """
    named = Counter(place for sample in samples for place in {_place(one) for one in sample})
    best: dict[Span | str, Votes] = {}
    for one in count(text, samples):
        place = replace(one.span, label="?") if one.span else one.surface
        if 2 * named[place] >= len(samples) and (
            place not in best or one.votes > best[place].votes
        ):
            best[place] = one
    kept = list(best.values())
    return kept if allow_overlap else without_overlap(kept)


def _place(one: Grounded) -> Span | str:
    """Where a mention is, whatever its type; its quote when it is nowhere."""
    return replace(one.span, label="?") if one.span else one.mention.surface


def without_overlap(votes: Sequence[Votes]) -> list[Votes]:
    """Of what overlaps, the one with the higher score, then the longer span, then the first."""
    kept: list[Votes] = []
    for one in sorted(votes, key=_preference):
        span = one.span
        if span is None or not any(o.span and o.span.overlaps(span) for o in kept):
            kept.append(one)
    return [one for one in votes if one in kept]


def _preference(one: Votes) -> tuple[float, int, int, str]:
    if one.span is None:
        return (-one.score, 0, 0, one.label)
    return (-one.score, one.span.start - one.span.end, one.span.start, one.label)
