import asyncio
import threading
from collections.abc import Iterator

import pytest

from engine.errors import LLMError
from engine.llm.gather import run
from engine.llm.scripted import ScriptedLLM
from engine.protocols import Reply, Request


def asked(*words: str) -> list[Request]:
    return [Request(({"role": "user", "content": word},)) for word in words]


def said(request: Request) -> str:
    return request.messages[-1]["content"]


class Gate:
    """Answers only once it is opened; knows how many calls wait and what was cut off."""

    def __init__(self, opens_at: int = 0) -> None:
        self.opens_at = opens_at
        self.inside = 0
        self.most = 0
        self.cut = 0
        self.done = 0
        self.closed = False
        self.full = threading.Event()
        self.open = asyncio.Event()

    async def complete(self, request: Request) -> Reply:
        self.inside += 1
        self.most = max(self.most, self.inside)
        if self.inside >= self.opens_at:
            self.full.set()
            self.open.set()
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.cut += 1
            raise
        finally:
            self.inside -= 1
        self.done += 1
        return Reply(said(request), "gate")

    async def aclose(self) -> None:
        self.closed = True


def test_every_request_is_answered_once_under_its_index() -> None:
    words = [str(n) for n in range(50)]
    found = dict(run(ScriptedLLM(said), asked(*words), 7))
    assert [found[n].text for n in range(50)] == words  # type: ignore[union-attr]


def test_nothing_asked_is_nothing_answered() -> None:
    assert list(run(ScriptedLLM(said), [], 4)) == []


def test_an_error_is_the_answer_of_its_own_request_alone() -> None:
    def script(request: Request) -> str | LLMError:
        return LLMError("No.") if said(request) == "b" else said(request)

    found = dict(run(ScriptedLLM(script), asked("a", "b", "c"), 2))
    assert isinstance(found[1], LLMError)
    assert {n for n, reply in found.items() if isinstance(reply, Reply)} == {0, 2}


def test_a_fault_is_raised_where_the_answers_are_read() -> None:
    def broken(_request: Request) -> str:
        raise RuntimeError("a wire came loose")

    with pytest.raises(RuntimeError, match="wire"):
        list(run(ScriptedLLM(broken), asked("a"), 2))


def test_as_many_calls_as_allowed_run_at_the_same_time_and_no_more() -> None:
    gate = Gate(opens_at=4)
    assert len(list(run(gate, asked(*"abcdefghij"), 4))) == 10
    assert gate.most == 4
    assert gate.closed


def test_requests_are_taken_only_a_few_ahead_and_in_the_callers_thread() -> None:
    taken: list[int] = []
    threads: set[int] = set()

    def endless() -> Iterator[Request]:
        for number in range(1_000_000):
            taken.append(number)
            threads.add(threading.get_ident())
            yield from asked(str(number))

    answers = run(ScriptedLLM(said), endless(), 3)
    for _ in range(10):
        next(answers)
    answers.close()
    assert len(taken) <= 10 + 2 * 3
    assert threads == {threading.get_ident()}


def test_closing_asks_nothing_new_and_lets_begun_calls_come_home() -> None:
    gate = Gate(opens_at=1)
    answers = run(gate, asked(*"abcdefgh"), 2)
    next(answers)
    answers.close()
    assert gate.cut == 0
    assert gate.done <= 8
    assert gate.inside == 0


def test_a_call_that_does_not_come_home_in_time_is_cut_off() -> None:
    class HalfStuck(Gate):
        async def complete(self, request: Request) -> Reply:
            if said(request) == "first":
                await asyncio.to_thread(self.full.wait)
                return Reply("", "gate")
            self.full.set()
            return await super().complete(request)

    gate = HalfStuck(opens_at=99)
    answers = run(gate, asked("first", "stuck", "stuck", "stuck"), 2, drain=0.05)
    next(answers)
    answers.close()
    assert gate.done == 0
    assert gate.cut >= 1
    assert gate.inside == 0
    assert gate.closed


def test_a_script_that_has_nothing_more_to_say_is_an_error() -> None:
    found = dict(run(ScriptedLLM(["only"]), asked("a", "b"), 1))
    assert sum(isinstance(reply, LLMError) for reply in found.values()) == 1
