"""From text to text: accepting, skipping, going back, filters, and what an empty queue says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from db import entity_types
from tests.browser.editing import Editor
from tests.browser.visiting import Studio, open_page, wait_ready
from tests.corpus import Corpus, corpus, types

pytestmark = pytest.mark.browser

SENTENCE = "Ann Lee met Bo Ek of Acme Corp in Oslo."


def test_enter_accepts_what_is_left_and_opens_the_next_text(editor: Editor, demo: Corpus) -> None:
    first = demo.tagged(SENTENCE, PER="Ann Lee", LOC="Oslo")
    second = demo.tagged("Bo lives in Lima.", LOC="Lima")
    editor.open(first).press("Tab", "x", "Enter")
    editor.at(second)
    editor.saved()
    assert editor.spans(text_id=first) == [("Oslo", "LOC")]
    assert editor.stored(first)["status"] == "accepted"
    assert f"text={second}" in editor.page.url
    editor.press("Tab", "a").saved()
    assert editor.spans(text_id=second) == [("Lima", "LOC")]


def test_skip_goes_on_and_shift_enter_comes_back(editor: Editor, demo: Corpus) -> None:
    first = demo.tagged(SENTENCE, PER="Ann Lee")
    second = demo.tagged("Bo lives in Lima.", LOC="Lima")
    editor.open(first).press("s")
    editor.at(second)
    editor.saved()
    assert editor.stored(first)["status"] == "skipped"
    assert editor.spans("suggestion", first) == [("Ann Lee", "PER")]
    editor.press("Shift+Enter")
    editor.at(first)
    editor.press("Control+z").saved()
    assert editor.stored(first)["status"] == "suggested"


def test_buttons_do_what_the_keys_do(editor: Editor, demo: Corpus) -> None:
    first = demo.tagged(SENTENCE, PER="Ann Lee")
    second = demo.tagged("Bo lives in Lima.", LOC="Lima")
    page = editor.open(first).page
    page.get_by_role("button", name="Reject Ann Lee").click()
    editor.saved()
    assert editor.stored()["spans"] == []
    page.get_by_test_id("undo").click()
    editor.saved()
    assert editor.spans("suggestion") == [("Ann Lee", "PER")]
    page.get_by_test_id("redo").click()
    editor.saved()
    assert editor.stored()["spans"] == []
    page.get_by_test_id("accept").click()
    editor.at(second)
    page.get_by_test_id("skip").click()
    expect(page.get_by_text("Every text is done")).to_be_visible()
    assert editor.stored(first)["status"] == "accepted"
    assert editor.stored(second)["status"] == "skipped"


def test_filters_jumps_and_empty_queues_say_what_to_do(editor: Editor, demo: Corpus) -> None:
    page = editor.open().page
    expect(page.get_by_text("There is nothing to annotate yet")).to_be_visible()
    ids = demo.add("one", "two", "three")
    editor.open(ids[0])
    page.get_by_test_id("jump").fill("3")
    page.keyboard.press("Enter")
    editor.at(ids[2])
    page.get_by_test_id("queue-status").select_option("accepted")
    expect(page.get_by_text("No text is in this state")).to_be_visible()
    page.get_by_role("button", name="Look at all texts").click()
    editor.at(ids[0])
    expect(page.get_by_test_id("progress")).to_have_text("0 of 3 done")
    editor.press("Enter")
    editor.at(ids[1])
    expect(page.get_by_test_id("progress")).to_have_text("1 of 3 done")
    page.get_by_test_id("previous").click()
    editor.at(ids[0])
    expect(editor.root).to_have_attribute("data-status", "accepted")


def test_a_project_without_types_says_so(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    with demo.database.session() as session:
        for each in types(session, demo.project_id).values():
            entity_types.delete(session, demo.project_id, each.id)
    page = editor.open(text_id).page
    page.get_by_role("button", name="Define types").click()
    expect(page).to_have_url(re.compile("page=types"))


def test_a_text_that_is_gone_or_of_another_project_says_so(
    editor: Editor, demo: Corpus, studio: Studio
) -> None:
    (other,) = corpus(studio.database, "another").add("Not yours.")
    page = editor.page
    open_page(page, studio.address(editor.project, "annotate", 999_999))
    expect(page.get_by_text("There is no text number 999999")).to_be_visible()
    open_page(page, studio.address(editor.project, "annotate", other))
    expect(page.get_by_text("This text belongs to another project.")).to_be_visible()


def test_the_open_text_stays_open_while_other_pages_are_looked_at(
    editor: Editor, demo: Corpus
) -> None:
    ids = demo.add("one", "two", "three")
    page = editor.open(ids[1]).press("ArrowRight", editor.key("LOC")).saved().page
    page.get_by_test_id("page-types").click()
    expect(page.get_by_test_id("span-editor")).to_be_hidden()
    page.keyboard.press("x")
    with demo.database.session() as session:
        place = types(session, demo.project_id)["LOC"]
        entity_types.update(session, demo.project_id, replace(place, name="spot", key="z"))
    page.get_by_test_id("page-annotate").click()
    wait_ready(page)
    editor.at(ids[1])
    expect(page).to_have_url(re.compile(f"text={ids[1]}"))
    expect(page.get_by_test_id("type-LOC")).to_contain_text("spot")
    editor.press(editor.key("ORG"), "z").saved()
    assert editor.spans() == [("two", "LOC")]
    assert editor.stored()["revision"] == 3


def test_the_address_leads_back_to_the_text_and_the_filter(editor: Editor, demo: Corpus) -> None:
    ids = demo.add("one", "two", "three")
    demo.set_status(ids[1], "accepted")
    page = editor.open(ids[0]).page
    page.get_by_test_id("queue-status").select_option("accepted")
    editor.at(ids[1])
    page.reload()
    editor.at(ids[1])
    expect(page.get_by_test_id("queue-status")).to_have_value("accepted")
    expect(page.get_by_test_id("text-status")).to_have_text("Accepted")
