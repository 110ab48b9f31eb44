"""The ledger of a language model's calls, and what its client has to say, in the database."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from db import jobs, llm_calls, llm_settings
from db.columns import now
from db.llm_values import LLMCall, LLMPrice, LLMReply, Origin
from engine.errors import EngineError, LLMError
from engine.protocols import Reply, Request

if TYPE_CHECKING:
    from db.session import Database


class Ledger:
    """Keeps answers and writes the bill, for one model and one job; a `Store` of the engine.

    What cost nothing is written in batches: a cache hit takes no transaction of its own.
    """

    AT_ONCE = 200

    def __init__(
        self,
        database: Database,
        *,
        model: str = "",
        address: str = "",
        project_id: int | None = None,
        job_id: int | None = None,
        only: Origin | None = None,
    ) -> None:
        """`only`: answers of this origin alone count as kept."""
        self._database = database
        self._model = model
        self._address = address
        self._project_id = project_id
        self._job_id = job_id
        self._only = only
        self._noted: list[LLMCall] = []
        self._lock = threading.Lock()
        with database.session() as session:
            self._price: LLMPrice | None = llm_settings.prices(session).get(model)

    def get(self, key: str) -> Reply | None:
        """The answer kept under a key; it costs nothing any more."""
        with self._database.session() as session:
            kept = llm_calls.find(session, key)
        if kept is None or self._only not in (None, kept.origin):
            return None
        usage = {**kept.usage, "cost": 0.0}
        return Reply(kept.text, kept.answered_by, usage, mode=kept.mode)

    def put(self, key: str, request: Request, reply: Reply) -> Reply:
        """Keep an answer and write its line, in one transaction."""
        call = self._call(key, request, reply)
        kept = LLMReply(
            key=key,
            origin="live",
            model=self._model,
            prompt_version=request.prompt_version,
            request=_asked(request),
            text=reply.text,
            answered_by=reply.model,
            usage=dict(reply.usage),
            seconds=reply.seconds,
            mode=reply.mode,
            created_at=now(),
        )
        calls = [*self._taken(), call]
        with self._database.session() as session:
            llm_calls.keep(session, kept)
            llm_calls.record(session, calls)
        if call.cost is None:
            return reply
        return replace(reply, usage={**reply.usage, "cost": call.cost})

    def hit(self, key: str, request: Request, reply: Reply) -> None:
        """Note an answer out of the store."""
        self._note(self._call(key, request, reply))

    def miss(self, key: str, request: Request, error: LLMError) -> None:
        """Note a call without an answer."""
        empty = Reply("", self._model)
        self._note(replace(self._call(key, request, empty), cost=None, error=str(error)))

    def flush(self) -> None:
        """Write down what was noted."""
        calls = self._taken()
        if calls:
            with self._database.session() as session:
                llm_calls.record(session, calls)

    def _note(self, call: LLMCall) -> None:
        with self._lock:
            self._noted.append(call)
            full = len(self._noted) >= self.AT_ONCE
        if full:
            self.flush()

    def _taken(self) -> list[LLMCall]:
        with self._lock:
            taken, self._noted = self._noted, []
        return taken

    def _call(self, key: str, request: Request, reply: Reply) -> LLMCall:
        prompt, completion = (
            int(reply.usage[name]) if name in reply.usage else None
            for name in ("prompt_tokens", "completion_tokens")
        )
        cost: float | None = None
        if reply.cached:
            cost = 0.0
        elif self._price is not None and prompt is not None and completion is not None:
            cost = self._price.of(prompt, completion)
        return LLMCall(
            key=key,
            purpose=request.prompt_version,
            model=self._model or reply.model,
            endpoint=self._address,
            prompt_tokens=prompt,
            completion_tokens=completion,
            cost=cost,
            seconds=reply.seconds,
            cached=reply.cached,
            mode=reply.mode,
            project_id=self._project_id,
            job_id=self._job_id,
        )


def _asked(request: Request) -> dict[str, Any]:
    """A request as JSON can hold it."""
    return {
        "messages": [dict(message) for message in request.messages],
        "schema": request.schema,
        "temperature": request.temperature,
        "seed": request.seed,
        "max_tokens": request.max_tokens,
    }


class JobLog(logging.Handler):
    """Writes what a client has to say (a wait, a refusal) into the log of its job."""

    def __init__(self, database: Database, job_id: int) -> None:
        super().__init__(logging.WARNING)
        self._database = database
        self._job_id = job_id

    def emit(self, record: logging.LogRecord) -> None:
        """Append one line; a job that is gone needs none."""
        try:
            with self._database.session() as session:
                jobs.note(session, self._job_id, record.getMessage())
        except EngineError:
            self.handleError(record)
