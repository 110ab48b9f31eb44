"""The annotate page: the span editor over the review queue.

Which text is next, filters, progress and empty states live in the editor's own scripts, so that the
next text is there at once and the keyboard focus stays; this page only says where to begin.
"""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from db import projects, traces
from studio.pages.frame import Address, Frame, Update
from studio.widgets.span_editor import place, span_editor
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class AnnotatePage:
    """The components of the page."""

    editor: gr.HTML
    trace: gr.HTML


def build() -> AnnotatePage:
    """Lay the page out."""
    return AnnotatePage(editor=span_editor(), trace=view("trace", elem_id="ns-trace"))


def refresh(frame: Frame, page: AnnotatePage, address: Address) -> Update:
    """What the page shows for an address."""
    with frame.database.session() as session:
        found = projects.get(session, address.project)
        known = traces.any_known(session, found.id)
    text = address.text if address.text.isdecimal() else ""
    return {page.editor: place(address.project, text, address.turn), page.trace: {"known": known}}


def wire(page: AnnotatePage, frame: Frame) -> None:
    """Attach the handlers: none, for the editor talks to its own routes."""
    del page, frame
