"""The whole loop on sentences of Wikipedia: import, tag, correct, promote, train, tag, export."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from db import entity_types, projects
from engine.formats import jsonl
from engine.types import AnnotatedText, EntityType, Record
from tests.browser.conftest import PATIENCE_MS
from tests.browser.editing import Editor
from tests.browser.visiting import Studio, click_page, open_page, wait_ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]

NAME = "the loop"
CORRECTED = 12
TEXTS = Path(__file__).parents[1] / "data" / "wikigold.jsonl"
TYPES = (
    EntityType(0, "PER", "person", "The name of a person or a family.", key="1"),
    EntityType(0, "LOC", "location", "The name of a place, region or country.", key="2"),
    EntityType(0, "ORG", "organization", "The name of a company, team, party or band.", key="3"),
)
TRAINED = 10 * PATIENCE_MS
"""A training has to load a model, and shares the machine with the browser."""


def gold() -> dict[str, AnnotatedText]:
    """Texts with their spans, by their characters."""
    found = [r.content for r in jsonl.read(TEXTS) if isinstance(r, Record)]
    return {one.text: one for one in found}


def test_from_texts_to_a_model_of_ones_own_and_back(
    page: Page, studio: Studio, chromium: Browser, tmp_path: Path
) -> None:
    right = gold()
    bring_in(page, studio, tmp_path, list(right))
    define(page, studio)
    tag(page, "embedded")
    corrected = correct(page, studio, right)
    promote(page)
    train(page, studio, chromium)
    found = tag_with_the_run(page, studio)
    compare(page, studio, corrected | found)


def bring_in(page: Page, studio: Studio, folder: Path, lines: list[str]) -> None:
    open_page(page, studio.address())
    page.get_by_label("Name of a new project").fill(NAME)
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    file = folder / "wikipedia.jsonl"
    rows = [json.dumps({"text": line}, ensure_ascii=False) for line in lines]
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    click_page(page, "texts")
    page.locator("#ns-files input[type=file]").set_input_files(file)
    expect(page.get_by_test_id("preview")).to_be_visible()
    page.get_by_role("button", name="Add to project").click()
    expect(page.get_by_test_id("import-report")).to_contain_text(f"{len(lines)} texts added")


def define(page: Page, studio: Studio) -> None:
    """Three types with their definitions; a loop without blind texts."""
    click_page(page, "types")
    for one in TYPES:
        page.get_by_label("Name").fill(one.name)
        page.get_by_label("Definition").fill(one.definition)
        page.get_by_label("Code").fill(one.code)
        page.get_by_label("Key").fill(one.key)
        page.get_by_role("button", name="Add type").click()
        expect(page.locator(f'[data-code="{one.code}"]')).to_be_visible()
    with studio.database.session() as session:
        project = projects.get(session, NAME)
        assert {t.code for t in entity_types.list_types(session, project.id)} == {
            "PER",
            "LOC",
            "ORG",
        }
        chosen = projects.settings(session, project.id)
        projects.set_settings(session, project.id, replace(chosen, blind_share=0.0))


def tag(page: Page, tagger: str) -> None:
    click_page(page, "tag")
    page.locator("#ns-tagger").get_by_label(f"{tagger} –").check()
    page.get_by_role("button", name="Start tagging").click()
    job = page.locator('[data-view="tag"]').get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "done", timeout=TRAINED)


def correct(
    page: Page, studio: Studio, right: dict[str, AnnotatedText]
) -> dict[str, set[tuple[str, str]]]:
    """Go through twelve texts by keys alone; returns what was kept, by text."""
    editor = Editor(page, studio, NAME).open()
    kept = {}
    for _ in range(CORRECTED):
        stored = editor.stored()
        text, here = stored["text"], editor.text_id
        wanted = {(s.start, s.end): s.label for s in right[text].spans}
        for span in stored["spans"]:
            code = wanted.get((span["start"], span["end"]))
            editor.press("Tab")
            editor.press("x" if code is None else "a" if code == span["code"] else editor.key(code))
        editor.saved(TRAINED)
        kept[text] = set(editor.spans())
        assert kept[text] <= {(text[s:e], code) for (s, e), code in wanted.items()}
        editor.press("Enter").elsewhere(here)
    editor.saved(TRAINED)
    return kept


def promote(page: Page) -> None:
    click_page(page, "sets")
    box = page.locator("#ns-k input[type=number]")
    box.fill("2")
    box.press("Enter")
    expect(page.get_by_test_id("set-progress")).to_have_attribute("data-k", "2")
    page.get_by_label("Name of the set").fill("corrected")
    page.get_by_role("button", name="Promote", exact=True).click()
    opened = page.get_by_test_id("few-shot-set")
    expect(opened.get_by_role("heading", level=2)).to_contain_text("corrected, version 1")


def train(page: Page, studio: Studio, chromium: Browser) -> None:
    """Start on the page, see the curve grow, reload, and look from a second browser."""
    click_page(page, "train")
    card = page.get_by_test_id("data-card")
    expect(card.get_by_role("heading")).to_contain_text("corrected, version 1")
    expect(page.get_by_test_id("hardware")).to_contain_text("Found:", timeout=TRAINED)
    page.get_by_role("button", name="More settings").click()
    epochs = page.locator("#ns-epochs input[type=number]")
    epochs.fill("3")
    epochs.press("Enter")
    page.get_by_label("Name of the run").fill("mine")
    page.get_by_role("button", name="Start training").click()
    plot = page.get_by_test_id("loss-plot")
    expect(plot).to_have_attribute("data-points", re.compile(r"[1-9]\d*"), timeout=TRAINED)
    early = int(plot.get_attribute("data-points") or 0)
    page.reload()
    wait_ready(page)
    job = page.locator('[data-view="train"]').get_by_test_id("job")
    expect(job).to_have_attribute("data-status", "done", timeout=TRAINED)
    last = page.evaluate(
        """async (id) => (await (await fetch(`/api/jobs/${id}/curve`)).json()).points""",
        job.get_attribute("data-job-id"),
    )
    expect(plot).to_have_attribute("data-points", str(len(last)))
    assert len(last) >= max(early, 3)  # a point an epoch at least, and a reload loses none
    assert last[-1]["epoch"] >= 1
    expect(page.get_by_test_id("runs").locator('[data-run="mine"]')).to_be_visible()
    for way in ("ner-studio predict", "trust_remote_code=True", "ner-studio export-onnx"):
        expect(page.get_by_test_id("run-use")).to_contain_text(way)
    other = chromium.new_context().new_page()
    open_page(other, studio.address(NAME, "train"))
    expect(other.get_by_test_id("loss-plot")).to_have_attribute("data-points", str(len(last)))
    rows = other.get_by_test_id("loss-plot").locator("..").locator("tbody tr")
    expect(rows).to_have_count(len(last))
    other.context.close()


def tag_with_the_run(page: Page, studio: Studio) -> dict[str, set[tuple[str, str]]]:
    """The run reads what is left; its suggestions on one text are taken as they are."""
    page.get_by_test_id("tag_with").click()
    expect(page.locator('body[data-page="tag"][data-ready="1"]')).to_be_attached()
    chosen = page.locator("#ns-tagger").get_by_label("run:mine –")
    expect(chosen).to_be_checked()
    page.get_by_role("button", name="Start tagging").click()
    job = page.locator('[data-view="tag"]').get_by_test_id("job")
    expect(job).to_contain_text("run:mine")
    expect(job).to_have_attribute("data-status", "done", timeout=TRAINED)
    open_page(page, studio.address(NAME, "train"))
    page.get_by_test_id("dispute").click()
    editor = Editor(page, studio, NAME)
    expect(editor.root).to_have_attribute("data-ready", "1")
    expect(page.get_by_test_id("queue-order")).to_have_value("disagreement")
    expect(editor.root).to_have_attribute("data-text-id", re.compile(r"\d+"))
    stored, here = editor.stored(), editor.text_id
    assert {span["tagger"] for span in stored["spans"]} <= {"embedded", "run:mine"}
    kept = {(stored["text"][s["start"] : s["end"]], s["code"]) for s in stored["spans"]}
    editor.press("Enter").elsewhere(here)
    editor.saved(TRAINED)
    assert {(t, c) for t, c in editor.spans(text_id=here)} <= kept
    return {stored["text"]: set(editor.spans(text_id=here))}


def compare(page: Page, studio: Studio, kept: dict[str, set[tuple[str, str]]]) -> None:
    """The downloaded file holds what a person kept, text by text."""
    open_page(page, studio.address(NAME, "export"))
    outlook = page.get_by_test_id("export-outlook")
    expect(outlook).to_have_attribute("data-texts", str(len(kept)))
    with page.expect_download() as waiting:
        page.get_by_test_id("download").click()
    lines = waiting.value.path().read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = {
        row["text"]: {(row["text"][s["start"] : s["end"]], s["label"]) for s in row["spans"]}
        for row in rows
    }
    assert found == kept
    assert len(found) == CORRECTED + 1
