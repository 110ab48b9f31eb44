"""A small project in a real database file, for tests that read and write it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlmodel import Session

from db import annotations, entity_types, projects, suggestions, texts
from db.session import Database
from db.values import NewSpan, ProjectSettings, StoredSpan, StoredText
from engine.types import AnnotatedText, EntityType, Record, Span, Suggestion, Tagged


def suggestion(text: str, surface: str, label: str, score: float = 0.9, at: int = 0) -> Suggestion:
    """A suggestion for the first occurrence of `surface` at or after `at`."""
    start = text.index(surface, at)
    return Suggestion(Span(start, start + len(surface), label), label, surface, score)


@dataclass
class Corpus:
    """A project with the types PER, ORG and LOC, and short ways to do what people do."""

    database: Database
    project_id: int
    uids: Any = field(default_factory=lambda: (f"uid-{n}" for n in count(1)))

    def add(self, *characters: str) -> list[int]:
        """Import texts; returns their ids."""
        with self.database.session() as s:
            before = set(texts.ids_to_tag(s, self.project_id, "all"))
            records = [Record(AnnotatedText(one)) for one in characters]
            texts.add_batch(s, self.project_id, records)
            return [i for i in texts.ids_to_tag(s, self.project_id, "all") if i not in before]

    def tag(self, text_id: int, *found: Suggestion, tagger: str = "embedded") -> int:
        """One pass of a tagger over one text; returns the tagging."""
        text = self.get(text_id).text
        with self.database.session() as s:
            tagging = suggestions.start_tagging(s, self.project_id, tagger, "1", {})
            suggestions.write_batch(s, tagging, [(text_id, Tagged(text, found))])
            return tagging

    def tagged(self, characters: str, **labels: str) -> int:
        """A text with one suggestion a label: `tagged("Ann left.", PER="Ann")`."""
        (text_id,) = self.add(characters)
        self.tag(text_id, *(suggestion(characters, s, label) for label, s in labels.items()))
        return text_id

    def get(self, text_id: int) -> StoredText:
        with self.database.session() as s:
            return texts.get(s, text_id)

    def spans(self, text_id: int) -> list[tuple[str, str, str]]:
        """What the screen shows: (surface, code, kind or action)."""
        stored = self.get(text_id)
        return [
            (stored.text[one.start : one.end], one.code, one.action or one.kind)
            for one in stored.spans
        ]

    def span(self, text_id: int, surface: str) -> StoredSpan:
        stored = self.get(text_id)
        return next(one for one in stored.spans if stored.text[one.start : one.end] == surface)

    def draw(self, text_id: int, surface: str, code: str, **more: Any) -> int:
        """A person labels the first occurrence of `surface`."""
        start = self.get(text_id).text.index(surface)
        named = more.pop("suggestion_id", None)
        return self.edit(text_id, added=[NewSpan(start, start + len(surface), code, named)], **more)

    def edit(self, text_id: int, **what: Any) -> int:
        what.setdefault("base", self.get(text_id).revision)
        what.setdefault("edit_uid", next(self.uids))
        with self.database.session() as s:
            return annotations.apply_edit(s, text_id, **what)

    def remove(self, text_id: int, surface: str) -> int:
        return self.edit(text_id, removed=[number(self.span(text_id, surface))])

    def reject(self, text_id: int, surface: str) -> int:
        return self.edit(text_id, rejected=[number(self.span(text_id, surface))])

    def undo(self, text_id: int) -> int:
        with self.database.session() as s:
            base = texts.get(s, text_id).revision
            return annotations.undo(s, text_id, base, next(self.uids))

    def redo(self, text_id: int) -> int:
        with self.database.session() as s:
            base = texts.get(s, text_id).revision
            return annotations.redo(s, text_id, base, next(self.uids))

    def set_status(self, text_id: int, status: Any, **more: Any) -> int:
        with self.database.session() as s:
            base = texts.get(s, text_id).revision
            uid = next(self.uids)
            return annotations.set_status(s, text_id, status, base, uid, **more)

    def row(self, text_id: int) -> Any:
        """The text's line in a list, with its counters."""
        with self.database.session() as s:
            page = texts.page(s, self.project_id, limit=10_000)
            return next(one for one in page.items if one.id == text_id)


def number(span: StoredSpan) -> int:
    """The number in "a7" or "s7"."""
    return int(span.id[1:])


def corpus(database: Database, name: str = "demo", codes: Sequence[str] = ()) -> Corpus:
    """A new project with types, in which no text hides its suggestions."""
    with database.session() as s:
        project = projects.create(s, name)
        projects.set_settings(s, project.id, ProjectSettings(blind_share=0.0))
        for code in codes or ("PER", "ORG", "LOC"):
            entity_types.add(s, project.id, EntityType(0, code, f"{code.lower()} type"))
        return Corpus(database, project.id)


def types(session: Session, project_id: int) -> dict[str, EntityType]:
    """The project's types by code."""
    return {one.code: one for one in entity_types.list_types(session, project_id)}
