"""The language model the studio asks: which one it is, and a test of it."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import llm_settings
from db.llm_values import LLMChoice
from engine.errors import LLMError
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


def in_words_of(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The same as `in_words`, of a test that was kept."""
    from engine.llm.capabilities import Capabilities

    return in_words(Capabilities.of(kept))


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
