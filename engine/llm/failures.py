"""What went wrong at an endpoint, in one sentence, and whether to ask again.

One owner of retries: the client's own are switched off, or a quota would be asked for three times
and a call that failed counted as one.
"""

from __future__ import annotations

import email.utils
import html
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import openai

from engine.errors import LLMError

_QUOTA = ("insufficient_quota", "billing_hard_limit_reached", "billing_not_active",
          "quota_exceeded", "exceeded your current quota", "credit balance")  # fmt: skip
_TOO_LONG = ("context_length_exceeded", "context length", "context window", "too many tokens")
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
FOR_ALL = frozenset(("quota", "no_such_model"))
"""Kinds of trouble that every further request would meet."""
_SECRET = re.compile(r"\b(?:(?:sk|pk|key)[-_]|bearer\s+)[\w*.\-]{6,}", re.I)
_LONGEST = 300


class BadAnswer(Exception):
    """An answer arrived with status 200 and is none: an error object, a page, no choices."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that was not answered.

    Attributes:
        error: what to tell when it is given up.
        passing: whether asking again may help.
        overrun: whether it says that we ask for too much at a time.
        status: HTTP status, 0 when there was none.
        said: the endpoint's own words, cleaned.
    """

    error: LLMError
    passing: bool = False
    overrun: bool = False
    status: int = 0
    said: str = ""


def of(error: Exception, endpoint: str, model: str, seconds: float, key: str = "") -> Failure:
    """What a call's exception means.

    Args:
        error: what the client raised.
        endpoint: address, for the sentence.
        model: name asked for.
        seconds: how long the call may take.
        key: the key, so that it can be taken out of whatever is said.
    """
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        sentence = f"The endpoint {endpoint} gave no answer within {seconds:g} s."
        return Failure(LLMError(sentence, kind="timeout"), passing=True, overrun=True)
    if isinstance(error, openai.APIStatusError):
        return _status(error, endpoint, model, key)
    if isinstance(error, openai.APIConnectionError):
        cause = clean(str(error.__cause__ or error), key)
        sentence = f"The endpoint {endpoint} cannot be reached: {stop(cause)}"
        return Failure(LLMError(sentence, kind="unreachable"), passing=True)
    said = clean(str(error), key)
    sentence = (
        f"The endpoint {endpoint} answered with something that is no completion: {stop(said)}"
    )
    return Failure(LLMError(sentence, kind="bad_answer"), passing=True, said=said)


def _status(error: openai.APIStatusError, endpoint: str, model: str, key: str) -> Failure:
    status, said = error.status_code, clean(_words(error), key)
    wait = retry_after(error.response.headers)
    codes = f"{error.code} {error.type} {said}".lower()
    if status == 402 or any(sign in codes for sign in _QUOTA):
        sentence = f"The quota at {endpoint} is used up: {stop(said)}"
        return Failure(LLMError(sentence, kind="quota"), status=status, said=said)
    if status in (401, 403):
        sentence = f"The endpoint {endpoint} refuses the key: {stop(said)}"
        return Failure(LLMError(sentence, kind="key_refused"), status=status, said=said)
    if status == 404:
        sentence = (
            f"The endpoint {endpoint} knows no model {model!r}, or no such address: {stop(said)}"
        )
        return Failure(LLMError(sentence, kind="no_such_model"), status=status, said=said)
    if status == 413 or (status < 500 and any(sign in codes for sign in _TOO_LONG)):
        sentence = f"The request is too long for the model {model}: {stop(said)}"
        return Failure(LLMError(sentence, kind="too_long"), status=status, said=said)
    if status == 429:
        again = f" It asks to come back in {wait:g} s." if wait else ""
        sentence = f"The endpoint {endpoint} allows no more requests for now: {stop(said)}{again}"
        found = LLMError(sentence, kind="rate_limited", retry_after=wait)
        return Failure(found, passing=True, overrun=True, status=status, said=said)
    kind = "server_error" if status >= 500 else "refused"
    sentence = f"The endpoint {endpoint} answered with an error ({status}): {stop(said)}"
    overrun = status in (503, 529)
    found = LLMError(sentence, kind=kind, retry_after=wait)
    return Failure(found, status in _PASSING, overrun, status, said)


def _words(error: openai.APIStatusError) -> str:
    """What the endpoint says of an error, wherever it says it."""
    body: Any = error.body
    while isinstance(body, Mapping):
        body = next((body[k] for k in ("message", "detail", "error", "msg") if body.get(k)), "")
    return str(body or f"status {error.status_code} without a word")


def clean(said: str, key: str = "") -> str:
    """Somebody else's words as part of a sentence: one line, short, no page, no key.

    >>> clean("<html><head><title>502 Bad  Gateway</title></head>...")
    'a web page titled “502 Bad Gateway”'
    >>> clean("Incorrect API key provided: sk-abcdefgh123.")
    'Incorrect API key provided: [key]'
    """
    if re.match(r"\s*<(?:!doctype|html|head|body)", said, re.I):
        title = re.search(r"<(title|h1)[^>]*>(.*?)</\1>", said, re.I | re.S)
        name = " ".join(html.unescape(title[2]).split()) if title else "without a title"
        said = f"a web page titled “{name[:80]}”" if title else f"a web page {name}"
    if key:
        said = said.replace(key, "[key]")
    said = _SECRET.sub("[key]", " ".join(said.split())).encode("utf-8", "replace").decode()
    return f"{said[:_LONGEST]}…" if len(said) > _LONGEST else said


def stop(said: str) -> str:
    """Words as the end of a sentence.

    >>> stop("slow down"), stop("Slow down!")
    ('slow down.', 'Slow down!')
    """
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that an answer's headers ask to wait, 0 when they do not.

    >>> retry_after({"retry-after-ms": "1500"}), retry_after({"retry-after": "20"})
    (1.5, 20.0)
    """
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers.get(name, "")) / unit)
        except ValueError:
            continue
    date = email.utils.parsedate_tz(headers.get("retry-after", ""))
    return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else 0.0
