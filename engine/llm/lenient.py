"""JSON as language models write it: strict where it can be, forgiving where it must be.

A reader for values only; it runs nothing. Numbers stay the text they were written as, so that a
quoted year or price is what stood in the reply.

>>> [value for value in values("Sure! {'a': [1, 2,], b: None} Anything else?")]
[{'a': ['1', '2'], 'b': None}]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

DEEPEST = 40
"""Levels of nesting that are followed. Our choice: a reply has four."""
MOST_ENDLESS = 8
"""Values without an end that are followed. Our choice: each reads the rest of the reply."""
MOST_STARTS = 100
"""Places at which a value may begin. Our choice: bounds the work on a reply of brackets alone."""

_OPENING = re.compile(r"[\[{]")
_BLANK = re.compile(r"(?:\s|//[^\n]*|#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_KEY = re.compile(r"[^\s,:\[\]{}\"']+")
_PLAIN = re.compile(r"[^,\[\]{}\"\n]+")
_CLOSES = re.compile(r"\s*(?:[,:\]}]|$)|[ \t]*\n\s*[\"'“{}\[\]]")
_QUOTES = {'"': '"', "'": "'", "“": '”"', "‘": "’'", "`": "`", "„": "“”", "«": "»"}
_INSIDE = {closing: re.compile(rf"[^\\{re.escape(closing)}]+") for closing in set(_QUOTES.values())}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS = {"true": True, "false": False, "null": None, "none": None}


class Cut(dict[str, Any]):
    """An object that the reply broke off inside of."""


class CutList(list[Any]):
    """A list that the reply broke off inside of."""


def values(text: str, *, inner: bool = False) -> Iterator[Any]:
    """The objects and lists of a text, outermost ones, in order.

    With `inner`, also what stands inside of one that never ends: a lone bracket in prose hides
    everything after it.
    """
    at = endless = 0
    for _ in range(MOST_STARTS):
        opening = _OPENING.search(text, at)
        if opening is None or endless >= MOST_ENDLESS:
            return
        value, at = _value_at(text, opening.start())
        endless += at >= len(text)
        if value is not _NOTHING:
            yield value
        if inner and isinstance(value, Cut | CutList):
            at = opening.start() + 1


_NOTHING = object()


def _value_at(text: str, start: int) -> tuple[Any, int]:
    try:
        value, end = _STRICT.raw_decode(text, start)
    except (ValueError, RecursionError):
        reader = _Reader(text, start)
        value, end = reader.value(0), reader.at
        return value, max(end, start + 1)
    return value, end


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; the lists of a key that is written twice belong together."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        _put(made, key, value)
    return made


def _put(made: dict[str, Any], key: str, value: Any) -> None:
    known = made.get(key)
    both = isinstance(known, list) and isinstance(value, list)
    made[key] = [*known, *value] if both and known is not None else value


_STRICT = json.JSONDecoder(
    strict=False, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_pairs
)


class _Reader:
    """Reads one value from a place on; `at` is where it stopped."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at

    def value(self, depth: int, *, key: bool = False) -> Any:
        """The value, or key, that begins here; _NOTHING where none does."""
        sign = self._next()
        if sign in ("{", "["):
            if depth >= DEEPEST:
                self.at = len(self.text)
                return _NOTHING
            return self._object(depth) if sign == "{" else self._list(depth)
        if sign in _QUOTES:
            return self._string()
        word = (_KEY if key else _PLAIN).match(self.text, self.at)
        if word is None:
            return _NOTHING
        self.at = word.end()
        plain = word[0].strip()
        return _WORDS.get(plain.lower(), plain)

    def _next(self) -> str:
        """The next sign that means something, "" at the end."""
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.text[self.at : self.at + 1]

    def _object(self, depth: int) -> Any:
        made: dict[str, Any] = {}
        self.at += 1
        while sign := self._next():
            if sign == "}":
                self.at += 1
                return made
            if sign in ",;":
                self.at += 1
                continue
            if sign == "]":
                return made  # the list around it ends: its brace was forgotten
            before = self.at
            key = self.value(depth + 1, key=True)
            if self._next() != ":":
                if self.at == before:
                    return Cut(made)
                continue
            self.at += 1
            value = self.value(depth + 1)
            if value is not _NOTHING and isinstance(key, str):
                _put(made, key, value)
        return Cut(made)

    def _list(self, depth: int) -> Any:
        made: list[Any] = []
        self.at += 1
        while sign := self._next():
            if sign == "]":
                self.at += 1
                return made
            if sign in ",;:":
                self.at += 1
                continue
            if sign == "}":
                return made  # the object around it ends: its bracket was forgotten
            value = self.value(depth + 1)
            if value is _NOTHING:
                break
            made.append(value)
        return CutList(made)

    def _string(self) -> Any:
        """A string; a quote inside it that nothing follows as after an end belongs to it."""
        closing = _QUOTES[self.text[self.at]]
        self.at += 1
        plain = _INSIDE[closing]
        pieces: list[str] = []
        while self.at < len(self.text):
            inside = plain.match(self.text, self.at)
            if inside:
                pieces.append(inside[0])
                self.at = inside.end()
            elif self.text[self.at] == "\\" and self.at + 1 < len(self.text):
                pieces.append(self._escaped())
            else:
                self.at += 1
                if _CLOSES.match(self.text, self.at):
                    return "".join(pieces)
                pieces.append(self.text[self.at - 1])
        return _NOTHING

    def _escaped(self) -> str:
        code = self.text[self.at + 1]
        if code == "u" and re.match(r"[0-9a-fA-F]{4}", self.text[self.at + 2 : self.at + 6]):
            sign = chr(int(self.text[self.at + 2 : self.at + 6], 16))
            self.at += 6
            return sign
        self.at += 2
        return _ESCAPES.get(code) or (f"\\{code}" if code.isalnum() else code)
