"""How soon a map of 10,000 points is on the screen in Chromium, and how it answers (make bench).

The page tells itself when the figure stands: a frame after the map says how many points it drew.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psutil
import pytest
from playwright.sync_api import Browser, Page

from db import clusters, maps, texts
from db.maps import TextMap
from engine.types import AnnotatedText, Record
from tests.browser.conftest import chromium, studio
from tests.browser.visiting import Studio, open_page
from tests.corpus import Corpus, corpus

__all__ = ["chromium", "studio"]

pytestmark = pytest.mark.bench
POINTS = 10_000
CLUSTERS = 20
VISITS = 5

_WATCH = """
() => {
  window.busy = [];
  new PerformanceObserver((list) => window.busy.push(...list.getEntries().map(
    (task) => [task.startTime, task.duration]))).observe({type: 'longtask', buffered: true});
  window.drawn = [];
  window.sketched = [];
  const note = () => requestAnimationFrame(() => requestAnimationFrame(
    () => window.drawn.push(performance.now())));
  const watch = new MutationObserver((seen) => seen.some((one) => one.target.matches(
    '[data-testid=cluster-map]') && one.target.dataset.points > 0) && note());
  new MutationObserver(() => window.sketched.push(performance.now())).observe(document,
    {subtree: true, attributes: true, attributeFilter: ['data-sketched']});
  const names = ['data-points', 'data-by', 'data-layout', 'data-selected'];
  addEventListener('DOMContentLoaded', () => watch.observe(document.body,
    {subtree: true, attributes: true, attributeFilter: names}));
}
"""
_TIMES = """
() => {
  const entries = performance.getEntriesByType('resource');
  const [points] = entries.filter((one) => one.name.includes('/api/figures/map'));
  const root = document.querySelector('[data-testid=cluster-map]');
  return {
    drawn: window.drawn[0],
    sketched: window.sketched[0],
    asked: points.startTime,
    arrived: points.responseEnd,
    bytes: points.encodedBodySize,
    longest: Math.max(...window.busy.map(([at, ms]) => at > points.startTime ? ms : 0)),
    points: Number(root.dataset.points),
    by: root.dataset.drawnWith,
  };
}
"""
_ACT = """
(act) => new Promise((done) => {
  const count = window.drawn.length;
  const begin = performance.now();
  new Function(act)();
  const look = () => window.drawn.length > count
    ? done(window.drawn[count] - begin) : requestAnimationFrame(look);
  look();
})
"""
_PRESS = "document.querySelector('[data-testid={}]').click()"


def processor_seconds() -> float:
    """What Chromium has computed so far, drawing included; the work of others is not in it."""
    seconds = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            if "chrom" in process.name():
                times = process.cpu_times()
                seconds += times.user + times.system
    return seconds


@pytest.fixture(scope="module")
def big(studio: Studio) -> Corpus:
    """Texts in clusters, a map of them with both layouts."""
    made = corpus(studio.database, name="map")
    chance = random.Random(0)
    words = [f"word{n}" for n in range(400)]
    with studio.database.session() as s:
        for start in range(0, POINTS, 2_000):
            said = [
                " ".join([f"Text {start + n}", *chance.choices(words, k=18)]) for n in range(2_000)
            ]
            texts.add_batch(s, made.project_id, [Record(AnnotatedText(one)) for one in said])
        ids = texts.ids_to_tag(s, made.project_id)
        cluster = {text_id: chance.randrange(CLUSTERS) for text_id in ids}
        clusters.assign(s, made.project_id, cluster)
        places = tuple(
            (cluster[i] % 5 + chance.gauss(0, 0.3), cluster[i] // 5 + chance.gauss(0, 0.3))
            for i in ids
        )
        drawn = TextMap(texts=tuple(ids), examples=(), plane=places, fine=places, model="bench")
        maps.store(s, made.project_id, drawn)
    return made


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(120_000)
    page = context.new_page()
    page.add_init_script(f"({_WATCH})()")
    yield page
    context.close()


def test_ten_thousand_points_to_the_screen(big: Corpus, studio: Studio, visitor: Page) -> None:
    visits: list[dict[str, Any]] = []
    for _ in range(VISITS):
        open_page(visitor, studio.address("map", "library"))
        visitor.wait_for_function("() => window.drawn.length")
        visits.append(visitor.evaluate(_TIMES))
    assert {one["points"] for one in visits} == {POINTS}
    first, again = visits[0], visits[1:]

    def told(what: str, begin: str, end: str) -> str:
        one, *later = (visit[end] - visit.get(begin, 0) for visit in visits)
        return f"{what} {one:.0f} ms at first, then {statistics.median(later):.0f}"

    print(
        f"\n{POINTS} points with {first['by']}, {first['bytes'] / 1e6:.1f} MB on the wire: "
        f"{told('address to drawn', '', 'drawn')}; {told('asked to arrived', 'asked', 'arrived')}; "
        f"{told('asked to every point seen', 'asked', 'sketched')} (budget 500 ms); "
        f"{told('arrived to drawn', 'arrived', 'drawn')}; "
        f"longest task {statistics.median(one['longest'] for one in again):.0f} ms"
    )
    for what, act in {
        "coloured by type": _PRESS.format("map-by-type"),
        "coloured by cluster": _PRESS.format("map-by-cluster"),
        "the straight layout": _PRESS.format("map-layout-plane"),
        "one point chosen": "document.querySelector('[data-testid=map-table] button').click()",
    }.items():
        busy = processor_seconds()
        shown = visitor.evaluate(_ACT, act)
        busy = processor_seconds() - busy
        print(f"  {what}: {shown:.0f} ms to the screen, {busy * 1e3:.0f} ms of Chromium's own")
