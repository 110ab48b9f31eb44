"""The values of the ledger of language models: kept answers, calls, bills, prices, the choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Origin = Literal["live", "recorded"]
"""Where a kept answer comes from: an endpoint, or a file that ships with something."""


@dataclass(frozen=True, slots=True)
class LLMReply:
    """An answer of a language model that is kept.

    Attributes:
        key: print of everything that shaped it.
        origin: "live" from an endpoint, "recorded" from a file that ships with something.
        model: the model asked for; `answered_by` is what the endpoint calls it.
        request: messages, schema, temperature, seed and max_tokens.
        usage: tokens, as far as the endpoint says.
        mode: how its form was asked for, "" when not known.
    """

    key: str
    origin: Origin
    model: str
    prompt_version: str
    request: Mapping[str, Any]
    text: str
    answered_by: str
    usage: Mapping[str, float]
    seconds: float
    mode: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LLMCall:
    """One line of the ledger; None is unknown.

    Attributes:
        purpose: the prompt's version, such as "tagging/v1".
        cached: whether the answer was kept from before; `cost` is 0 then.
        error: why there was no answer, "" when there was.
    """

    key: str
    purpose: str
    model: str
    endpoint: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    seconds: float
    cached: bool = False
    mode: str = ""
    error: str = ""
    project_id: int | None = None
    job_id: int | None = None


@dataclass(frozen=True, slots=True)
class LLMTotals:
    """A bill. Tokens, money and seconds are those of paid calls; None where one is unknown."""

    calls: int
    cached: int
    failed: int
    prompt_tokens: int | None
    completion_tokens: int | None
    cost: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class LLMPrice:
    """What a million tokens of a model cost, in whatever money a person reckons in."""

    model: str
    prompt: float
    completion: float

    def of(self, prompt_tokens: float, completion_tokens: float) -> float:
        """The price of a call.

        >>> LLMPrice("m", 2.0, 10.0).of(500_000, 100_000)
        2.0
        """
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1_000_000


@dataclass(frozen=True, slots=True)
class LLMChoice:
    """Which language model the studio asks, as chosen on the settings page; no key is among it."""

    base_url: str = ""
    model: str = ""
    concurrency: int = 8
