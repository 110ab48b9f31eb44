"""A model behind a store: what was answered once is not asked, nor paid for, again."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

from engine.errors import LLMError
from engine.protocols import LLM, Reply, Request


class Store(Protocol):
    """Where answers are kept and calls are accounted for; it may be called from any thread."""

    def get(self, key: str) -> Reply | None:
        """The answer kept under a key, None when there is none."""
        ...

    def put(self, key: str, request: Request, reply: Reply) -> Reply:
        """Keep an answer that was just paid for; returns it with its price where it is known."""
        ...

    def hit(self, key: str, request: Request, reply: Reply) -> None:
        """Note that an answer came out of the store."""
        ...

    def miss(self, key: str, request: Request, error: LLMError) -> None:
        """Note that no answer could be had."""
        ...

    def flush(self) -> None:
        """Write down what was only noted."""
        ...


def key_of(model: str, request: Request) -> str:
    """The print of everything that shapes an answer, so that two seeds are two answers.

    The address of the endpoint is no part of it: answers recorded at one replay anywhere.
    """
    shape = [
        model,
        [sorted(message.items()) for message in request.messages],
        request.schema,
        float(request.temperature),
        request.seed,
        request.max_tokens,
        request.prompt_version,
    ]
    written = json.dumps(shape, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


class CachedLLM:
    """Another model, and a store in front of it.

    An answer is stored before it is handed on: a process that is killed pays for at most the calls
    that were under way. Two equal requests at the same time are one call.
    """

    def __init__(self, llm: LLM, store: Store, model: str) -> None:
        """`model` is the name asked for; it is part of every key."""
        self.model = model
        self._llm = llm
        self._store = store
        self._under_way: dict[str, asyncio.Lock] = {}

    async def complete(self, request: Request) -> Reply:
        """Answer from the store, or ask.

        Raises:
            LLMError: no answer could be had.
        """
        key = key_of(self.model, request)
        async with self._alone(key):
            started = time.monotonic()
            kept = self._store.get(key)
            if kept is not None:
                kept = replace(kept, cached=True, seconds=time.monotonic() - started)
                self._store.hit(key, request, kept)
                return kept
            try:
                reply = await self._llm.complete(request)
            except LLMError as error:
                await asyncio.to_thread(self._store.miss, key, request, error)
                raise
            return await asyncio.shield(asyncio.to_thread(self._store.put, key, request, reply))

    @asynccontextmanager
    async def _alone(self, key: str) -> AsyncIterator[None]:
        lock = self._under_way.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._under_way.pop(key, None)

    async def aclose(self) -> None:
        """Write down what was noted and let go of the inner model's connections."""
        close = getattr(self._llm, "aclose", None)
        if close is not None:
            await close()
        await asyncio.to_thread(self._store.flush)
