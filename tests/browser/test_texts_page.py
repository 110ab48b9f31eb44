"""Texts go in with a preview and a report, and are found again."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from db import projects
from tests.browser.visiting import Studio, open_page
from tests.corpus import corpus

pytestmark = pytest.mark.browser


def counted(page: Page) -> dict[str, int]:
    report = page.get_by_test_id("import-report")
    expect(report).to_be_visible()
    return {
        name: int(report.locator(f'[data-count="{name}"] dd').inner_text())
        for name in ("accepted", "repaired", "rejected", "skipped_duplicates")
    }


def test_a_file_is_previewed_added_and_reported_by_line(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    corpus(studio.database, "files").add("Already here.")
    file = tmp_path / "mixed.jsonl"
    rows = [
        {"text": "Ann joined Acme.", "spans": [{"start": 0, "end": 3, "label": "PER"}]},
        {"text": "Already here.", "spans": []},
        {"text": "Too short.", "spans": [{"start": 5, "end": 99, "label": "PER"}]},
        {"text": "The Fram sank.", "spans": [{"start": 4, "end": 8, "label": "ship"}]},
    ]
    file.write_text("\n".join([*map(json.dumps, rows), "{no json"]), encoding="utf-8")
    open_page(page, studio.address("files", "texts"))
    page.locator("#ns-files input[type=file]").set_input_files(file)
    preview = page.get_by_test_id("preview")
    expect(preview).to_have_attribute("data-format", "jsonl")
    expect(preview.locator("mark").first).to_have_text("Ann")
    expect(preview.locator('[data-known="0"]')).to_contain_text("ship")
    expect(preview).to_contain_text("line 5")
    page.get_by_role("button", name="Add to project").click()
    assert counted(page) == {
        "accepted": 2,
        "repaired": 0,
        "rejected": 2,
        "skipped_duplicates": 1,
    }
    report = page.get_by_test_id("import-report")
    expect(report).to_contain_text(re.compile(r"mixed\.jsonl, line 3"))
    expect(report).to_contain_text(re.compile(r"mixed\.jsonl, line 5"))
    expect(report).to_contain_text("New entity types: SHIP.")
    expect(page.get_by_test_id("texts").locator("li")).to_have_count(3)


def test_nothing_chosen_and_a_binary_file_are_said_plainly(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    corpus(studio.database, "nothing")
    open_page(page, studio.address("nothing", "texts"))
    expect(page.get_by_text("No texts yet")).to_be_visible()
    page.get_by_role("button", name="Add to project").click()
    expect(page.get_by_test_id("news-body")).to_contain_text("Choose a file or paste")
    file = tmp_path / "picture.txt"
    file.write_bytes(bytes(range(256)) * 40)
    page.locator("#ns-files input[type=file]").set_input_files(file)
    expect(page.get_by_role("alert").first).to_contain_text("picture.txt")
    page.get_by_role("button", name="Add to project").click()
    assert counted(page)["accepted"] == 0
    with studio.database.session() as session:
        project = projects.get(session, "nothing")
        assert not any(projects.counts(session, project.id).values())


def test_texts_are_searched_filtered_and_paged_by_key(page: Page, studio: Studio) -> None:
    corpus_ = corpus(studio.database, "many")
    corpus_.add(*(f"Line {n} speaks of {'Oslo' if n % 10 == 0 else 'rain'}." for n in range(120)))
    corpus_.tagged("Ann is tagged.", PER="Ann")
    open_page(page, studio.address("many", "texts"))
    rows = page.get_by_test_id("texts")
    expect(rows.locator("li")).to_have_count(50)
    expect(page.get_by_text("1–50 of 121 texts")).to_be_visible()
    page.get_by_test_id("next-page").click()
    expect(page.get_by_text("51–100 of 121 texts")).to_be_visible()
    page.get_by_test_id("next-page").click()
    expect(page.get_by_text("101–121 of 121 texts")).to_be_visible()
    expect(page.get_by_test_id("next-page")).to_be_disabled()
    page.get_by_test_id("previous-page").click()
    expect(page.get_by_text("51–100 of 121 texts")).to_be_visible()
    page.get_by_test_id("text-search").press_sequentially("oslo")
    expect(rows).to_have_attribute("data-total", "12")
    expect(rows.locator("mark").first).to_have_text("Oslo")
    expect(page.get_by_test_id("text-search")).to_be_focused()
    page.get_by_test_id("text-search").fill("nowhere to be found")
    expect(rows).to_contain_text("No text matches.")
    page.get_by_test_id("text-search").fill("")
    page.get_by_role("button", name="suggested").click()
    expect(rows).to_have_attribute("data-total", "1")
    rows.get_by_role("link").click()
    expect(page.get_by_test_id("editor-text")).to_have_text("Ann is tagged.")
    expect(page).to_have_url(re.compile(r"page=annotate&text=\d+"))
