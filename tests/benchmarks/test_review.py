"""How fast the review queue is at 100,000 texts; figures beside their budgets (make bench)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlmodel import Session

from db import clusters, leases, projects, review, sifting, suggestions, texts
from db.session import connect
from db.values import Order, ProjectSettings, Queue, Sieve
from engine.types import AnnotatedText, Record, Span, Suggestion, Tagged
from studio.server import text_values
from tests.benchmarks.test_store import timed as once
from tests.benchmarks.test_store import told
from tests.corpus import Corpus, corpus

pytestmark = pytest.mark.bench
TEXTS = 100_000
ASKED = 60
BUDGET = "150 ms"
ORDERS: tuple[Order, ...] = ("uncertainty", "disagreement", "coverage", "position", "random")
SIEVES = {
    "no filter": Sieve(),
    "a type on every third text": Sieve(code="PER"),
    "a type on no text": Sieve(code="LOC"),
    "a score band": Sieve(score=(0.5, 0.8)),
    "a word of every text": Sieve(contains="common"),
    "a word of one text": Sieve(contains="w77777"),
    "flagged": Sieve(only=frozenset({"flagged"})),
    "worked on by a person": Sieve(only=frozenset({"edited"})),
    "words, type and band": Sieve(contains="common", code="PER", score=(0.5, 0.8)),
}


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """Texts that two taggers have seen, in fifty clusters, the project's choices as they come."""
    database = connect(tmp_path_factory.mktemp("review") / "studio.db")
    made = corpus(database)
    chance = random.Random(0)
    with database.session() as s:
        for start in range(0, TEXTS, 2_000):
            numbers = range(start, start + 2_000)
            records = [Record(AnnotatedText(f"Ann w{n} common words")) for n in numbers]
            texts.add_batch(s, made.project_id, records)
        ids = texts.ids_to_tag(s, made.project_id)
        for tagger in ("one", "other"):
            tagging = suggestions.start_tagging(s, made.project_id, tagger, "1", {})
            for start in range(0, TEXTS, 2_000):
                batch = [(ids[n], found(n, chance)) for n in range(start, start + 2_000)]
                suggestions.write_batch(s, tagging, batch)
        clusters.assign(s, made.project_id, {text_id: chance.randrange(50) for text_id in ids})
        chosen = ProjectSettings(compared=("one", "other"), seed=3, blind_share=0.1)
        told(
            "\nto choose taggers, seed and share anew", [once(lambda: choose(s, made, chosen))], "-"
        )
        for text_id in chance.sample(ids, 500):
            texts.set_note(s, text_id, flagged=True)
            made.draw(text_id, "Ann", "ORG")
    yield made
    database.close()


def choose(session: Session, made: Corpus, chosen: ProjectSettings) -> None:
    before = projects.settings(session, made.project_id)
    projects.set_settings(session, made.project_id, replace(before, seed=chosen.seed))
    projects.set_settings(session, made.project_id, chosen)


def found(number: int, chance: random.Random) -> Tagged:
    text = f"Ann w{number} common words"
    code = "PER" if number % 3 == 0 else "ORG"
    one = Suggestion(Span(0, 3, code), code, "Ann", round(chance.random(), 3))
    return Tagged(text, (one,) if chance.random() < 0.8 else ())


def measure(session: Session, made: Corpus, what: str, asked: Queue) -> None:
    """What the browser waits for between two texts: the text, its neighbours, its place."""
    chance = random.Random(1)
    ids = [chance.randrange(1, TEXTS) for _ in range(ASKED)]

    def following(text_id: int) -> Callable[[], object]:
        return lambda: text_values.whole(session, texts.get(session, text_id), asked)

    told(f"next text, {what}", [once(following(text_id)) for text_id in ids], BUDGET)


@pytest.mark.parametrize("order", ORDERS)
def test_the_next_text_in_every_order(big: Corpus, order: Order) -> None:
    with big.database.session() as s:
        measure(s, big, f"{order}, no filter", Queue(order, Sieve(), "me"))


@pytest.mark.parametrize("what", SIEVES)
def test_the_next_text_with_every_filter(big: Corpus, what: str) -> None:
    with big.database.session() as s:
        measure(s, big, f"least certain, {what}", Queue("uncertainty", SIEVES[what], "me"))


def test_a_lease_and_the_figures(big: Corpus) -> None:
    with big.database.session() as s:
        beats = [once(lambda n=n: leases.take(s, n, "me")) for n in range(1, ASKED)]
        told("a lease", beats, BUDGET)
        for what, sieve in SIEVES.items():
            asked = Queue("uncertainty", sieve, "me")
            starts = [once(lambda a=asked: sifting.first(s, big.project_id, a)) for _ in range(10)]
            told(f"first text, {what}", starts, BUDGET)
        counts = [once(lambda: sifting.limits(s, big.project_id)) for _ in range(20)]
        told("counts of the filters", counts, BUDGET)
        figures = [once(lambda: review.figures(s, big.project_id)) for _ in range(20)]
        told("figures", figures, BUDGET)
