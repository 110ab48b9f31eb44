"""Where a text says the same words again, exactly (pure, no model).

A match is whole when a word begins where it begins and ends where it ends. Words are those of
`engine.spans`; in a script written without spaces every letter with its marks counts as one, as it
does under a person's mouse.

>>> finder("Ann")("Ann, ann and Anna: Ann")
[(0, 3), (19, 22)]
>>> finder("ann", whole=False, same_case=False)("Ann, Anna")
[(0, 3), (5, 8)]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from engine.spans import words

Finder = Callable[[str], list[tuple[int, int]]]
"""From a text to stretches of it: code points, half-open, in order, none over another."""

_ALONE = re.compile(
    r"[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aad\ua980-\ua9df\uaa60-\uaadf"
    r"\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f"
    r"\u30a1-\u30fa\u30fc-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff66-\uff9f\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)
"""Scripts written without spaces: Thai, Lao, Burmese, Khmer, Javanese, ideographs, kana."""
_CLINGING = "\u0e33\u0eb3"
"""Vowels that are letters by class and stay with the letter before them."""
_NEAR = 200
"""Our choice: how far to look for white space around an edge before cutting the text as a whole."""


def finder(surface: str, *, whole: bool = True, same_case: bool = True) -> Finder:
    """A function that finds `surface` in texts.

    Args:
        surface: the characters, not empty.
        whole: only where words begin and end.
        same_case: else capitals do not matter, character by character (so "ß" is not "SS").
    """
    pattern = re.compile(re.escape(surface), re.NOFLAG if same_case else re.IGNORECASE)
    wanted = fold(surface)

    def find(text: str) -> list[tuple[int, int]]:
        found, match = [], pattern.search(text)
        while match:
            start, end = match.span()
            same = match[0] == surface or fold(match[0]) == wanted
            taken = same and not (whole and not (_edge(text, start) and _edge(text, end)))
            if taken:
                found.append((start, end))
            match = pattern.search(text, end if taken else start + 1)
        return found

    return find


def fold(text: str) -> str:
    """The same for characters that differ in case alone; never longer or shorter.

    >>> fold("Straẞe") == fold("straße"), fold("ı") == fold("I")
    (True, False)
    """
    return "".join(
        next(one for one in (char.casefold(), char.lower(), char) if len(one) == 1) for char in text
    )


def _edge(text: str, at: int) -> bool:
    """Whether a word begins or ends here."""
    if at in (0, len(text)):
        return True
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return True
    if before.isascii() and after.isascii():
        return not (before.isalnum() and after.isalnum())
    if _is_mark(after) or after in _CLINGING:
        return False
    return _alone(text, at) or _cut(text, at)


def _alone(text: str, at: int) -> bool:
    """Whether a letter of a script without spaces, with its marks, stands on either side."""
    if _letter(text[at]):
        return True
    base = at - 1
    while base > 0 and (_is_mark(text[base]) or text[base] in _CLINGING):
        base -= 1
    return _letter(text[base])


def _letter(char: str) -> bool:
    return bool(_ALONE.match(char)) and unicodedata.category(char) in ("Lo", "Lm", "Nl")


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


def _cut(text: str, at: int) -> bool:
    """As the words of the text say; white space always parts them, so a stretch will do."""
    low = max((text.rfind(gap, max(0, at - _NEAR), at) for gap in " \n\t"), default=-1) + 1
    ends = [found for gap in " \n\t" if (found := text.find(gap, at, at + _NEAR)) >= 0]
    low = low if low or at <= _NEAR else 0
    high = min(ends, default=len(text))
    return any(at - low in edges for edges in words(text[low:high]))
