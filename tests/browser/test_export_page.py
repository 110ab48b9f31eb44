"""What an export would lose is said before it can be downloaded."""

from __future__ import annotations

import zipfile

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.editing import numbered
from tests.browser.visiting import Studio, open_page
from tests.corpus import Corpus, corpus

pytestmark = pytest.mark.browser


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label).click()
    page.get_by_role("option", name=option).click()


def accepted(studio: Studio, name: str) -> Corpus:
    """One accepted text with a span in the middle of a word, one text still open."""
    made = numbered(corpus(studio.database, name))
    (text,) = made.add("Annapurna is high.")
    made.draw(text, "Anna", "PER")
    made.set_status(text, "accepted")
    made.add("Still open.")
    return made


def outlook(page: Page) -> Locator:
    return page.get_by_test_id("export-outlook")


def test_a_lossy_format_lists_what_it_loses_and_waits_for_a_yes(page: Page, studio: Studio) -> None:
    accepted(studio, "lossy")
    open_page(page, studio.address("lossy", "export"))
    expect(outlook(page)).to_have_attribute("data-texts", "1")
    expect(outlook(page)).to_have_attribute("data-lost", "0")
    expect(outlook(page)).to_contain_text("Left out: 1 new.")
    choose(page, "Format", "Plain text")
    expect(outlook(page)).to_have_attribute("data-lost", "1")
    expect(outlook(page)).to_contain_text("PER 0–4")
    expect(page.get_by_test_id("download")).to_have_count(0)
    page.get_by_label("Allow the loss").check()
    with page.expect_download() as waiting:
        page.get_by_test_id("download").click()
    assert waiting.value.path().read_text(encoding="utf-8") == "Annapurna is high.\n"
    choose(page, "Format", "JSON Lines (text and spans)")
    expect(outlook(page)).to_have_attribute("data-lost", "0")
    expect(page.get_by_label("Allow the loss")).to_have_count(0)


def test_an_export_comes_with_its_record_when_asked(page: Page, studio: Studio) -> None:
    accepted(studio, "with a record")
    open_page(page, studio.address("with a record", "export"))
    with page.expect_download() as waiting:
        page.get_by_test_id("download-about").click()
    with zipfile.ZipFile(waiting.value.path()) as zipped:
        assert set(zipped.namelist()) == {
            "with a record.jsonl",
            "with a record.jsonl.about.json",
        }


def test_nothing_to_export_says_what_to_do(page: Page, studio: Studio) -> None:
    corpus(studio.database, "none accepted").add("Not yet.")
    open_page(page, studio.address("none accepted", "export"))
    expect(page.get_by_text("No text is accepted yet")).to_be_visible()
    page.get_by_label("all, with what people marked so far").check()
    expect(outlook(page)).to_have_attribute("data-texts", "1")
    page.get_by_label("accepted ones").check()
    page.get_by_role("button", name="Annotate").click()
    expect(page.locator('body[data-page="annotate"][data-ready="1"]')).to_be_attached()
