"""One database file: open it, migrate it, hand out sessions and transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from sqlmodel import Session


class Database:
    """An open database file; made by `connect`, closed by whoever made it."""

    path: Path

    def session(self) -> AbstractContextManager[Session]:
        """A session for one unit of work; what is left uncommitted is committed at a clean exit."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file."""
        raise NotImplementedError


def connect(path: Path) -> Database:
    """Open a database, making or migrating it first; an existing file is copied before."""
    raise NotImplementedError


@contextmanager
def transaction(session: Session) -> Iterator[None]:
    """Write all of it or nothing; joins the transaction that is already open, if any."""
    raise NotImplementedError
