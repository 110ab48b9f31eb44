"""Small things that tests are made of: a tagger that knows a few names, files, annotated texts.

The taggers stand in for a model where the test is about something else. A studio in another process
finds them through NER_STUDIO_TAGGERS, {"names": "tests.builders:names_tagger"}.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.types import AnnotatedText, EntityType, Span, Suggestion, Tagged

NAMES = {"PER": ("Ann", "Bo", "Cleo"), "ORG": ("Acme", "Initech"), "LOC": ("Oslo", "Lima")}
PERSON = EntityType(0, "PER", "person", "A named human being.")
COMPANY = EntityType(0, "ORG", "company", "A business that sells something.")
PLACE = EntityType(0, "LOC", "place", "A city or a country.")
TYPES = (PERSON, COMPANY, PLACE)


class NamesTagger:
    """Finds the words of NAMES, for the types it was given; `seconds` is how long a text takes."""

    name = "names"
    version = "1"

    def __init__(self, types: Sequence[EntityType], seconds: float = 0.0) -> None:
        self._types = {t.code for t in types}
        self._seconds = seconds

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        for text in texts:
            time.sleep(self._seconds)
            yield Tagged(text, tuple(self._found(text)))

    def _found(self, text: str) -> Iterator[Suggestion]:
        for match in re.finditer(r"\w+", text):
            for code, names in NAMES.items():
                if match[0] in names and code in self._types:
                    yield Suggestion(Span(match.start(), match.end(), code), code, match[0], 0.9)


class FailingTagger(NamesTagger):
    """Has no answer for texts that say so."""

    name = "failing"

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        for tagged in super().tag(texts):
            failed = "fail" in tagged.text
            yield Tagged(tagged.text, error="It said so.") if failed else tagged


class BrokenTagger(NamesTagger):
    """Breaks down at the first text."""

    name = "broken"

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        for _ in texts:
            raise RuntimeError("a wire came loose")
            yield


def names_tagger(types: Sequence[EntityType]) -> NamesTagger:
    return NamesTagger(types)


def slow_tagger(types: Sequence[EntityType]) -> NamesTagger:
    """As slow as TEST_TAGGER_SECONDS a text says."""
    return NamesTagger(types, float(os.environ.get("TEST_TAGGER_SECONDS", "0.1")))


def failing_tagger(types: Sequence[EntityType]) -> NamesTagger:
    return FailingTagger(types)


def broken_tagger(types: Sequence[EntityType]) -> NamesTagger:
    return BrokenTagger(types)


TAGGERS = {name: f"tests.builders:{name}_tagger" for name in ("names", "slow", "failing", "broken")}


def annotated(text: str, **names: str) -> AnnotatedText:
    """The text with the first occurrence of each name labelled.

    >>> annotated("Ann saw Oslo.", PER="Ann", LOC="Oslo").spans
    (Span(start=0, end=3, label='PER'), Span(start=8, end=12, label='LOC'))
    """
    starts = {label: text.index(name) for label, name in names.items()}
    return AnnotatedText(
        text, tuple(Span(starts[la], starts[la] + len(name), la) for la, name in names.items())
    )


def row(content: AnnotatedText, **more: Any) -> dict[str, Any]:
    """A line of our own format."""
    spans = [{"start": s.start, "end": s.end, "label": s.label} for s in content.spans]
    return {"text": content.text, "spans": spans, **more}


def write_lines(path: Path, rows: Iterable[Mapping[str, Any] | str]) -> Path:
    """Write a JSONL file; a string is a line as it is."""
    lines = (line if isinstance(line, str) else json.dumps(line) for line in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path
