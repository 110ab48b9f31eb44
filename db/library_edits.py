"""What people do to a library: edit, approve, reject, write and import examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from db.columns import now
from db.errors import Conflict, Invalid, NotFound
from db.library_rows import codes, numbered
from db.library_values import EXAMPLE_STATUSES, ExampleStatus, Source
from db.session import insert_row, transaction
from db.tables import LIBRARY, LIBRARY_EXAMPLE
from engine.types import AnnotatedText


def edit(
    session: Session,
    example_id: int,
    content: AnnotatedText,
    author: str,
    *,
    base: int | None = None,
) -> int:
    """Change the text or the spans of an example; it counts from now on. Returns its revision.

    Raises:
        NotFound: there is no such example.
        Conflict: it was changed since revision `base`.
        Invalid: the text is blank, or a type is unknown.
    """
    with transaction(session):
        row = _row(session, example_id, base)
        return _change(
            session,
            row,
            author,
            text=_text(content),
            spans=numbered(content, codes(session, row.project_id)),
            status="edited",
            reason="",
        )


def set_status(
    session: Session,
    example_id: int,
    status: ExampleStatus,
    author: str,
    *,
    reason: str = "",
    base: int | None = None,
) -> int:
    """Approve or reject an example, or take that back. Returns its revision.

    "generated" takes a decision back: what was edited is edited again, and what had been rejected
    when it was made is rejected again.

    Raises:
        NotFound: there is no such example.
        Conflict: it was changed since revision `base`.
        Invalid: there is no such status.
    """
    if status not in EXAMPLE_STATUSES:
        raise Invalid(f"An example is {', '.join(EXAMPLE_STATUSES)}; got {status!r}.")
    with transaction(session):
        row = _row(session, example_id, base)
        if status == "generated":
            status, reason = _untouched(row)
            author = author if status in ("edited", "approved") else ""
        elif status == "rejected":
            reason = reason.strip() or "rejected by hand"
        else:
            reason = ""
        return _change(session, row, author, status=status, reason=reason)


def add(
    session: Session,
    project_id: int,
    content: AnnotatedText,
    author: str,
    *,
    origin: Source = "person",
) -> int:
    """Write an example by hand into the newest version, the first one if need be.

    Returns:
        The number of the example; of the one that is there already, when the text is the same.

    Raises:
        NotFound: there is no such project.
        Invalid: the text is blank, or a type is unknown.
    """
    with transaction(session):
        library_id = _newest(session, project_id)
        same = select(LIBRARY_EXAMPLE.c.id).where(
            LIBRARY_EXAMPLE.c.library_id == library_id, LIBRARY_EXAMPLE.c.text == content.text
        )
        there = session.connection().execute(same).scalar()
        if there is not None:
            return int(there)
        moment = now()
        row: dict[str, Any] = {
            "library_id": library_id,
            "slot": None,
            "feature": None,
            "feature_text": "",
            "text": _text(content),
            "spans": numbered(content, codes(session, project_id)),
            "origin": origin,
            "status": "approved",
            "reason": "",
            "made": {},
            "previous": None,
            "revision": 0,
            "author": author,
            "prompt_version": "",
            "model": "",
            "usage": {},
            "created_at": moment,
            "updated_at": moment,
        }
        return insert_row(session, insert(LIBRARY_EXAMPLE).values(row))


def import_examples(
    session: Session, project_id: int, contents: Sequence[AnnotatedText], author: str
) -> int:
    """Take labelled sentences in as approved examples; returns how many were new.

    Raises:
        NotFound: there is no such project.
        Invalid: a text is blank, or a type is unknown; nothing is stored then.
    """
    with transaction(session):
        library_id = _newest(session, project_id)
        before = _count(session, library_id)
        for content in contents:
            add(session, project_id, content, author, origin="imported")
        return _count(session, library_id) - before


def _newest(session: Session, project_id: int) -> int:
    query = select(func.max(LIBRARY.c.id)).where(LIBRARY.c.project_id == project_id)
    found = session.connection().execute(query).scalar()
    if found is not None:
        return int(found)
    from db.library import create  # the one place where a person begins a library

    return create(session, project_id, "person", {}).id


def _count(session: Session, library_id: int) -> int:
    query = select(func.count()).where(LIBRARY_EXAMPLE.c.library_id == library_id)
    return int(session.connection().execute(query).scalar_one())


def _row(session: Session, example_id: int, base: int | None) -> Any:
    query = (
        select(LIBRARY_EXAMPLE, LIBRARY.c.project_id)
        .join(LIBRARY, LIBRARY.c.id == LIBRARY_EXAMPLE.c.library_id)
        .where(LIBRARY_EXAMPLE.c.id == example_id)
    )
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no example number {example_id}.")
    if base is not None and base != row.revision:
        raise Conflict(row.revision)
    return row


def _change(session: Session, row: Any, author: str, **values: Any) -> int:
    revision = int(row.revision) + 1
    changed = update(LIBRARY_EXAMPLE).where(LIBRARY_EXAMPLE.c.id == row.id)
    session.connection().execute(
        changed.values(revision=revision, author=author, updated_at=now(), **values)
    )
    return revision


def _untouched(row: Any) -> tuple[ExampleStatus, str]:
    """Status and reason of an example that nobody has decided on."""
    if not row.made:
        return "approved", ""
    if (row.made["text"], row.made["spans"]) != (row.text, row.spans):
        return "edited", ""
    reason = str(row.made["reason"])
    return ("rejected" if reason else "generated"), reason


def _text(content: AnnotatedText) -> str:
    if not content.text.strip():
        raise Invalid("An example needs a text.")
    return content.text
