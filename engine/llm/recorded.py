"""A model that has only its recorded answers: nothing is asked anywhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from engine.errors import LLMError
from engine.llm.cached import Store, key_of
from engine.protocols import Reply, Request

NOTHING = "no language model is configured, and there is no recorded answer for this request"


class RecordedLLM:
    """Answers out of a store, as one of the models that were recorded did.

    Attributes:
        models: names asked for when the answers were recorded; they are part of the keys.
    """

    def __init__(self, store: Store, models: Sequence[str]) -> None:
        self.models = tuple(models)
        self._store = store

    async def complete(self, request: Request) -> Reply:
        """The recorded answer. Raises LLMError (kind "not_configured") when there is none."""
        started = time.monotonic()
        for model in self.models:
            key = key_of(model, request)
            kept = self._store.get(key)
            if kept is not None:
                kept = replace(kept, cached=True, seconds=time.monotonic() - started)
                self._store.hit(key, request, kept)
                return kept
        raise LLMError(
            f"{NOTHING} ({request.prompt_version or 'no prompt version'}).", kind="not_configured"
        )

    async def aclose(self) -> None:
        """Write down what was noted."""
        self._store.flush()
