"""Few-shot sets: what is short, what would fill it; promote, look into, compare, swap."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from db import evaluation, fewshot
from tests.browser.editing import numbered
from tests.browser.visiting import Studio, open_page, wait_ready
from tests.corpus import Corpus, corpus

pytestmark = pytest.mark.browser
NAMES = ("Ann", "Bo", "Cleo", "Dan", "Eva", "Finn")


def accepted(studio: Studio, name: str) -> Corpus:
    """Six accepted texts with a person and a place each; nobody works anywhere yet."""
    made = numbered(corpus(studio.database, name))
    for text_id, who in zip(
        made.add(*(f"{n} went to Oslo 👍." for n in NAMES)), NAMES, strict=True
    ):
        made.draw(text_id, who, "PER")
        made.draw(text_id, "Oslo", "LOC")
        made.set_status(text_id, "accepted")
    return made


def progress(page: Page) -> Locator:
    return page.get_by_test_id("set-progress")


def choose_k(page: Page, k: int) -> None:
    box = page.locator("#ns-k input[type=number]")
    box.fill(str(k))
    box.press("Enter")
    expect(progress(page)).to_have_attribute("data-k", str(k))


def promote(page: Page, name: str) -> Locator:
    page.get_by_label("Name of the set").fill(name)
    page.get_by_role("button", name="Promote", exact=True).click()
    opened = page.get_by_test_id("few-shot-set")
    expect(opened.get_by_role("heading", level=2)).to_contain_text(f"{name}, version")
    return opened


def test_progress_says_what_is_full_and_what_is_short_and_which_texts_would_fill_it(
    page: Page, studio: Studio
) -> None:
    made = accepted(studio, "progress")
    wanted = made.tagged("Gus joined Acme.", ORG="Acme")
    open_page(page, studio.address("progress", "sets"))
    choose_k(page, 3)
    person = progress(page).locator('[data-code="PER"]')
    expect(person).to_have_attribute("data-count", "3")
    expect(person).to_contain_text("3/3 full")
    company = progress(page).locator('[data-code="ORG"]')
    expect(company).to_contain_text("0/3 short")
    expect(company).to_contain_text("No text has it.")
    company.get_by_role("button", name="Texts that would fill it").press("Enter")
    expect(page.get_by_test_id("fillers")).to_contain_text("expect ORG 0.9")
    page.get_by_test_id("fillers").get_by_role("link").click()
    expect(page.get_by_test_id("span-editor")).to_have_attribute("data-text-id", str(wanted))


def test_a_set_is_promoted_looked_into_and_downloaded(page: Page, studio: Studio) -> None:
    made = accepted(studio, "promoted")
    open_page(page, studio.address("promoted", "sets"))
    choose_k(page, 2)
    opened = promote(page, "first try")
    expect(opened).to_have_attribute("data-texts", "2")
    expect(opened.locator("ol > li").first).to_contain_text("chosen for PER, LOC")
    with page.expect_download() as waiting:
        page.get_by_test_id("download-set").click()
    rows = [json.loads(line) for line in waiting.value.path().read_text("utf-8").splitlines()]
    with studio.database.session() as s:
        kept = fewshot.texts_of(s, fewshot.find(s, made.project_id, "first try").id)
    assert [one["text"] for one in rows] == [one.text for one in kept]
    page.reload()
    wait_ready(page)
    line = page.get_by_test_id("sets").get_by_role("button", name="first try, version 1")
    line.press("Enter")
    expect(page.get_by_test_id("few-shot-set")).to_have_attribute("data-texts", "2")


def test_a_text_is_swapped_into_a_new_version_that_can_be_compared(
    page: Page, studio: Studio
) -> None:
    made = accepted(studio, "swapped")
    open_page(page, studio.address("swapped", "sets"))
    choose_k(page, 2)
    opened = promote(page, "mine")
    gone = opened.locator("ol > li").first.get_attribute("data-text-id")
    page.locator(f'ol > li[data-text-id="{gone}"]').get_by_role("button", name="Swap").click()
    option = page.get_by_test_id("swap-options").locator("li").first
    taken = option.get_attribute("data-text-id")
    option.get_by_role("button", name="Take this one").click()
    expect(opened).to_have_attribute("data-version", "2")
    assert opened.locator("ol > li").first.get_attribute("data-text-id") == taken
    page.get_by_label("Compare with").select_option(label="mine, version 1")
    comparison = page.get_by_test_id("comparison")
    expect(comparison).to_have_attribute("data-shared", "1")
    expect(comparison).to_contain_text("Only in mine, version 1: 1 text")
    with studio.database.session() as s:
        versions = [one.version for one in fewshot.list_sets(s, made.project_id)]
    assert versions == [2, 1]


def test_texts_set_aside_are_left_out_and_a_set_that_has_one_says_so(
    page: Page, studio: Studio
) -> None:
    made = accepted(studio, "aside")
    open_page(page, studio.address("aside", "sets"))
    choose_k(page, 2)
    promote(page, "before")
    page.get_by_label("Accepted texts to keep for evaluation").fill("2")
    page.get_by_role("button", name="Set aside").click()
    expect(progress(page)).to_contain_text("Left out: 2 kept for evaluation")
    with studio.database.session() as s:
        (kept,) = fewshot.list_sets(s, made.project_id)
        inside = {member.text_id for member in fewshot.members(s, kept.id)}
        assert not inside & set(evaluation.kept(s, made.project_id))
        evaluation.keep(s, made.project_id, inside)
    open_page(page, f"{studio.address('aside', 'sets')}&choice=before@1")
    expect(page.get_by_test_id("few-shot-set")).to_contain_text("2 texts of this set are kept")
    page.get_by_role("button", name="Let all of them go").click()
    expect(progress(page)).not_to_contain_text("Left out")


def test_nothing_to_promote_says_what_to_do(page: Page, studio: Studio) -> None:
    corpus(studio.database, "none yet").add("Not looked at.")
    open_page(page, studio.address("none yet", "sets"))
    expect(page.get_by_text("No text is accepted yet")).to_be_visible()
    expect(page.get_by_role("button", name="Promote", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Annotate").click()
    expect(page.locator('body[data-page="annotate"][data-ready="1"]')).to_be_attached()


def test_a_refusal_is_a_sentence_in_a_toast(page: Page, studio: Studio) -> None:
    accepted(studio, "refused")
    open_page(page, studio.address("refused", "sets"))
    page.get_by_label("Name of the set").fill(" ")
    page.get_by_role("button", name="Promote", exact=True).click()
    expect(page.get_by_text(re.compile("A set's name needs some characters"))).to_be_visible()
    page.get_by_label("Accepted texts to keep for evaluation").fill("-1")
    page.get_by_role("button", name="Set aside").click()
    expect(page.get_by_text("Texts to keep: 1 or more, please; got -1.")).to_be_visible()
