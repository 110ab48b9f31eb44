"""The settings page."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from studio.pages.frame import Address, Frame, Update
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The components of the page."""

    main: gr.HTML


def build() -> SettingsPage:
    """Lay the page out."""
    return SettingsPage(main=view("empty", elem_id="ns-settings"))


def refresh(frame: Frame, page: SettingsPage, address: Address) -> Update:
    """What the page shows for an address."""
    text = f"{address.project} in {frame.database.path}"
    return {page.main: {"page": "settings", "title": "Settings", "text": text}}


def wire(page: SettingsPage, frame: Frame) -> None:
    """Attach the handlers."""
    del page, frame
