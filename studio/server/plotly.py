"""Where Plotly's script is: in the installed package, so that no figure needs a CDN."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def folder() -> Path:
    """The folder with plotly.min.js, found without importing the package.

    Raises:
        ModuleNotFoundError: plotly is not installed.
    """
    spec = find_spec("plotly")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("plotly is not installed")
    return Path(spec.origin).parent / "package_data"
