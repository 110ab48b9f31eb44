"""Ask once more when an answer cannot be read, then say so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.errors import LLMError
from engine.llm.usage import added, counted
from engine.protocols import LLM, Reply, Request


class Repairing:
    """An `LLM` whose answers can be read, or that fails visibly; it asks at most twice.

    >>> import asyncio
    >>> from engine.llm.scripted import ScriptedLLM
    >>> llm = Repairing(ScriptedLLM(["Hm.", "[]"]), lambda text: "" if "[" in text else "No JSON.")
    >>> asyncio.run(llm.complete(Request(({"role": "user", "content": "?"},)))).text
    '[]'
    """

    def __init__(self, llm: LLM, complaint: Callable[[str], str]) -> None:
        """`complaint` says in one sentence why an answer cannot be used, "" when it can."""
        self._llm = llm
        self._complaint = complaint

    async def complete(self, request: Request) -> Reply:
        """Answer one request; what a first, useless answer cost is counted too.

        Raises:
            LLMError: both answers are useless (kind "unreadable"), or none could be had.
        """
        first = await self._llm.complete(request)
        wrong = self._complaint(first.text)
        if not wrong:
            return first
        second = await self._llm.complete(asked_again(request, first.text, wrong))
        usage = added([counted(first), counted(second)])
        still = self._complaint(second.text)
        if still:
            raise LLMError(
                f"The model's answer cannot be read, nor the one after asking again: {still}",
                kind="unreadable",
                usage=usage,
            )
        cached = first.cached and second.cached
        seconds = first.seconds + second.seconds
        return replace(second, usage=usage, seconds=seconds, cached=cached)

    async def aclose(self) -> None:
        """Let go of the inner model's connections."""
        close = getattr(self._llm, "aclose", None)
        if close is not None:
            await close()


def asked_again(request: Request, answer: str, wrong: str) -> Request:
    """The request after an answer that could not be used, with room for twice as much.

    >>> again = asked_again(Request(({"role": "user", "content": "?"},)), "Hm.", "No JSON.")
    >>> [message["role"] for message in again.messages], again.max_tokens
    (['user', 'assistant', 'user'], 2048)
    """
    more = (
        {"role": "assistant", "content": answer[:8000] or "(nothing)"},
        {
            "role": "user",
            "content": f"That cannot be used: {wrong} Answer the question above again, "
            "with one JSON object in the form asked for and nothing else.",
        },
    )
    return replace(request, messages=(*request.messages, *more), max_tokens=2 * request.max_tokens)
