"""The values that walk down the house: spans, annotated texts, entity types, suggestions, reports.

Offsets are Unicode code points, half-open: `text[start:end]` is the surface.

>>> ann = AnnotatedText("Ann joined Acme.", (Span(0, 3, "PER"), Span(11, 15, "ORG")))
>>> ann.surface(ann.spans[1])
'Acme'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from engine.errors import EngineError, OffsetError

Match = Literal["exact", "normalised", "fuzzy", "ambiguous", "ungrounded"]
"""How a suggestion was located in its text; embedded and fine-tuned taggers are always exact."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A labelled stretch of a text.

    Attributes:
        start: first code point.
        end: one past the last code point; `start < end`.
        label: code of the entity type.

    Raises:
        OffsetError: the span is empty or starts before the text.
    """

    start: int
    end: int
    label: str

    def __post_init__(self) -> None:
        if self.start < 0 or self.end <= self.start:
            raise OffsetError(
                f"A span must start at 0 or later and end after its start; "
                f"got {self.start}-{self.end} ({self.label})."
            )
        if not self.label:
            raise OffsetError(f"The span {self.start}-{self.end} has no label.")

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


def check_spans(text: str, spans: Iterable[Span]) -> None:
    """Refuse spans that reach past their text.

    Raises:
        OffsetError: names the first such span and the length of the text.
    """
    for span in spans:
        if span.end > len(text):
            raise OffsetError(
                f"The span {span.start}-{span.end} ({span.label}) reaches past "
                f"the end of a text of {len(text)} characters."
            )


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text and the spans on it, in reading order. The house currency.

    Raises:
        OffsetError: a span reaches past the text.
    """

    text: str
    spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        check_spans(self.text, self.spans)
        object.__setattr__(self, "spans", tuple(sorted(set(self.spans))))

    def surface(self, span: Span) -> str:
        """The characters that the span covers."""
        return self.text[span.start : span.end]


@dataclass(frozen=True, slots=True)
class EntityType:
    """What to look for.

    Attributes:
        id: stable number in the database, 0 outside one; a rename keeps it.
        code: the short form written in files and on spans, such as PER.
        name: what people call it, such as "person".
        definition: one sentence that an annotator could follow.
        colour: "#rrggbb", "" until one is given.
        key: one character that labels a selection in the editor, "" for none.
    """

    id: int
    code: str
    name: str
    definition: str = ""
    colour: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        if not self.code.strip() or not self.name.strip():
            raise EngineError("An entity type needs a code and a name.")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A span that a tagger proposes, or a mention it quoted that could not be located.

    Attributes:
        span: where it is; None exactly when `match` is "ungrounded".
        label: code of the entity type.
        surface: the characters of the span, or the mention as quoted.
        score: 0..1, the tagger's confidence.
        match: how it was located.
    """

    span: Span | None
    label: str
    surface: str
    score: float
    match: Match = "exact"

    def __post_init__(self) -> None:
        if (self.span is None) != (self.match == "ungrounded"):
            raise OffsetError("A suggestion has no span exactly when it is ungrounded.")
        if not 0.0 <= self.score <= 1.0:
            raise EngineError(f"A score lies between 0 and 1; got {self.score}.")


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a tagger says about one text.

    Attributes:
        text: the text as it was given.
        suggestions: in reading order, the ungrounded ones last.
        error: one sentence when this text failed (the others go on), else "".
        usage: what it cost, such as {"llm_calls": 1, "prompt_tokens": 210}; empty when free.
    """

    text: str
    suggestions: tuple[Suggestion, ...] = ()
    error: str = ""
    usage: Mapping[str, float] = field(default_factory=dict)

    def annotated(self) -> AnnotatedText:
        """The located suggestions as an annotated text."""
        return AnnotatedText(self.text, tuple(s.span for s in self.suggestions if s.span))


@dataclass(frozen=True, slots=True)
class Score:
    """Strict span scores of a set of texts for one type or all of them (0..1).

    Attributes:
        p, r, f1: precision, recall, their harmonic mean; 0 where undefined.
        support: number of gold spans.
        predicted: number of predicted spans.
        correct: number of predicted spans that equal a gold span.
        low, high: 95% bootstrap interval of f1 over texts; None when not asked for.
    """

    p: float
    r: float
    f1: float
    support: int
    predicted: int
    correct: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What long work yields while it goes on.

    Attributes:
        step: how much is done.
        total: how much there is; 0 when unknown.
        values: named figures, such as {"loss": 0.3}.
        note: one line for a person, "" for none.
    """

    step: int
    total: int
    values: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """One text of a file, on its way in or out.

    Attributes:
        content: the text and its spans; labels are as the file spells them.
        meta: everything else the file says of it, JSON values only.
        answer: "accept", "reject" or "ignore" where the format knows such an answer, else "".
        line: 1-based line it starts on, 0 when it does not come from a line.
        id: its number in our database, or the file's own id, "" for none.
    """

    content: AnnotatedText
    meta: Mapping[str, Any] = field(default_factory=dict)
    answer: str = ""
    line: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a file that its owner must hear.

    Attributes:
        kind: "repaired" (kept, after a change that `message` states) or "rejected" (left out).
        line: 1-based line, 0 for the file as a whole.
        message: what, where and what to do, in one sentence.
    """

    kind: Literal["repaired", "rejected"]
    line: int
    message: str
