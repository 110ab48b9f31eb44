"""What was rejected on a text: folded away beside it, and taken back by mouse or keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from engine.types import Suggestion
from tests.browser.editing import Editor
from tests.corpus import Corpus, suggestion

pytestmark = pytest.mark.browser

SENTENCE = "Ann Lee met Bo Ek of Acme Corp in Oslo."


def heading(editor: Editor) -> Locator:
    return editor.page.get_by_test_id("show-rejected")


def restore(editor: Editor, surface: str) -> Locator:
    return editor.page.get_by_role("button", name=f"Restore {surface}")


def surfaces(editor: Editor, text_id: int) -> list[str]:
    return [one["surface"] for one in editor.stored(text_id)["rejected"]]


def test_what_was_rejected_is_counted_listed_and_restored(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged(SENTENCE, PER="Ann Lee", LOC="Oslo")
    page = editor.open(text_id).page
    expect(heading(editor)).to_be_hidden()
    editor.press("Tab", "x").saved()
    expect(heading(editor)).to_have_text("Rejected (1)")
    expect(restore(editor, "Ann Lee")).to_be_hidden()
    heading(editor).click()
    row = page.get_by_test_id("rejected").get_by_role("listitem")
    expect(row).to_contain_text("Ann Leeper typeembedded 90%")
    restore(editor, "Ann Lee").click()
    editor.saved()
    expect(heading(editor)).to_be_hidden()
    assert editor.spans("suggestion") == [("Ann Lee", "PER"), ("Oslo", "LOC")]
    assert surfaces(editor, text_id) == []
    # It is chosen, and the keys are for it.
    editor.press("a").saved()
    assert editor.spans() == [("Ann Lee", "PER")]


def test_a_rejection_of_another_day_is_found_again_by_keyboard(
    editor: Editor, demo: Corpus
) -> None:
    text_id = demo.tagged(SENTENCE, PER="Ann Lee", ORG="Acme Corp")
    demo.reject(text_id, "Acme Corp")
    demo.set_status(text_id, "accepted", accept_open=True)
    page = editor.open(text_id).page
    heading(editor).focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("rejected").get_by_role("button", name="Acme Corp").first.focus()
    page.keyboard.press("Enter")
    assert editor.selected == "Acme Corp"
    restore(editor, "Acme Corp").focus()
    page.keyboard.press("Enter")
    editor.saved()
    assert editor.spans("suggestion") == [("Acme Corp", "ORG")]
    editor.press("Control+z").saved()
    expect(heading(editor)).to_have_text("Rejected (1)")
    assert surfaces(editor, text_id) == ["Acme Corp"]


def test_steps_made_faster_than_the_store_answers_arrive_in_order(
    editor: Editor, demo: Corpus
) -> None:
    text_id = demo.tagged(SENTENCE, PER="Ann Lee", LOC="Oslo")
    page = editor.open(text_id).page
    editor.press("Tab", "x").saved()
    heading(editor).click()
    with page.expect_request("**/edits"):
        page.route("**/edits", lambda route: route.abort())
        page.get_by_role("button", name="Reject Oslo").click()
    restore(editor, "Oslo").click()
    restore(editor, "Ann Lee").click()
    expect(editor.root).to_have_attribute("data-save", "unsaved")
    page.unroute("**/edits")
    editor.saved()
    assert surfaces(editor, text_id) == []
    assert editor.spans("suggestion") == [("Ann Lee", "PER"), ("Oslo", "LOC")]
    assert editor.stored(text_id)["revision"] == 4


def test_a_mention_that_is_not_in_the_text_comes_back_to_where_it_was(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add(SENTENCE)
    hostile = "<img src=x onerror=alert(1)> ${x} {{y}}"
    demo.tag(
        text_id,
        suggestion(SENTENCE, "Oslo", "LOC"),
        Suggestion(None, "LOC", hostile, 0.7, "ungrounded"),
    )
    page = editor.open(text_id).page
    page.get_by_role("button", name=f"Dismiss {hostile}").click()
    editor.saved()
    heading(editor).click()
    expect(page.get_by_test_id("rejected").get_by_role("listitem")).to_contain_text(hostile)
    restore(editor, hostile).click()
    editor.saved()
    expect(page.get_by_role("button", name=f"Dismiss {hostile}")).to_be_visible()


def test_an_answer_that_is_deleted_is_a_rejection_at_once(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged(SENTENCE, ORG="Acme Corp")
    page = editor.open(text_id).page
    with page.expect_request("**/edits"):
        page.route("**/edits", lambda route: route.abort())
        editor.press("Tab", editor.key("LOC"), "x")
    expect(heading(editor)).to_have_text("Rejected (1)")
    page.unroute("**/edits")
    editor.saved()
    heading(editor).click()
    row = page.get_by_test_id("rejected").get_by_role("listitem")
    expect(row).to_contain_text("Acme Corporg typeembedded 90%")
    assert surfaces(editor, text_id) == ["Acme Corp"]


def test_drawing_what_was_rejected_takes_the_rejection_back(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged(SENTENCE, LOC="Oslo")
    editor.open(text_id).press("Tab", "x").saved()
    heading(editor).click()
    editor.drag_over("Oslo").press(editor.key("LOC")).saved()
    expect(heading(editor)).to_be_hidden()
    assert surfaces(editor, text_id) == []
