"""What answers cost, in figures that can be added up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.protocols import Reply

CALLS = ("llm_calls", "cached_calls")
FIGURES = (*CALLS, "prompt_tokens", "completion_tokens", "cost")


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


def figures(bill: Mapping[str, float]) -> dict[str, float | None]:
    """Every figure of a bill: None is not known, and what is not told is 0 where nobody was asked.

    >>> figures({"llm_calls": 1, "cached_calls": 0, "prompt_tokens": 3})["cost"]
    >>> figures({"llm_calls": 0, "cached_calls": 7})["prompt_tokens"], figures({})["cost"]
    (0, 0)
    """
    asked = bool(bill.get("llm_calls"))
    return {name: bill.get(name, None if asked and name not in CALLS else 0) for name in FIGURES}
