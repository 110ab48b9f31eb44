"""What a run scores on texts it has not learnt from, and what it gets wrong there, as JSON.

The spans a model finds are kept as plain lists until all of them are there: held-out parts are
tagged by different models, in an interrupted training even by different processes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from engine.metrics import score
from engine.mistakes import KINDS, Mistake, confusion, mistakes
from engine.types import AnnotatedText, Span, Tagged

Said = list[list[Any]]
"""What a model says of one text: [start, end, label, score] a span."""

WORST = 60
"""Mistakes that are kept. Our choice: more than anybody reads."""
AROUND = 60
"""Characters shown on either side of a mistake."""
UNSAID = 0.5
"""How sure a model counts as having been of what it missed, among the mistakes it made."""


def said(tagged: Tagged) -> Said:
    """What a tagger said of a text, as JSON."""
    return [
        [one.span.start, one.span.end, one.label, round(one.score, 4)]
        for one in tagged.suggestions
        if one.span
    ]


def measured(gold: Sequence[AnnotatedText], found: Sequence[Said]) -> dict[str, Any]:
    """Scores with intervals, all confusions, and the worst mistakes.

    Args:
        gold: the texts as they should be.
        found: what was said of each, in the same order.

    Returns:
        micro and types (as `Score`), confusion ([gold label, guessed label, spans], "" for none),
        kinds (mistakes of each kind), mistakes (the surest first; `text` counts from 0 in `gold`).
    """
    guesses = [
        AnnotatedText(one.text, tuple(Span(start, end, label) for start, end, label, _ in spans))
        for one, spans in zip(gold, found, strict=True)
    ]
    scores = score(gold, guesses)
    wrong = [
        _told(number, one, right, spans)
        for number, (right, guess, spans) in enumerate(zip(gold, guesses, found, strict=True))
        for one in mistakes(right, guess)
    ]
    kinds = Counter(one["kind"] for one in wrong)
    wrong.sort(key=_surety, reverse=True)
    return {
        "micro": asdict(scores.micro),
        "types": {label: asdict(one) for label, one in scores.types.items()},
        "confusion": [[a, b, n] for (a, b), n in sorted(confusion(gold, guesses).items())],
        "kinds": {kind: kinds[kind] for kind in KINDS if kinds[kind]},
        "mistakes": wrong[:WORST],
    }


def _told(number: int, one: Mistake, right: AnnotatedText, spans: Said) -> dict[str, Any]:
    """A mistake with the characters around it."""
    places = [span for span in (one.gold, one.guess) if span]
    start, end = min(s.start for s in places), max(s.end for s in places)
    text = right.text
    return {
        "text": number,
        "kind": one.kind,
        "gold": _span(text, one.gold),
        "guess": _span(text, one.guess),
        "score": _score(one.guess, spans),
        "before": _before(text, start),
        "surface": text[start:end],
        "after": _after(text, end),
    }


def _before(text: str, start: int) -> str:
    """What stands before a place, from the beginning of a word on."""
    if start <= AROUND:
        return text[:start]
    cut = text[start - AROUND - 1 : start]
    return f"… {cut.partition(' ')[2] or cut[1:]}"


def _after(text: str, end: int) -> str:
    """What stands after a place, to the end of a word."""
    if end + AROUND >= len(text):
        return text[end:]
    cut = text[end : end + AROUND + 1]
    return f"{cut.rpartition(' ')[0] or cut[:-1]} …"


def _span(text: str, span: Span | None) -> dict[str, Any] | None:
    if span is None:
        return None
    surface = text[span.start : span.end]
    return {"start": span.start, "end": span.end, "code": span.label, "surface": surface}


def _score(span: Span | None, spans: Said) -> float | None:
    if span is None:
        return None
    here = (span.start, span.end, span.label)
    return next(
        (float(score_) for start, end, label, score_ in spans if (start, end, label) == here), None
    )


def _surety(one: dict[str, Any]) -> float:
    return UNSAID if one["score"] is None else float(one["score"])
