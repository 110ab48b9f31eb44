"""What a tagger gets wrong, span by span: missed, invented, of another type, with another edge.

Strict scores say how many spans are wrong; this says which, and what was taken for what. A wrong
span is paired with the gold span it overlaps most, so that one confusion is one mistake and not a
missed span plus an invented one.

>>> gold = AnnotatedText("Ann joined Acme.", (Span(0, 3, "PER"), Span(11, 15, "ORG")))
>>> guess = AnnotatedText("Ann joined Acme.", (Span(0, 3, "PER"), Span(11, 15, "LOC")))
>>> [(m.kind, m.gold.label, m.guess.label) for m in mistakes(gold, guess)]
[('type', 'ORG', 'LOC')]
>>> dict(confusion([gold], [guess]))
{('PER', 'PER'): 1, ('ORG', 'LOC'): 1}
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from engine.types import AnnotatedText, Span

Kind = Literal["missed", "invented", "type", "edge", "both"]
"""Not found; found where nothing is; of another type; with another edge; both at once."""

KINDS: tuple[Kind, ...] = ("missed", "invented", "type", "edge", "both")

NOTHING = ""
"""Stands in a confusion for no span: missed on the guess's side, invented on the gold side."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong span of one text.

    Attributes:
        gold: as it should be, None for an invented span.
        guess: as the tagger has it, None for a missed one.
    """

    kind: Kind
    gold: Span | None
    guess: Span | None


def mistakes(gold: AnnotatedText, guess: AnnotatedText) -> list[Mistake]:
    """The mistakes on one text, in reading order; spans that agree in all are none."""
    right, said = set(gold.spans), set(guess.spans)
    found = _pairs(sorted(right - said), sorted(said - right))
    paired = {span for pair in found for span in pair}
    wrong = [Mistake(_kind(a, b), a, b) for a, b in found]
    wrong += [Mistake("missed", span, None) for span in right - said - paired]
    wrong += [Mistake("invented", None, span) for span in said - right - paired]
    return sorted(wrong, key=_place)


def confusion(
    gold: Sequence[AnnotatedText], guess: Sequence[AnnotatedText]
) -> Counter[tuple[str, str]]:
    """How often which type was taken for which: (gold label, guessed label) -> spans.

    NOTHING stands for no span. Spans that overlap count as found here, whatever their edges.
    """
    told: Counter[tuple[str, str]] = Counter()
    for right, said in zip(gold, guess, strict=True):
        for span in set(right.spans) & set(said.spans):
            told[span.label, span.label] += 1
        for one in mistakes(right, said):
            told[_label(one.gold), _label(one.guess)] += 1
    return told


def _pairs(missing: Sequence[Span], wrong: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Pair spans that overlap, the ones that share most first, then those of one type."""
    shared = [
        (min(a.end, b.end) - max(a.start, b.start), a.label == b.label, a, b)
        for a in missing
        for b in wrong
        if a.overlaps(b)
    ]
    shared.sort(key=lambda found: (-found[0], not found[1], found[2], found[3]))
    taken: set[tuple[str, Span]] = set()
    pairs = []
    for _, _, a, b in shared:
        if ("gold", a) not in taken and ("guess", b) not in taken:
            taken |= {("gold", a), ("guess", b)}
            pairs.append((a, b))
    return pairs


def _kind(gold: Span, guess: Span) -> Kind:
    if gold.label == guess.label:
        return "edge"
    return "type" if (gold.start, gold.end) == (guess.start, guess.end) else "both"


def _label(span: Span | None) -> str:
    return span.label if span else NOTHING


def _place(one: Mistake) -> tuple[int, int, str]:
    span = one.gold or one.guess
    return (span.start, span.end, one.kind) if span else (0, 0, one.kind)
