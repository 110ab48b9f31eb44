"""The rules of the house, which no reviewer has to remember."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("engine", "db", "studio", "assets")
MODULES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def test_no_room_imports_one_that_stands_above_it():
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_only_the_settings_read_the_environment():
    """A library's own switch may be set anywhere; what a person decides is read in one place."""
    readers = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if "os.environ" in (text := path.read_text(encoding="utf-8")) or "getenv" in text
    ]
    assert readers == ["studio/settings.py"]
