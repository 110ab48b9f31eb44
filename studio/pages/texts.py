"""The texts page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from studio.pages.frame import Address, Frame, Update
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class TextsPage:
    """The components of the page."""

    main: gr.HTML


def build() -> TextsPage:
    """Lay the page out."""
    return TextsPage(main=view("empty", elem_id="ns-texts"))


def refresh(frame: Frame, page: TextsPage, address: Address) -> Update:
    """What the page shows for an address."""
    text = f"{address.project} in {frame.database.path}"
    return {page.main: {"page": "texts", "title": "Texts", "text": text}}


def wire(page: TextsPage, frame: Frame) -> None:
    """Attach the handlers."""
    del page, frame
