"""From the offsets a file states to spans that hold: checked, converted with proof, or refused.

A file may count UTF-16 units, UTF-8 bytes or graphemes where we count code points. Its own
surfaces tell: when they disagree in code points and all agree in another unit, the offsets are
converted and the record is reported as repaired. Without such proof nothing is converted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from engine.errors import FormatError, OffsetError
from engine.spans import mark_class, words
from engine.types import AnnotatedText, Problem, Record, Span


class RawSpan(NamedTuple):
    """A span as a file states it; `surface` is None when the file does not quote it."""

    start: int
    end: int
    label: str
    surface: str | None = None


def span_list(value: object) -> list[Any]:
    """The entries of a span list; none when the field is missing or empty.

    Raises:
        FormatError: the field is no list.
    """
    if not value:
        return []
    if not isinstance(value, list):
        raise FormatError("the spans must be a list.", field="spans")
    return value


def raw_spans(item: object) -> list[RawSpan]:
    """Read one entry of a span list in any of its usual JSON shapes.

    `[0, 7, "PER"]`, `{"start": 0, "end": 7, "label": "PER"}`, the same with `start_offset` and
    `end_offset`, with `labels` (one span each) or `type`, and with a quoted `text` or `surface`.

    Raises:
        FormatError: it is none of these.
    """
    if isinstance(item, list) and len(item) >= 3:
        item = {"start": item[0], "end": item[1], "label": item[2]}
    if not isinstance(item, dict):
        raise FormatError("a span must be an object with start, end and label.", field="spans")
    start, end = (_whole(item, (name, f"{name}_offset")) for name in ("start", "end"))
    named = item.get("labels", item.get("label", item.get("type")))
    listed = named if isinstance(named, list) else [named]
    labels = [str(label) if isinstance(label, (str, int)) else "" for label in listed]
    if not labels or not all(label.strip() for label in labels):
        raise FormatError(f"the span {start}-{end} has no label.", field="label")
    surface = item.get("surface", item.get("text"))
    surface = surface if isinstance(surface, str) else None
    return [RawSpan(start, end, label, surface) for label in labels]


def _whole(item: Mapping[str, Any], names: Sequence[str]) -> int:
    value = next((item[name] for name in names if name in item), None)
    if not isinstance(value, int) or isinstance(value, bool):
        raise FormatError(f"a span's {names[0]} must be a whole number.", field=names[0])
    return value


def checked(
    text: object,
    raws: Sequence[RawSpan],
    *,
    line: int = 0,
    where: str = "",
    meta: Mapping[str, Any] | None = None,
    answer: str = "",
    id: str = "",  # noqa: A002
    graphemes: bool = False,
) -> Iterator[Record | Problem]:
    """The record when its spans hold, with a Problem before it when they had to be converted.

    Args:
        text: the text as the file has it.
        raws: its spans.
        line: 1-based line of the file.
        where: how a message names the place; "Line N" when not given.
        meta: what else the file says.
        answer: as in Record.
        id: as in Record.
        graphemes: the file may count graphemes without quoting surfaces (doccano).
    """
    where = where or f"Line {line}"
    try:
        if not isinstance(text, str):
            raise FormatError("the text must be a string.", field="text")
        spans, note = resolve(text, raws, graphemes=graphemes)
    except (FormatError, OffsetError) as error:
        yield Problem("rejected", line, f"{where}: {error}")
        return
    if note:
        yield Problem("repaired", line, f"{where}: {note}")
    yield Record(AnnotatedText(text, spans), meta or {}, answer, line, id)


def resolve(
    text: str, raws: Sequence[RawSpan], *, graphemes: bool = False
) -> tuple[tuple[Span, ...], str]:
    """The spans in code points, and one sentence when they had to be converted, else "".

    Raises:
        OffsetError: a span is empty, reaches past the text or does not cover its surface.
    """
    trouble = next((told for raw in raws if (told := _trouble(text, raw))), None)
    if trouble is None:
        if graphemes and (counted := _by_word_edges(text, raws)):
            return counted, "the offsets counted graphemes; now they count characters."
        return tuple(Span(r.start, r.end, r.label) for r in raws), ""
    for unit, positions in _UNITS.items():
        converted = _converted(raws, positions(text))
        if (
            converted
            and any(raw.surface is not None for raw in raws)
            and not any(_trouble(text, raw) for raw in converted)
        ):
            spans = tuple(Span(r.start, r.end, r.label) for r in converted)
            return spans, f"the offsets counted {unit}; now they count characters."
    raise OffsetError(trouble)


def _trouble(text: str, raw: RawSpan) -> str:
    """What is wrong with a span, "" when nothing is."""
    name = f"the span {raw.start}-{raw.end} ({raw.label})"
    if raw.start < 0 or raw.end <= raw.start:
        return f"{name} is empty or starts before the text."
    if raw.end > len(text):
        return f"{name} reaches past the end of a text of {len(text)} characters."
    covered = text[raw.start : raw.end]
    if raw.surface is None or covered == raw.surface or _plain(covered) == _plain(raw.surface):
        return ""
    return f"{name} covers {_short(covered)}, but the file says {_short(raw.surface)}."


def _plain(surface: str) -> str:
    """A surface as tools quote it: spacing collapsed, composed."""
    return unicodedata.normalize("NFC", " ".join(surface.split()))


def _short(surface: str) -> str:
    return repr(surface if len(surface) <= 40 else surface[:39] + "…")


def _converted(raws: Sequence[RawSpan], positions: Mapping[int, int]) -> list[RawSpan]:
    """The spans with their offsets looked up; nothing when one of them is no position."""
    if not all(r.start in positions and r.end in positions for r in raws):
        return []
    return [r._replace(start=positions[r.start], end=positions[r.end]) for r in raws]


def _by_word_edges(text: str, raws: Sequence[RawSpan]) -> tuple[Span, ...]:
    """The spans counted in graphemes, when only so they all stand on the edges of words."""
    if text.isascii() and "\r" not in text:
        return ()
    spots = words(text)
    starts, ends = {start for start, _ in spots}, {end for _, end in spots}
    counted = _converted(raws, _grapheme_positions(text))
    if all(r.start in starts and r.end in ends for r in raws):
        return ()
    if not all(r.start in starts and r.end in ends for r in counted):
        return ()
    return tuple(Span(r.start, r.end, r.label) for r in counted)


def _positions(size: Callable[[str], int]) -> Callable[[str], dict[int, int]]:
    def positions(text: str) -> dict[int, int]:
        found, at = {0: 0}, 0
        for index, char in enumerate(text, 1):
            at += size(char)
            found[at] = index
        return found

    return positions


@cache
def _grapheme() -> re.Pattern[str]:
    """User-perceived characters, near enough to Unicode's rule for the texts people annotate."""
    dress = rf"[{mark_class()}\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    joined = r"(?:(?<=\u200d)[\u2190-\u2bff\U0001f000-\U0001faff]" + dress + ")*"
    jamo = r"[\u1100-\u115f]*[\u1160-\u11a7\uac00-\ud7a3]+[\u11a8-\u11ff]*"
    return re.compile(rf"\r\n|[\U0001f1e6-\U0001f1ff]{{2}}|{jamo}{dress}|(?s:.){dress}{joined}")


def _grapheme_positions(text: str) -> dict[int, int]:
    ends = [match.end() for match in _grapheme().finditer(text)]
    return {0: 0} | dict(enumerate(ends, 1))


_UNITS: dict[str, Callable[[str], dict[int, int]]] = {
    "UTF-16 units": _positions(lambda char: 1 + (char > "\uffff")),
    "UTF-8 bytes": _positions(lambda char: len(char.encode("utf-8", "surrogatepass"))),
    "graphemes": _grapheme_positions,
}
