"""What a filter lets through, whatever the order."""

from collections.abc import Sequence

import pytest

from db import entity_types, sifting, suggestions, texts
from db.values import Queue, Sieve
from engine.types import Suggestion, Tagged
from tests.corpus import Corpus, corpus, suggestion, types
from tests.unit.db.test_queue_orders import walk


def through(demo: Corpus, **sieve: object) -> list[int]:
    sieve.setdefault("status", ("new", "suggested", "review", "accepted", "skipped"))
    return sorted(walk(demo, Queue(sieve=Sieve(**sieve))))  # type: ignore[arg-type]


def ungrounded(demo: Corpus, text_id: int) -> None:
    with demo.database.session() as s:
        tagging = suggestions.start_tagging(s, demo.project_id, "llm", "1", {})
        lost = Suggestion(None, "PER", "Anne", 0.99, "ungrounded")
        words = texts.get(s, text_id).text
        suggestions.write_batch(s, tagging, [(text_id, Tagged(words, (lost,)))])


def test_a_type_shows_by_an_open_suggestion_or_by_a_human_span(demo: Corpus) -> None:
    suggested = demo.tagged("Ann left.", PER="Ann")
    drawn, none = demo.add("Bo left.", "Cleo left.")
    demo.draw(drawn, "Bo", "PER")
    rejected = demo.tagged("Dora left.", PER="Dora")
    demo.reject(rejected, "Dora")
    assert through(demo, code="PER") == [suggested, drawn]
    assert through(demo, code="ORG") == []
    assert through(demo, code="NO SUCH TYPE") == []
    assert none in through(demo)


def test_a_type_that_is_deleted_shows_on_no_text(demo: Corpus) -> None:
    text_id = demo.tagged("Ann of Acme left.", PER="Ann", ORG="Acme")
    with demo.database.session() as s:
        entity_types.delete(s, demo.project_id, types(s, demo.project_id)["PER"].id, force=True)
    assert through(demo, code="PER") == []
    assert through(demo, code="ORG") == [text_id]


@pytest.mark.parametrize(
    ("band", "expected"),
    [((0.0, 0.5), [0]), ((0.5, 0.8), [1, 2]), ((0.8, 1.0), [3]), ((0.0, 1.0), [0, 1, 2, 3])],
)
def test_a_score_band_looks_at_the_least_sure_suggestion(
    demo: Corpus, band: tuple[float, float], expected: Sequence[int]
) -> None:
    ids = demo.add(*(f"{n} Ann met Bo." for n in range(5)))
    for text_id, score in zip(ids, (0.2, 0.5, 0.79, 1.0), strict=False):
        words = demo.get(text_id).text
        sure, unsure = (
            suggestion(words, name, "PER", s) for name, s in (("Ann", 1.0), ("Bo", score))
        )
        demo.tag(text_id, sure, unsure)
    assert through(demo, score=band) == [ids[n] for n in expected]


def test_a_text_stays_in_its_band_while_a_person_works_on_it(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left.", PER="Ann")
    demo.reject(text_id, "Ann")
    assert through(demo, score=(0.8, 1.0)) == [text_id]


def test_words_are_looked_for_in_every_text(demo: Corpus) -> None:
    there, other, sign = demo.add("The Café in Oslo", "nothing", "C++ is old")
    assert through(demo, contains="cafe in") == [there]
    assert through(demo, contains="C++") == [sign]
    assert through(demo, contains="  ") == [there, other, sign]
    assert through(demo, contains='" OR *') == []


def test_limits_hold_together(demo: Corpus) -> None:
    edited, flagged, both, plain = demo.add("one Ann", "two Ann", "three Ann", "four Ann")
    for text_id in (edited, both):
        demo.draw(text_id, "Ann", "PER")
    with demo.database.session() as s:
        for text_id in (flagged, both):
            texts.set_note(s, text_id, flagged=True, note="look")
    ungrounded(demo, plain)
    assert through(demo, only=frozenset({"edited"})) == [edited, both]
    assert through(demo, only=frozenset({"flagged"})) == [flagged, both]
    assert through(demo, only=frozenset({"edited", "flagged"})) == [both]
    assert through(demo, only=frozenset({"unlocated"})) == [plain]
    assert through(demo, only=frozenset({"blind"})) == []
    assert through(demo, only=frozenset({"edited"}), code="PER", contains="three") == [both]
    assert through(demo, only=frozenset({"edited"}), status=("new",)) == []
    with demo.database.session() as s:
        counts = sifting.limits(s, demo.project_id)
        assert counts == {"edited": 2, "flagged": 2, "unlocated": 1, "blind": 0}
        asked = Queue(sieve=Sieve(only=frozenset({"edited"})))
        assert sifting.matching(s, demo.project_id, asked) == 2


def test_a_text_that_has_left_the_queue_still_knows_what_comes_next(demo: Corpus) -> None:
    ids = demo.add("one Ann", "two Ann", "three Ann")
    asked = Queue(order="position", sieve=Sieve(contains="Ann"))
    demo.set_status(ids[1], "accepted")
    with demo.database.session() as s:
        found = sifting.around(s, demo.project_id, ids[1], asked)
        assert (found.previous, found.next) == (ids[0], ids[2])
        assert (found.place.position, found.place.total) == (0, 2)
        # After the last text that waits comes the first one again.
        assert sifting.around(s, demo.project_id, ids[2], asked).next == ids[0]


def test_nobody_elses_project_shows(demo: Corpus) -> None:
    other = corpus(demo.database, "other")
    mine, theirs = demo.add("Ann here"), other.add("Ann there")
    assert through(demo, contains="Ann") == mine
    assert through(other, contains="Ann") == theirs
