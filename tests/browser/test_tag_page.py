"""Tagging is started, watched, cancelled and resumed, and survives whatever happens to the page."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import Locator, Page, expect

from db import jobs, projects
from tests.browser.visiting import Studio, click_page, open_page, wait_ready
from tests.corpus import Corpus, corpus

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def studio(slow_studio: Studio) -> Studio:
    """A studio whose slow tagger takes a fifth of a second a text."""
    return slow_studio


def begin(page: Page, studio: Studio, name: str, tagger: str) -> Locator:
    open_page(page, studio.address(name, "tag"))
    page.locator("#ns-tagger").get_by_label(tagger).check()
    page.get_by_role("button", name="Start tagging").click()
    return page.get_by_test_id("job")


def texts(studio: Studio, name: str, number: int) -> Corpus:
    made = corpus(studio.database, name)
    made.add(*(f"Ann went to Oslo, {n} times." for n in range(number)))
    return made


def test_a_tagging_runs_to_its_report_and_leads_to_the_review(page: Page, studio: Studio) -> None:
    texts(studio, "short", 3)
    job = begin(page, studio, "short", "names")
    expect(job).to_have_attribute("data-status", "done")
    expect(job).to_have_attribute("data-done", "3")
    expect(job).to_have_attribute("data-total", "3")
    report = page.get_by_test_id("job-report")
    expect(report.locator('[data-count="suggestions"]')).to_contain_text("6")
    page.get_by_role("button", name="Review suggestions").click()
    expect(page.get_by_test_id("span-editor")).to_have_attribute("data-status", "suggested")


def test_failed_texts_are_reported(page: Page, studio: Studio) -> None:
    texts(studio, "some fail", 2).add("Let this fail.")
    job = begin(page, studio, "some fail", "failing")
    expect(job).to_have_attribute("data-status", "done")
    expect(page.get_by_test_id("job-report").locator('[data-count="failed"]')).to_contain_text("1")


def test_a_tagger_that_breaks_down_says_so(page: Page, studio: Studio) -> None:
    texts(studio, "breaks", 2)
    job = begin(page, studio, "breaks", "broken")
    expect(job).to_have_attribute("data-status", "failed")
    expect(job.get_by_role("alert")).to_contain_text("a wire came loose")
    expect(page.get_by_test_id("job-resume")).to_be_visible()


def test_progress_is_there_after_a_reload_and_in_a_second_tab_which_can_cancel(
    page: Page, studio: Studio
) -> None:
    texts(studio, "long", 300)
    job = begin(page, studio, "long", "slow")
    expect(job).to_have_attribute("data-status", "running")
    expect(job).to_have_attribute("data-total", "300")
    page.reload()
    wait_ready(page)
    expect(job).to_have_attribute("data-status", "running")
    expect(page.get_by_role("button", name="Start tagging")).to_be_disabled()
    other = page.context.new_page()
    open_page(other, studio.address("long", "tag"))
    other.get_by_test_id("job-cancel").click()
    expect(other.get_by_test_id("job")).to_have_attribute("data-status", "cancelled")
    expect(job).to_have_attribute("data-status", "cancelled")
    assert 0 < int(job.get_attribute("data-done") or 0) < 300
    other.close()


def test_a_killed_tagging_is_interrupted_and_resumes_where_it_stopped(
    page: Page, studio: Studio
) -> None:
    texts(studio, "killed", 30)
    job = begin(page, studio, "killed", "slow")
    expect(job).to_have_attribute("data-total", "30")
    expect(job).not_to_have_attribute("data-done", "0")
    with studio.database.session() as session:
        project = projects.get(session, "killed")
        row = jobs.latest(session, project.id)
    assert row is not None
    assert row.pid is not None
    os.kill(row.pid, signal.SIGKILL)
    studio.stop(signal.SIGKILL)
    studio.start()
    open_page(page, studio.address("killed", "tag"))
    expect(job).to_have_attribute("data-status", "interrupted")
    done = int(job.get_attribute("data-done") or 0)
    page.get_by_test_id("job-resume").click()
    expect(job).to_have_attribute("data-status", "done")
    assert job.get_attribute("data-done") == "30"
    assert done > 0


def test_what_is_missing_is_said_with_a_button(page: Page, studio: Studio) -> None:
    with studio.database.session() as session:
        projects.create(session, "nothing yet")
    open_page(page, studio.address("nothing yet", "tag"))
    expect(page.get_by_role("button", name="Start tagging")).to_be_disabled()
    page.get_by_role("button", name="Add texts").click()
    expect(page.locator('body[data-page="texts"][data-ready="1"]')).to_be_attached()
    page.get_by_label("Or paste texts, one a line").fill("Ann.")
    page.get_by_role("button", name="Add to project").click()
    expect(page.get_by_test_id("import-report")).to_be_visible()
    click_page(page, "tag")
    page.get_by_role("button", name="Define entity types").click()
    expect(page.locator('body[data-page="types"][data-ready="1"]')).to_be_attached()
