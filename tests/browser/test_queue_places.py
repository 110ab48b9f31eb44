"""Orders, filters and figures of the queue, as a person walks through them."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from db import clusters, projects, texts
from tests.browser.editing import Editor
from tests.browser.visiting import open_page
from tests.corpus import Corpus, suggestion

pytestmark = pytest.mark.browser


def asked(page: Page) -> dict[str, str]:
    """What the address says of the queue."""
    query = parse_qs(urlsplit(page.url).query)
    return {k: v[0] for k, v in query.items() if k not in {"project", "page", "text"}}


def test_the_whole_place_is_in_the_address_and_survives_a_reload(
    editor: Editor, demo: Corpus
) -> None:
    ids = [demo.tagged(f"{name} came to Oslo.", PER=name) for name in ("Ann", "Bo", "Cleo", "Dora")]
    for text_id in ids[1:3]:
        demo.draw(text_id, "Oslo", "LOC")
    page = editor.open(ids[0]).page
    page.get_by_test_id("queue-order").select_option("position")
    page.get_by_test_id("filters").click()
    page.get_by_test_id("queue-type").select_option("LOC")
    editor.at(ids[1])
    page.get_by_test_id("queue-contains").fill("cleo came")
    page.keyboard.press("Enter")
    editor.at(ids[2])
    page.get_by_test_id("only-edited").check()
    page.get_by_test_id("queue-score").select_option("80-95")
    expect(page.get_by_test_id("filters")).to_have_text("Filters (4): 1 text")
    assert asked(page) == {
        "order": "position",
        "type": "LOC",
        "contains": "cleo came",
        "only": "edited",
        "score": "80-95",
    }
    page.reload()
    editor.at(ids[2])
    expect(page.get_by_test_id("filters")).to_have_text("Filters (4): 1 text")
    expect(page.get_by_test_id("queue-order")).to_have_value("position")
    page.get_by_test_id("filters").click()
    expect(page.get_by_test_id("queue-contains")).to_have_value("cleo came")
    expect(page.get_by_test_id("only-edited")).to_be_checked()
    page.get_by_test_id("clear-filters").click()
    editor.at(ids[0])
    assert asked(page) == {"order": "position"}


def test_next_stays_within_the_filter(editor: Editor, demo: Corpus) -> None:
    ids = demo.add("one apple", "two pears", "three apples", "four apples")
    page = editor.page
    address = editor.studio.address(editor.project, "annotate")
    open_page(page, f"{address}&order=position&contains=apples")
    editor.at(ids[2])
    expect(page.get_by_test_id("previous")).to_be_disabled()
    editor.press("Enter")
    editor.at(ids[3])
    editor.press("Enter")
    expect(page.get_by_text("No text passes these filters")).to_be_visible()
    editor.page.get_by_role("button", name="Clear filters").last.click()
    editor.at(ids[0])


def test_an_address_that_says_nonsense_is_an_address_without_it(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add("one")
    page = editor.page
    address = editor.studio.address(editor.project, "annotate")
    open_page(page, f"{address}&order=up&queue=none&score=9&only=x,flag")
    editor.at(text_id)
    open_page(page, f"{address}&type=%3Cimg%20onerror%3Dalert(1)%3E&contains=$%7Balert(1)%7D")
    expect(page.get_by_text("No text passes these filters")).to_be_visible()
    page.get_by_test_id("filters").click()
    expect(page.get_by_test_id("queue-type")).to_have_value("<img onerror=alert(1)>")


def test_filters_are_reached_and_left_by_keyboard(editor: Editor, demo: Corpus) -> None:
    ids = demo.add("one", "two")
    with demo.database.session() as session:
        texts.set_note(session, ids[1], flagged=True)
    page = editor.open(ids[0]).page
    page.get_by_test_id("filters").focus()
    page.keyboard.press("Enter")
    page.get_by_test_id("only-flagged").focus()
    page.keyboard.press(" ")
    editor.at(ids[1])
    expect(page.get_by_test_id("only-flagged")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("queue-type")).to_be_hidden()
    expect(page.get_by_test_id("filters")).to_be_focused()
    for name in ("Which texts", "In which order", "Number of the text"):
        expect(page.get_by_label(name)).to_be_visible()


def test_the_most_disputed_text_comes_first_once_two_taggers_are_chosen(
    editor: Editor, demo: Corpus
) -> None:
    ids = [demo.tagged(f"{name} left.", PER=name) for name in ("Ann", "Bo")]
    page = editor.open(ids[0]).page
    page.get_by_test_id("queue-order").select_option("disagreement")
    expect(page.get_by_test_id("order-note")).to_contain_text("Two taggers have to look")
    demo.tag(ids[0], suggestion("Ann left.", "Ann", "PER"), tagger="other")
    demo.tag(ids[1], tagger="other")
    page.reload()
    editor.at(ids[0])
    page.get_by_test_id("compare-one").select_option("embedded")
    page.get_by_test_id("compare-other").select_option("other")
    editor.at(ids[1])
    page.reload()
    expect(page.get_by_test_id("compare-one")).to_have_value("embedded")


def test_clusters_and_shuffles_say_what_they_need(editor: Editor, demo: Corpus) -> None:
    ids = demo.add(*(f"text {n}" for n in range(12)))
    page = editor.open(ids[0]).page
    page.get_by_test_id("queue-order").select_option("coverage")
    expect(page.get_by_test_id("order-note")).to_contain_text("no clusters yet")
    with demo.database.session() as session:
        clusters.assign(session, demo.project_id, {ids[7]: 0, ids[3]: 1})
    page.reload()
    expect(page.get_by_test_id("order-note")).to_contain_text("One text of each cluster")
    page.get_by_test_id("queue-order").select_option("random")
    first = int(editor.root.get_attribute("data-text-id") or 0)
    page.get_by_test_id("seed").fill("11")
    with page.expect_response(re.compile(r"/api/queue/choice\?")) as told:
        page.keyboard.press("Enter")
    assert told.value.ok
    expect(page.get_by_test_id("seed")).to_have_value("11")
    with demo.database.session() as session:
        assert projects.settings(session, demo.project_id).seed == 11
    assert first in ids
    page.reload()
    expect(page.get_by_test_id("seed")).to_have_value("11")


def test_a_flag_carries_a_note_and_can_be_found(editor: Editor, demo: Corpus) -> None:
    ids = demo.add("one", "two")
    page = editor.open(ids[0]).press("f").page
    note = "gaps? <img src=x onerror=alert(1)> ${x} {{y}}"
    page.get_by_test_id("note").fill(note)
    page.get_by_test_id("flag-save").click()
    expect(page.get_by_test_id("note-shown")).to_have_text(f"⚑ {note}")
    assert editor.stored()["note"] == note
    page.get_by_test_id("filters").click()
    with page.expect_response(re.compile(rf"/api/texts/{ids[0]}\?")) as opened:
        page.get_by_test_id("only-flagged").check()
    opened.value.finished()
    expect(page.get_by_test_id("filters")).to_have_text("Filters (1): 1 text")
    page.get_by_test_id("flag").click()
    page.get_by_test_id("unflag").click()
    expect(page.get_by_test_id("note-shown")).to_be_hidden()
    assert editor.stored(ids[0])["flagged"] is False


def test_a_blind_text_shows_no_suggestion_and_says_so(editor: Editor, demo: Corpus) -> None:
    with demo.database.session() as session:
        before = projects.settings(session, demo.project_id)
        projects.set_settings(session, demo.project_id, replace(before, blind_share=1.0))
    text_id = demo.tagged("Ann left Acme.", PER="Ann")
    with demo.database.session() as session:
        projects.set_settings(session, demo.project_id, replace(before, blind_share=0.0))
    seen = demo.tagged("Bo left.", PER="Bo")
    with demo.database.session() as session:
        projects.set_settings(session, demo.project_id, replace(before, blind_share=1.0))
    page = editor.open(text_id).page
    expect(page.get_by_test_id("blind")).to_be_visible()
    expect(page.locator("[data-testid=editor-text] [data-span-id]")).to_have_count(0)
    editor.drag_over("Ann").press(editor.key("PER"))
    editor.drag_over("Acme").press(editor.key("ORG"), "Enter")
    expect(page.get_by_test_id("span-editor")).not_to_have_attribute("data-text-id", str(text_id))
    editor.saved()
    assert editor.spans(text_id=text_id) == [("Ann", "PER"), ("Acme", "ORG")]
    page.get_by_test_id("show-figures").click()
    expect(page.get_by_test_id("blind-slice")).to_contain_text("1 blind text of 2 accepted")
    expect(page.get_by_test_id("recall").get_by_role("row", name="embedded")).to_contain_text("50%")
    expect(page.get_by_test_id("count-created")).to_have_text("2")
    assert seen


def test_a_span_says_where_it_comes_from(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged("Ann Lee of Acme met Bo.", PER="Ann", ORG="Acme")
    page = editor.open(text_id).press("Tab").page
    origin = page.get_by_test_id("origin")
    expect(origin).to_have_text("Suggested by embedded, 90% sure.")
    editor.press("Alt+ArrowRight").saved()
    expect(origin).to_have_text(
        re.compile(r"^Edge moved: “Ann” was suggested by embedded \(90%\)\. By me, ")
    )
    editor.press("Tab", "a").saved()
    expect(origin).to_have_text(re.compile(r"^Accepted as suggested by embedded"))
    editor.press(editor.key("LOC")).saved()
    expect(origin).to_have_text(re.compile(r"^Type changed: “Acme” was suggested as org type by"))
    page.get_by_test_id("show-figures").click()
    expect(page.get_by_test_id("count-boundary")).to_have_text("1")
    expect(page.get_by_test_id("accept-rate")).to_have_text("0%")
