"""What an endpoint really honours: how to speak to it, and one call that finds out.

Servers that call themselves compatible differ in what they refuse, and in what they ignore without
a word. What is refused is left out from then on, in the open; what is ignored is only found by
looking at an answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from engine.llm.failures import Failure

Mode = Literal["schema", "json_object", "plain"]
MODES: tuple[Mode, ...] = ("schema", "json_object", "plain")

_REFUSED = {400, 415, 422, 501}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to speak to an endpoint.

    Attributes:
        mode: how the form of an answer is asked for.
        limit: name of the bound on the answer. "max_tokens" first: local servers know it, and those
            that do not any more say so, while some ignore the newer name.
        temperature, seed: whether they are sent.
    """

    mode: Mode = "schema"
    limit: str = "max_tokens"
    temperature: bool = True
    seed: bool = True

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Dialect:
        """From what `as_values` gave; what is unknown or missing is the default."""
        known = {f.name for f in fields(cls)}
        made = cls(**{name: value for name, value in values.items() if name in known})
        return made if made.mode in MODES else replace(made, mode="schema")

    def as_values(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


def milder(dialect: Dialect, failure: Failure) -> tuple[Dialect, str] | None:
    """How to speak after a refusal and why, None when the refusal is about something else."""
    said = failure.said.lower()
    if failure.status not in _REFUSED or failure.error.kind == "too_long":
        return None
    if "max_completion_tokens" in said and dialect.limit == "max_tokens":
        return replace(dialect, limit="max_completion_tokens"), "it wants max_completion_tokens"
    if "max_tokens" in said and dialect.limit == "max_tokens" and "max_completion" not in said:
        return replace(dialect, limit="max_completion_tokens"), "it takes no max_tokens"
    if "temperature" in said and dialect.temperature:
        return replace(dialect, temperature=False), "it takes no temperature"
    if "seed" in said and dialect.seed:
        return replace(dialect, seed=False), "it takes no seed"
    signs = ("response_format", "json_schema", "json_object", "schema", "structured", "grammar")
    if dialect.mode != "plain" and any(sign in said for sign in signs):
        mode = MODES[MODES.index(dialect.mode) + 1]
        return replace(dialect, mode=mode), f"it takes no {_NAMES[dialect.mode]}"
    return None


_NAMES = {"schema": "JSON schema", "json_object": "JSON mode", "plain": "text"}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one call told of an endpoint; None where it could not tell.

    Attributes:
        model: the model's name as the endpoint gives it.
        dialect: how to speak to it from now on.
        schema: whether an answer kept to a JSON schema that the question contradicts.
        usage: whether it counts tokens.
        seed: whether it takes a seed. One call cannot show that it keeps to it.
        logprobs: whether it gives log probabilities.
        seconds: how long the call took.
        tokens_per_second: of the answer, None when it does not count tokens.
    """

    model: str
    dialect: Dialect
    schema: bool
    usage: bool
    seed: bool
    logprobs: bool
    seconds: float
    tokens_per_second: float | None

    def honours(self) -> dict[str, bool]:
        """What is honoured, by the names the command line promises."""
        return {
            "schema": self.schema,
            "usage": self.usage,
            "seed": self.seed,
            "logprobs": self.logprobs,
        }

    def as_values(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Capabilities:
        """From what `as_values` gave."""
        return cls(**{**values, "dialect": Dialect.of(values.get("dialect", {}))})


PROBE_QUESTION = "What colour is a clear sky at noon? Answer in one word."
PROBE_ANSWER = "ner-studio"
"""No model says this of the sky unless it is held to the schema."""

PROBE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": [PROBE_ANSWER]}},
    "required": ["colour"],
    "additionalProperties": False,
}


def keeps_to_schema(text: str) -> bool:
    """Whether the answer to the probe is what only its schema demands."""
    try:
        return bool(json.loads(text) == {"colour": PROBE_ANSWER})
    except ValueError:
        return False
