"""What the types page makes of its fields."""

from __future__ import annotations

import pytest

from studio.pages.type_edits import hex_colour, templates
from studio.typesets import read


@pytest.mark.parametrize(
    ("picked", "stored"),
    [
        (None, ""),
        ("", ""),
        ("#AABBCC", "#aabbcc"),
        ("rgb(1, 2, 3)", "#010203"),
        ("rgba(255.4, 0, 16, 0.5)", "#ff0010"),
        ("rgb(1)", "rgb(1)"),
        ("tomato", "tomato"),
    ],
)
def test_a_picked_colour_is_stored_as_hexadecimal(picked: str | None, stored: str) -> None:
    assert hex_colour(picked) == stored


def test_every_ready_made_set_can_be_loaded() -> None:
    import assets

    assert len(templates()) >= 3
    for _, stem in templates():
        assert read(assets.path("entity_types", f"{stem}.yaml"))
