"""One script of ours at a time, imported into Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.browser.visiting import Studio

Run = Callable[..., Any]


def runner(page: Page, studio: Studio) -> Run:
    """`run(module, body, x)` runs the body of a function that sees the module as `m`, and `x`."""
    page.goto(f"{studio.url}/health")

    def run(module: str, body: str, x: object = None) -> Any:
        path = f"/static/span_editor/{module}.js"
        return page.evaluate(f"async (x) => {{ const m = await import('{path}'); {body} }}", x)

    return run
