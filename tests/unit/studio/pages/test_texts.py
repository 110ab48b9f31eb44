"""What a line of the list shows of a text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.pages.texts import BEFORE, SNIPPET, snippet


def test_a_short_text_is_shown_whole() -> None:
    assert snippet("Ann joined Acme.") == "Ann joined Acme."
    assert snippet("") == ""


def test_a_long_text_is_cut_and_says_so() -> None:
    assert snippet("x" * (SNIPPET + 1)) == "x" * SNIPPET + "…"


def test_what_was_searched_for_is_in_sight() -> None:
    text = "a" * 1000 + "Needle" + "b" * 1000
    shown = snippet(text, "needle")
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert shown.index("Needle") == BEFORE + 1


@given(st.text(max_size=600), st.text(max_size=5))
def test_a_line_never_grows_beyond_its_bounds(text: str, contains: str) -> None:
    shown = snippet(text, contains)
    assert len(shown) <= SNIPPET + 2
    assert shown.strip("…") in text or "…" in text
