"""What a browser or a newcomer opens: scripts, styles, checkpoints, the demo, ready-made type sets.

>>> path("theme.css").name
'theme.css'
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Where an asset lies on disk, whether it exists or not."""
    return ROOT.joinpath(*parts)
