"""How long it takes to look for words in ten thousand texts, and to label them all (make bench)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from db import bulk, doctor, suggestions, texts
from db.bulk_values import Choice, Preview, Wanted
from db.ledger import Hand
from db.session import connect
from engine.repeats import finder
from engine.types import AnnotatedText, Record, Span, Suggestion, Tagged
from tests.benchmarks.test_store import timed, told
from tests.corpus import Corpus, corpus

pytestmark = pytest.mark.bench
TEXTS = 10_000
_uids = (f"bench-{n}" for n in count(1))


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    """Texts of 1 kB: "Acme Corp" in each, suggested in every other; 一 in every tenth."""
    database = connect(tmp_path_factory.mktemp("propagate") / "studio.db")
    made = corpus(database)
    chance = random.Random(0)
    words = [f"w{n}" for n in range(30_000)]
    with database.session() as s:
        for start in range(0, TEXTS, 1_000):
            batch = [
                Record(
                    AnnotatedText(
                        f"{n}: Acme Corp {'一 ' * (n % 10 == 0)}"
                        + " ".join(chance.choices(words, k=168))
                    )
                )
                for n in range(start, start + 1_000)
            ]
            texts.add_batch(s, made.project_id, batch)
        ids = texts.ids_to_tag(s, made.project_id)
        tagging = suggestions.start_tagging(s, made.project_id, "embedded", "1", {})
        found = []
        for id_, body in texts.iter_texts(s, ids[::2]):
            at = body.index("Acme")
            one = Suggestion(Span(at, at + 9, "ORG"), "ORG", "Acme Corp", 0.8)
            found.append((id_, Tagged(body, (one,))))
        suggestions.write_batch(s, tagging, found)
    yield made
    database.close()


def look(made: Corpus, wanted: Wanted) -> Preview:
    find = finder(wanted.surface, whole=wanted.whole, same_case=wanted.same_case)
    with made.database.session() as s:
        return bulk.preview(s, made.project_id, wanted, find)


@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("words in every text", Wanted("Acme Corp", "ORG")),
        ("the same, any capitals", Wanted("acme corp", "ORG", same_case=False)),
        ("the same, parts of words", Wanted("Acme Cor", "ORG", whole=False)),
        ("a word in few texts", Wanted("w777", "ORG")),
        ("an ideograph", Wanted("一", "ORG")),
    ],
)
def test_a_preview_over_ten_thousand_texts(big: Corpus, what: str, wanted: Wanted) -> None:
    seen = look(big, wanted)
    print(f"\n{seen.hits} hits in {seen.texts} texts")
    told(f"preview, {what}", [timed(lambda: look(big, wanted)) for _ in range(20)], "300 ms")


def test_a_step_over_ten_thousand_texts_and_back(big: Corpus) -> None:
    wanted = Wanted("Acme Corp", "ORG")
    find = finder(wanted.surface)
    report = None

    def step() -> None:
        nonlocal report
        hand = Hand(next(_uids))
        as_of = look(big, wanted).as_of
        with big.database.session() as s:
            report = bulk.apply(s, big.project_id, wanted, find, "label", Choice(), as_of, hand)
        assert report.texts == TEXTS

    def turn(way: Callable[..., object]) -> None:
        assert report is not None
        with big.database.session() as s:
            way(s, report.bulk_id, Hand(next(_uids)))

    print()
    waits = "none; other writers wait 10 s at most"
    told("label ten thousand texts", [timed(step)], waits)
    told("take it back", [timed(lambda: turn(bulk.undo))], waits)
    told("do it again", [timed(lambda: turn(bulk.redo))], waits)
    with big.database.session() as s:
        assert doctor.check(s).problems == []
