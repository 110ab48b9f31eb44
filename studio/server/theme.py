"""Colours and type of the whole studio as a Gradio theme; assets/theme.css builds on its variables.

The bundled fonts are complete in weights 400 and 700 only, so no other weight is asked for.
"""

from __future__ import annotations

import gradio as gr
from gradio.themes.utils import sizes
from gradio.themes.utils.colors import Color
from gradio.themes.utils.fonts import LocalFont


def _ramp(name: str, *steps: str) -> Color:
    """A colour from its eleven steps, 50 to 950."""
    keys = ("c50", *(f"c{n}00" for n in range(1, 10)), "c950")
    return Color(name=name, **dict(zip(keys, steps, strict=True)))


INK = _ramp(
    "ink", "#f4f6f6", "#e9edee", "#d9dfe1", "#bcc6ca", "#8e9ca2", "#62727a", "#4a5960",
    "#354349", "#222c31", "#182024", "#11171a",
)  # fmt: skip
PINE = _ramp(
    "pine", "#eaf5f2", "#d2eae4", "#a7d5cb", "#74bcae", "#43a08f", "#1d8072", "#0f6a5f",
    "#0d564d", "#0c453f", "#0b3833", "#06201d",
)  # fmt: skip

LOOK = {
    "body_background_fill": "*neutral_50",
    "body_background_fill_dark": "*neutral_950",
    "body_text_color": "*neutral_900",
    "body_text_color_dark": "*neutral_100",
    "body_text_color_subdued": "*neutral_500",
    "body_text_color_subdued_dark": "*neutral_400",
    "background_fill_primary": "#ffffff",
    "background_fill_primary_dark": "*neutral_900",
    "background_fill_secondary": "*neutral_50",
    "background_fill_secondary_dark": "*neutral_950",
    "border_color_primary": "*neutral_200",
    "border_color_primary_dark": "#2b363b",
    "block_background_fill": "#ffffff",
    "block_background_fill_dark": "*neutral_900",
    "block_border_color": "*neutral_200",
    "block_border_color_dark": "#2b363b",
    "block_border_width": "1px",
    "block_label_text_color": "*neutral_600",
    "block_label_text_color_dark": "*neutral_300",
    "block_title_text_color": "*neutral_700",
    "block_title_text_color_dark": "*neutral_200",
    "block_title_text_weight": "700",
    "block_label_text_weight": "700",
    "block_shadow": "none",
    "block_shadow_dark": "none",
    "input_background_fill": "#ffffff",
    "input_background_fill_dark": "*neutral_950",
    "input_border_color": "#7f8e95",
    "input_border_color_dark": "#66757c",
    "input_border_color_focus": "*primary_600",
    "input_border_color_focus_dark": "*primary_400",
    "input_border_width": "1px",
    "input_placeholder_color": "*neutral_500",
    "input_placeholder_color_dark": "*neutral_400",
    "button_primary_background_fill": "*primary_600",
    "button_primary_background_fill_hover": "*primary_700",
    "button_primary_background_fill_dark": "#5cbcac",
    "button_primary_background_fill_hover_dark": "*primary_300",
    "button_primary_border_color_dark": "#5cbcac",
    "button_primary_text_color": "#ffffff",
    "button_primary_text_color_dark": "*primary_950",
    "button_secondary_background_fill": "#ffffff",
    "button_secondary_background_fill_hover": "*neutral_100",
    "button_secondary_background_fill_dark": "*neutral_800",
    "button_secondary_background_fill_hover_dark": "*neutral_700",
    "button_secondary_border_color": "*neutral_300",
    "button_secondary_border_color_dark": "#3a474d",
    "button_border_width": "1px",
    "button_large_text_weight": "700",
    "button_large_text_size": "*text_md",
    "button_large_padding": "9px 16px",
    "button_secondary_text_color": "*neutral_900",
    "button_secondary_text_color_dark": "*neutral_100",
    "button_cancel_background_fill": "#ffffff",
    "button_cancel_background_fill_hover": "#fdeceb",
    "button_cancel_background_fill_dark": "*neutral_800",
    "button_cancel_background_fill_hover_dark": "#3a1a18",
    "button_cancel_border_color": "#b3261e",
    "button_cancel_border_color_dark": "#ff9a92",
    "button_cancel_text_color": "#b3261e",
    "button_cancel_text_color_dark": "#ff9a92",
    "button_medium_text_weight": "700",
    "button_small_text_weight": "400",
    "checkbox_border_color": "*neutral_500",
    "checkbox_border_color_dark": "*neutral_400",
    "checkbox_label_text_weight": "400",
    "link_text_color": "*primary_600",
    "link_text_color_dark": "*primary_300",
}
"""Gradio's own variables, each for light and for dark; a `*name` is a step of a ramp."""


def theme() -> gr.themes.Base:
    """The theme, light and dark."""
    base = gr.themes.Base(
        primary_hue=PINE,
        secondary_hue=PINE,
        neutral_hue=INK,
        radius_size=sizes.radius_md,
        text_size=sizes.text_md,
        spacing_size=sizes.spacing_md,
        font=[LocalFont("IBM Plex Sans", weights=(400, 700)), "system-ui", "sans-serif"],
        font_mono=[LocalFont("IBM Plex Mono", weights=(400, 700)), "ui-monospace", "monospace"],
    )
    return base.set(**LOOK)
