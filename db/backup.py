"""Consistent copies of a database, while it is in use."""

from __future__ import annotations

from pathlib import Path


def backup(path: Path, target: Path) -> Path:
    """Copy the database `path` to `target`. Raises NotFound, AlreadyExists, DbError."""
    raise NotImplementedError


def restore(source: Path, path: Path) -> Path | None:
    """Put the copy `source` in the place of `path`; returns where the replaced file was kept."""
    raise NotImplementedError
