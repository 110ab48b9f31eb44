"""Words, overlaps and tags: how spans meet the words of a text (pure, no model).

A word is what a tagger labels and what BIO tags are written on. The rule, for every script:

- a run of letters, digits and combining marks is one word (so "Café" is one word in NFC and NFD);
  a zero-width joiner, non-joiner or soft hyphen between two such runs stays inside the word;
- a CJK ideograph or a kana is one word a character, with the marks that follow it;
- an emoji with its skin tone, variation selector and joined parts is one word, and so is a flag;
- every other character that is not white space is a word of its own, with the marks that follow
  it: underscore, apostrophe, hyphen, full stop.

>>> text = "Ann's 3.5 m"
>>> [text[start:end] for start, end in words(text)]
['Ann', "'", 's', '3', '.', '5', 'm']
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, NamedTuple

from engine.errors import EngineError
from engine.types import Span

Words = Sequence[tuple[int, int]]
Scheme = Literal["auto", "iob1", "iob2", "ioe2", "iobes", "bilou"]

PREFIXES: dict[str, frozenset[str]] = {
    "auto": frozenset("BIOELSU"),
    "iob1": frozenset("BIO"),
    "iob2": frozenset("BIO"),
    "ioe2": frozenset("IOE"),
    "iobes": frozenset("BIOES"),
    "bilou": frozenset("BILOU"),
}
"""The first letters that each tagging scheme knows."""

_CJK = (
    r"\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    r"\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    r"\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)
_EMOJI = (
    r"\xa9\xae\u203c\u2049\u2122\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f"
    r"\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_KEPT_AT_EDGES = frozenset("@#%&*_/\\§¶‰†‡")
_PAIRS = {")": "(", "]": "[", "}": "{", "）": "（", "】": "【", "」": "「", "』": "『", "》": "《"}


@cache
def mark_class() -> str:
    """Inside of a character class that matches every combining mark (category M)."""
    ranges: list[list[int]] = []
    for code in (*range(0x300, 0x1F000), *range(0xE0100, 0xE01F0)):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in ranges)


@cache
def _pattern() -> re.Pattern[str]:
    """The word rule as one expression; common cases first, rare classes behind a cheap look."""
    letter = rf"[^\W_{_CJK}]"
    rare = r"(?=[^\x00-\xac])"
    mark = rf"[{mark_class()}]"
    tail = rf"(?:{rare}(?:{mark}+{letter}*|[\xad\u200c\u200d]+(?:{letter}+|{mark}+{letter}*)))*"
    marks = rf"(?:{rare}{mark}+)?"
    dress = rf"[{mark_class()}\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    flag = r"[\U0001f1e6-\U0001f1ff]{2}"
    emoji = rf"[{_EMOJI}]{dress}(?:\u200d[{_EMOJI}]{dress})*"
    return re.compile(
        rf"{letter}+{tail}|[!-/:-@\[-`{{-~]{marks}|[{_CJK}]{marks}"
        rf"|{flag}|{emoji}|{mark}+{letter}*{tail}|\S{marks}"
    )


def word_pattern() -> str:
    """The word rule as an expression of Python's `re`, for a reader without this package."""
    return _pattern().pattern


def words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text are, in order, as half-open code point offsets.

    Together the words hold every character that is not white space, each once.
    """
    return list(map(re.Match.span, _pattern().finditer(text)))


def snap(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Grow a stretch to whole words, then trim punctuation that opens or closes it.

    A closing bracket stays where its opening one is inside, a full stop where an earlier one is
    ("U.S."), and signs that carry meaning ("C#", "5%", "AT&T") always. None when nothing but
    white space or punctuation is left.

    >>> snap("He joined Acme, then left.", 11, 15)
    (10, 14)
    """
    inside = [w for w in words(text) if w[1] > start and w[0] < end]
    while inside and _PAIRS.get(text[slice(*inside[-1])]) == text[slice(*inside[0])]:
        inside = inside[1:-1]
    while inside and _trims(text, inside, 0):
        inside.pop(0)
    while inside and _trims(text, inside, -1):
        inside.pop()
    return (inside[0][0], inside[-1][1]) if inside else None


def _trims(text: str, inside: Words, at: Literal[0, -1]) -> bool:
    """Whether the first or last word is punctuation that does not belong to the stretch."""
    edge = text[slice(*inside[at])]
    if unicodedata.category(edge[0])[0] != "P" or edge[0] in _KEPT_AT_EDGES:
        return False
    rest = text[inside[0][1] : inside[-1][1]] if at == 0 else text[inside[0][0] : inside[-1][0]]
    if at == 0:
        closing = [c for c, opening in _PAIRS.items() if opening == edge[0]]
        return not any(c in rest for c in closing)
    if edge[0] in _PAIRS:
        return rest.count(_PAIRS[edge[0]]) <= rest.count(edge[0])
    return not (edge[0] == "." and "." in rest[-3:])


def resolve_overlaps(spans: Sequence[Span], scores: Sequence[float] | None = None) -> list[Span]:
    """Keep spans that do not overlap: the higher score wins, then the longer, then the earlier.

    Args:
        spans: in any order.
        scores: one a span; without them the longer span wins.

    Returns:
        The kept spans in reading order.
    """
    weights = [0.0] * len(spans) if scores is None else list(scores)
    order = sorted(
        range(len(spans)),
        key=lambda i: (-weights[i], spans[i].start - spans[i].end, spans[i]),
    )
    kept: list[Span] = []
    for i in order:
        at = bisect_left(kept, spans[i])
        near = kept[max(0, at - 1) : at + 1]
        if not any(spans[i].overlaps(other) for other in near):
            kept.insert(at, spans[i])
    return kept


class LostSpan(NamedTuple):
    """A span that tags cannot express, and why."""

    span: Span
    reason: str


def spans_to_bio(words: Words, spans: Iterable[Span]) -> tuple[list[str], list[LostSpan]]:
    """Write spans as IOB2 tags, one a word, and name the spans that cannot be written.

    A span is lost when an edge of it is not the edge of a word, or when it overlaps a longer one.

    >>> spans_to_bio([(0, 3), (4, 7)], [Span(0, 7, "PER")])
    (['B-PER', 'I-PER'], [])
    """
    tags = ["O"] * len(words)
    firsts = {start: i for i, (start, _) in enumerate(words)}
    lasts = {end: i for i, (_, end) in enumerate(words)}
    wanted = sorted(set(spans))
    fitting = [s for s in wanted if s.start in firsts and s.end in lasts]
    kept = set(resolve_overlaps(fitting))
    lost: list[LostSpan] = []
    for span in wanted:
        if span in kept:
            first, last = firsts[span.start], lasts[span.end]
            tags[first : last + 1] = [f"B-{span.label}"] + [f"I-{span.label}"] * (last - first)
        elif span.start in firsts and span.end in lasts:
            lost.append(LostSpan(span, "it overlaps another span"))
        else:
            lost.append(LostSpan(span, "its edges are not the edges of words"))
    return tags, lost


def bio_to_spans(words: Words, tags: Sequence[str], scheme: Scheme = "auto") -> list[Span]:
    """Read the tags of any of the five schemes as spans.

    One rule reads them all: B, S and U open a span, and so does any tag whose type differs from
    the open span's or that has none before it (as IOB1 and IOE2 mean it, and as IOB2 is meant
    where a file forgot a B); E, L, S and U close one. No tag is dropped.

    Raises:
        EngineError: not one tag a word, or a tag that the scheme does not know.

    >>> bio_to_spans([(0, 4), (5, 10)], ["I-LOC", "B-LOC"], "iob1")
    [Span(start=0, end=4, label='LOC'), Span(start=5, end=10, label='LOC')]
    """
    if len(words) != len(tags):
        raise EngineError(f"{len(words)} words cannot carry {len(tags)} tags.")
    spans: list[Span] = []
    label, start, end = "", 0, 0
    for (first, last), tag in zip(words, tags, strict=True):
        prefix, now = split_tag(tag, scheme)
        if label and (now != label or prefix in "BSU"):
            spans.append(Span(start, end, label))
            label = ""
        if now and not label:
            start = first
        label, end = now, last
        if label and prefix in "ELSU":
            spans.append(Span(start, end, label))
            label = ""
    if label:
        spans.append(Span(start, end, label))
    return spans


def split_tag(tag: str, scheme: Scheme = "auto") -> tuple[str, str]:
    """Split a tag into its prefix and its type: "B-PER" -> ("B", "PER"), "O" -> ("O", "").

    Raises:
        EngineError: the scheme has no such tag.
    """
    if tag == "O":
        return "O", ""
    prefix, label = tag[:1], tag[2:]
    if prefix not in PREFIXES[scheme] - {"O"} or tag[1:2] not in ("-", "_") or not label.strip():
        raise EngineError(f"{tag!r} is not a tag of the scheme {scheme}.")
    return prefix, label
