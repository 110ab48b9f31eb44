"""The random order: a key a text, from its print and the project's seed.

The same seed gives the same order on every machine, and a text added later falls into its place.
"""

from __future__ import annotations

from hashlib import blake2b

from sqlalchemy import bindparam, select, update
from sqlmodel import Session

from db.chunks import chunks
from db.tables import TEXT

_SET = update(TEXT).where(TEXT.c.id == bindparam("row")).values(shuffle=bindparam("key"))


def key(print_: str, seed: int) -> int:
    """Where a text with this print stands: 0 to 2**32 - 1."""
    return int.from_bytes(blake2b(f"{seed}:{print_}".encode(), digest_size=4).digest())


def shuffle(session: Session, project_id: int, seed: int) -> None:
    """Bring the texts of a project into the order of a seed, within the caller's transaction."""
    connection = session.connection()
    query = select(TEXT.c.id, TEXT.c.sha256).where(TEXT.c.project_id == project_id)
    for some in chunks(connection.execute(query).all(), 10_000):
        connection.execute(_SET, [{"row": id_, "key": key(print_, seed)} for id_, print_ in some])
