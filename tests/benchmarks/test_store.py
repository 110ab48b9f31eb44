"""How fast the store is; figures beside their budgets (make bench)."""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from db import annotations, doctor, projects, texts
from db.session import connect
from db.values import NewSpan
from engine.types import AnnotatedText, Record
from tests.corpus import Corpus, corpus, suggestion

pytestmark = pytest.mark.bench
TEXTS = 50_000


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    database = connect(tmp_path_factory.mktemp("store") / "studio.db")
    yield corpus(database)
    database.close()


Times = tuple[float, float]
"""Seconds on the clock, and of one core."""


def told(what: str, times: list[Times], budget: str) -> None:
    clock, core = (sorted(one) for one in zip(*times, strict=True))
    p95 = clock[min(len(clock) - 1, int(len(clock) * 0.95))]
    print(
        f"{what}: p50 {statistics.median(clock) * 1e3:.1f} ms, p95 {p95 * 1e3:.1f} ms, "
        f"of one core p50 {statistics.median(core) * 1e3:.1f} ms (budget {budget})"
    )


def timed(act: Callable[[], object]) -> Times:
    clock, core = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - clock, time.process_time() - core


def test_import_and_lists_of_fifty_thousand_texts(big: Corpus) -> None:
    chance = random.Random(0)
    words = [f"w{n}" for n in range(30_000)]
    begin, cpu = time.perf_counter(), time.process_time()
    for start in range(0, TEXTS, 1_000):
        batch = [
            Record(AnnotatedText(f"{n} " + " ".join(chance.choices(words, k=170))))
            for n in range(start, start + 1_000)
        ]
        with big.database.session() as s:
            texts.add_batch(s, big.project_id, batch)
    cpu = time.process_time() - cpu
    wall = time.perf_counter() - begin
    print(f"\nimport {TEXTS} texts of 1 kB: {wall:.1f} s, {cpu:.1f} s of one core (budget 30 s)")
    with big.database.session() as s:
        ids = texts.ids_to_tag(s, big.project_id)
        some = chance.sample(ids, 100)
        project_id = big.project_id

        def following(text_id: int) -> object:
            texts.next_in_queue(s, project_id, after_text_id=text_id)
            texts.queue_position(s, text_id)
            return texts.get(s, text_id)

        told("next text", [timed(lambda i=i: following(i)) for i in some], "150 ms")
        told("a page", [timed(lambda: texts.page(s, project_id, limit=50)) for _ in some], "150 ms")
        told(
            "a search",
            [
                timed(lambda i=i: texts.page(s, project_id, contains=f"w2{i % 10_000}"))
                for i in some
            ],
            "150 ms",
        )
        told("counts", [timed(lambda: projects.counts(s, project_id)) for _ in some], "150 ms")
        print(f"doctor: {timed(lambda: doctor.check(s)):.1f} s")


@pytest.mark.parametrize(("size", "spans"), [(5_000, 120), (50_000, 1_000), (200_000, 2_000)])
def test_an_edit_on_a_long_text(big: Corpus, size: int, spans: int) -> None:
    step = size // spans
    text = "".join(f"name{n:05d}".ljust(step) for n in range(spans))
    (text_id,) = big.add(text)
    starts = range(0, spans * step, step)
    big.tag(text_id, *(suggestion(text, text[at : at + 9], "PER", at=at) for at in starts))
    revision = big.set_status(text_id, "accepted", accept_open=True)
    times = []
    with big.database.session() as s:
        for number, at in enumerate(starts[:100]):
            edit = partial(
                annotations.apply_edit,
                s,
                text_id,
                base=revision + number,
                edit_uid=f"{text_id}-{number}",
                added=[NewSpan(at, at + 5, "ORG")],
            )
            times.append(timed(edit))
        told(f"\nan edit at {size} characters, {spans} spans", times, "150 ms saved")
        told("reading it", [timed(lambda: texts.get(s, text_id)) for _ in range(20)], "150 ms")


def test_an_edit_is_saved_while_fifty_thousand_texts_come_in(tmp_path: Path, big: Corpus) -> None:
    """The import is another process, as one from the shell is."""
    (text_id,) = big.add("Ann left. " * 5_000)
    file = tmp_path / "many.jsonl"
    rows = (json.dumps({"text": f"{n} came in " + "with words " * 90}) for n in range(TEXTS))
    file.write_text("\n".join(rows), encoding="utf-8")
    command = [sys.executable, "-m", "studio.cli", "--db", str(big.database.path), "import"]
    command += [str(file), "--project", "demo"]
    times = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as coming_in:
        while coming_in.poll() is None:
            made = len(times)
            span = NewSpan(2 * made, 2 * made + 2, "PER")
            times.append(timed(partial(big.edit, text_id, added=[span], base=made)))
            time.sleep(0.05)
    assert coming_in.returncode == 0
    print(f"\n{len(times)} edits")
    told("an edit saved during an import", times, "150 ms")
