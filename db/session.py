"""One database file: open it, hand out sessions, and write in short transactions.

WAL lets readers go on beside the one writer. `synchronous=FULL`: what was acknowledged survives a
power cut too, at the price of one fsync an edit (our choice; NORMAL would be faster and lose the
last edits then). Writes begin with BEGIN IMMEDIATE: a check and the write it allows are one step,
and a writer waits its turn instead of failing half-way.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, Insert, create_engine, event
from sqlmodel import Session

from db.errors import DbError
from db.failures import BUSY_SECONDS, plainly
from db.upgrade import upgrade

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16000",
    "PRAGMA journal_size_limit = 64000000",
)

_LOOK_SECONDS = 0.002
"""How often a writer looks whether it is its turn. Our choice: less than an import needs to read
its next batch, and nothing beside what a write costs."""


class Database:
    """An open database file; made by `connect`, closed by whoever made it.

    Attributes:
        path: the file.
    """

    def __init__(self, path: Path, pool: Engine) -> None:
        self.path = path
        self._pool = pool

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session for one unit of work; what is left uncommitted is committed at a clean exit.

        Raises:
            DbError: the file cannot be read or written (full disk, damage, held by another).
        """
        with plainly(self.path), Session(self._pool) as session:
            yield session
            session.commit()

    def close(self) -> None:
        """Let go of the file."""
        self._pool.dispose()


def connect(path: Path) -> Database:
    """Open a database, making or migrating it first; an existing file is copied before.

    Raises:
        DbError: it cannot be made, is no database of ours, or was made by a newer version.
    """
    path = Path(path).absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        upgrade(path)
    except OSError as error:
        raise DbError(f"The database {path} cannot be used: {error.strerror or error}.") from error
    return Database(path, _pool(path))


def _pool(path: Path) -> Engine:
    pool = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS},
        pool_size=8,
        max_overflow=-1,
    )

    @event.listens_for(pool, "connect")
    def _prepare(driver: Any, _record: object) -> None:
        for pragma in _PRAGMAS:
            driver.execute(pragma)

    return pool


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """Write all of it or nothing; joins the transaction that is already open, if any."""
    if _in_transaction(session):
        yield
        return
    _take_turn(session)
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def snapshot(session: Session) -> Iterator[None]:
    """Read several tables as of one moment; never write inside."""
    if _in_transaction(session):
        yield
        return
    session.connection().exec_driver_sql("BEGIN")
    try:
        yield
    finally:
        session.rollback()


def insert_row(session: Session, row: Insert) -> int:
    """Insert one row; returns its number."""
    key = session.connection().execute(row).inserted_primary_key
    return int(key[0]) if key else 0


def _take_turn(session: Session) -> None:
    """Begin to write once nobody else does; a look every few milliseconds.

    SQLite's own waiting sleeps longer and longer. Whoever writes batch after batch, an import or a
    tagger, would begin the next one long before a person's edit looks again.
    """
    driver: Any = session.connection().connection.dbapi_connection
    due = time.monotonic() + BUSY_SECONDS
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while not _begun(driver, last=time.monotonic() >= due):
            time.sleep(_LOOK_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")


def _begun(driver: Any, *, last: bool) -> bool:
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last or (error.sqlite_errorcode or 0) & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _in_transaction(session: Session) -> bool:
    driver: Any = session.connection().connection.dbapi_connection
    return bool(driver.in_transaction)
