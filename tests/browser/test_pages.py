"""Projects, the header and the way from page to page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from db import projects
from tests.browser.visiting import Studio, click_page, open_page, wait_ready
from tests.corpus import corpus

pytestmark = pytest.mark.browser

PAGES = ("dashboard", "texts", "types", "tag", "annotate", "export", "settings")


def test_a_new_project_leads_from_step_to_step(page: Page, studio: Studio) -> None:
    open_page(page, studio.address())
    page.get_by_label("Name of a new project").fill("first steps")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name="first steps", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?project=first\+steps&page=dashboard$"))
    page.get_by_role("button", name="Add texts").click()
    expect(page.locator('body[data-page="texts"][data-ready="1"]')).to_be_attached()
    page.get_by_label("Or paste texts, one a line").fill("Ann lives in Oslo.\nBo does not.")
    page.get_by_role("button", name="Add to project").click()
    page.get_by_role("button", name="Define entity types").click()
    expect(page.locator('body[data-page="types"][data-ready="1"]')).to_be_attached()
    with studio.database.session() as session:
        project = projects.get(session, "first steps")
        assert projects.counts(session, project.id)["new"] == 2


def test_a_taken_or_blank_name_is_refused_in_a_sentence(page: Page, studio: Studio) -> None:
    corpus(studio.database, "taken")
    open_page(page, studio.address())
    for name, said in (("taken", "already"), ("   ", "name")):
        page.get_by_label("Name of a new project").fill(name)
        page.get_by_role("button", name="Create project").click()
        expect(page.get_by_test_id("news-body").last).to_contain_text(said)
        page.get_by_role("button", name="Close").last.click()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_by_its_address_and_stays_after_a_reload(
    page: Page, studio: Studio, name: str
) -> None:
    corpus(studio.database, f"by address {name}").tagged("Ann left.", PER="Ann")
    open_page(page, studio.address(f"by address {name}", name))
    page.reload()
    wait_ready(page)
    expect(page.get_by_test_id(f"page-{name}")).to_have_attribute("aria-current", "page")
    expect(page.get_by_test_id("project-chooser")).to_have_value(f"by address {name}")


def test_pages_change_without_loading_anew_and_the_address_follows(
    page: Page, studio: Studio
) -> None:
    corpus(studio.database, "walk").add("Ann left.")
    open_page(page, studio.address("walk"))
    page.evaluate("window.same = true")
    for name in (*PAGES[1:], PAGES[0]):
        click_page(page, name)
        expect(page).to_have_url(re.compile(rf"\?project=walk&page={name}\b"))
    assert page.evaluate("window.same") is True


def test_fast_clicks_end_on_the_page_clicked_last(page: Page, studio: Studio) -> None:
    corpus(studio.database, "fast").add("Ann left.")
    open_page(page, studio.address("fast"))
    for name in ("texts", "types", "tag", "export", "settings"):
        page.get_by_test_id(f"page-{name}").click()
    expect(page.locator('body[data-page="settings"][data-ready="1"]')).to_be_attached()
    expect(page.get_by_test_id("facts")).to_be_visible()
    expect(page).to_have_url(re.compile("page=settings$"))


def test_choosing_another_project_shows_it(page: Page, studio: Studio) -> None:
    corpus(studio.database, "one").add("a")
    corpus(studio.database, "two").add("b", "c")
    open_page(page, studio.address("one"))
    page.get_by_test_id("project-chooser").select_option("two")
    expect(page.get_by_role("heading", name="two", exact=True)).to_be_visible()
    expect(page.get_by_text("2 texts · 3 entity types")).to_be_visible()
    page.get_by_test_id("project-chooser").select_option("")
    expect(page.locator('[data-project="one"]')).to_be_visible()


def test_a_project_that_is_gone_leads_to_the_list(page: Page, studio: Studio) -> None:
    open_page(page, studio.address("never was", "texts"))
    expect(page.get_by_label("Name of a new project")).to_be_visible()


def test_a_project_is_renamed_and_deleted(page: Page, studio: Studio) -> None:
    corpus(studio.database, "old name").add("a")
    open_page(page, studio.address("old name", "settings"))
    page.get_by_label("Name of this project").fill("new name")
    page.get_by_role("button", name="Rename project").click()
    expect(page).to_have_url(re.compile("project=new"))
    wait_ready(page)
    page.get_by_role("button", name="Delete project").click()
    expect(page.get_by_test_id("news-body").last).to_contain_text("exactly")
    page.locator("#ns-confirm").get_by_role("textbox").fill("new name")
    page.get_by_role("button", name="Delete project").click()
    expect(page.get_by_label("Name of a new project")).to_be_visible()
    with studio.database.session() as session:
        assert projects.find(session, "new name") is None


def test_choices_for_a_project_are_kept(page: Page, studio: Studio) -> None:
    corpus(studio.database, "choices").add("a")
    open_page(page, studio.address("choices", "settings"))
    page.get_by_label("Spans may overlap").check()
    expect(page.get_by_test_id("news-body")).to_have_text("The choice is saved.")

    click_page(page, "texts")
    click_page(page, "settings")
    expect(page.get_by_label("Spans may overlap")).to_be_checked()
    with studio.database.session() as session:
        project = projects.get(session, "choices")
        assert projects.settings(session, project.id).allow_overlap


def test_light_and_dark_are_chosen_and_remembered(page: Page, studio: Studio) -> None:
    open_page(page, studio.address())
    page.get_by_test_id("theme").click()
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    page.reload()
    wait_ready(page)
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_phone(page: Page, studio: Studio, name: str) -> None:
    corpus(studio.database, f"narrow {name}").tagged("Ann left for Acme.", PER="Ann", ORG="Acme")
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, studio.address(f"narrow {name}", name))
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_the_pages_are_walked_by_keyboard(page: Page, studio: Studio) -> None:
    corpus(studio.database, "keys").add("Ann left.")
    open_page(page, studio.address("keys"))
    page.get_by_test_id("page-texts").focus()
    page.keyboard.press("Enter")
    expect(page.locator('body[data-page="texts"][data-ready="1"]')).to_be_attached()
    expect(page.get_by_test_id("page-texts")).to_be_focused()
    page.get_by_test_id("text-search").focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


_NAMELESS = """() => {
  const named = (e) => e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')
    || e.labels?.length || e.textContent.trim() || e.title;
  return [...document.querySelectorAll('a, button, input, select, textarea')]
    .filter((e) => e.checkVisibility() && !named(e)).map((e) => e.outerHTML.slice(0, 200));
}"""


@pytest.mark.parametrize("name", PAGES)
def test_every_control_has_a_name(page: Page, studio: Studio, name: str) -> None:
    corpus(studio.database, f"named {name}").tagged("Ann left for Acme.", PER="Ann", ORG="Acme")
    open_page(page, studio.address(f"named {name}", name))
    assert page.evaluate(_NAMELESS) == []
