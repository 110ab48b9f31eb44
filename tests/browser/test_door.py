"""A studio with a password, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from db.session import connect
from tests.browser.visiting import Studio, wait_ready
from tests.corpus import corpus

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("studio")
    (folder / "password").write_text("open sesame\n", encoding="utf-8")
    database = connect(folder / "studio.db")
    corpus(database, "secrets").add("Ann knows.")
    arguments = ("--host", "0.0.0.0", "--password-file", str(folder / "password"))
    served = Studio(database, arguments)
    served.start()
    yield served
    served.stop()
    database.close()


def test_the_password_leads_to_the_page_that_was_asked_for(page: Page, studio: Studio) -> None:
    page.goto(studio.address("secrets", "texts"))
    page.get_by_label("Password").fill("open barley")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("That is not the password. Try again.")
    page.get_by_label("Password").fill("open sesame")
    page.get_by_role("button", name="Sign in").click()
    wait_ready(page)
    expect(page.get_by_test_id("texts")).to_contain_text("Ann knows.")
    expect(page).to_have_url(re.compile(r"/\?project=secrets&page=texts$"))
