"""Label the same words in a whole project: look, untick, one step, and back, in the browser."""

from __future__ import annotations

import random
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from engine.repeats import finder
from engine.spans import words
from tests.browser.editing import Editor
from tests.browser.modules import runner
from tests.browser.visiting import Studio
from tests.browser.writing import GOLDEN, random_text
from tests.corpus import Corpus

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> ${alert(1)} {{x}} Acme"
INVISIBLE = re.compile("[\u200b\ufeff\u2060\xad]+")


@pytest.fixture
def letters(demo: Corpus) -> list[int]:
    """Five texts: a suggestion, two plain ones, one that a person has marked, an accepted one."""
    first = demo.tagged("Ann wrote to Acme.", ORG="Acme")
    plain = demo.add("Acme answered. Acme paid.", "acme and Acmes do not count.")
    marked, accepted = demo.add("Acme Corp is another one.", "Acme was accepted.")
    demo.draw(marked, "Acme Corp", "LOC")
    demo.set_status(accepted, "accepted")
    return [first, *plain, marked, accepted]


def everywhere(editor: Editor, text_id: int) -> Locator:
    """The list of hits in the whole project, by keyboard alone."""
    editor.open(text_id).press("Tab", "p")
    scope = editor.page.get_by_test_id("scope-text")
    expect(scope).to_be_checked()
    scope.focus()
    editor.press("ArrowDown")
    expect(editor.page.get_by_test_id("scope-project")).to_be_checked()
    hits = editor.page.get_by_test_id("propagate-hits").locator('[data-hit*=":"]')
    expect(hits.first).to_be_visible()
    return hits


def labelled(editor: Editor, letters: list[int]) -> list[int]:
    """How many companies a person has marked in each text."""
    found = [editor.spans(text_id=one) for one in letters]
    return [sum(code == "ORG" for _, code in one) for one in found]


def test_a_project_is_labelled_in_one_step_and_back_over_a_reload(
    editor: Editor, letters: list[int]
) -> None:
    hits = everywhere(editor, letters[0])
    page = editor.page
    expect(hits).to_have_count(3)
    expect(hits.first).to_contain_text("Ann wrote to Acme.")
    expect(hits.first).to_contain_text("suggested org type 90%")
    says = page.get_by_test_id("propagate-says")
    expect(says).to_have_text(
        "3 places in 2 texts. Left out: 1 place a person has marked, 1 place in accepted texts."
    )
    hits.nth(1).get_by_role("checkbox").press("Space")
    label = page.get_by_test_id("propagate-label")
    expect(label).to_have_text("Label 2 places")
    label.press("Enter")
    result = page.get_by_test_id("bulk-result")
    expect(result).to_have_text("Labelled 2 places in 2 texts.")
    assert labelled(editor, letters) == [1, 1, 0, 0, 0]
    assert editor.stored(letters[1])["spans"][0]["start"] == 15
    expect(page.get_by_test_id("bulk-done")).to_be_focused()
    editor.press("Enter")
    expect(editor.drawn("Acme")).to_have_attribute("data-kind", "human")
    editor.press("Control+z")
    expect(editor.drawn("Acme")).to_have_attribute("data-kind", "suggestion")
    assert labelled(editor, letters) == [0, 0, 0, 0, 0]
    page.reload()
    editor.at(letters[0])
    editor.press("Control+Shift+z")
    page.get_by_test_id("bulk-all").click()
    expect(page.get_by_test_id("bulk-result")).to_contain_text("2 places in 2 texts")
    assert labelled(editor, letters) == [1, 1, 0, 0, 0]
    page.get_by_test_id("bulk-undo").click()
    expect(page.get_by_test_id("bulk-result")).to_contain_text("Taken back: 2 places")
    assert labelled(editor, letters) == [0, 0, 0, 0, 0]


def test_options_find_more_and_ticks_go_all_or_none(editor: Editor, letters: list[int]) -> None:
    hits = everywhere(editor, letters[0])
    page = editor.page
    expect(hits).to_have_count(3)
    page.get_by_test_id("propagate-sameCase").press("Space")
    expect(hits).to_have_count(4)
    expect(page.get_by_test_id("propagate-sameCase")).to_be_focused()
    page.get_by_test_id("propagate-whole").press("Space")
    expect(hits).to_have_count(5)
    page.get_by_test_id("propagate-accepted").press("Space")
    expect(hits).to_have_count(6)
    page.get_by_test_id("propagate-none").press("Enter")
    expect(page.get_by_test_id("propagate-label")).to_be_disabled()
    hits.last.get_by_role("checkbox").press("Space")
    page.get_by_test_id("propagate-label").press("Enter")
    expect(page.get_by_test_id("bulk-result")).to_have_text("Labelled 1 place in 1 text.")
    assert labelled(editor, letters) == [0, 0, 0, 0, 1]
    assert editor.stored(letters[4])["status"] == "accepted"


def test_suggestions_are_refused_in_every_text(editor: Editor, demo: Corpus) -> None:
    ids = [demo.tagged(f"Acme number {n}.", ORG="Acme") for n in range(3)]
    everywhere(editor, ids[1])
    reject = editor.page.get_by_test_id("propagate-reject")
    expect(reject).to_have_text("Reject 3 suggestions")
    reject.press("Enter")
    expect(editor.page.get_by_test_id("bulk-result")).to_contain_text("Rejected 3 places")
    assert [editor.stored(one)["spans"] for one in ids] == [[], [], []]
    editor.press("Control+z")
    expect(editor.page.get_by_test_id("bulk-result")).to_contain_text("Taken back")
    assert [len(editor.stored(one)["spans"]) for one in ids] == [1, 1, 1]


def test_a_text_changed_in_the_meantime_is_named_and_left_alone(
    editor: Editor, demo: Corpus
) -> None:
    first = demo.tagged("Acme one.", ORG="Acme")
    (second,) = demo.add("Acme and Bo.")
    hits = everywhere(editor, first)
    expect(hits).to_have_count(2)
    demo.draw(second, "Bo", "PER")
    editor.page.get_by_test_id("propagate-label").press("Enter")
    result = editor.page.get_by_test_id("bulk-result")
    expect(result).to_contain_text("1 text changed in the meantime, left alone: 2.")
    assert editor.spans(text_id=second) == [("Bo", "PER")]


def test_nothing_is_changed_while_a_step_over_many_texts_is_on_its_way(
    editor: Editor, demo: Corpus
) -> None:
    ids = [demo.tagged(f"Acme and Bo, number {n}.", ORG="Acme", PER="Bo") for n in range(2)]
    everywhere(editor, ids[0])
    page = editor.page
    page.get_by_test_id("propagate-label").press("Enter")
    page.get_by_test_id("bulk-done").press("Enter")
    held: list[Route] = []
    page.route(re.compile(r"/api/bulk/\d+/undo"), lambda route: held.append(route))
    with page.expect_request(re.compile(r"/api/bulk/\d+/undo")):
        editor.press("Control+z")
    editor.press("Tab", "x", "Control+z", "s")
    held.pop().continue_()
    expect(page.locator(".se-hint")).to_contain_text("Taken back")
    assert held == []
    assert editor.text_id == ids[0]
    assert editor.spans("suggestion") == [("Acme", "ORG"), ("Bo", "PER")]
    editor.press("Tab", "a").saved()
    assert len(editor.spans()) == 1


def test_undo_of_one_text_leaves_the_others_and_the_list_of_steps_turns_the_rest(
    editor: Editor, demo: Corpus
) -> None:
    ids = [demo.tagged(f"Acme number {n}.", ORG="Acme") for n in range(3)]
    everywhere(editor, ids[0])
    editor.page.get_by_test_id("propagate-label").press("Enter")
    expect(editor.page.get_by_test_id("bulk-result")).to_be_visible()
    editor.open(ids[2]).press("Control+z")
    expect(editor.page.get_by_role("dialog")).to_contain_text("one step over several texts")
    editor.page.get_by_test_id("bulk-here").press("Enter")
    editor.saved()
    assert [len(editor.spans(text_id=one)) for one in ids] == [1, 1, 0]
    editor.press("Tab", "p")
    steps = editor.page.get_by_test_id("bulk-steps").locator("li")
    expect(steps).to_contain_text("Acme labelled org type, 3 places in 3 texts")
    steps.get_by_role("button", name="Take back").press("Enter")
    expect(editor.page.get_by_test_id("bulk-result")).to_contain_text("Taken back: 2 places")
    assert [len(editor.spans(text_id=one)) for one in ids] == [0, 0, 0]


def test_many_hits_come_page_by_page_and_hostile_ones_verbatim(
    editor: Editor, demo: Corpus
) -> None:
    first = demo.tagged(HOSTILE, ORG="Acme")
    demo.add(*(f"{n} {HOSTILE}" for n in range(150)))
    page = editor.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    hits = everywhere(editor, first)
    expect(hits).to_have_count(100)
    expect(hits.first.locator(".se-hit-words")).to_have_text(HOSTILE[-52:])
    more = page.get_by_test_id("propagate-more")
    expect(more).to_have_text("Show more (51, ticked)")
    more.press("Enter")
    expect(hits).to_have_count(151)
    expect(more).to_be_hidden()
    hits.last.get_by_role("checkbox").press("Space")
    page.get_by_test_id("propagate-label").press("Enter")
    expect(page.get_by_test_id("bulk-result")).to_contain_text("150 places in 150 texts")
    assert page.locator("[data-testid=span-editor] img").count() == 0
    assert dialogs == []


def test_the_editor_and_the_store_find_the_same_words(page: Page, studio: Studio) -> None:
    texts = [text for text, *_ in GOLDEN] + [random_text(seed) for seed in range(150)]
    chance = random.Random(7)
    asked = []
    for text in texts:
        cut = [text[start:end] for start, end in words(text)]
        cut = [one for one in cut if not INVISIBLE.fullmatch(one)]
        for surface in chance.sample(cut, min(3, len(cut))):
            whole, same_case = chance.random() < 0.7, chance.random() < 0.5
            asked.append([f"{text} {surface} {text.swapcase()}", surface, whole, same_case])
    body = """const {words} = await import('/static/span_editor/words.js');
        return x.map(([text, surface, whole, sameCase]) =>
          m.occurrences(text, words(text), surface, {whole, sameCase}));"""
    found = runner(page, studio)("occurrences", body, asked)
    for (text, surface, whole, same_case), places in zip(asked, found, strict=True):
        here = finder(surface, whole=whole, same_case=same_case)(text)
        assert [tuple(one) for one in places] == here, (text, surface, whole, same_case)
