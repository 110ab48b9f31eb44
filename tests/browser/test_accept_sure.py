"""Accepting at once what a tagger is sure of: from a score on, in sight, in one step."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.editing import Editor
from tests.corpus import Corpus, suggestion

pytestmark = pytest.mark.browser

SENTENCE = "Ann Lee met Bo Ek of Acme Corp in Oslo."


def scored(demo: Corpus, text: str, **scores: float) -> int:
    """A text with a suggestion a word, each with its score."""
    (text_id,) = demo.add(text)
    demo.tag(text_id, *(suggestion(text, word, "PER", score) for word, score in scores.items()))
    return text_id


def test_from_a_score_on_in_one_step(editor: Editor, demo: Corpus) -> None:
    text_id = scored(demo, SENTENCE, Ann=0.95, Bo=0.796, Acme=0.79, Oslo=0.2)
    editor.open(text_id).press("Shift+A").saved()
    assert editor.spans() == [("Ann", "PER"), ("Bo", "PER")]  # 0.796 is written as 80%
    expect(editor.page.locator(".se-hint")).to_have_text("2 accepted, at 80% or above.")
    editor.press("Control+z").saved()
    assert len(editor.spans("suggestion")) == 4
    assert editor.stored()["revision"] == 2


def test_the_score_is_chosen_and_stays_for_the_next_text(editor: Editor, demo: Corpus) -> None:
    first = scored(demo, SENTENCE, Ann=0.95, Bo=0.5)
    second = scored(demo, "Cy and Di.", Cy=0.6, Di=0.4)
    page = editor.open(first).page
    page.get_by_test_id("sure-score").fill("50")
    page.keyboard.press("Tab")
    page.get_by_test_id("accept-sure").click()
    editor.saved()
    assert len(editor.spans()) == 2
    expect(page.get_by_test_id("accept-sure")).to_be_hidden()
    editor.open(second)
    expect(page.get_by_test_id("sure-score")).to_have_value("50")
    page.get_by_test_id("accept-sure").press("Enter")
    editor.saved()
    assert editor.spans() == [("Cy", "PER")]


def test_only_what_is_in_sight_and_nothing_over_a_human_span(editor: Editor, demo: Corpus) -> None:
    lines = "\n".join(f"Line {n} of a long text." for n in range(80))
    text = f"Ann Lee begins with Bo.\n{lines}\nIt ends with Cy."
    (text_id,) = demo.add(text)
    found = [suggestion(text, one, "PER", 0.9) for one in ("Ann Lee", "Bo", "Cy")]
    demo.draw(text_id, "Lee", "ORG")
    demo.tag(text_id, *found)
    editor.open(text_id).press("Shift+A").saved()
    assert editor.spans() == [("Lee", "ORG"), ("Bo", "PER")]
    editor.press("Shift+A")
    expect(editor.page.locator(".se-hint")).to_contain_text("No suggestion in sight is at 80%")
    assert [one for one, _ in editor.spans("suggestion")][-1] == "Cy"
