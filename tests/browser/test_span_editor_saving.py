"""The span editor and its store: two tabs, a server that dies, changes that are refused."""

from __future__ import annotations

import random
import re
import signal

import pytest
from playwright.sync_api import APIResponse, Route, expect

from db import annotations, entity_types
from db.values import Edit
from tests.browser.editing import Editor
from tests.corpus import Corpus, types

pytestmark = pytest.mark.browser

SENTENCE = "Ann Lee met Bo Ek of Acme Corp in Oslo."
_REACHED = """
async ([url, revision]) => {
  while ((await (await fetch(url)).json()).revision < revision) {
    await new Promise((done) => setTimeout(done, 50));
  }
}
"""
"""Ends once a text is at a revision; `wait_for_function` takes a promise for a yes."""


def second_tab(editor: Editor, text_id: int) -> Editor:
    other = Editor(editor.page.context.new_page(), editor.studio, editor.project)
    return other.open(text_id)


def keys(demo: Corpus) -> dict[str, str]:
    with demo.database.session() as session:
        return {code: one.key for code, one in types(session, demo.project_id).items()}


def history(demo: Corpus, text_id: int) -> list[Edit]:
    with demo.database.session() as session:
        return annotations.history(session, text_id)


def in_conflict(editor: Editor) -> Editor:
    """Two tabs on one text; this one's change comes second."""
    demo_keys = {t["code"]: t["key"] for t in editor.stored()["types"]}
    other = second_tab(editor, editor.text_id)
    other.drag_over("Oslo").press(demo_keys["LOC"]).saved()
    editor.drag_over("Ann Lee").press(demo_keys["PER"])
    expect(editor.root).to_have_attribute("data-save", "conflict")
    return other


def test_an_answer_older_than_what_was_saved_since_is_not_believed(
    editor: Editor, demo: Corpus
) -> None:
    first = demo.tagged(SENTENCE, PER="Ann Lee")
    second = demo.tagged("Bo lives in Lima.", PER="Bo", LOC="Lima")
    page, ahead = editor.page, re.compile(rf"/api/texts/{second}\?")
    with page.expect_response(ahead):
        editor.open(first)
    late: list[tuple[Route, APIResponse]] = []
    page.route(ahead, lambda route: late.append((route, route.fetch())))
    with page.expect_request(ahead):  # fetched ahead, so the editor looks once more
        editor.press("Enter").at(second)
    editor.press("Tab", "a").saved()
    assert late[0][1].json()["revision"] == 0
    for route, before in late:
        with page.expect_response(ahead):
            route.fulfill(response=before)
    expect(editor.root).to_have_attribute("data-revision", "1")
    editor.press("Tab", "x").saved()
    assert editor.spans() == [("Bo", "PER")]
    assert editor.spans("suggestion") == []
    assert editor.stored()["revision"] == 2


def test_two_tabs_meet_in_a_visible_conflict_and_nothing_is_overwritten(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add(SENTENCE)
    in_conflict(editor.open(text_id))
    notice = editor.page.get_by_test_id("notice-conflict")
    expect(notice).to_contain_text("changed elsewhere")
    expect(notice).to_contain_text("Ann Lee")
    expect(notice).to_contain_text("Oslo")
    assert editor.spans() == [("Oslo", "LOC")]
    editor.drag_over("Acme Corp").press(keys(demo)["ORG"])
    assert editor.spans() == [("Oslo", "LOC")]


def test_a_conflict_says_what_was_rejected_and_mine_can_stand(editor: Editor, demo: Corpus) -> None:
    text_id = demo.tagged(SENTENCE, PER="Ann Lee", LOC="Oslo")
    editor.open(text_id)
    second_tab(editor, text_id).press("Tab", "x").saved()
    editor.page.get_by_role("button", name="Reject Oslo").click()
    notice = editor.page.get_by_test_id("notice-conflict")
    sides = notice.locator(".se-sides-one")
    expect(sides.nth(0)).to_have_text(re.compile("yours In reviewOslo loc type, rejected$"))
    expect(sides.nth(1)).to_have_text(re.compile("theirs In reviewAnn Lee per type, rejected$"))
    editor.page.get_by_test_id("keep-mine").click()
    editor.saved()
    assert editor.spans("suggestion") == [("Ann Lee", "PER")]
    assert [one["surface"] for one in editor.stored()["rejected"]] == ["Oslo"]


def test_after_a_conflict_theirs_can_be_taken(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    in_conflict(editor.open(text_id))
    editor.page.get_by_test_id("take-theirs").click()
    editor.saved()
    assert editor.spans() == [("Oslo", "LOC")]
    expect(editor.drawn("Oslo")).to_be_visible()
    expect(editor.drawn("Ann Lee")).to_have_count(0)
    editor.drag_over("Bo Ek").press(keys(demo)["PER"]).saved()
    assert editor.spans() == [("Bo Ek", "PER"), ("Oslo", "LOC")]


def test_after_a_conflict_mine_can_be_kept_and_theirs_comes_back_with_undo(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add(SENTENCE)
    in_conflict(editor.open(text_id))
    editor.page.get_by_test_id("keep-mine").click()
    editor.saved()
    assert editor.spans() == [("Ann Lee", "PER")]
    expect(editor.page.get_by_test_id("notice-conflict")).to_have_count(0)
    editor.press("Control+z").saved()
    assert editor.spans() == [("Oslo", "LOC")]


def test_what_could_not_be_saved_says_so_and_is_saved_once_the_studio_is_back(
    editor: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id)
    editor.studio.stop(signal.SIGKILL)
    editor.drag_over("Oslo").press(keys(demo)["LOC"])
    expect(editor.root).to_have_attribute("data-save", "unsaved")
    expect(editor.page.get_by_test_id("notice-down")).to_contain_text("1 change NOT saved")
    expect(editor.root).to_have_attribute("data-revision", "0")
    editor.studio.start()
    editor.saved()
    assert editor.spans() == [("Oslo", "LOC")]
    assert len(history(demo, text_id)) == 1


def test_what_a_closed_tab_could_not_save_the_next_one_saves(editor: Editor, demo: Corpus) -> None:
    (text_id, other) = demo.add(SENTENCE, "Another text.")
    editor.open(text_id)
    editor.studio.stop(signal.SIGKILL)
    editor.drag_over("Oslo").press(keys(demo)["LOC"], keys(demo)["ORG"])
    expect(editor.root).to_have_attribute("data-save", "unsaved")
    context = editor.page.context
    editor.page.close()
    editor.studio.start()
    late = Editor(context.new_page(), editor.studio, editor.project).open(other)
    expect_history(late, demo, text_id, 2)
    assert late.spans(text_id=text_id) == [("Oslo", "ORG")]


def expect_history(editor: Editor, demo: Corpus, text_id: int, edits: int) -> None:
    """Wait until a text has so many edits."""
    editor.page.evaluate(_REACHED, [f"/api/texts/{text_id}", edits])
    assert len(history(demo, text_id)) == edits


def test_killing_the_server_among_200_edits_loses_nothing_and_repeats_nothing(
    editor: Editor, demo: Corpus
) -> None:
    words = [f"w{i}" for i in range(40)]
    (text_id,) = demo.add(" ".join(words))
    random_ = random.Random(20)
    letters = list(keys(demo).values())
    codes = {key: code for code, key in keys(demo).items()}
    expected: dict[int, str] = {}
    editor.open(text_id)
    kills = {60, 130}
    word = -1
    made = 0
    for turn in range(200):
        if turn in kills:
            shown = editor.root.get_attribute("data-revision")
            editor.studio.stop(signal.SIGKILL)
            assert len(history(demo, text_id)) >= int(shown or 0)
        if turn in {kill + 25 for kill in kills}:
            editor.studio.start()
        if word < 0 or random_.random() < 0.6:
            word = (word + 1) % len(words) if word + 1 < len(words) else word
            editor.press("ArrowRight")
        key = random_.choice(letters)
        if expected.get(word) != codes[key]:
            made += 1
        expected[word] = codes[key]
        editor.press(key)
    editor.saved(within=240_000)
    drawn = {words[i]: code for i, code in sorted(expected.items())}
    assert dict(editor.spans()) == drawn
    steps = history(demo, text_id)
    assert [step.revision for step in steps] == list(range(1, len(steps) + 1))
    assert len(steps) == made
    editor.page.reload()
    editor.at(text_id)
    assert editor.page.locator('[data-kind="human"]').count() == len(drawn)


def test_a_change_that_the_studio_refuses_can_be_given_up(editor: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add(SENTENCE)
    editor.open(text_id)
    key = keys(demo)["ORG"]
    with demo.database.session() as session:
        entity_types.delete(session, demo.project_id, types(session, demo.project_id)["ORG"].id)
    editor.drag_over("Acme Corp").press(key)
    notice = editor.page.get_by_test_id("notice-refused")
    expect(notice).to_contain_text(re.compile("NOT saved"))
    expect(notice).to_contain_text("ORG")
    expect(editor.root).to_have_attribute("data-save", "unsaved")
    editor.page.get_by_test_id("discard").click()
    editor.saved()
    expect(editor.drawn("Acme Corp")).to_have_count(0)
    editor.drag_over("Oslo").press(keys(demo)["LOC"]).saved()
    assert editor.spans() == [("Oslo", "LOC")]
