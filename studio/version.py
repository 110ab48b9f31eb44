"""Which version of the product this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def product_version() -> str:
    """The installed version, or "0" when run from a tree that was never installed."""
    try:
        return version("ner-studio")
    except PackageNotFoundError:
        return "0"
