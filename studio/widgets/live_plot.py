"""Loss and F1 of a training while it goes on, drawn by the scripts of assets/live_plot.

Its value is only the number of a job. The script fetches the curve from `/api/jobs/ID/curve` and
asks again as long as the job runs, so a reload and a second browser see the same curve.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

_TEMPLATE = '<div class="ns-view lp-root"></div>'
_GLUE = """
import('/static/live_plot/live_plot.js').then(m => m.mount(element, {props, watch}));
"""


def live_plot(*, elem_id: str = "ns-live-plot") -> gr.HTML:
    """The plot, empty until it is given a job."""
    return gr.HTML(
        value=None,
        html_template=_TEMPLATE,
        js_on_load=_GLUE,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=["ns-html"],
    )


def of_job(job_id: int | None, status: str = "") -> dict[str, Any]:
    """What the plot should show: the curve of a job, or nothing.

    A change of `status` makes it look again: a job that was resumed goes on with its curve.
    """
    return {"job": job_id, "status": status}
