"""Text as a quoted mention may spell it, with the way back to where each character stood.

A folded text is never stored: it only answers "does this mention occur, and where". Folding is
NFKC, one kind of quote and dash, one blank for any white space, no invisible characters and, when
asked, no case. It works cluster by cluster (a character and its marks), so every folded character
knows the stretch it came from, however its length changed.

>>> folded = fold("İzmir’s ﬁrst")
>>> folded.chars
"İzmir's first"
>>> list(folded.find("first"))
[(8, 12)]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from engine.spans import mark_class

_SIGNS = str.maketrans(
    dict.fromkeys("‘’‚‛′‵ʹʻʼʽˈ`´‹›＇", "'")
    | dict.fromkeys("“”„‟″‶«»〝〞〟＂", '"')
    | dict.fromkeys("‐‑‒–—―−⁃﹘﹣－", "-")
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text.

    Attributes:
        chars: the folded characters.
        starts: for each of them, where its cluster starts in the text.
        ends: for each of them, where its cluster ends in the text.
    """

    chars: str
    starts: list[int]
    ends: list[int]

    def find(self, needle: str) -> Iterator[tuple[int, int]]:
        """Every place of `needle`, overlapping ones too, as offsets of the text itself.

        A place that would begin or end inside a cluster ("i" in "ﬁ") is none.
        """
        at = self.chars.find(needle) if needle else -1
        while at >= 0:
            last = at + len(needle) - 1
            opens = at == 0 or self.starts[at - 1] != self.starts[at]
            closes = last + 1 == len(self.chars) or self.starts[last + 1] != self.starts[last]
            if opens and closes:
                yield self.starts[at], self.ends[last]
            at = self.chars.find(needle, at + 1)


def fold(text: str, *, case: bool = False) -> Folded:
    """Fold a text; `case` also folds upper and lower case together."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _cluster().finditer(text):
        start, end = match.span()
        for char in _fold_cluster(match[0], case):
            if char == " " and chars and chars[-1] == " ":
                ends[-1] = end
            else:
                chars.append(char)
                starts.append(start)
                ends.append(end)
    return Folded("".join(chars), starts, ends)


@cache
def _cluster() -> re.Pattern[str]:
    """A character with what joins it in normalisation: marks, Hangul vowels and finals."""
    return re.compile(rf"(?s:.)[{mark_class()}\u1160-\u11ff\uff9e\uff9f]*")


@lru_cache(maxsize=8192)
def _fold_cluster(cluster: str, case: bool) -> str:
    if cluster.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", cluster.translate(_SIGNS)).translate(_SIGNS)
    if case:
        plain = unicodedata.normalize("NFKC", plain.casefold())
    shown = (" " if c.isspace() else c for c in plain if unicodedata.category(c) != "Cf")
    return "".join(c for c in shown if not 0xFE00 <= ord(c) <= 0xFE0F)
