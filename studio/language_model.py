"""The language model the studio asks: which one it is, a test of it, and its ledger."""

from __future__ import annotations

import asyncio
import logging
import stat
import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import jobs, llm_calls, llm_settings
from db.columns import now
from db.llm_values import LLMCall, LLMChoice, LLMPrice, LLMReply, Origin
from engine.errors import EngineError, LLMError
from engine.protocols import Reply, Request
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from db.session import Database
    from engine.llm.capabilities import Capabilities
    from engine.llm.client import Endpoint
    from studio.settings import Settings

OPENAI = "https://api.openai.com/v1"

HOW_TO = (
    "No language model is configured: set NER_STUDIO_LLM_MODEL with OPENAI_API_KEY or "
    "OPENAI_BASE_URL, or choose one on the settings page."
)


@dataclass(frozen=True, slots=True)
class Configured:
    """Which model would be asked, and who says so.

    Attributes:
        base_url, model: where and whom; "" when nobody says.
        concurrency: most calls at a time.
        key_from: "the environment", the name of a file, or "" when there is no key.
        fixed: what the environment decides, so that the settings page cannot: "base_url", "model".
    """

    base_url: str
    model: str
    concurrency: int
    key_from: str
    fixed: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether there is somebody to ask; a local server needs an address and no key."""
        return bool(self.model and (self.base_url or self.key_from))

    @property
    def address(self) -> str:
        """The endpoint's address, the client's own default when only a key is given."""
        return self.base_url or (OPENAI if self.key_from else "")


def configured(settings: Settings, database: Database | None) -> Configured:
    """Which model would be asked: the environment decides, then the settings page.

    Raises:
        Invalid: the environment's address is none.
    """
    chosen = LLMChoice()
    if database is not None:
        with database.session() as session:
            chosen = llm_settings.choice(session)
    own = llm_settings.checked_address(settings.openai_base_url)
    said = {"base_url": own, "model": settings.llm_model.strip()}
    return Configured(
        base_url=own or chosen.base_url,
        model=said["model"] or chosen.model,
        concurrency=chosen.concurrency,
        key_from=_key_from(settings),
        fixed=tuple(name for name, value in said.items() if value),
    )


def _key_from(settings: Settings) -> str:
    if settings.openai_api_key and settings.openai_api_key.get_secret_value():
        return "the environment"
    return settings.llm_key_file.name if settings.llm_key_file else ""


def key(settings: Settings) -> str:
    """The endpoint's key, "" when there is none.

    Raises:
        RequestRefused: its file cannot be read, is empty, or others may read it.
    """
    if settings.openai_api_key and settings.openai_api_key.get_secret_value():
        return settings.openai_api_key.get_secret_value()
    return _key_in(settings.llm_key_file) if settings.llm_key_file else ""


def _key_in(path: Path) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise RequestRefused(
                f"The key file {path.name} may be read by others; do: chmod 600 {path}",
                kind="key_file",
                where=str(path),
            )
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise RequestRefused(
            f"The key file {path.name} cannot be read: {getattr(error, 'strerror', error)}.",
            kind="key_file",
            where=str(path),
        ) from error
    if not found:
        raise RequestRefused(
            f"The key file {path.name} is empty.", kind="key_file", where=str(path)
        )
    return found


def endpoint(settings: Settings, database: Database | None) -> Endpoint:
    """Where to ask, with the key.

    Raises:
        LLMError: nothing is configured (kind "not_configured").
        RequestRefused: the key's file cannot be used.
    """
    from engine.llm.client import Endpoint

    found = configured(settings, database)
    if not found.ready:
        raise LLMError(HOW_TO, kind="not_configured")
    return Endpoint(
        model=found.model,
        base_url=found.address,
        key=key(settings),
        concurrency=found.concurrency,
    )


def test(settings: Settings, database: Database | None) -> Capabilities:
    """Make one real call and keep what it tells of the endpoint.

    Raises:
        LLMError: nothing is configured, or the call was not answered.
        RequestRefused: the key's file cannot be used.
    """
    from engine.llm.client import OpenAIClient

    where = endpoint(settings, database)
    client = OpenAIClient(replace(where, attempts=2, timeout=60.0))

    async def probe() -> Capabilities:
        try:
            return await client.probe()
        finally:
            await client.aclose()

    found = asyncio.run(probe())
    if database is not None:
        with database.session() as session:
            llm_settings.keep_honours(session, where.base_url, where.model, found.as_values())
    return found


def in_words(found: Capabilities) -> list[tuple[str, str]]:
    """What a test found, name and sentence, for a page or a terminal."""
    form = {
        "schema": "JSON schema",
        "json_object": "JSON mode, with the schema in words",
        "plain": "plain words",
    }[found.dialect.mode]
    speed = found.tokens_per_second
    return [
        ("Model", f"{found.model} answered in {found.seconds:.2f} s"),
        ("Speed", f"about {speed:.0f} tokens a second" if speed else "not known: no token counts"),
        ("Schema", "kept to" if found.schema else "not kept to: answers are read forgivingly"),
        ("Asked by", form),
        ("Token counts", "given" if found.usage else "not given: tokens and cost stay unknown"),
        ("Seed", "accepted" if found.seed else "refused: samples differ by chance alone"),
        ("Log probabilities", "given" if found.logprobs else "not given; the studio needs none"),
    ]


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
