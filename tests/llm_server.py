"""An endpoint that speaks OpenAI's chat protocol over a real socket, as well or badly as told.

`python -m tests.llm_server DELAY` serves completions after a fixed delay from a process of its own
and prints its address.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Call:
    """What was asked; `number` counts from 0."""

    number: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def said(self) -> str:
        content = self.body["messages"][-1]["content"]
        assert isinstance(content, str)
        return content


@dataclass(frozen=True)
class Answer:
    """What the server does: wait `delay` seconds, then send, or drop the connection.

    `drip` seconds pass between any two bytes of the body. `hold` is waited for first.
    """

    status: int = 200
    body: dict[str, Any] | str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    drop: Literal["", "before", "midway"] = ""
    hold: asyncio.Event | None = None


Behaviour = Callable[[Call], Answer]


def completion(
    text: str | None = "[]", model: str = "tiny", *, usage: bool = True, **more: Any
) -> dict[str, Any]:
    """The JSON of an answer."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop", **more}
    found: dict[str, Any] = {
        "id": "c1", "object": "chat.completion", "created": 1, "model": model, "choices": [choice],
    }  # fmt: skip
    if usage:
        found["usage"] = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    return found


def says(text: str | None = "[]", **more: Any) -> Answer:
    return Answer(body=completion(text), **more)


def error(status: int, message: str, code: str | None = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"error": {"message": message, "type": "error", "code": code}}
    return Answer(status, body, named)


def first(*answers: Answer, then: Answer | None = None) -> Behaviour:
    """The answers in turn, then the last one for ever."""

    def behave(call: Call) -> Answer:
        return answers[call.number] if call.number < len(answers) else (then or says())

    return behave


class LLMServer:
    """Serves in a thread while it is entered; `calls` are what it was asked."""

    def __init__(self, behave: Behaviour | Answer) -> None:
        self._behave = behave if callable(behave) else (lambda _call: behave)
        self.calls: list[Call] = []
        self.most = 0
        self.url = ""
        self._inside = 0
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> LLMServer:
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._start())
        self._up.set()
        self._loop.run_forever()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _start(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 24)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._one(reader, writer):
                pass
        writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in pairs}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
        call = Call(len(self.calls), head[0].split(" ")[1], headers, json.loads(raw or b"{}"))
        self.calls.append(call)
        self._inside += 1
        self.most = max(self.most, self._inside)
        try:
            return await self._answer(self._behave(call), writer)
        finally:
            self._inside -= 1

    async def _answer(self, answer: Answer, writer: asyncio.StreamWriter) -> bool:
        if answer.hold is not None:
            await answer.hold.wait()
        await asyncio.sleep(answer.delay)
        if answer.drop == "before":
            return False
        page = isinstance(answer.body, str)
        body = (answer.body if page else json.dumps(answer.body)).encode()  # type: ignore[union-attr]
        kind = "text/html" if page else "application/json"
        headers = {"content-type": kind, "content-length": str(len(body)), **answer.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {answer.status} Said\r\n{lines}\r\n".encode())
        if answer.drop == "midway":
            writer.write(body[: len(body) // 2])
            await writer.drain()
            return False
        if answer.drip:
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(answer.drip)
        else:
            writer.write(body)
        await writer.drain()
        return True


def main() -> None:
    with LLMServer(says('{"entities": []}', delay=float(sys.argv[1]))) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
