"""The dashboard page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from studio.pages.frame import Address, Frame, Update
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """The components of the page."""

    main: gr.HTML


def build() -> DashboardPage:
    """Lay the page out."""
    return DashboardPage(main=view("empty", elem_id="ns-dashboard"))


def refresh(frame: Frame, page: DashboardPage, address: Address) -> Update:
    """What the page shows for an address."""
    text = f"{address.project} in {frame.database.path}"
    return {page.main: {"page": "dashboard", "title": "Dashboard", "text": text}}


def wire(page: DashboardPage, frame: Frame) -> None:
    """Attach the handlers."""
    del page, frame
