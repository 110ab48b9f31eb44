"""What is typed into number fields.

Gradio refuses a number that is out of a field's own bounds before any handler hears of it, and says
nothing. Fields have no bounds, therefore; handlers ask here.
"""

from __future__ import annotations

from studio.errors import RequestRefused


def whole(label: str, value: float | None, least: int, most: int | None = None) -> int:
    """The whole number in a field.

    Args:
        label: of the field, as it stands on the page.
        value: what Gradio gives for it; None when it is empty.
        most: the greatest number that can be; None: there is none.

    Raises:
        RequestRefused: it is empty or out of bounds.
    """
    if value is None:
        raise RequestRefused(f"{label}: give a number.")
    if value < least or (most is not None and value > most):
        bounds = f"{least} or more" if most is None else f"from {least} to {most:,}"
        raise RequestRefused(f"{label}: {bounds}, please; got {value:,.0f}.")
    return int(value)
