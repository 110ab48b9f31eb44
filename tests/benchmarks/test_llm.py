"""What our side of a language model costs: the client, the cache, the grounding (make bench)."""

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from db.session import connect
from engine.grounding import Mention, ground
from engine.llm import wire
from engine.llm.cached import CachedLLM
from engine.llm.capabilities import Dialect
from engine.llm.client import Endpoint, OpenAIClient
from engine.llm.gather import run
from engine.llm.replies import parse, schema
from engine.llm.scripted import ScriptedLLM
from engine.protocols import Reply, Request
from studio.llm_ledger import Ledger

pytestmark = pytest.mark.bench
ROOT = Path(__file__).parents[2]
DELAY = 0.2
AT_ONCE = 16
ROUNDS = 25
MENTIONS = 10_000


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server in a process of its own that answers after DELAY."""
    command = [sys.executable, "-m", "tests.llm_server", str(DELAY)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:  # type: ignore[call-overload]
        yield process.stdout.readline().strip()
        process.stdin.close()


def requests(number: int) -> list[Request]:
    return [
        Request(({"role": "user", "content": f"Text {n}"},), schema=schema(["PER"]), seed=n)
        for n in range(number)
    ]


async def bare(url: str, asked: list[Request]) -> float:
    """Seconds for the same requests over bare sockets: the server, the loop and nothing else."""
    where = urlsplit(url)
    bodies = [json.dumps(wire.body(one, "tiny", Dialect())).encode() for one in asked]

    async def one_line(some: list[bytes]) -> None:
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        for body in some:
            head = f"POST {where.path}/chat/completions HTTP/1.1\r\ncontent-length: {len(body)}"
            writer.write(f"{head}\r\n\r\n".encode() + body)
            said = (await reader.readuntil(b"\r\n\r\n")).decode().split("content-length: ")[1]
            json.loads(await reader.readexactly(int(said.split("\r")[0])))
        writer.close()

    begin = time.perf_counter()
    await asyncio.gather(*(one_line(bodies[n::AT_ONCE]) for n in range(AT_ONCE)))
    return time.perf_counter() - begin


def test_the_client_adds_little_to_a_server_that_takes_its_time(url: str) -> None:
    client = OpenAIClient(Endpoint("tiny", url, concurrency=AT_ONCE))
    list(run(client, requests(AT_ONCE), AT_ONCE))
    shares, floors = [], []
    for _ in range(3):
        floors.append(asyncio.run(bare(url, requests(AT_ONCE * ROUNDS))))
        begin, core = time.perf_counter(), time.process_time()
        found = dict(run(client, requests(AT_ONCE * ROUNDS), AT_ONCE))
        seconds, core = time.perf_counter() - begin, time.process_time() - core
        assert all(isinstance(reply, Reply) for reply in found.values())
        shares.append(seconds)
    own = ROUNDS * DELAY
    print(
        f"{len(found)} calls, {AT_ONCE} at a time, a server of {DELAY * 1e3:.0f} ms: "
        f"{min(shares) / min(floors) - 1:.1%} over bare sockets, median "
        f"{statistics.median(s / f - 1 for s, f in zip(shares, floors, strict=True)):.1%} "
        f"(budget 5%); {min(shares) / own - 1:.1%} over the sleep itself, bare sockets "
        f"{min(floors) / own - 1:.1%}; {core / len(found) * 1e3:.2f} ms of one core a call"
    )


def test_an_answer_out_of_the_cache(tmp_path: Path) -> None:
    database = connect(tmp_path / "studio.db")
    ledger = Ledger(database, model="tiny")
    llm = CachedLLM(ScriptedLLM(lambda _request: '{"entities": []}'), ledger, "tiny")
    asked = requests(500)
    list(run(llm, asked, AT_ONCE))

    async def again() -> list[float]:
        times = []
        for request in asked:
            begin = time.perf_counter()
            assert (await llm.complete(request)).cached
            times.append(time.perf_counter() - begin)
        return times

    times = sorted(asyncio.run(again()))
    p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
    print(f"cache hit: p50 {p50 * 1e3:.2f} ms, p95 {p95 * 1e3:.2f} ms (budget 2 ms)")
    database.close()


def test_reading_and_grounding_ten_thousand_mentions() -> None:
    chance = random.Random(0)
    names = [f"{a}{b}" for a in ("Ann", "Bo", "Cleo", "Dov") for b in ("", " Lee", " O'Hara", "a")]
    texts, replies = [], []
    for _ in range(MENTIONS // 10):
        said = chance.choices(names, k=10)
        texts.append(" and then ".join(said) + ".")
        entities = [{"text": name, "type": "PER", "left": ""} for name in said]
        replies.append(json.dumps({"entities": entities}))
    begin = time.process_time()
    parsed = [parse(reply, ["PER"]).mentions for reply in replies]
    middle = time.process_time()
    grounded = [g for t, m in zip(texts, parsed, strict=True) for g in ground(t, m)]
    end = time.process_time()
    assert sum(g.match != "ungrounded" for g in grounded) == MENTIONS
    long = " ".join(texts)[:200_000]
    many = [Mention(name, "PER") for name in chance.choices(names, k=2_000)]
    begin_long = time.process_time()
    ground(long, many)
    print(
        f"{MENTIONS} mentions in {len(texts)} texts: read in {middle - begin:.2f} s, "
        f"grounded in {end - middle:.2f} s; 2,000 in one text of {len(long) // 1000} kB in "
        f"{time.process_time() - begin_long:.2f} s, of one core"
    )
