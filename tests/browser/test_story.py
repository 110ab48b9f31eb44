"""The whole path: import, define, tag, correct by mouse and by keys, accept, export, compare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.editing import Editor
from tests.browser.visiting import Studio, click_page, open_page

pytestmark = pytest.mark.browser

NAME = "the whole path"
TEXTS = ("👍🏽 Ann met Bo Berg in Oslo.", "Acme opened in Lima with Cleo and her Fram.")


def test_from_a_file_to_a_file(page: Page, studio: Studio, tmp_path: Path) -> None:
    open_page(page, studio.address())
    page.get_by_label("Name of a new project").fill(NAME)
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()

    file = tmp_path / "letters.txt"
    file.write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    click_page(page, "texts")
    page.locator("#ns-files input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("preview")).to_be_visible()
    page.get_by_role("button", name="Add to project").click()
    expect(page.get_by_test_id("import-report")).to_contain_text("2 texts added")

    click_page(page, "types")
    for name, code, key in (("person", "PER", "1"), ("place", "LOC", "2")):
        page.get_by_label("Name").fill(name)
        page.get_by_label("Code").fill(code)
        page.get_by_label("Key").fill(key)
        page.get_by_role("button", name="Add type").click()
        expect(page.locator(f'[data-code="{code}"]')).to_be_visible()

    click_page(page, "tag")
    page.locator("#ns-tagger").get_by_label("names").check()
    page.get_by_role("button", name="Start tagging").click()
    expect(page.get_by_test_id("job")).to_have_attribute("data-status", "done")

    correct(page, studio)
    compare(page, studio)


def correct(page: Page, studio: Studio) -> None:
    """Three corrections: an edge by key, a new span by mouse, a wrong suggestion rejected."""
    rows = listed(page, studio)
    editor = Editor(page, studio, NAME).open(rows[0])
    assert editor.text == TEXTS[0]
    assert editor.spans("suggestion") == [("Ann", "PER"), ("Bo", "PER"), ("Oslo", "LOC")]
    editor.click_at("Bo")
    editor.press("Alt+ArrowRight").saved()
    assert editor.spans() == [("Bo Berg", "PER")]
    editor.press("Enter").elsewhere(rows[0])
    editor.saved()
    assert editor.text == TEXTS[1]
    editor.drag_over("Fram").press("2").saved()
    editor.click_at("Cleo").press("x").saved()
    assert editor.spans() == [("Fram", "LOC")]
    page.get_by_test_id("accept").click()
    expect(page.get_by_test_id("span-editor")).not_to_have_attribute("data-save", "saving")


def listed(page: Page, studio: Studio) -> list[int]:
    """The numbers of the texts, in the order of the list."""
    open_page(page, studio.address(NAME, "texts"))
    rows = page.get_by_test_id("texts").locator("li")
    return [int(row.get_attribute("data-text-id") or 0) for row in rows.all()]


def compare(page: Page, studio: Studio) -> None:
    """The downloaded file says what was on the screen."""
    open_page(page, studio.address(NAME, "export"))
    expect(page.get_by_test_id("export-outlook")).to_have_attribute("data-texts", "2")
    with page.expect_download() as waiting:
        page.get_by_test_id("download").click()
    rows = [
        json.loads(line) for line in waiting.value.path().read_text(encoding="utf-8").splitlines()
    ]
    assert waiting.value.suggested_filename == f"{NAME}.jsonl"
    assert [row["text"] for row in rows] == list(TEXTS)
    found = [
        {(row["text"][s["start"] : s["end"]], s["label"]) for s in row["spans"]} for row in rows
    ]
    assert found == [
        {("Ann", "PER"), ("Bo Berg", "PER"), ("Oslo", "LOC")},
        {("Lima", "LOC"), ("Fram", "LOC")},
    ]
