"""How many calls may run at the same time: fewer when an endpoint is overrun, slowly more again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Limiter:
    """Additive increase, multiplicative decrease, first come first served.

    Each call that went well makes room for a fraction of one more, so that the limit grows by one
    a round; a refusal halves it. Refusals of calls that began before the last halving do not count:
    sixteen calls that are refused together are one sign, not sixteen.

    Attributes:
        most: the limit a person chose; never exceeded.
        running: calls under way.
    """

    def __init__(self, most: int) -> None:
        self.most = max(1, most)
        self.running = 0
        self._limit = float(self.most)
        self._halvings = 0
        self._line: deque[asyncio.Future[None]] = deque()

    @property
    def limit(self) -> int:
        """How many calls may run now."""
        return max(1, int(self._limit))

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[int]:
        """Wait for a turn; gives a mark to hand to `went_well` and `overrun`."""
        await self._enter()
        try:
            yield self._halvings
        finally:
            self.running -= 1
            self._let_in()

    def went_well(self) -> None:
        """A call was answered."""
        self._limit = min(float(self.most), self._limit + 1.0 / self._limit)
        self._let_in()

    def overrun(self, mark: int) -> None:
        """A call that began at `mark` was refused for load."""
        if mark == self._halvings:
            self._halvings += 1
            self._limit = max(1.0, self._limit / 2.0)

    async def _enter(self) -> None:
        if self.running < self.limit and not self._line:
            self.running += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.running -= 1  # it was let in and cannot come
                self._let_in()
            raise

    def _let_in(self) -> None:
        while self._line and self.running < self.limit:
            turn = self._line.popleft()
            if not turn.done():
                self.running += 1
                turn.set_result(None)
