"""The queue that a request asks for, read from its query."""

from __future__ import annotations

from typing import Annotated, Literal, cast, get_args

from fastapi import Query

from db.values import UNFINISHED, Only, Order, Queue, Sieve, Status

Which = Literal["open", "all", "new", "suggested", "review", "accepted", "skipped"]
"""Which texts a queue shows: a status, all of them, or "open" for those nobody has finished."""

_ONLY = "|".join(get_args(Only))

Kind = Annotated[str, Query(alias="type", max_length=200)]
Score = Annotated[str, Query(pattern=r"^((100|[0-9]{1,2})-(100|[0-9]{1,2}))?$")]
Limits = Annotated[str, Query(pattern=rf"^(({_ONLY})(,({_ONLY}))*)?$")]
Holder = Annotated[str, Query(pattern=r"^[A-Za-z0-9_-]{0,64}$")]


def asked(
    status: Which = "open",
    order: Order = "uncertainty",
    kind: Kind = "",
    score: Score = "",
    contains: Annotated[str, Query(max_length=500)] = "",
    only: Limits = "",
    holder: Holder = "",
) -> Queue:
    """The queue of a request.

    Args:
        status: which texts.
        order: how it goes.
        kind: a type's code that must show on the text.
        score: percent, "50-80": where the least sure suggestion lies.
        contains: words of the text.
        only: limits, with commas.
        holder: names the browser, whose own leases do not count.
    """
    low, _, high = score.partition("-")
    return Queue(
        order,
        Sieve(
            statuses(status),
            kind,
            (int(low) / 100, int(high) / 100) if score else None,
            contains,
            frozenset(cast("list[Only]", only.split(","))) if only else frozenset(),
        ),
        holder,
    )


def statuses(which: Which) -> tuple[Status, ...]:
    """The statuses that a queue lets through."""
    if which == "open":
        return UNFINISHED
    return tuple(status for status in get_args(Status) if which in ("all", status))
