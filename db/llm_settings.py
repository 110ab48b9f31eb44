"""Which language model the studio asks, what it costs, what its endpoint honours.

Choices only: the key of an endpoint is never kept in the database.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import Session

from db.columns import now
from db.errors import Invalid
from db.llm_values import LLMChoice, LLMPrice
from db.session import transaction
from db.tables import LLM_ENDPOINT, LLM_PRICE, SETTING

_NAME = "llm"
MOST_AT_ONCE = 256
"""Our choice: more calls at a time than any endpoint a person pays for himself bears."""


def choice(session: Session) -> LLMChoice:
    """What was chosen on the settings page."""
    query = select(SETTING.c["values"]).where(SETTING.c.name == _NAME)
    kept = session.connection().execute(query).scalar() or {}
    known = asdict(LLMChoice())
    return LLMChoice(**{**known, **{k: v for k, v in kept.items() if k in known}})


def choose(session: Session, chosen: LLMChoice) -> LLMChoice:
    """Choose anew; blanks around are dropped.

    Raises:
        Invalid: the address is none, has a password in it, or the number of calls is not 1..256.
    """
    chosen = LLMChoice(
        checked_address(chosen.base_url), chosen.model.strip(), int(chosen.concurrency)
    )
    if not 1 <= chosen.concurrency <= MOST_AT_ONCE:
        raise Invalid(
            f"Between 1 and {MOST_AT_ONCE} calls can run at a time; got {chosen.concurrency}."
        )
    row = upsert(SETTING).values(name=_NAME, values=asdict(chosen))
    with transaction(session):
        session.connection().execute(
            row.on_conflict_do_update(
                index_elements=["name"], set_={"values": row.excluded["values"]}
            )
        )
    return chosen


def checked_address(address: str) -> str:
    """An endpoint's address without blanks and a slash at its end, "" for none.

    Raises:
        Invalid: it is no web address, or carries a name and a password.
    """
    address = address.strip().rstrip("/")
    parts = urlsplit(address)
    if address and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise Invalid("An endpoint's address looks like https://api.example.com/v1.")
    if "@" in parts.netloc:
        raise Invalid("An endpoint's address holds no password; the key comes from OPENAI_API_KEY.")
    return address


def prices(session: Session) -> dict[str, LLMPrice]:
    """What a person wrote down, by model."""
    rows = session.connection().execute(select(LLM_PRICE).order_by(LLM_PRICE.c.model))
    return {row.model: LLMPrice(row.model, row.prompt, row.completion) for row in rows}


def set_prices(session: Session, listed: list[LLMPrice]) -> None:
    """Write the whole table of prices anew.

    Raises:
        Invalid: a model has no name or is listed twice, or a price is no number from 0 up.
    """
    names = [price.model.strip() for price in listed]
    if not all(names):
        raise Invalid("A price needs the name of its model.")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Invalid(f"The model {twice} is listed twice.")
    for price in listed:
        if not all(math.isfinite(one) and one >= 0 for one in (price.prompt, price.completion)):
            raise Invalid(f"The prices of {price.model} are numbers from 0 up.")
    rows = [{**asdict(p), "model": n} for p, n in zip(listed, names, strict=True)]
    with transaction(session):
        session.connection().execute(delete(LLM_PRICE))
        if rows:
            session.connection().execute(upsert(LLM_PRICE), rows)


def honours(session: Session, base_url: str, model: str) -> Mapping[str, Any] | None:
    """What the last test of an endpoint and a model found, None when there was none."""
    query = select(LLM_ENDPOINT.c["values"]).where(
        LLM_ENDPOINT.c.base_url == base_url, LLM_ENDPOINT.c.model == model
    )
    found: Mapping[str, Any] | None = session.connection().execute(query).scalar()
    return found


def keep_honours(session: Session, base_url: str, model: str, values: Mapping[str, Any]) -> None:
    """Keep what a test found."""
    row = upsert(LLM_ENDPOINT).values(
        base_url=base_url, model=model, values=dict(values), tested_at=now()
    )
    changed = {"values": row.excluded["values"], "tested_at": row.excluded.tested_at}
    session.connection().execute(
        row.on_conflict_do_update(index_elements=["base_url", "model"], set_=changed)
    )
