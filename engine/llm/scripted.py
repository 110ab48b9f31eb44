"""A language model that says what it is told to: for tests, and for anything offline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.errors import LLMError
from engine.protocols import Reply, Request

Answer = str | Reply | LLMError
"""What a script may say: a text, a whole reply, or an error that is raised."""


class ScriptedLLM:
    """Answers from a function of the request, or from a list, one after the other.

    Attributes:
        requests: everything it was asked, in order.
        model: what it calls itself.

    >>> import asyncio
    >>> llm = ScriptedLLM(["first", "second"])
    >>> asyncio.run(llm.complete(Request(({"role": "user", "content": "?"},)))).text
    'first'
    """

    def __init__(
        self, answers: Callable[[Request], Answer] | Iterable[Answer], model: str = "scripted"
    ) -> None:
        self.requests: list[Request] = []
        self.model = model
        self._answer = answers if callable(answers) else _in_turn(iter(answers))

    async def complete(self, request: Request) -> Reply:
        """Say the next thing.

        Raises:
            LLMError: the script says so, or has nothing more to say.
        """
        self.requests.append(request)
        said = self._answer(request)
        if isinstance(said, LLMError):
            raise said
        if isinstance(said, Reply):
            return said
        return Reply(
            said, self.model, {"prompt_tokens": _prompt(request), "completion_tokens": _words(said)}
        )


def _in_turn(answers: Iterator[Answer]) -> Callable[[Request], Answer]:
    def answer(_request: Request) -> Answer:
        return next(answers, LLMError("The script has no further answer."))

    return answer


def _prompt(request: Request) -> int:
    return sum(_words(message["content"]) for message in request.messages)


def _words(text: str) -> int:
    """Words stand in for tokens, so that the same script always costs the same."""
    return len(text.split())
