"""Whether everything is well: the database, the files that ship, the folder to write in."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import assets
from db.values import DoctorReport
from studio.wiring import SHIPPED_MODEL

if TYPE_CHECKING:
    from studio.settings import Settings

MODEL_FILES = (
    "config.json",
    "base.safetensors",
    "text.safetensors",
    "concepts.safetensors",
    "taxonomy.json",
    "tokenizer.json",
)
SHIPPED = (
    *(f"checkpoints/{SHIPPED_MODEL}/{name}" for name in MODEL_FILES),
    "theme.css",
    "span_editor/span_editor.js",
    "demo/texts.jsonl",
    "demo/types.yaml",
    "demo/gold.jsonl",
)
"""Files the studio cannot do without."""


def check(settings: Settings) -> DoctorReport:
    """Look at the database, if there is one yet, and at the files; a sentence a problem."""
    report = _database(settings.db)
    missing = [name for name in SHIPPED if not assets.path(*name.split("/")).is_file()]
    problems = [f"The shipped file {name} is missing; install again." for name in missing]
    if not _writable(settings.db.parent):
        problems.append(f"The folder {settings.db.parent} cannot be written to.")
    return replace(
        report,
        checked={**report.checked, "files": len(SHIPPED)},
        problems=[*report.problems, *problems],
    )


def _database(path: Path) -> DoctorReport:
    if not path.exists():
        return DoctorReport({}, [])
    from db import doctor
    from db.session import connect

    database = connect(path)
    try:
        with database.session() as session:
            return doctor.check(session)
    finally:
        database.close()


def _writable(folder: Path) -> bool:
    """Whether files can be made in a folder, or the folder itself can be."""
    existing = next(
        place for place in (folder.absolute(), *folder.absolute().parents) if place.exists()
    )
    return existing.is_dir() and os.access(existing, os.W_OK)
