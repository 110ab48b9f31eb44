"""How soon an edit shows in Chromium and is in the store (make bench).

The page itself tells when an edit is through: Playwright's `expect` describes the whole page while
it waits, at a second a time for a thousand spans, and would be what is measured.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import chromium, studio
from tests.browser.editing import Editor, numbered
from tests.browser.visiting import Studio
from tests.corpus import corpus, suggestion

__all__ = ["chromium", "studio"]

pytestmark = pytest.mark.bench
EDITS = 60

_WATCH = """
() => {
  const root = document.querySelector('[data-testid=span-editor]');
  window.edits = [];
  let open = [];
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'a') return;
    const edit = {begin: event.timeStamp};
    window.edits.push(edit);
    open.push(edit);
    // The frame that shows it: what runs after the next paint.
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => { edit.frame = performance.now() - edit.begin; };
      after.port2.postMessage(null);
    });
  }, true);
  new MutationObserver(() => {
    if (root.dataset.save !== 'saved') return;
    for (const edit of open) edit.saved = performance.now() - edit.begin;
    open = [];
  }).observe(root, {attributes: true, attributeFilter: ['data-save', 'data-revision']});
}
"""

_THROUGH = """
() => new Promise((done) => {
  const look = () => {
    const {frame, saved} = window.edits.at(-1) ?? {};
    if (frame === undefined || saved === undefined) requestAnimationFrame(look);
    else done(window.edits.length);
  };
  look();
})
"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, locale="en-GB")
    context.set_default_timeout(300_000)
    yield context.new_page()
    context.close()


def told(what: str, times: list[float], budget: int) -> None:
    times.sort()
    p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
    print(f"{what}: p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms (budget {budget} ms)")


@pytest.mark.parametrize(("size", "spans"), [(5_000, 120), (50_000, 1_000), (200_000, 2_000)])
def test_an_edit_on_the_screen_and_in_the_store(
    page: Page,
    studio: Studio,
    size: int,
    spans: int,
) -> None:
    """Suggestions are accepted by key, from the middle of the text on."""
    name = f"{size} characters"
    demo = numbered(corpus(studio.database, name))
    step = size // spans
    pieces = (f"name{n:05d} and so on".ljust(step)[:step] for n in range(spans))
    text = "".join(piece[:-1] + ("\n" if n % 8 == 7 else " ") for n, piece in enumerate(pieces))
    (text_id,) = demo.add(text)
    starts = range(0, spans * step, step)
    demo.tag(text_id, *(suggestion(text, text[at : at + 9], "PER", at=at) for at in starts))
    editor = Editor(page, studio, name).open(text_id)
    middle = f"name{spans // 2:05d}"
    editor.drawn(middle).first.click()
    page.evaluate(_WATCH)
    for turn in range(EDITS):
        editor.press("a")
        assert page.evaluate(_THROUGH) == turn + 1
        editor.press("Tab")
    edits = page.evaluate("window.edits")
    assert len(editor.spans()) == EDITS
    load = os.getloadavg()[0]
    print(f"\n{size} characters, {spans} spans, {os.cpu_count()} cores, load {load:.0f}")
    told("edit to frame", [one["frame"] for one in edits], 50)
    told("edit to saved", [one["saved"] for one in edits], 150)
