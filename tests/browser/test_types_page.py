"""Entity types are added, changed, deleted and loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from db import entity_types, projects
from engine.types import EntityType
from tests.browser.visiting import Studio, open_page
from tests.corpus import corpus

pytestmark = pytest.mark.browser


def types_of(studio: Studio, name: str) -> list[EntityType]:
    with studio.database.session() as session:
        return entity_types.list_types(session, projects.get(session, name).id)


def test_a_type_is_added_with_a_code_a_colour_and_a_key_of_its_own(
    page: Page, studio: Studio
) -> None:
    with studio.database.session() as session:
        projects.create(session, "blank")
    open_page(page, studio.address("blank", "types"))
    expect(page.get_by_text("Nothing to look for yet")).to_be_visible()
    page.get_by_label("Name").fill("creative work")
    page.get_by_label("Definition").fill("A book or a film.")
    page.get_by_role("button", name="Add type").click()
    expect(page.locator('[data-code="CREATIVE_WORK"]')).to_contain_text("A book or a film.")
    expect(page.get_by_label("Name")).to_have_value("")
    (added,) = types_of(studio, "blank")
    assert (added.code, added.name) == ("CREATIVE_WORK", "creative work")
    assert added.colour.startswith("#")
    assert added.key


def test_a_type_is_renamed_and_keeps_its_spans(page: Page, studio: Studio) -> None:
    demo = corpus(studio.database, "rename a type")
    text = demo.tagged("Ann left.", PER="Ann")
    open_page(page, studio.address("rename a type", "types"))
    page.locator('[data-code="PER"] button').click()
    expect(page.get_by_label("Name")).to_have_value("per type")
    page.get_by_label("Name").fill("human")
    page.get_by_label("Code").fill("HUMAN")
    page.get_by_role("button", name="Save type").click()
    expect(page.locator('[data-code="HUMAN"]')).to_contain_text("1 suggestion")
    assert demo.spans(text) == [("Ann", "HUMAN", "suggestion")]


def test_a_clash_or_a_reserved_key_is_refused_and_nothing_changes(
    page: Page, studio: Studio
) -> None:
    corpus(studio.database, "clash")
    open_page(page, studio.address("clash", "types"))
    before = types_of(studio, "clash")
    for fields, said in (
        ({"Name": "per type"}, "already"),
        ({"Name": "ship", "Key": "a"}, "a"),
        ({"Name": " "}, "needs a code and a name"),
    ):
        for label, value in fields.items():
            page.get_by_label(label).fill(value)
        page.get_by_role("button", name="Add type").click()
        expect(page.get_by_test_id("news-body").last).to_contain_text(said)
        page.get_by_role("button", name="Close").last.click()
        page.get_by_label("Key").fill("")
    assert types_of(studio, "clash") == before


def test_deleting_a_used_type_says_what_goes_with_it_and_asks(page: Page, studio: Studio) -> None:
    demo = corpus(studio.database, "delete a type")
    text = demo.tagged("Ann left Acme.", PER="Ann", ORG="Acme")
    open_page(page, studio.address("delete a type", "types"))
    page.locator('[data-code="PER"] button').click()
    page.get_by_role("button", name="Delete type").click()
    expect(page.get_by_text("on 1 suggestions")).to_be_visible()
    assert len(types_of(studio, "delete a type")) == 3
    page.get_by_role("button", name="Delete it with its spans").click()
    expect(page.locator('[data-code="PER"]')).to_have_count(0)
    assert demo.spans(text) == [("Acme", "ORG", "suggestion")]
    page.locator('[data-code="LOC"] button').click()
    page.get_by_role("button", name="Delete type").click()
    expect(page.locator('[data-code="LOC"]')).to_have_count(0)


def test_sets_are_loaded_from_a_template_and_from_a_file(
    page: Page, studio: Studio, tmp_path: Path
) -> None:
    with studio.database.session() as session:
        projects.create(session, "sets")
    open_page(page, studio.address("sets", "types"))
    page.get_by_role("button", name="Load set").click()
    expect(page.get_by_test_id("news-body").last).to_contain_text("Choose a ready-made set")
    page.get_by_label("Load a ready-made set").click()
    page.get_by_role("option", name="Politics").click()
    page.get_by_role("button", name="Load set").click()
    expect(page.get_by_test_id("types").locator("li").nth(3)).to_be_visible()
    loaded = len(types_of(studio, "sets"))
    file = tmp_path / "ships.yaml"
    file.write_text("- {name: ship, definition: It floats.}\n")
    page.get_by_role("button", name="Or from a file of yours").click()
    page.locator("#ns-types-file input[type=file]").set_input_files(file)
    expect(page.locator("#ns-types-file")).to_contain_text("ships")
    page.get_by_role("button", name="Load set").click()
    expect(page.locator('[data-code="SHIP"]')).to_be_visible()
    assert len(types_of(studio, "sets")) == loaded + 1
