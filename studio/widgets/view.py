"""A piece of page drawn by one of our scripts from a JSON value.

Gradio evaluates what stands in an `html_template`, so ours is a constant and no data ever passes
through it: the value reaches `mount(element, {props, trigger, watch})` of `assets/app/NAME.js`,
which builds the page with textContent alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import gradio as gr

_TEMPLATE = '<div class="ns-view" data-view="NAME"></div>'
_GLUE = "import('/static/app/NAME.js').then(m => m.mount(element, {props, trigger, watch}));"


def view(name: str, *, elem_id: str | None = None, events: Sequence[str] = ()) -> gr.HTML:
    """A view whose script is `assets/app/NAME.js`.

    Args:
        name: lower-case letters, digits and underscores; it becomes part of a script.
        elem_id: id of the element around it.
        events: names that the script may trigger; listen to them with `on`.

    Raises:
        ValueError: a name could be read as code.
    """
    if not all(re.fullmatch(r"[a-z][a-z0-9_]*", word) for word in (name, *events)):
        raise ValueError(f"A view and its events have plain names; got {name!r}, {events!r}.")
    # Gradio knows a custom event by its quoted name in the script.
    names = "".join(f" '{event}'" for event in events)
    return gr.HTML(
        value=None,
        html_template=_TEMPLATE.replace("NAME", name),
        js_on_load=f"{_GLUE.replace('NAME', name)} /* events:{names} */",
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=["ns-html"],
    )


def on(component: gr.HTML, event: str) -> Any:
    """The listener of a custom event: `on(view, "open")(handler, inputs, outputs, ...)`."""
    return getattr(component, event)
