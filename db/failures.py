"""What SQLite says when a file cannot be used, as one plain sentence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from db.errors import DbError

BUSY_SECONDS = 30
"""How long a write waits for another one. Our choice: hundreds of times our longest batch, for a
machine without a core to spare lets some writers wait long."""

_SENTENCES = {
    sqlite3.SQLITE_BUSY: "The database {name} is held by another program; nothing was changed, "
    "try again in a moment.",
    sqlite3.SQLITE_LOCKED: "The database {name} is busy; nothing was changed, try again.",
    sqlite3.SQLITE_READONLY: "The database {name} cannot be written; nothing was changed.",
    sqlite3.SQLITE_PERM: "The database {name} may not be used by this user.",
    sqlite3.SQLITE_IOERR: "The disk under the database {name} reports an error; "
    "nothing was changed.",
    sqlite3.SQLITE_CORRUPT: "The database {name} is damaged; restore a backup.",
    sqlite3.SQLITE_FULL: "There is no space left for the database {name}; nothing was changed.",
    sqlite3.SQLITE_CANTOPEN: "The database {name} cannot be opened or created there.",
    sqlite3.SQLITE_NOTADB: "{name} is not a database.",
    sqlite3.SQLITE_TOOBIG: "A text or value is too large for the database {name}.",
}


def sentence(error: BaseException, path: Path) -> str | None:
    """The sentence for an error of SQLite's, None when it is a fault of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    found = _SENTENCES.get(code & 0xFF)
    return found.format(name=path) if found else None


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn trouble with the file into a DbError; faults of ours pass as they are."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        said = sentence(cause, path) if cause is not None else None
        if said is None:
            raise
        raise DbError(said) from error
