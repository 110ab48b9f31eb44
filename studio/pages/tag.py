"""The tag page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from studio.pages.frame import Address, Frame, Update
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class TagPage:
    """The components of the page."""

    main: gr.HTML


def build() -> TagPage:
    """Lay the page out."""
    return TagPage(main=view("empty", elem_id="ns-tag"))


def refresh(frame: Frame, page: TagPage, address: Address) -> Update:
    """What the page shows for an address."""
    text = f"{address.project} in {frame.database.path}"
    return {page.main: {"page": "tag", "title": "Tag", "text": text}}


def wire(page: TagPage, frame: Frame) -> None:
    """Attach the handlers."""
    del page, frame
