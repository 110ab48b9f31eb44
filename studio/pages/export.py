"""The export page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from studio.pages.frame import Address, Frame, Update
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class ExportPage:
    """The components of the page."""

    main: gr.HTML


def build() -> ExportPage:
    """Lay the page out."""
    return ExportPage(main=view("empty", elem_id="ns-export"))


def refresh(frame: Frame, page: ExportPage, address: Address) -> Update:
    """What the page shows for an address."""
    text = f"{address.project} in {frame.database.path}"
    return {page.main: {"page": "export", "title": "Export", "text": text}}


def wire(page: ExportPage, frame: Frame) -> None:
    """Attach the handlers."""
    del page, frame
