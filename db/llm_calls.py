"""What language models were asked: kept answers, and a ledger of every call.

Answers are kept by the print of everything that shaped them (`engine.llm.cached.key_of`), so a
request is paid for once. The ledger counts calls, tokens, seconds and money; what an endpoint or a
person does not say is null there, and unknown in every sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import Session

from db.columns import now
from db.llm_values import LLMCall, LLMReply, LLMTotals, Origin
from db.session import transaction
from db.tables import LLM_CALL, LLM_REPLY


def find(session: Session, key: str) -> LLMReply | None:
    """The answer kept under a key, None when there is none."""
    row = session.connection().execute(select(LLM_REPLY).where(LLM_REPLY.c.key == key)).first()
    return LLMReply(**row._mapping) if row else None


def keep(session: Session, reply: LLMReply) -> None:
    """Keep an answer; one that is there already stays, so that a vote never changes."""
    session.connection().execute(_row(reply).on_conflict_do_nothing())


def replace_recorded(session: Session, replies: Sequence[LLMReply]) -> int:
    """Put recorded answers in, over others there are; returns how many. The same stay untouched."""
    with transaction(session):
        for reply in replies:
            row = _row(reply)
            names = [column.name for column in LLM_REPLY.c if column.name != "key"]
            changed = {name: row.excluded[name] for name in names}
            other = (LLM_REPLY.c.text != row.excluded.text) | (LLM_REPLY.c.origin != "recorded")
            session.connection().execute(
                row.on_conflict_do_update(index_elements=["key"], set_=changed, where=other)
            )
    return len(replies)


def _row(reply: LLMReply) -> Any:
    return upsert(LLM_REPLY).values(**asdict(reply))


def models(session: Session, origin: Origin) -> list[str]:
    """The models that have kept answers of an origin."""
    query = select(LLM_REPLY.c.model).where(LLM_REPLY.c.origin == origin).distinct()
    return sorted(session.connection().execute(query).scalars())


def replies(
    session: Session, *, job_id: int | None = None, origin: Origin | None = None
) -> list[LLMReply]:
    """Kept answers in the order of their keys: of an origin, or those that a job used."""
    query = select(LLM_REPLY).order_by(LLM_REPLY.c.key)
    if origin is not None:
        query = query.where(LLM_REPLY.c.origin == origin)
    if job_id is not None:
        used = select(LLM_CALL.c.key).where(LLM_CALL.c.job_id == job_id)
        query = query.where(LLM_REPLY.c.key.in_(used))
    return [LLMReply(**row._mapping) for row in session.connection().execute(query)]


def from_before(session: Session, job_id: int) -> Literal["", "recorded", "known"]:
    """Where a job that asked nobody had its answers: recorded ones, or such as were paid before."""
    bill = totals(session, job_id=job_id)
    if bill.calls or not bill.cached:
        return ""
    origin = (
        select(LLM_REPLY.c.origin)
        .join(LLM_CALL, LLM_CALL.c.key == LLM_REPLY.c.key)
        .where(LLM_CALL.c.job_id == job_id, LLM_REPLY.c.origin == "recorded")
        .limit(1)
    )
    found = session.connection().execute(origin).first()
    return "known" if found is None else "recorded"


def record(session: Session, calls: Sequence[LLMCall]) -> None:
    """Write calls into the ledger."""
    if calls:
        moment = now()
        rows = [{**asdict(call), "created_at": moment} for call in calls]
        session.connection().execute(insert(LLM_CALL), rows)


def totals(
    session: Session, *, job_id: int | None = None, project_id: int | None = None
) -> LLMTotals:
    """The bill of a job, of a project, or of everything."""
    query: Select[Any] = select(*_bill())
    if job_id is not None:
        query = query.where(LLM_CALL.c.job_id == job_id)
    if project_id is not None:
        query = query.where(LLM_CALL.c.project_id == project_id)
    return LLMTotals(*tuple(session.connection().execute(query).one()))


def by_purpose(session: Session, project_id: int) -> Mapping[str, LLMTotals]:
    """The bill of a project, apart for each prompt that was used."""
    query: Select[Any] = (
        select(LLM_CALL.c.purpose, *_bill())
        .where(LLM_CALL.c.project_id == project_id)
        .group_by(LLM_CALL.c.purpose)
        .order_by(LLM_CALL.c.purpose)
    )
    return {purpose: LLMTotals(*bill) for purpose, *bill in session.connection().execute(query)}


def forget_unused(session: Session) -> int:
    """Drop kept answers that no call names any more: they quote texts of deleted projects."""
    used = select(LLM_CALL.c.key).where(LLM_CALL.c.key == LLM_REPLY.c.key).exists()
    gone = delete(LLM_REPLY).where(LLM_REPLY.c.origin != "recorded", ~used)
    with transaction(session):
        return session.connection().execute(gone).rowcount


def _bill() -> list[Any]:
    """The columns of LLMTotals."""
    paid = LLM_CALL.c.cached.is_(False) & (LLM_CALL.c.error == "")
    return [
        _count(paid),
        _count(LLM_CALL.c.cached.is_(True)),
        _count(LLM_CALL.c.error != ""),
        _sum(LLM_CALL.c.prompt_tokens, paid),
        _sum(LLM_CALL.c.completion_tokens, paid),
        _sum(LLM_CALL.c.cost, paid),
        func.coalesce(func.sum(LLM_CALL.c.seconds).filter(paid), 0.0),
    ]


def _count(condition: ColumnElement[bool]) -> Any:
    return func.count().filter(condition)


def _sum(column: Any, paid: ColumnElement[bool]) -> Any:
    """A sum over paid calls, null when one of them is null; 0 over none."""
    unknown = func.count().filter(paid & column.is_(None))
    known = func.coalesce(func.sum(column).filter(paid), 0)
    return func.iif(unknown > 0, None, known)
