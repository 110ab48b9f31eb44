"""Two browsers on one project: nobody corrects a text that another has open, unless they say so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from db import leases
from db.columns import now
from tests.browser.conftest import PATIENCE_MS
from tests.browser.editing import Editor
from tests.browser.visiting import Studio
from tests.corpus import Corpus

pytestmark = pytest.mark.browser


@pytest.fixture
def ann(editor: Editor) -> Editor:
    return editor


@pytest.fixture
def bo(chromium: Browser, studio: Studio, project: str, demo: Corpus) -> Iterator[Editor]:
    """Another person, in a browser of their own."""
    context = chromium.new_context(viewport={"width": 1100, "height": 800}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    yield Editor(context.new_page(), studio, project)
    context.close()


def holds(editor: Editor, how: str = "own") -> None:
    expect(editor.root).to_have_attribute("data-lease", how)


def let_go(demo: Corpus, text_id: int) -> None:
    """Wait until a text is let go of; a lease that ran out was not."""
    with demo.database.session() as session:
        started = now()
        while True:
            holds_now = leases.of(session, text_id) is not None
            if leases.of(session, text_id, started) is None:
                return
            assert holds_now, "the lease ran out"
            session.rollback()


def test_the_second_to_open_a_text_hears_of_the_first_and_may_take_the_next(
    ann: Editor, bo: Editor, demo: Corpus
) -> None:
    ids = demo.add("one", "two", "three")
    holds(ann.open(ids[0]))
    holds(bo.open(ids[0]), "other")
    expect(bo.page.get_by_test_id("notice-lease")).to_contain_text("since")
    bo.page.get_by_test_id("lease-next").click()
    bo.at(ids[1])
    holds(bo)
    expect(bo.page.get_by_test_id("notice-lease")).to_be_hidden()
    expect(ann.page.get_by_test_id("notice-lease")).to_be_hidden()


def test_whoever_goes_on_anyway_has_the_text(ann: Editor, bo: Editor, demo: Corpus) -> None:
    (text_id,) = demo.add("Ann left.")
    holds(ann.open(text_id))
    holds(bo.open(text_id), "other")
    bo.page.get_by_test_id("lease-stay").click()
    holds(bo)
    bo.press("ArrowRight", bo.key("PER")).saved()
    assert bo.spans() == [("Ann", "PER")]
    # The first one hears of it with the next beat.
    holds(ann, "other")


def test_two_people_walk_one_queue_and_never_meet(ann: Editor, bo: Editor, demo: Corpus) -> None:
    ids = demo.add(*(f"text {n}" for n in range(8)))
    holds(ann.open())
    holds(bo.open())
    assert (ann.text_id, bo.text_id) == (ids[0], ids[1])
    seen = [ann.text_id, bo.text_id]
    for one in (ann, bo, bo, ann, ann):
        at = one.text_id
        one.press("Enter")
        seen.append(one.elsewhere(at))
        holds(one)
        one.saved()
    assert len(set(seen)) == len(seen)
    assert ann.text_id != bo.text_id


def test_a_text_that_is_left_is_free_at_once(ann: Editor, bo: Editor, demo: Corpus) -> None:
    ids = demo.add("one", "two")
    holds(ann.open(ids[0]))
    ann.press("Control+Enter")
    ann.at(ids[1])
    holds(ann)
    holds(bo.open(ids[0]))
    bo.press("Control+Enter")
    expect(bo.page.locator(".se-hint")).to_have_text("Others have the remaining texts open.")
    ann.page.close()
    let_go(demo, ids[1])
    bo.press("Control+Enter")
    bo.at(ids[1])
    holds(bo)


def test_a_text_that_is_left_is_kept_from_others_until_its_changes_are_stored(
    ann: Editor, bo: Editor, demo: Corpus
) -> None:
    ids = demo.add("one", "two", "three")
    holds(ann.open(ids[0]))
    on_their_way: list[Route] = []
    ann.page.route("**/status", lambda route: on_their_way.append(route))
    ann.press("Enter")
    ann.at(ids[1])
    holds(ann)
    holds(bo.open())
    assert bo.text_id == ids[2]
    for one in on_their_way:
        one.continue_()
    ann.saved()
    let_go(demo, ids[0])
    assert ann.stored(ids[0])["status"] == "accepted"


def test_when_others_have_all_that_is_left_the_page_says_so(
    ann: Editor, bo: Editor, demo: Corpus
) -> None:
    (text_id,) = demo.add("one")
    holds(ann.open(text_id))
    bo.open()
    expect(bo.page.get_by_text("Others have the remaining texts open")).to_be_visible()


def test_the_next_button_finds_what_others_let_go_of_meanwhile(
    ann: Editor, bo: Editor, demo: Corpus
) -> None:
    ids = demo.add("one", "two")
    holds(ann.open(ids[1]))
    forth = bo.open(ids[0]).page.get_by_test_id("next")
    forth.click()
    expect(bo.page.locator(".se-hint")).to_have_text("Others have the remaining texts open.")
    ann.page.close()
    let_go(demo, ids[1])
    forth.click()
    bo.at(ids[1])
    holds(bo)


def test_the_next_button_finds_texts_that_came_in_meanwhile(ann: Editor, demo: Corpus) -> None:
    (first,) = demo.add("one")
    page = ann.open().page
    ann.at(first)
    page.get_by_test_id("next").click()
    expect(page.locator(".se-hint")).to_have_text("Every other text is done.")
    (second,) = demo.add("two")
    page.get_by_test_id("next").click()
    ann.at(second)
