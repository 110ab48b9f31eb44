"""What every page is given: the studio's settings and database, and where the visitor is.

The header's value travels with every event, so a page needs no memory on the server: a reload, a
second tab and a restart all know their project.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.blocks import Block

if TYPE_CHECKING:
    from db.session import Database
    from studio.settings import Settings

Update = dict[Any, Any]
"""What a handler changes: component -> new value."""

HeaderValue = dict[str, Any]
"""The header as the browser holds it: project, page, text, choice, turn, projects, pages."""

PAGES: Mapping[str, str] = {
    "dashboard": "Dashboard",
    "texts": "Texts",
    "types": "Types",
    "library": "Library",
    "tag": "Tag",
    "annotate": "Annotate",
    "sets": "Sets",
    "train": "Train",
    "compare": "Compare",
    "export": "Export",
    "settings": "Settings",
}
"""Page name in the address -> what people call it, in the order of work."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a visitor is.

    Attributes:
        project: name, "" for none.
        page: a key of PAGES.
        text: number of a text on the annotate page, "" for the next in the queue.
        choice: what the page should have chosen (a tagger, a set, a run), "" for its own first.
        turn: counts the pages a visitor opens; in a value it makes two openings differ.
    """

    project: str = ""
    page: str = "dashboard"
    text: str = ""
    choice: str = ""
    turn: int = 0

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Address:
        """Read it from a query or a header value; an unknown page is the dashboard."""
        page = str(values.get("page") or "dashboard")
        return cls(
            project=str(values.get("project") or ""),
            page=page if page in PAGES else "dashboard",
            text=str(values.get("text") or ""),
            choice=str(values.get("choice") or ""),
            turn=int(values.get("turn") or 0),
        )


@dataclass(frozen=True, slots=True)
class Frame:
    """What is around a page.

    Attributes:
        settings: how the studio was started.
        database: where everything is kept.
        header: the bar on top; its value says where the visitor is.
        news: where a handler tells what it has done.
    """

    settings: Settings
    database: Database
    header: gr.HTML
    news: gr.HTML


def components(handles: object) -> list[Block]:
    """The components and containers of a handle dataclass and of its parts, in order."""
    found: list[Block] = []
    for field in dataclasses.fields(handles):  # type: ignore[arg-type]
        value = getattr(handles, field.name)
        if isinstance(value, Block):
            found.append(value)
        elif dataclasses.is_dataclass(value):
            found += components(value)
    return found


def move(header: HeaderValue, **change: str) -> HeaderValue:
    """A header value that makes the browser go elsewhere, such as `move(header, page="tag")`."""
    return {**header, "text": "", "choice": "", **change, "go": True}
