"""The estimate of a training says what it rests on, or that it rests on nothing."""

from __future__ import annotations

import doctest

from studio import estimating
from studio.estimating import Past, Wish, seconds, words, work


def test_the_examples_are_true() -> None:
    found = doctest.testmod(estimating)
    assert found.attempted > 0
    assert found.failed == 0


def test_folds_cost_as_much_again_each_and_watched_texts_spare_them() -> None:
    assert work(30, Wish("embedded", "top", 10)) == 900
    assert work(30, Wish("embedded", "top", 10, watched=True)) == 300
    assert work(4, Wish("embedded", "top", 10)) == 40


def test_nothing_is_held_out_of_a_library() -> None:
    assert work(60, Wish("embedded", "top", 10, written=True)) == 600


def test_the_newest_run_of_the_same_kind_decides() -> None:
    past = [
        Past("other", "top", 10, 999.0),
        Past("embedded", "top", 100, 10.0),
        Past("embedded", "top", 100, 1.0),
    ]
    assert seconds(10, Wish("embedded", "top", 10, watched=True), past) == (22.0, "run")


def test_a_base_nobody_has_trained_here_has_no_estimate() -> None:
    assert seconds(10, Wish("numind/NuNER-v2.0", "all", 10), []) is None
    assert "no estimate" in words(None)


def test_durations_read_as_people_say_them() -> None:
    told = {n: words((n, "ours")).split(" on ")[0] for n in (3.0, 44.0, 70.0, 150.0, 9000.0)}
    assert list(told.values()) == [
        "About 10 seconds",
        "About 40 seconds",
        "About a minute",
        "About 2 minutes",
        "About 2.5 hours",
    ]
