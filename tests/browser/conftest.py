"""A real studio in a process of its own, on a free port with its own database, and Chromium.

`studio` serves all tests of a module: each makes projects of its own, `demo` is one. `page` is a
fresh visitor and fails its test if the page threw, broke its security policy, got a server's fault
for an answer or asked anyone but the studio; `editor` is the span editor on it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from db.session import connect
from tests.browser.editing import Editor, numbered
from tests.browser.visiting import Studio
from tests.corpus import Corpus, corpus

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE_MS = 60_000

FAULTS = ("Content Security Policy", "TypeError", "status of 500")
"""What no page may write to the console, not even where nothing else of it is seen."""

_names = (f"project {n}" for n in count(1))

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for the tests of a module.

    While Playwright is open its event loop counts as running in this thread, and no other test
    could run one of its own: it is closed after the module.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    database = connect(tmp_path_factory.mktemp("studio") / "studio.db")
    served = Studio(database)
    served.start()
    yield served
    served.stop()
    database.close()


@pytest.fixture(scope="module")
def slow_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose tagger "slow" takes a fifth of a second a text."""
    database = connect(tmp_path_factory.mktemp("studio") / "studio.db")
    served = Studio(database, environment={"TEST_TAGGER_SECONDS": "0.2"})
    served.start()
    yield served
    served.stop()
    database.close()


@pytest.fixture
def page(chromium: Browser, studio: Studio) -> Iterator[Page]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 860}, accept_downloads=True, locale="en-GB"
    )
    context.set_default_timeout(PATIENCE_MS)
    visitor = context.new_page()
    faults: list[str] = []
    visitor.on("pageerror", lambda error: faults.append(f"threw: {error}"))
    visitor.on("console", lambda message: _note_console(message.type, message.text, faults))
    visitor.on("request", lambda request: _note_request(request.url, studio.port, faults))
    yield visitor
    with suppress(Error):  # the test may have closed it itself
        context.close()
    assert faults == []


@pytest.fixture
def project() -> str:
    """The name of a project that no other test has."""
    return next(_names)


@pytest.fixture
def demo(studio: Studio, project: str) -> Corpus:
    """A project of its own with the types PER, ORG and LOC, with edits numbered apart."""
    return numbered(corpus(studio.database, project))


@pytest.fixture
def editor(page: Page, studio: Studio, project: str, demo: Corpus) -> Editor:
    """The span editor of `demo`, not opened yet."""
    return Editor(page, studio, project)


def _note_console(kind: str, text: str, faults: list[str]) -> None:
    if kind == "error" and any(part in text for part in FAULTS):
        faults.append(text)


def _note_request(url: str, port: int, faults: list[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme in {"http", "https", "ws", "wss"} and parts.port != port:
        faults.append(f"asked {url}")
