"""What answers cost, in figures that can be added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.protocols import Reply

CALLS = ("llm_calls", "cached_calls")


def counted(reply: Reply) -> dict[str, float]:
    """The bill of a reply: calls, answers out of the cache, tokens, and money where it is known.

    Tokens of an answer out of the cache are those it took once; it costs no money.

    >>> counted(Reply("Hi", "m", {"prompt_tokens": 3}))
    {'llm_calls': 1, 'cached_calls': 0, 'prompt_tokens': 3}
    """
    calls = {"llm_calls": int(not reply.cached), "cached_calls": int(reply.cached)}
    return {**calls, **reply.usage}


def added(bills: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Several bills as one; what one of them does not know is unknown in the sum.

    >>> added([{"llm_calls": 1, "cost": 0.1}, {"llm_calls": 1}])
    {'llm_calls': 2}
    """
    listed = [bill for bill in bills if bill]
    if not listed:
        return {}
    shared = (name for name in listed[0] if all(name in bill for bill in listed))
    return {name: sum(bill[name] for bill in listed) for name in shared}
