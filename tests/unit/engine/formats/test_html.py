"""The page for reading."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from engine import formats
from engine.errors import FormatError
from engine.formats import html
from engine.types import AnnotatedText, EntityType, Record, Span


class Page(HTMLParser):
    """Collects the text of articles, without the names of types, and the marks' titles."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.marks: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "mark" and "article" in self.open:
            self.marks.append(dict(attrs)["title"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        if "article" in self.open and "small" not in self.open:
            self.text += data


def page(tmp_path: Path, content: AnnotatedText, types: list[EntityType]) -> tuple[Page, str]:
    path = tmp_path / "out.html"
    written = html.write([Record(content)], path, types)
    assert (written.texts, written.spans) == (1, len(content.spans))
    parsed = Page()
    parsed.feed(path.read_text())
    return parsed, path.read_text()


def test_the_text_is_shown_as_it_is_and_nothing_in_it_runs(tmp_path: Path) -> None:
    text = '<script>alert("1")</script> & Ann\n  "left" <b>'
    parsed, source = page(tmp_path, AnnotatedText(text, (Span(30, 33, '"><script>'),)), [])
    assert parsed.text == text
    assert parsed.marks == ['"><script>']
    assert "<script" not in source


def test_overlapping_spans_are_all_shown(tmp_path: Path) -> None:
    spans = (Span(0, 8, "A"), Span(4, 13, "B"))
    parsed, source = page(tmp_path, AnnotatedText("New York City", spans), [])
    assert parsed.text == "New York City"
    assert parsed.marks == ["A", "A, B", "B"]
    assert source.count("<small>A</small>") == source.count("<small>B</small>") == 1


def test_types_are_explained_in_their_colours_and_odd_colours_are_not_used(tmp_path: Path) -> None:
    types = [
        EntityType(1, "PER", "person", "A human <being>.", "#aa3355"),
        EntityType(2, "ORG", "company", "", "red;background:url(x)"),
    ]
    parsed, source = page(tmp_path, AnnotatedText("Ann", (Span(0, 3, "PER"),)), types)
    assert "#aa3355" in source
    assert "A human &lt;being&gt;." in source
    assert "url(x)" not in source
    assert "ul" in parsed.tags


def test_a_page_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"html is written only; out\.html cannot be read"):
        formats.read(tmp_path / "out.html", "html")
