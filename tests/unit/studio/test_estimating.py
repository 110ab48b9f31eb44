"""The estimate of a training says what it rests on, or that it rests on nothing."""

from __future__ import annotations

import doctest

from studio import estimating
from studio.estimating import Past, Wish, seconds, words, work, worked


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


def test_texts_that_a_run_is_held_to_are_read_as_well_as_far_as_there_are_any() -> None:
    assert work(60, Wish("embedded", "top", 10, written=True, rest=200)) == 1800
    assert work(60, Wish("embedded", "top", 10, watched=True, rest=5)) == 650
    assert work(60, Wish("roberta-base", "all", 10, watched=True, rest=200)) == 600


def test_epochs_that_nobody_chose_are_the_recipes() -> None:
    many, few = (Wish("embedded", "top", watched=True, each=each) for each in (4.0, 1.0))
    assert (work(10, many), work(10, few)) == (120, 200)


def test_what_a_run_has_read_is_what_was_reckoned_for_it() -> None:
    history = [{"epoch": n} for n in range(11)]
    told = {"texts": 60, "beside": 5, "settings": {"epochs": 10}, "history": history}
    assert worked(told | {"folds": 0}) == work(60, Wish("embedded", "top", 10, True, rest=5))
    assert worked(told | {"folds": 3}) == work(60, Wish("embedded", "top", 10, rest=5))
    stopped = told | {"folds": 0, "history": history[:4]}
    assert worked(stopped) == 3 * 65
    assert worked({}) == 0


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
