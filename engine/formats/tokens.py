"""Tokens of other tools' files: joined to a text, found in one, or cut so that spans fit."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from engine.spans import words
from engine.types import Span

_CJK = ((0x3000, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0xFF01, 0xFFEF), (0x20000, 0x3FFFF))


def join(tokens: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    """Join tokens with one blank, with none between two CJK characters; says where each stands.

    >>> join(["東", "京", "is", "big"])
    ('東京 is big', [(0, 1), (1, 2), (3, 5), (6, 9)])
    """
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for i, token in enumerate(tokens):
        if i and not (_is_cjk(tokens[i - 1][-1]) and _is_cjk(token[0])):
            parts.append(" ")
            at += 1
        parts.append(token)
        places.append((at, at + len(token)))
        at += len(token)
    return "".join(parts), places


def locate(text: str, tokens: Sequence[str]) -> list[tuple[int, int]] | None:
    """Where tokens stand in a text that has nothing but white space besides them, else None."""
    places: list[tuple[int, int]] = []
    at = 0
    for token in tokens:
        while not text.startswith(token, at) and at < len(text) and text[at].isspace():
            at += 1
        if not text.startswith(token, at):
            return None
        places.append((at, at + len(token)))
        at += len(token)
    return None if text[at:].strip() else places


class Token(NamedTuple):
    """A token of a text; `blank` says whether one blank follows it."""

    start: int
    end: int
    blank: bool


def cut(text: str, spans: Iterable[Span]) -> list[Token]:
    """The words of a text, cut further wherever a span starts or ends, so that every span fits.

    >>> [(token.start, token.end) for token in cut("Rome-based", [Span(0, 2, "X")])]
    [(0, 2), (2, 4), (4, 5), (5, 10)]
    """
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    pieces: list[tuple[int, int]] = []
    at = 0
    for start, end in words(text):
        while at < len(edges) and edges[at] <= start:
            at += 1
        while at < len(edges) and edges[at] < end:
            pieces.append((start, edges[at]))
            start = edges[at]
            at += 1
        pieces.append((start, end))
    return [Token(start, end, text[end : end + 1] == " ") for start, end in pieces]


def covered(tokens: Sequence[Token], span: Span) -> tuple[int, int] | None:
    """Indices of the first and last token inside a span; None when it is all white space."""
    first = bisect_left(tokens, span.start, key=lambda token: token.start)
    last = bisect_right(tokens, span.end, key=lambda token: token.end) - 1
    return (first, last) if first <= last else None


def _is_cjk(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _CJK)
