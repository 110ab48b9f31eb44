"""The span editor: a constant template, drawn by the scripts of assets/span_editor.

Its value is only a place. Texts, spans and type names never pass through the component: the scripts
fetch them from `/api/texts` and build the page with textContent.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

_TEMPLATE = '<div class="se-root" data-testid="span-editor"></div>'
_GLUE = """
import('/static/span_editor/span_editor.js').then(m => m.mount(element, {props, trigger, watch}));
"""


def span_editor(*, elem_id: str = "ns-span-editor") -> gr.HTML:
    """The editor, empty until it is given a place."""
    return gr.HTML(
        value=None,
        html_template=_TEMPLATE,
        js_on_load=_GLUE,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=["ns-html"],
    )


def place(project: str, text: str, turn: int) -> dict[str, Any]:
    """What the editor should show: a text by its number, "" for the one that stands first.

    `turn` makes each visit a new value, so that the editor looks again at what has changed.
    """
    return {"project": project, "text": text, "turn": turn}
