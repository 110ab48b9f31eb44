"""Orders that look at more than one score: disagreement, clusters, chance."""

from dataclasses import replace

import pytest

from db import clusters, doctor, projects, sifting
from db.errors import Invalid
from db.session import Database
from db.values import ProjectSettings, Queue, Sieve
from tests.corpus import Corpus, corpus, suggestion


def walk(demo: Corpus, asked: Queue) -> list[int]:
    """Every text of a queue, in its order, and the way back."""
    seen: list[int] = []
    with demo.database.session() as s:
        at = sifting.first(s, demo.project_id, asked)
        while at is not None and at not in seen:
            seen.append(at)
            at = sifting.around(s, demo.project_id, at, asked).next
        for number, text_id in enumerate(seen):
            found = sifting.around(s, demo.project_id, text_id, asked)
            assert found.place.position == number + 1
            assert found.place.total == len(seen)
            assert found.previous == (seen[number - 1] if number else None)
    return seen


def choose(demo: Corpus, **chosen: object) -> None:
    with demo.database.session() as s:
        before = projects.settings(s, demo.project_id)
        projects.set_settings(s, demo.project_id, replace(before, **chosen))  # type: ignore[arg-type]


def ordered(demo: Corpus, order: str) -> list[int]:
    return walk(demo, Queue(order=order))  # type: ignore[arg-type]


@pytest.fixture
def disputed(demo: Corpus) -> list[int]:
    """One text on which two taggers agree, two with one and three differences, one half tagged."""
    text = "Ann met Bo of Acme in Oslo."
    agreed, one, three, half = demo.add(*(f"{n} {text}" for n in range(4)))
    said = {
        agreed: (("Ann", "PER"), ("Ann", "PER")),
        one: (("Ann", "PER"), None),
        half: (("Ann", "PER"),),
    }
    for text_id, answers in said.items():
        for tagger, answer in zip(("first", "second"), answers, strict=False):
            words = demo.get(text_id).text
            demo.tag(text_id, *([suggestion(words, *answer)] if answer else []), tagger=tagger)
    words = demo.get(three).text
    people = [suggestion(words, name, "PER") for name in ("Ann", "Bo")]
    demo.tag(three, *people, tagger="first")
    demo.tag(
        three,
        people[0],
        suggestion(words, "Bo", "ORG"),
        suggestion(words, "Oslo", "LOC"),
        tagger="second",
    )
    return [three, one, agreed, half]


def test_the_texts_on_which_two_taggers_differ_most_come_first(
    demo: Corpus, disputed: list[int]
) -> None:
    assert ordered(demo, "disagreement") == sorted(disputed)
    choose(demo, compared=("first", "second"))
    assert ordered(demo, "disagreement") == disputed


def test_a_tagger_that_looks_again_changes_what_is_disputed(
    demo: Corpus, disputed: list[int]
) -> None:
    choose(demo, compared=("second", "first"))
    demo.tag(disputed[1], suggestion(demo.get(disputed[1]).text, "Ann", "PER"), tagger="second")
    assert ordered(demo, "disagreement") == [disputed[0], *sorted(disputed[1:3]), disputed[3]]
    demo.tag(disputed[0], tagger="third")
    demo.draw(disputed[0], "Ann", "PER")
    assert ordered(demo, "disagreement")[0] == disputed[0]


def test_a_tagger_is_not_compared_with_itself(demo: Corpus) -> None:
    for pair in (("first", "first"), ("first",)):
        with pytest.raises(Invalid):
            choose(demo, compared=pair)


def test_the_queue_goes_round_the_clusters_and_ends_with_texts_of_none(demo: Corpus) -> None:
    a1, a2, a3, b1, c1, none = demo.add(*(f"text {n}" for n in range(6)))
    with demo.database.session() as s:
        assert not clusters.any_known(s, demo.project_id)
        clusters.assign(s, demo.project_id, {a2: 0, b1: 1, a1: 0, a3: 0, c1: 2})
        assert clusters.any_known(s, demo.project_id)
    assert ordered(demo, "coverage") == [a2, b1, c1, a1, a3, none]


def test_clustering_anew_forgets_the_old_clusters(demo: Corpus) -> None:
    one, two = demo.add("one", "two")
    with demo.database.session() as s:
        clusters.assign(s, demo.project_id, {one: 0, two: 1})
        clusters.assign(s, demo.project_id, {two: 0})
    assert ordered(demo, "coverage") == [two, one]
    with demo.database.session() as s:
        clusters.assign(s, demo.project_id, {})
        assert not clusters.any_known(s, demo.project_id)


def test_a_seed_names_a_shuffle_and_the_same_seed_the_same(demo: Corpus) -> None:
    ids = demo.add(*(f"text {n}" for n in range(40)))
    first = ordered(demo, "random")
    assert sorted(first) == ids
    assert first != ids
    choose(demo, seed=7)
    second = ordered(demo, "random")
    assert second not in (first, ids)
    late = demo.add("one more")[0]
    assert [text_id for text_id in ordered(demo, "random") if text_id != late] == second
    choose(demo, seed=0)
    assert [text_id for text_id in ordered(demo, "random") if text_id != late] == first


def test_another_project_with_the_same_texts_has_the_same_shuffle(
    demo: Corpus, database: Database
) -> None:
    twin = corpus(database, "twin")
    words = [f"text {n}" for n in range(20)]
    ids, others = demo.add(*words), twin.add(*words)
    there = {text_id: number for number, text_id in enumerate(others)}
    here = {text_id: number for number, text_id in enumerate(ids)}
    assert [there[i] for i in ordered(twin, "random")] == [here[i] for i in ordered(demo, "random")]


def test_every_order_survives_a_filter(demo: Corpus, disputed: list[int]) -> None:
    choose(demo, compared=("first", "second"))
    for order in ("uncertainty", "disagreement", "coverage", "position", "random"):
        everything = ordered(demo, order)
        kept = walk(demo, Queue(order=order, sieve=Sieve(code="PER")))  # type: ignore[arg-type]
        assert kept == everything


def test_the_doctor_knows_the_new_counters(demo: Corpus, disputed: list[int]) -> None:
    choose(demo, compared=("first", "second"))
    with demo.database.session() as s:
        assert doctor.check(s).problems == []
        assert projects.settings(s, demo.project_id).compared == ("first", "second")
        assert ProjectSettings().compared == ()
