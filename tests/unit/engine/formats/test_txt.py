"""Plain text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.formats import txt
from engine.types import AnnotatedText, Record, Span
from tests.strategies import texts


def test_each_line_is_a_text_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("\ufeff  Ann came. \r\n\n \t\nBob\u2028left".encode())
    found = [(r.line, r.content.text) for r in txt.read(path) if isinstance(r, Record)]
    assert found == [(1, "  Ann came. "), (4, "Bob\u2028left")]


def test_writing_says_what_it_loses(tmp_path: Path) -> None:
    given_records = [
        Record(AnnotatedText("Ann came.", (Span(0, 3, "PER"),)), id="7"),
        Record(AnnotatedText("two\nlines", (Span(0, 3, "X"),))),
        Record(AnnotatedText(" ")),
    ]
    lost = txt.loss(given_records)
    assert [(x.text_id, x.span, x.reason) for x in lost] == [
        ("7", Span(0, 3, "PER"), "plain text holds no labels"),
        ("2", Span(0, 3, "X"), "plain text holds no labels"),
        ("2", None, "the text holds a line break"),
        ("3", None, "the text is blank"),
    ]
    path = tmp_path / "a.txt"
    written = txt.write(given_records, path)
    assert (written.texts, written.spans, list(written.lost)) == (1, 0, lost)
    assert path.read_text() == "Ann came.\n"


@given(st.lists(texts, max_size=5))
def test_every_text_that_is_not_reported_lost_comes_back(
    tmp_path_factory: pytest.TempPathFactory, given_texts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("txt") / "a.txt"
    given_records = [Record(AnnotatedText(text)) for text in given_texts]
    gone = {int(x.text_id) for x in txt.write(given_records, path).lost}
    kept = [text for number, text in enumerate(given_texts, 1) if number not in gone]
    assert [r.content.text for r in txt.read(path) if isinstance(r, Record)] == kept
