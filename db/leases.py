"""Leases: a browser that has a text open says so, so that two people do not correct it unawares.

A lease is short and kept alive by the editor: a browser that dies lets go by itself. It forbids
nothing: whoever goes on anyway takes it over, and revisions guard against lost edits as ever.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import Session

from db.columns import now
from db.errors import Invalid, NotFound
from db.session import transaction
from db.tables import LEASE, TEXT
from db.values import UNFINISHED, Lease, Status

SECONDS = 30
"""How long a lease holds. Our choice: three beats of the editor: one may be lost."""

_LONGEST_HOLDER = 64


def take(
    session: Session,
    text_id: int,
    holder: str,
    *,
    author: str = "",
    force: bool = False,
    moment: datetime | None = None,
) -> Lease | None:
    """Take or renew the lease of a text; answers the other's lease when it is taken.

    Args:
        session: the session.
        text_id: the text.
        holder: names the browser, the same at every beat.
        author: who sits there.
        force: go on although another browser has it.
        moment: the time it is, None for now.

    Raises:
        NotFound: there is no such text.
        Invalid: a holder of no or too many characters.
    """
    if not 0 < len(holder) <= _LONGEST_HOLDER:
        raise Invalid(f"A lease needs a holder of 1 to {_LONGEST_HOLDER} characters.")
    moment = moment or now()
    status(session, text_id)

    def other() -> Lease | None:
        found = of(session, text_id, moment)
        return found if found is not None and found.holder != holder and not force else None

    # Most who come second are told without keeping writers waiting.
    if (taken := other()) is not None:
        return taken
    with transaction(session):
        if (taken := other()) is not None:
            return taken
        connection = session.connection()
        found = of(session, text_id, moment)
        since = found.since if found is not None and found.holder == holder else moment
        row = {
            "text_id": text_id,
            "holder": holder,
            "author": author,
            "since": since,
            "expires": moment + timedelta(seconds=SECONDS),
        }
        connection.execute(delete(LEASE).where(LEASE.c.expires <= moment))
        put = upsert(LEASE)
        connection.execute(put.on_conflict_do_update(index_elements=["text_id"], set_=row), row)
    return None


def status(session: Session, text_id: int) -> Status:
    """Where a text stands by now: what was fetched ahead may be done. Raises NotFound."""
    query = select(TEXT.c.status).where(TEXT.c.id == text_id)
    found: Status | None = session.connection().execute(query).scalar()
    if found is None:
        raise NotFound(f"There is no text number {text_id}.")
    return found


def release(session: Session, text_id: int, holder: str) -> None:
    """Let go of a text; nothing happens when another browser has it by now."""
    with transaction(session):
        session.connection().execute(
            delete(LEASE).where(LEASE.c.text_id == text_id, LEASE.c.holder == holder)
        )


def of(session: Session, text_id: int, moment: datetime | None = None) -> Lease | None:
    """The lease on a text that holds now, None when there is none."""
    query = select(LEASE).where(LEASE.c.text_id == text_id, LEASE.c.expires > (moment or now()))
    row = session.connection().execute(query).first()
    return Lease(row.text_id, row.holder, row.author, row.since) if row else None


def free(holder: str, text_id: Any = TEXT.c.id) -> Any:
    """A condition on the number of a text: no other browser has it open now."""
    taken = select(LEASE.c.text_id).where(LEASE.c.holder != holder, LEASE.c.expires > now())
    return text_id.not_in(taken)


def held(session: Session, project_id: int, holder: str) -> int:
    """How many unfinished texts of a project other browsers have open."""
    query = (
        select(func.count())
        .select_from(LEASE)
        .join(TEXT, TEXT.c.id == LEASE.c.text_id)
        .where(
            TEXT.c.project_id == project_id,
            TEXT.c.status.in_(UNFINISHED),
            LEASE.c.holder != holder,
            LEASE.c.expires > now(),
        )
    )
    return int(session.connection().execute(query).scalar_one())
