"""Any endpoint that speaks OpenAI's chat protocol, through `.create()` and our own JSON schema.

One owner of retries, one of timeouts, one of concurrency: this file. The client library's own are
switched off. `.parse()` would throw away answers that are paid for, and we read them ourselves.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from openai.types.chat import ChatCompletion

from engine.errors import LLMError
from engine.llm import failures, wire
from engine.llm.capabilities import (
    PROBE_QUESTION,
    PROBE_SCHEMA,
    Capabilities,
    Dialect,
    keeps_to_schema,
    milder,
)
from engine.llm.limiter import Limiter
from engine.protocols import Reply, Request

OPENAI = "https://api.openai.com/v1"
_EXPECTED = (openai.OpenAIError, failures.BadAnswer, TimeoutError, json.JSONDecodeError)
NO_KEY = "none"
"""Local servers want no key, and the client library refuses to have none."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, whom, and how patiently.

    Attributes:
        base_url: address up to and without `/chat/completions`.
        model: name of the model there.
        key: secret; it appears in no message, log or repr.
        concurrency: most calls at the same time. Our choice: 8, which free tiers bear.
        timeout: seconds a call may take in all, however slowly it drips. Our choice: 120, a local
            model on a processor answers a long prompt within it.
        attempts: how often a request is tried while the trouble may pass. Our choice: 5, about half
            a minute of backing off.
        backoff: seconds before the second try; doubled for each further one, 16 times at most.
        patience: longest wait in seconds that an endpoint may ask for. Our choice: 120; a longer
            one ends the request with the time to come back.
    """

    model: str
    base_url: str = OPENAI
    key: str = ""
    concurrency: int = 8
    timeout: float = 120.0
    attempts: int = 5
    backoff: float = 0.5
    patience: float = 120.0

    def __repr__(self) -> str:
        """Without the key."""
        return f"Endpoint({self.model!r} at {self.shown})"

    @property
    def shown(self) -> str:
        """The address for people, without a password in it."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")


@dataclass(frozen=True, slots=True)
class Status:
    """What a client does at the moment.

    Attributes:
        running: calls under way.
        limit: calls that may be under way, as the endpoint bears it.
        waiting: seconds until the endpoint takes requests again, 0 when it does.
        remarks: what was given up to be understood, and other things a person should know.
    """

    running: int
    limit: int
    waiting: float
    remarks: tuple[str, ...]


class OpenAIClient:
    """An `LLM` over HTTP. Use it from one event loop at a time and close it there.

    Attributes:
        endpoint: where it asks.
        dialect: how it speaks there; grows milder as the endpoint refuses things.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        dialect: Dialect | None = None,
        log: logging.Logger | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.dialect = dialect or Dialect()
        self._log = log or logging.getLogger(__name__)
        self._limiter = Limiter(endpoint.concurrency)
        self._open_at = 0.0
        self._remarks: list[str] = []
        self._http: openai.AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def model(self) -> str:
        """The model asked for."""
        return self.endpoint.model

    @property
    def status(self) -> Status:
        """What it does at the moment."""
        waiting = max(0.0, self._open_at - time.monotonic())
        limiter = self._limiter
        return Status(limiter.running, limiter.limit, waiting, tuple(self._remarks))

    async def complete(self, request: Request) -> Reply:
        """Ask, and ask again while the trouble may pass.

        Raises:
            LLMError: no answer could be had; its `kind` says why.
        """
        completion, dialect, seconds = await self._ask(request, {})
        return wire.reply(completion, self.model, dialect, seconds)

    async def probe(self) -> Capabilities:
        """Find out with one call what the endpoint honours. Raises LLMError."""
        request = Request(
            ({"role": "user", "content": PROBE_QUESTION},),
            schema=PROBE_SCHEMA,
            seed=7,
            max_tokens=64,
            prompt_version="probe/v1",
        )
        more = {"logprobs": True}
        completion, dialect, seconds = await self._ask(request, more)
        reply = wire.reply(completion, self.model, dialect, seconds)
        tokens = reply.usage.get("completion_tokens")
        return Capabilities(
            model=reply.model,
            dialect=dialect,
            schema=dialect.mode == "schema" and keeps_to_schema(reply.text),
            usage=tokens is not None,
            seed=dialect.seed,
            logprobs=bool(getattr(completion.choices[0].logprobs, "content", None)),
            seconds=seconds,
            tokens_per_second=tokens / seconds if tokens and seconds else None,
        )

    async def aclose(self) -> None:
        """Let go of the connections."""
        http, self._http, self._loop = self._http, None, None
        if http is not None:
            await http.close()

    async def _ask(
        self, request: Request, more: dict[str, Any]
    ) -> tuple[ChatCompletion, Dialect, float]:
        tried = 0
        while True:
            dialect = self.dialect
            async with self._limiter.slot() as mark:
                await self._until_open()
                started = time.monotonic()
                try:
                    completion = await self._call(request, dialect, more)
                except _EXPECTED as error:
                    failure = self._failure(error)
                    if failure.overrun:
                        self._limiter.overrun(mark)
                else:
                    self._limiter.went_well()
                    return completion, dialect, time.monotonic() - started
            if self._milder(dialect, failure, more):
                continue
            tried += 1
            if not failure.passing or tried >= self.endpoint.attempts:
                raise failure.error
            await self._back_off(failure, tried)

    async def _call(
        self, request: Request, dialect: Dialect, more: Mapping[str, Any]
    ) -> ChatCompletion:
        http = self._client()
        async with asyncio.timeout(self.endpoint.timeout):
            # As an extra body it goes out as it is; parameters are rewritten field by field against
            # the library's types, which with a schema costs a quarter of our share of a call.
            body = {**wire.body(request, self.model, dialect), **more}
            answer: Any = await http.chat.completions.create(
                model=self.model, messages=[], extra_body=body
            )
        if not isinstance(answer, ChatCompletion):
            raise failures.BadAnswer(str(answer))
        if not answer.choices or not hasattr(answer.choices[0], "message"):
            extra = answer.model_extra or {}
            raise failures.BadAnswer(json.dumps(extra.get("error") or extra, default=str))
        return answer

    def _client(self) -> openai.AsyncOpenAI:
        """The library's client; its connections belong to the running loop."""
        loop = asyncio.get_running_loop()
        if self._http is None or self._loop is not loop:
            self._http, self._loop = (
                openai.AsyncOpenAI(
                    api_key=self.endpoint.key or NO_KEY,
                    base_url=self.endpoint.base_url,
                    max_retries=0,
                    timeout=self.endpoint.timeout,
                    http_client=openai.DefaultAsyncHttpxClient(verify=_trusted()),
                ),
                loop,
            )
        return self._http

    def _failure(self, error: Exception) -> failures.Failure:
        where = self.endpoint
        return failures.of(error, where.shown, where.model, where.timeout, where.key)

    def _milder(self, used: Dialect, failure: failures.Failure, more: dict[str, Any]) -> bool:
        """Whether to ask again at once, speaking differently."""
        if failure.status in (400, 422) and "logprobs" in failure.said and more.pop("logprobs", 0):
            return True
        step = milder(used, failure)
        if step is None:
            return False
        if self.dialect == used:  # else a call beside this one was faster
            self.dialect, why = step
            self._remark(f"The endpoint is asked differently from now on: {why}.")
        return True

    async def _until_open(self) -> None:
        while (left := self._open_at - time.monotonic()) > 0:
            await asyncio.sleep(left)

    async def _back_off(self, failure: failures.Failure, tried: int) -> None:
        """Wait as long as the endpoint asks, all calls together, or a little longer each time.

        Raises:
            LLMError: it asks for more patience than we have.
        """
        asked = failure.error.retry_after
        if asked > self.endpoint.patience:
            raise failure.error
        if asked:
            opens = time.monotonic() + asked
            if opens > self._open_at + 1.0:
                self._log.warning("Waiting %.0f s: %s", asked, failure.error)
            self._open_at = max(self._open_at, opens)
            return
        # Full jitter: those who were refused together do not come back together.
        pause = self.endpoint.backoff * min(16, 2 ** (tried - 1))
        await asyncio.sleep(random.uniform(0.5, 1.0) * pause)

    def _remark(self, sentence: str) -> None:
        self._remarks.append(sentence)
        self._log.warning("%s", sentence)


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates that connections are checked against, loaded once for all clients."""
    return httpx2.create_ssl_context()


__all__ = ["Capabilities", "Dialect", "Endpoint", "LLMError", "OpenAIClient", "Status"]
