"""The map of texts and examples, drawn by the scripts of assets/cluster_map.

Its value is only a place: points, texts and names come from `/api/figures/map`.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

_TEMPLATE = '<div class="ns-view cm-root" data-testid="cluster-map"></div>'
_GLUE = """
import('/static/cluster_map/cluster_map.js').then(m => m.mount(element, {props, trigger, watch}));
/* events: 'k' */
"""


def cluster_map(*, elem_id: str = "ns-cluster-map") -> gr.HTML:
    """The map, empty until it is given a project; its event `k` carries a number of clusters."""
    return gr.HTML(
        value=None,
        html_template=_TEMPLATE,
        js_on_load=_GLUE,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=["ns-html"],
    )


def of_project(project: str, turn: object) -> dict[str, Any]:
    """What the map should show; another `turn` makes the scripts look again."""
    return {"project": project, "turn": turn}
