"""A language model is chosen, priced and tested on the settings page."""

import pytest
from playwright.sync_api import Page, expect

from db import llm_settings, projects
from db.llm_values import LLMChoice, LLMPrice
from tests.browser.visiting import Studio, open_page
from tests.llm_server import Answer, LLMServer, completion, error

pytestmark = pytest.mark.browser

HOSTILE = "tiny <img src=x onerror=alert(1)> ${1+1} {{value}}"


def test_a_model_is_chosen_and_tested_and_the_answer_is_told_in_plain_words(
    page: Page, studio: Studio
) -> None:
    with studio.database.session() as session:
        projects.create(session, "model")
    open_page(page, studio.address("model", "settings"))
    part = page.get_by_test_id("model")
    expect(part).to_have_attribute("data-ready", "0")
    expect(part).to_contain_text("nobody: recorded answers only")
    expect(part).to_contain_text("0 calls")
    with LLMServer(Answer(body=completion("Blue.", model=HOSTILE))) as server:
        page.get_by_label("Endpoint of the language model").fill(server.url)
        page.get_by_label("Model", exact=True).fill("tiny")
        page.get_by_label("Prices").fill("tiny, 0.25, 2")
        page.get_by_role("button", name="Test connection").click()
        honours = page.get_by_test_id("honours")
        expect(honours).to_contain_text(f"{HOSTILE} answered in")
        expect(honours).to_contain_text("not kept to: answers are read forgivingly")
        expect(part).to_have_attribute("data-ready", "1")
        expect(part).to_contain_text(f"tiny at {server.url}, 8 calls at the same time")
        assert len(server.calls) == 1
        with studio.database.session() as session:
            assert llm_settings.choice(session) == LLMChoice(server.url, "tiny", 8)
            assert llm_settings.prices(session) == {"tiny": LLMPrice("tiny", 0.25, 2)}
    open_page(page, studio.address("model", "settings"))
    expect(page.get_by_label("Prices")).to_have_value("tiny, 0.25, 2")
    expect(page.get_by_test_id("honours")).to_contain_text("accepted")


def test_a_test_that_fails_says_why_and_nonsense_is_refused(page: Page, studio: Studio) -> None:
    with studio.database.session() as session:
        projects.create(session, "fails")
    open_page(page, studio.address("fails", "settings"))
    with LLMServer(error(404, "The model `huge` does not exist")) as server:
        page.get_by_label("Endpoint of the language model").fill(server.url)
        page.get_by_label("Model", exact=True).fill("huge")
        page.get_by_role("button", name="Test connection").click()
        expect(page.get_by_test_id("model")).to_contain_text("knows no model 'huge'")
    page.get_by_label("Endpoint of the language model").fill("localhost:8000")
    page.get_by_role("button", name="Save model").click()
    expect(page.get_by_text("An endpoint's address looks like")).to_be_visible()
    page.get_by_label("Endpoint of the language model").fill("")
    page.get_by_label("Calls at the same time").fill("-3")
    page.get_by_role("button", name="Save model").click()
    expect(page.get_by_text("Between 1 and 256 calls can run at a time; got -3.")).to_be_visible()
