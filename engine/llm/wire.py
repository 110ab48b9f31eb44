"""What a request looks like on the wire, and what came back as a reply (pure)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from openai.types.chat import ChatCompletion

from engine.llm.capabilities import Dialect
from engine.protocols import Reply, Request


def body(request: Request, model: str, dialect: Dialect) -> dict[str, Any]:
    """What is sent for a request."""
    sent: dict[str, Any] = {
        "model": model,
        "messages": _messages(request, dialect),
        dialect.limit: request.max_tokens,
    }
    if dialect.temperature:
        sent["temperature"] = request.temperature
    if dialect.seed:
        sent["seed"] = request.seed
    if request.schema is not None and dialect.mode == "schema":
        form = {"name": "answer", "strict": True, "schema": dict(request.schema)}
        sent["response_format"] = {"type": "json_schema", "json_schema": form}
    elif request.schema is not None and dialect.mode == "json_object":
        sent["response_format"] = {"type": "json_object"}
    return sent


def _messages(request: Request, dialect: Dialect) -> list[dict[str, str]]:
    """The messages; a schema that cannot be sent as one is said in words, after the question."""
    messages = [dict(message) for message in request.messages]
    if request.schema is None or dialect.mode == "schema" or not messages:
        return messages
    schema = json.dumps(request.schema, ensure_ascii=False)
    messages[-1]["content"] += (
        f"\n\nAnswer with one JSON object and nothing else. It follows this JSON schema:\n{schema}"
    )
    return messages


def reply(completion: ChatCompletion, model: str, dialect: Dialect, seconds: float) -> Reply:
    """The first choice as a reply; a field that a server fills in its own way counts as missing."""
    return Reply(
        _text(completion.choices[0].message),
        str(completion.model or model),
        usage=_usage(completion),
        seconds=seconds,
        mode=dialect.mode,
    )


def _text(message: Any) -> str:
    """What was said: text, parts of text, or a refusal; always valid Unicode."""
    content = getattr(message, "content", None)
    if isinstance(content, list):
        parts = (part.get("text", "") for part in content if isinstance(part, Mapping))
        content = "".join(map(str, parts))
    text = str(content or getattr(message, "refusal", None) or "")
    return text.encode("utf-8", "replace").decode()


def _usage(completion: ChatCompletion) -> dict[str, float]:
    names = ("prompt_tokens", "completion_tokens")
    counts = {name: getattr(completion.usage, name, None) for name in names}
    return {name: count for name, count in counts.items() if isinstance(count, int)}
