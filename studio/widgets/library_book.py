"""The library to look through and to edit, drawn by the scripts of assets/library.

Its value is only a place: sentences, names and reasons come from `/api/library`.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

_TEMPLATE = '<div class="ns-view lb-root" data-testid="library"></div>'
_GLUE = "import('/static/library/library.js').then(m => m.mount(element, {props, trigger, watch}));"


def library_book(*, elem_id: str = "ns-library-book") -> gr.HTML:
    """The book, empty until it is given a project."""
    return gr.HTML(
        value=None,
        html_template=_TEMPLATE,
        js_on_load=_GLUE,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=["ns-html"],
    )


def of_project(project: str, turn: object) -> dict[str, Any]:
    """What the book should show; another `turn` makes the scripts look again."""
    return {"project": project, "turn": turn}
