"""A map of many points: all of them are there at once, the figure that answers comes after."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from db import clusters, maps
from db.maps import TextMap
from tests.browser.visiting import Studio, open_page
from tests.corpus import Corpus

pytestmark = pytest.mark.browser

POINTS = 1_600
_INKED = """
(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
  .filter((value, i) => i % 4 === 3 && value > 0).length
"""


@pytest.fixture
def many(demo: Corpus) -> Corpus:
    """Texts on a grid, in four clusters."""
    ids = demo.add(*(f"Text {n} of a large map." for n in range(POINTS)))
    with demo.database.session() as session:
        clusters.assign(session, demo.project_id, {id_: id_ % 4 for id_ in ids})
        grid = tuple((float(n % 40), float(n // 40)) for n in range(POINTS))
        maps.store(session, demo.project_id, TextMap(tuple(ids), (), grid, "test", fine=grid))
    return demo


def test_many_points_are_seen_before_the_figure_is_made(
    page: Page, studio: Studio, project: str, many: Corpus
) -> None:
    held: list[Route] = []
    page.route("**/plotly.min.js", lambda route: held.append(route))
    open_page(page, studio.address(project, "library"))
    drawn = page.get_by_test_id("cluster-map")
    expect(drawn).to_have_attribute("data-sketched", str(POINTS))
    sketch = drawn.locator("canvas.cm-sketch")
    expect(sketch).to_be_visible()
    assert sketch.evaluate(_INKED) > 10 * POINTS
    assert drawn.get_attribute("data-points") is None
    expect(page.get_by_test_id("map-table").locator("tr").first).to_be_visible()
    page.unroute("**/plotly.min.js")  # what was held goes on
    expect(drawn).to_have_attribute("data-points", str(POINTS))
    expect(sketch).to_have_count(0)


def test_a_figure_that_cannot_be_made_takes_its_sketch_away(
    page: Page, studio: Studio, project: str, many: Corpus
) -> None:
    page.route("**/plotly.min.js", lambda route: route.abort())
    open_page(page, studio.address(project, "library"))
    drawn = page.get_by_test_id("cluster-map")
    expect(drawn.get_by_role("alert")).to_contain_text("could not be drawn")
    expect(drawn.locator("canvas.cm-sketch")).to_have_count(0)
