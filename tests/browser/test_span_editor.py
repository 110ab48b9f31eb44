"""The span editor by mouse and by keyboard, over the real studio."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from db import entity_types, projects
from db.values import ProjectSettings
from engine.types import EntityType, Suggestion
from tests.browser.editing import Editor
from tests.corpus import Corpus

pytestmark = pytest.mark.browser

SENTENCE = "Ann Lee met Bo Ek of Acme Corp in Oslo."


def test_the_text_on_the_screen_is_the_stored_text(editor: Editor, demo: Corpus) -> None:
    text = "a\r\n  b  Acme\n\n\tČafé\u0301 👩🏽\u200d🚒\ufeff x\xa0y\u200bz\n"
    editor.open(demo.tagged(text, ORG="Acme"))
    assert editor.text == editor.stored()["text"] == text
    expect(editor.root).to_have_attribute("data-revision", "0")
    expect(editor.root).to_have_attribute("data-status", "suggested")
    span = editor.drawn("Acme")
    expect(span).to_have_attribute("data-kind", "suggestion")
    expect(span).to_have_attribute("data-code", "ORG")


def test_a_drag_and_a_key_make_a_span(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id).drag_over("nn Le")
    assert editor.selected == "Ann Lee"
    editor.press(editor.key("PER")).saved()
    assert editor.spans() == [("Ann Lee", "PER")]
    assert editor.stored()["status"] == "review"
    expect(editor.drawn("Ann Lee")).to_have_attribute("data-kind", "human")
    expect(editor.drawn("Ann Lee")).to_have_attribute("data-span-id", re.compile(r"^a\d+$"))
    expect(editor.root).to_have_attribute("data-revision", "1")


def test_a_drag_backwards_and_a_click_on_the_palette_make_a_span(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id).drag_over("Acme Corp", backwards=True)
    editor.page.get_by_test_id("type-ORG").click()
    editor.saved()
    assert editor.spans() == [("Acme Corp", "ORG")]


def test_a_double_click_selects_a_word_and_shift_click_reaches_further(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id).click_at("Acme", click_count=2)
    assert editor.selected == "Acme"
    editor.page.keyboard.down("Shift")
    editor.click_at("Corp")
    editor.page.keyboard.up("Shift")
    assert editor.selected == "Acme Corp"
    editor.press(editor.key("ORG")).saved()
    assert editor.spans() == [("Acme Corp", "ORG")]


def test_alt_selects_exact_characters(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add("The Acme-based firm.")
    editor.open(text_id)
    assert editor.drag(5, 11, exact=True)
    editor.press(editor.key("ORG")).saved()
    assert editor.spans() == [("cme-ba", "ORG")]


def test_words_are_labelled_without_a_mouse(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id).press("ArrowRight", "Shift+ArrowRight")
    assert editor.selected == "Ann Lee"
    editor.press(editor.key("PER"), "ArrowRight", "ArrowRight", "Shift+ArrowRight")
    assert editor.selected == "Bo Ek"
    editor.press("Shift+ArrowLeft", editor.key("PER")).saved()
    assert editor.spans() == [("Ann Lee", "PER"), ("Bo", "PER")]


def test_a_chosen_span_is_relabelled_moved_and_deleted_by_keys(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add(SENTENCE)
    demo.draw(text_id, "Lee", "PER")
    editor.open(text_id).press("Tab", editor.key("LOC")).saved()
    assert editor.spans() == [("Lee", "LOC")]
    editor.press("Alt+Shift+ArrowLeft", "Alt+ArrowRight").saved()
    assert editor.spans() == [("Ann Lee met", "LOC")]
    editor.press("Alt+ArrowLeft", "Alt+ArrowDown").saved()
    assert editor.spans() == [("Ann Le", "LOC")]
    editor.press("Backspace").saved()
    assert editor.spans() == []


def test_suggestions_are_accepted_and_rejected_one_by_one(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged(SENTENCE, PER="Ann Lee", ORG="Acme Corp", LOC="Oslo")
    editor.open(text_id).press("Tab", "a", "Tab", "x").saved()
    assert editor.spans() == [("Ann Lee", "PER")]
    assert editor.spans("suggestion") == [("Oslo", "LOC")]
    assert demo.spans(text_id)[0] == ("Ann Lee", "PER", "accepted")


def test_a_suggestion_that_is_changed_knows_where_it_came_from(
    editor: Editor, demo: Corpus
) -> None:
    text_id = demo.tagged(SENTENCE, ORG="Ann", PER="Bo Ek")
    editor.open(text_id).press("Tab", "Alt+ArrowRight").saved()
    assert demo.spans(text_id)[0] == ("Ann Lee", "ORG", "boundary")
    editor.press("Tab", editor.key("ORG")).saved()
    assert demo.spans(text_id)[1] == ("Bo Ek", "ORG", "type")
    editor.press("Escape").drag_over("Oslo").press(editor.key("LOC")).saved()
    assert demo.spans(text_id)[2] == ("Oslo", "LOC", "missed")


def test_a_deleted_answer_does_not_bring_its_suggestion_back(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged(SENTENCE, LOC="Oslo")
    editor.open(text_id).press("Tab", "a", "x").saved()
    assert editor.stored()["spans"] == []
    editor.press("Control+z").saved()
    assert editor.spans() == [("Oslo", "LOC")]
    editor.press("Control+z").saved()
    assert editor.spans("suggestion") == [("Oslo", "LOC")]


def test_undo_reaches_back_over_a_reload(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id).drag_over("Oslo").press(editor.key("LOC")).saved()
    editor.press(editor.key("ORG"), "x").saved()
    editor.page.reload()
    editor.at(text_id)
    assert editor.stored()["spans"] == []
    editor.press("Control+z").saved()
    assert editor.spans() == [("Oslo", "ORG")]
    editor.press("Control+z").saved()
    assert editor.spans() == [("Oslo", "LOC")]
    expect(editor.drawn("Oslo")).to_have_attribute("data-code", "LOC")
    editor.press("Control+Shift+z").saved()
    assert editor.spans() == [("Oslo", "ORG")]


def test_a_new_span_replaces_the_one_it_overlaps_in_one_step(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    demo.draw(text_id, "Ann Lee", "PER")
    editor.open(text_id).drag_over("Lee met Bo").press(editor.key("ORG")).saved()
    assert editor.spans() == [("Lee met Bo", "ORG")]
    editor.press("Control+z").saved()
    assert editor.spans() == [("Ann Lee", "PER")]


def test_an_armed_type_labels_every_next_selection(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    page = editor.open(text_id).page
    page.get_by_test_id("type-PER").click()
    editor.drag_over("Ann Lee").press("Escape").drag_over("Bo Ek").press("Escape", "Escape")
    editor.drag_over("Oslo").saved()
    assert editor.spans() == [("Ann Lee", "PER"), ("Bo Ek", "PER")]


def test_a_type_is_found_by_typing(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id).drag_over("Oslo").press("/")
    expect(editor.page.get_by_test_id("type-filter")).to_be_focused()
    editor.page.keyboard.type("loc")
    editor.press("Enter").saved()
    assert editor.spans() == [("Oslo", "LOC")]
    editor.press("x").saved()
    assert editor.spans() == []


def test_spans_are_joined_and_split(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    demo.draw(text_id, "Ann", "PER")
    demo.draw(text_id, "Lee", "PER")
    editor.open(text_id).press("Tab", "j").saved()
    assert editor.spans() == [("Ann Lee", "PER")]
    editor.press("Escape").click_at("Lee").press("Escape").press("ArrowLeft")
    editor.click_at("Lee", click_count=2).press("l").saved()
    assert editor.spans() == [("Ann", "PER"), ("Lee", "PER")]


def test_keys_are_left_alone_while_a_person_types_or_composes(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged(SENTENCE, PER="Ann Lee")
    editor.open(text_id).press("Tab")
    jump = editor.page.get_by_test_id("jump")
    jump.focus()
    editor.press("x", "a", "s", editor.key("LOC"))
    editor.page.get_by_test_id("editor-text").focus()
    editor.page.evaluate(
        """() => document.activeElement.dispatchEvent(new KeyboardEvent('keydown',
            {key: 'x', isComposing: true, bubbles: true, cancelable: true}))"""
    )
    assert editor.stored()["revision"] == 0
    assert editor.text_id == text_id


def test_hostile_texts_and_names_are_drawn_verbatim(editor: Editor, demo: Corpus) -> None:
    hostile = "<img src=x onerror=alert(1)> ${alert(1)} {{x}} C:\\new\\table `${1}` </script>"
    with demo.database.session() as session:
        name = "<b onmouseover=alert(1)>${x}</b>"
        entity_types.add(session, demo.project_id, EntityType(0, "EVIL", name, hostile, key="q"))
    (text_id,) = demo.add(hostile + "\n" + "x" * 10_000)
    page = editor.open(text_id).page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    assert editor.text == hostile + "\n" + "x" * 10_000
    editor.drag_over("onerror").press("q").saved()
    assert editor.spans() == [("onerror", "EVIL")]
    expect(page.get_by_test_id("type-EVIL")).to_contain_text(name)
    editor.press("g")
    expect(page.get_by_role("dialog")).to_contain_text(hostile)
    assert page.locator("[data-testid=span-editor] img, [onmouseover]").count() == 0
    assert dialogs == []


def test_the_list_beside_the_text_says_and_does_the_same(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged(SENTENCE, PER="Ann Lee", LOC="Oslo")
    page = editor.open(text_id).page
    row = page.locator("[data-row]").first
    expect(row).to_contain_text("Ann Lee")
    expect(row).to_contain_text("suggested 90%")
    row.get_by_role("button").first.click()
    expect(editor.drawn("Ann Lee")).to_have_class(re.compile("is-chosen"))
    page.keyboard.press("ArrowDown")
    expect(editor.drawn("Oslo")).to_have_class(re.compile("is-chosen"))
    page.keyboard.press("a")
    editor.saved()
    assert editor.spans() == [("Oslo", "LOC")]


def test_right_to_left_text_is_walked_the_way_it_is_read(editor: Editor, demo: Corpus) -> None:
    text = "שלום Acme Corp 2002"
    (text_id,) = demo.add(text)
    editor.open(text_id).press("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft")
    assert editor.selected == "Acme Corp"
    editor.press(editor.key("ORG")).saved()
    assert [(s["start"], s["end"]) for s in editor.stored()["spans"]] == [(5, 14)]


def test_the_cheat_sheet_opens_and_closes_by_key(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id).press("?")
    expect(editor.page.get_by_role("dialog")).to_contain_text("Keys and mouse")
    editor.press("Escape")
    expect(editor.page.get_by_role("dialog")).to_be_hidden()
    expect(editor.page.get_by_test_id("editor-text")).to_be_focused()


def test_every_other_occurrence_is_labelled_in_one_step(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged("Acme, acme and Acme: Acmes like Acme.\nAcme again.", ORG="Acme")
    demo.draw(text_id, "Acmes", "PER")
    page = editor.open(text_id).press("Tab", "p").page
    hits = page.get_by_test_id("propagate-hits").locator("li")
    expect(hits).to_have_count(3)
    page.get_by_test_id("propagate-sameCase").click()
    expect(hits).to_have_count(4)
    hits.first.get_by_role("checkbox").uncheck()
    expect(page.get_by_test_id("propagate-label")).to_have_text("Label 3 more")
    page.get_by_test_id("propagate-label").click()
    editor.saved()
    assert [span for span in editor.spans() if span[1] == "ORG"] == [("Acme", "ORG")] * 4
    assert ("Acmes", "PER") in editor.spans()
    editor.press("Control+z").saved()
    assert editor.spans() == [("Acmes", "PER")]
    assert editor.spans("suggestion") == [("Acme", "ORG")]


def test_a_quoted_mention_that_is_not_in_the_text_is_shown_and_can_be_dismissed(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add(SENTENCE)
    demo.tag(text_id, Suggestion(None, "ORG", "Initech", 0.4, "ungrounded"))
    page = editor.open(text_id).page
    expect(page.get_by_text("Suggested, but not in the text")).to_be_visible()
    page.get_by_role("button", name="Dismiss Initech").click()
    editor.saved()
    expect(page.get_by_text("Suggested, but not in the text")).to_be_hidden()
    assert editor.stored()["unlocated"] == []
    editor.press("Control+z").saved()
    expect(page.get_by_text("Initech")).to_be_visible()


def test_overlapping_spans_are_drawn_stacked_where_a_project_allows_them(
    editor: Editor, demo: Corpus
) -> None:
    with demo.database.session() as session:
        projects.set_settings(session, demo.project_id, ProjectSettings(allow_overlap=True))
    (text_id,) = demo.add("University of Oslo Library")
    editor.open(text_id).drag_over("University of Oslo").press(editor.key("ORG"))
    editor.press("Escape").drag_over("Oslo Library").press(editor.key("LOC"))
    editor.press("Escape").click_at("Oslo", click_count=2).press(editor.key("PER")).saved()
    assert sorted(editor.spans()) == [
        ("Oslo", "PER"),
        ("Oslo Library", "LOC"),
        ("University of Oslo", "ORG"),
    ]
    assert editor.text == "University of Oslo Library"
    editor.page.reload()
    editor.at(text_id)
    for surface, code in editor.spans():
        pieces = editor.drawn(surface)
        assert "".join(pieces.all_text_contents()) == surface
        expect(pieces.first).to_have_attribute("data-code", code)


def test_the_popover_stays_in_the_window(editor: Editor, demo: Corpus) -> None:
    lines = "\n".join(f"Line {n} of a long text." for n in range(60))
    text_id = demo.tagged(f"Ann Lee begins.\n{lines}\nIt ends in Oslo.", PER="Ann Lee", LOC="Oslo")
    page = editor.open(text_id).page
    for surface in ("Ann Lee", "Oslo"):
        editor.press("Tab", "/")
        expect(page.get_by_test_id("type-filter")).to_be_focused()
        expect(page.locator(".se-pop")).to_be_in_viewport(ratio=1)
        expect(editor.drawn(surface)).to_be_in_viewport()
        editor.press("Escape")
