"""Bring a database file to the newest schema: a copy first, then every step or none."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, NullPool, create_engine

from db.backup import copy
from db.errors import DbError
from db.failures import BUSY_SECONDS, plainly
from db.migrations import APPLICATION_ID, FOLDER, HEAD

_PATIENCE = 6 * BUSY_SECONDS
"""How long to wait for another process that migrates the same file. Our choice."""


def upgrade(path: Path, *, folder: Path = FOLDER, head: str = HEAD) -> Path | None:
    """Make or migrate the file at `path`; returns where the old one was copied, None if it was not.

    Raises:
        DbError: the file is another program's, newer than us, or cannot be written.
    """
    with plainly(path):
        revision = _revision(path)
        if revision == head:
            _use_wal(path)
            return None
        kept = None
        if revision is not None:
            _check_known(path, revision, folder)
            kept = copy(path, path.with_name(f"{path.name}.before-{head}"))
        _use_wal(path)
        _run(path, folder, head)
        return kept


def _revision(path: Path) -> str | None:
    """The step that a file is at, None for a blank or missing one."""
    if path.is_dir():
        raise DbError(f"The database {path} is a folder; a file is needed.")
    if not path.exists() or path.stat().st_size == 0:
        return None
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as driver:
        return _revision_of(driver, path)


def _revision_of(driver: sqlite3.Connection, path: Path) -> str | None:
    names = {row[0] for row in driver.execute("SELECT name FROM sqlite_master")}
    if not names:
        return None
    ours = driver.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    if not ours or "alembic_version" not in names:
        raise DbError(f"{path} is a database of another program; nothing was changed.")
    row = driver.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _check_known(path: Path, revision: str, folder: Path) -> None:
    if not any((folder / "versions").glob(f"{revision}_*.py")):
        raise DbError(
            f"The database {path} was made by a newer version of NER Studio "
            f"(schema {revision}); nothing was changed."
        )


def _use_wal(path: Path) -> None:
    """Switch to WAL, unless the file is in it: a new one, or a backup put in place by hand.

    Two that switch at once each wait for the other to let go, so that neither may wait inside
    SQLite: both step back and try again at another moment.
    """
    deadline = time.monotonic() + _PATIENCE
    with closing(sqlite3.connect(path, timeout=0)) as driver:
        while True:
            try:
                driver.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                busy = (error.sqlite_errorcode & 0xFF) == sqlite3.SQLITE_BUSY
                if not busy or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.01, 0.1))


def _run(path: Path, folder: Path, head: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    pool = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": _PATIENCE},
        poolclass=NullPool,
    )
    with pool.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, head)  # nothing to do when another process was faster
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise DbError(
                f"Migrating the database {path} would leave {len(broken)} rows without their "
                "parent; nothing was changed."
            )
        connection.commit()
