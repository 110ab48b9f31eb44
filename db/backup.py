"""Consistent copies of a database, while it is in use."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from db.errors import AlreadyExists, DbError, NotFound
from db.failures import BUSY_SECONDS, plainly
from db.migrations import APPLICATION_ID

_PAGES = 2_000
"""Pages copied at a time; between two, others may write (about 8 MB, our choice)."""


def backup(path: Path, target: Path, *, overwrite: bool = False) -> Path:
    """Copy the database `path` to `target`, as of one moment.

    Raises:
        NotFound: there is no such database.
        AlreadyExists: there is something at `target`.
        DbError: the copy could not be written, or `path` is no database of ours.
    """
    if not path.is_file():
        raise NotFound(f"There is no database {path}.")
    if target.exists() and (not overwrite or target.samefile(path)):
        raise AlreadyExists(f"{target} exists already; name another file.")
    _check_ours(path)
    return copy(path, target)


def restore(source: Path, path: Path) -> Path | None:
    """Put the copy `source` in the place of `path`; returns where the replaced file was kept.

    Other processes that have `path` open go on with the restored content.

    Raises:
        NotFound: there is no such copy.
        DbError: it is damaged or no database of ours.
    """
    if not source.is_file():
        raise NotFound(f"There is no backup {source}.")
    _check_ours(source)
    kept = _put_aside(path, source) if path.exists() and path.stat().st_size else None
    with plainly(path), _open(source) as old, _open(path) as new:
        old.backup(new, pages=_PAGES)
        new.execute("PRAGMA journal_mode = WAL")
    return kept


def copy(path: Path, target: Path) -> Path:
    """Copy one SQLite file; `target` appears whole or not at all."""
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        with plainly(target), _open(path) as old, _open(part) as new:
            old.backup(new, pages=_PAGES)
            new.execute("PRAGMA journal_mode = DELETE")
        part.replace(target)
    except OSError as error:
        raise DbError(f"The copy {target} cannot be written: {error.strerror or error}.") from error
    finally:
        for end in ("", "-wal", "-shm"):
            part.with_name(f"{part.name}{end}").unlink(missing_ok=True)
    return target


def _open(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, timeout=BUSY_SECONDS))


def _check_ours(path: Path) -> None:
    with plainly(path), _open(path) as driver:
        mark = driver.execute("PRAGMA application_id").fetchone()[0]
        if mark != APPLICATION_ID:
            raise DbError(f"{path} is no database of NER Studio.")
        said = driver.execute("PRAGMA quick_check(1)").fetchone()[0]
        if said != "ok":
            raise DbError(f"{path} is damaged: {said}.")


def _put_aside(path: Path, source: Path) -> Path:
    """Keep what is about to be replaced: a copy, or the very files where they are damaged."""
    if path.samefile(source):
        raise DbError(f"{source} is the database itself; name a backup.")
    kept = _free_name(path)
    try:
        _check_ours(path)
        return copy(path, kept)
    except DbError:
        for suffix in ("", "-wal", "-shm"):
            file = path.with_name(path.name + suffix)
            if file.exists():
                file.replace(kept.with_name(kept.name + suffix))
        return kept


def _free_name(path: Path) -> Path:
    number = 1
    while (found := path.with_name(f"{path.name}.replaced-{number}")).exists():
        number += 1
    return found
