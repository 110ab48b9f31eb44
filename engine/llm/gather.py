"""Many requests at a time from an ordinary generator.

The calls run on an event loop in a thread of their own, so they go on while the caller stores what
it has got. Requests are taken in the caller's thread, a few ahead of the answers: a long list is
never held whole, and a request may come from a database session.

>>> from engine.llm.scripted import ScriptedLLM
>>> llm = ScriptedLLM(lambda request: request.messages[0]["content"].upper())
>>> asked = [Request(({"role": "user", "content": word},)) for word in ("a", "b")]
>>> sorted((index, reply.text) for index, reply in run(llm, asked, 2))
[(0, 'A'), (1, 'B')]
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Iterable
from itertools import islice
from queue import SimpleQueue
from typing import Protocol, runtime_checkable

from engine.errors import LLMError
from engine.protocols import LLM, Reply, Request

DRAIN_SECONDS = 10.0
"""How long calls that have begun may still take after a cancel. Our choice: they are paid for, so
most should come home into the cache, but a person who cancels is not kept waiting for a timeout."""

Outcome = tuple[int, Reply | BaseException]


@runtime_checkable
class Closable(Protocol):
    """A model that holds connections; they belong to the event loop that made them."""

    async def aclose(self) -> None:
        """Let go of them."""
        ...


def run(
    llm: LLM, requests: Iterable[Request], concurrency: int = 8, *, drain: float = DRAIN_SECONDS
) -> Generator[tuple[int, Reply | LLMError], None, None]:
    """Ask everything and yield answers as they come, in any order.

    Closing the iterator cancels: nothing new is asked, and calls that have begun get `drain`
    seconds to end.

    Args:
        llm: whom to ask.
        requests: taken lazily, at most 2 x `concurrency` ahead.
        concurrency: calls under way at the same time, at least 1.
        drain: seconds.

    Yields:
        The index of a request (from 0) and its reply, or the LLMError that it ended with.

    Raises:
        Exception: whatever else a call raised; that is a fault, not an answer.
    """
    pending = enumerate(requests)
    with _Loop(llm, max(1, concurrency), drain) as loop:
        waiting = loop.start(islice(pending, 2 * loop.concurrency))
        while waiting:
            index, outcome = loop.results.get()
            waiting += loop.start(islice(pending, 1)) - 1
            if isinstance(outcome, Reply | LLMError):
                yield index, outcome
            else:
                raise outcome


class _Loop:
    """An event loop in a thread; `results` gets one outcome for every request started."""

    def __init__(self, llm: LLM, concurrency: int, drain: float) -> None:
        self.concurrency = concurrency
        self.results: SimpleQueue[Outcome] = SimpleQueue()
        self._llm = llm
        self._drain = drain
        self._loop = asyncio.new_event_loop()
        self._slots = asyncio.Semaphore(concurrency)
        self._waiting: set[asyncio.Task[None]] = set()
        self._begun: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="llm-calls", daemon=True)

    def __enter__(self) -> _Loop:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def start(self, requests: Iterable[tuple[int, Request]]) -> int:
        """Put requests in line; returns how many."""
        count = 0
        for index, request in requests:
            self._loop.call_soon_threadsafe(self._put, index, request)
            count += 1
        return count

    def _put(self, index: int, request: Request) -> None:
        task = self._loop.create_task(self._ask(index, request))
        self._waiting.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._waiting.discard(task)
        self._begun.discard(task)

    async def _ask(self, index: int, request: Request) -> None:
        async with self._slots:
            task = asyncio.current_task()
            assert task is not None
            self._waiting.discard(task)
            self._begun.add(task)
            try:
                self.results.put((index, await self._llm.complete(request)))
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001  (carried to the caller's thread)
                self.results.put((index, error))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
            self._loop.run_until_complete(self._end())
        finally:
            self._loop.close()

    async def _end(self) -> None:
        """Cancel what has not begun, wait a while for what has, and let go of the connections."""
        for task in self._waiting:
            task.cancel()
        if self._begun:
            await asyncio.wait(set(self._begun), timeout=self._drain)
        left = self._begun | self._waiting
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if isinstance(self._llm, Closable):
            await self._llm.aclose()
        await self._loop.shutdown_asyncgens()
        await self._loop.shutdown_default_executor()
