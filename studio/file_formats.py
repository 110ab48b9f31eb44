"""The formats as a person chooses among them: what they are called, and their short names."""

from __future__ import annotations

from engine.formats import FORMATS

AUTO = "auto"


def readable() -> list[tuple[str, str]]:
    """The formats of files coming in, as (label, name); first, to let the studio find out."""
    known = [(m.LABEL, name) for name, m in FORMATS.items() if hasattr(m, "read")]
    return [("find out", AUTO), *known]


def writable() -> list[tuple[str, str]]:
    """The formats of files going out, as (label, name)."""
    return [(m.LABEL, name) for name, m in FORMATS.items() if hasattr(m, "write")]


def label(name: str) -> str:
    """What people call a format."""
    return str(FORMATS[name].LABEL)
