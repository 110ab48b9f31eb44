"""Taggers are compared on labelled texts; the figures are still there after a reload."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from db import projects
from tests.browser.visiting import Studio, open_page, wait_ready
from tests.builders import annotated, row, write_lines
from tests.corpus import corpus

pytestmark = pytest.mark.browser


def test_taggers_stand_side_by_side_and_survive_a_reload(page: Page, studio: Studio) -> None:
    made = corpus(studio.database, "beside")
    (text_id,) = made.add("Ann met Zoe in Oslo.")
    for surface, code in (("Ann", "PER"), ("Zoe", "PER"), ("Oslo", "LOC")):
        made.draw(text_id, surface, code)
    made.set_status(text_id, "accepted")
    open_page(page, studio.address("beside", "compare"))
    taggers = page.locator("#ns-compare-taggers")
    taggers.get_by_label("embedded").uncheck()
    taggers.get_by_label("names").check()
    taggers.get_by_label("failing").check()
    expect(page.locator("#ns-compare-estimate")).to_contain_text("No calls")
    samples = page.locator("#ns-compare-samples")
    expect(samples).to_have_count(0)
    taggers.get_by_label("llm-zero-shot+sc").check()
    expect(samples).to_be_visible()
    taggers.get_by_label("llm-zero-shot+sc").uncheck()
    expect(samples).to_have_count(0)
    expect(page.get_by_test_id("news-body")).to_have_count(0)
    page.get_by_role("button", name="Compare", exact=True).click()
    result = page.get_by_test_id("comparison")
    expect(result).to_have_attribute("data-status", "done")
    expect(result).to_have_attribute("data-rows", "2")
    page.reload()
    wait_ready(page)
    expect(result).to_have_attribute("data-rows", "2")
    plot = page.get_by_test_id("compare-plot")
    expect(plot).to_have_attribute("data-points", "2")
    line = page.get_by_test_id("compare-table").locator('[data-tagger="names"]')
    expect(line).to_contain_text("0.80")
    page.get_by_test_id("compare-type").select_option("loc type")
    expect(line).to_contain_text("1.00")


def test_a_file_is_compared_on_and_a_wrong_one_is_refused(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    corpus(studio.database, "file").add("Ann.")
    open_page(page, studio.address("file", "compare"))
    page.locator("#ns-compare-taggers").get_by_label("embedded").uncheck()
    page.locator("#ns-compare-taggers").get_by_label("names").check()
    wrong = tmp_path / "wrong.jsonl"
    spans = [{"start": 0, "end": 3, "label": "<b>NONE</b>"}]
    wrong.write_text(json.dumps({"text": "Ann left.", "spans": spans}) + "\n")
    chooser = page.locator("#ns-compare-file input[type=file]")
    chooser.set_input_files(wrong)
    expect(page.locator("#ns-compare-file")).to_contain_text(re.compile(r"wrong\s*\.jsonl"))
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_test_id("news-body")).to_contain_text("no entity type")
    page.get_by_test_id("news-close").click()
    right = write_lines(tmp_path / "right.jsonl", [row(annotated("Bo left Lima.", PER="Bo"))])
    page.locator("#ns-compare-file").get_by_label("Clear").click()
    chooser.set_input_files(right)
    # Gradio sets the ending apart, sometimes with a blank before it.
    expect(page.locator("#ns-compare-file")).to_contain_text(re.compile(r"right\s*\.jsonl"))
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_test_id("comparison")).to_have_attribute("data-rows", "1")
    expect(page.get_by_test_id("comparison")).to_contain_text("right.jsonl")


def test_what_is_missing_is_said_with_a_button(page: Page, studio: Studio) -> None:
    with studio.database.session() as session:
        projects.create(session, "nothing")
    open_page(page, studio.address("nothing", "compare"))
    expect(page.get_by_role("button", name="Compare", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Add texts").click()
    expect(page.locator('body[data-page="texts"][data-ready="1"]')).to_be_attached()
