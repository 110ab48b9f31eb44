"""The form of a training: what is offered for which base, and what a set is called."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from db import fewshot
from db.set_values import Pick
from tests.browser.visiting import Studio, open_page
from tests.corpus import corpus

pytestmark = pytest.mark.browser


def test_another_base_brings_its_recipe_and_its_choices(page: Page, studio: Studio) -> None:
    made = corpus(studio.database, "bases")
    (text_id,) = made.add("Ann left for Acme.")
    made.draw(text_id, "Ann", "PER")
    made.set_status(text_id, "accepted")
    with studio.database.session() as session:
        fewshot.make(
            session, made.project_id, "few", [Pick(text_id, ("PER",))], k=1, short={"LOC": "None."}
        )
    open_page(page, studio.address("bases", "train"))
    expect(page.get_by_label("Learn from")).to_have_value("few, version 1 – 1 text, k = 1, 1 short")
    page.get_by_role("button", name="More settings").click()
    part = page.locator("#ns-part")
    expect(part.get_by_label("the upper layers")).to_be_checked()
    expect(page.get_by_label("Read words from two layers together")).to_have_count(0)
    base = page.get_by_label("Start from")
    base.fill("somebody/encoder")
    base.press("Enter")
    expect(part.get_by_label("everything")).to_be_checked()
    expect(page.get_by_label("Read words from two layers together")).to_be_visible()
