"""The types page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from studio.pages.frame import Address, Frame, Update
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class TypesPage:
    """The components of the page."""

    main: gr.HTML


def build() -> TypesPage:
    """Lay the page out."""
    return TypesPage(main=view("empty", elem_id="ns-types"))


def refresh(frame: Frame, page: TypesPage, address: Address) -> Update:
    """What the page shows for an address."""
    text = f"{address.project} in {frame.database.path}"
    return {page.main: {"page": "types", "title": "Types", "text": text}}


def wire(page: TypesPage, frame: Frame) -> None:
    """Attach the handlers."""
    del page, frame
