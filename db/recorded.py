"""Recorded answers: a JSONL file of them goes into the cache, and comes out of it.

A line holds what was asked beside what was answered, so that a person can read the file and a
changed prompt is seen to miss it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from db.columns import now
from db.errors import DbError
from db.llm_calls import replace_recorded
from db.llm_values import LLMReply

FIELDS = ("key", "model", "prompt_version", "request", "text", "answered_by", "usage", "seconds",
          "mode")  # fmt: skip


def load_recorded(session: Session, path: Path) -> int:
    """Put the answers of a file into the cache, with the origin "recorded"; returns how many.

    Raises:
        DbError: the file cannot be read, or a line is no recorded answer; nothing is put in then.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DbError(f"The recorded answers in {path.name} cannot be read: {error}.") from error
    return replace_recorded(session, list(_replies(lines, path.name)))


def _replies(lines: Iterable[str], name: str) -> Iterator[LLMReply]:
    moment = now()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _reply(json.loads(line), moment)
        except (ValueError, KeyError, TypeError) as error:
            raise DbError(
                f"{name}, line {number}: this is no recorded answer ({error})."
            ) from error


def _reply(values: dict[str, Any], moment: datetime) -> LLMReply:
    key, text = values["key"], values["text"]
    if not (isinstance(key, str) and len(key) == 64 and isinstance(text, str)):
        raise ValueError("a key of 64 signs and a text are needed")
    return LLMReply(
        key=key,
        origin="recorded",
        model=str(values["model"]),
        prompt_version=str(values.get("prompt_version", "")),
        request=dict(values.get("request", {})),
        text=text,
        answered_by=str(values.get("answered_by") or values["model"]),
        usage=dict(values.get("usage", {})),
        seconds=float(values.get("seconds", 0.0)),
        mode=str(values.get("mode", "")),
        created_at=moment,
    )


def lines_of(replies: Iterable[LLMReply]) -> Iterator[str]:
    """The lines of a file that `load_recorded` reads."""
    for reply in replies:
        values = {name: getattr(reply, name) for name in FIELDS}
        yield json.dumps(values, ensure_ascii=False) + "\n"
