"""The annotate page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from studio.pages.frame import Address, Frame, Update
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class AnnotatePage:
    """The components of the page."""

    main: gr.HTML


def build() -> AnnotatePage:
    """Lay the page out."""
    return AnnotatePage(main=view("empty", elem_id="ns-annotate"))


def refresh(frame: Frame, page: AnnotatePage, address: Address) -> Update:
    """What the page shows for an address."""
    text = f"{address.project} in {frame.database.path}"
    return {page.main: {"page": "annotate", "title": "Annotate", "text": text}}


def wire(page: AnnotatePage, frame: Frame) -> None:
    """Attach the handlers."""
    del page, frame
