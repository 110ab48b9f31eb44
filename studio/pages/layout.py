"""The page as a whole: the header, one tab a page, and the one handler that opens a page.

Tabs are switched from our own header, so that each page has an address and a link. A tab that was
never opened is not in the document; what it shows is fetched when it is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.blocks import Block

from db import projects
from studio.pages import (
    annotate,
    compare,
    dashboard,
    export,
    library,
    sets,
    tag,
    texts,
    train,
    types,
)
from studio.pages import settings as settings_page
from studio.pages.answers import attach
from studio.pages.frame import PAGES, Address, Frame, HeaderValue, Update, components
from studio.widgets.view import on, view

if TYPE_CHECKING:
    from db.session import Database
    from studio.settings import Settings

_MODULES: dict[str, ModuleType] = {
    "dashboard": dashboard,
    "texts": texts,
    "types": types,
    "library": library,
    "tag": tag,
    "annotate": annotate,
    "sets": sets,
    "train": train,
    "compare": compare,
    "export": export,
    "settings": settings_page,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The frame, the tabs, and each page's handles by page name."""

    frame: Frame
    tabs: gr.Tabs
    pages: dict[str, Any]

    def outputs(self) -> list[Any]:
        """Everything that opening a page may change."""
        inner: list[Block] = []
        for handles in self.pages.values():
            inner += components(handles)
        return [self.frame.header, self.tabs, *inner]


def build(settings: Settings, database: Database) -> gr.Blocks:
    """The whole Gradio app, laid out and wired."""
    blocks = gr.Blocks(
        title="NER Studio", fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400)
    )
    with blocks:
        header = view("header", elem_id="ns-header", events=["go"])
        frame = Frame(settings, database, header, news=view("news", elem_id="ns-news"))
        pages: dict[str, Any] = {}
        with gr.Tabs(selected="dashboard", elem_id="ns-tabs") as tabs:
            for name, label in PAGES.items():
                with gr.Tab(label, id=name, elem_id=f"ns-tab-{name}"):
                    pages[name] = _MODULES[name].build()
        layout = Layout(frame, tabs, pages)
        _wire(layout, blocks)
    return blocks


def _wire(layout: Layout, blocks: gr.Blocks) -> None:
    """Open pages on load and on the header's `go`, then let each page attach its own handlers."""

    def load(request: gr.Request) -> Update:
        keys = ("project", "page", "text", "choice")
        query = {key: request.query_params.get(key, "") for key in keys}
        return open_page(layout, Address.of(query))

    def go(header: HeaderValue) -> Update:
        return open_page(layout, Address.of(header or {}))

    outputs = layout.outputs()
    attach(layout.frame, blocks.load, load, None, outputs)
    go_event = on(layout.frame.header, "go")
    attach(layout.frame, go_event, go, layout.frame.header, outputs, trigger_mode="always_last")
    for name, handles in layout.pages.items():
        _MODULES[name].wire(handles, layout.frame)


def open_page(layout: Layout, address: Address) -> Update:
    """What to show for an address; a project that is gone leads to the list of projects."""
    with layout.frame.database.session() as session:
        names = [summary.name for summary in projects.summaries(session)]
    if address.project not in names:
        address = Address(turn=address.turn)
    header = {
        "project": address.project,
        "page": address.page,
        "text": address.text,
        "choice": address.choice,
        "turn": address.turn,
        "go": False,
        "projects": names,
        "pages": [{"page": name, "label": label} for name, label in PAGES.items()],
    }
    page = layout.pages[address.page]
    shown: Update = _MODULES[address.page].refresh(layout.frame, page, address)
    return {layout.frame.header: header, layout.tabs: gr.Tabs(selected=address.page), **shown}
