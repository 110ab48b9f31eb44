"""The three things the house can swap: a language model, an embedder, a tagger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.types import Tagged


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a language model.

    Attributes:
        messages: chat messages, each {"role", "content"}.
        schema: JSON schema that the answer must follow, None for free text.
        temperature: 0 for the likeliest answer.
        seed: names the sample; a cache must tell two seeds apart.
        max_tokens: bound on the answer.
        prompt_version: which prompt file made the messages, such as "tagging/v1".
    """

    messages: tuple[Mapping[str, str], ...]
    schema: Mapping[str, Any] | None = None
    temperature: float = 0.0
    seed: int = 0
    max_tokens: int = 1024
    prompt_version: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answered.

    Attributes:
        text: the answer as it came.
        model: the model that gave it.
        usage: {"prompt_tokens", "completion_tokens"} as far as the endpoint says, and "cost" where
            the price is known; may be empty.
        cached: whether it came out of our own cache and cost nothing.
        seconds: how long it took.
        mode: how its form was asked for: "schema", "json_object" or "plain"; "" when not known.
    """

    text: str
    model: str
    usage: Mapping[str, float] = field(default_factory=dict)
    cached: bool = False
    seconds: float = 0.0
    mode: str = ""


class LLM(Protocol):
    """A chat model. Raises LLMError when no answer could be had."""

    async def complete(self, request: Request) -> Reply:
        """Answer one request."""
        ...


class Embedder(Protocol):
    """Sentence vectors."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return an (n, d) array of unit rows, one a text."""
        ...


class Tagger(Protocol):
    """Anything that turns texts into spans.

    Attributes:
        name: how the studio calls it, such as "embedded" or "run:first".
        version: what makes two results comparable: checkpoint hash, prompt version.
    """

    name: str
    version: str

    def tag(self, texts: Iterable[str]) -> Iterator[Tagged]:
        """Yield one result a text, in the same order; long input is never held whole."""
        ...
