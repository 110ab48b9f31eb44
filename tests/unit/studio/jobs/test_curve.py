"""The curve of a training: every course from its first step, thin enough for a row."""

from __future__ import annotations

import doctest

from engine.types import Report
from studio.jobs import curve as module
from studio.jobs.curve import MOST, Curve


def report(step: int, epoch: int, loss: float, f1: float | None = None, fold: int = 0) -> Report:
    values = {"epoch": float(epoch), "loss": loss} | ({"fold": float(fold)} if fold else {})
    return Report(step, 0, values if f1 is None else values | {"f1": f1})


def test_the_example_is_true() -> None:
    assert doctest.testmod(module).failed == 0


def test_the_score_at_the_end_of_an_epoch_takes_the_place_of_its_last_step() -> None:
    curve = Curve()
    for one in (report(1, 1, 0.9), report(2, 1, 0.8), report(2, 1, 0.85, 0.4)):
        curve.add(one)
    assert [(p["step"], p["loss"], p["f1"]) for p in curve.points] == [
        (1, 0.9, None),
        (2, 0.85, 0.4),
    ]


def test_folds_and_the_training_on_all_texts_are_curves_of_their_own() -> None:
    curve = Curve()
    for fold in (1, 2, 0):
        for step in (1, 2):
            curve.add(report(step, 1, 0.5, fold=fold))
    assert [(p["fold"], p["step"]) for p in curve.points] == [
        (1, 1), (1, 2), (2, 1), (2, 2), (0, 1), (0, 2),
    ]  # fmt: skip


def test_a_point_stands_where_it_is_inside_its_epoch() -> None:
    curve = Curve()
    curve.add(Report(3, 8, {"epoch": 2, "epochs": 4, "loss": 0.5}))
    assert curve.points[0]["at"] == 1.5


def test_reports_without_a_loss_are_no_points() -> None:
    curve = Curve()
    curve.add(Report(0, 10, {}, "on cpu"))
    assert curve.points == []


def test_a_resumed_job_goes_on_with_what_it_had() -> None:
    before = Curve()
    before.add(report(1, 1, 0.9))
    after = Curve(before.points)
    after.add(report(2, 1, 0.8))
    assert [p["step"] for p in after.points] == [1, 2]
    assert [p["step"] for p in before.points] == [1]


def test_steps_that_a_resumed_training_tells_again_take_the_place_of_the_old_ones() -> None:
    curve = Curve()
    for step, loss in ((1, 0.9), (2, 0.8), (3, 0.7), (2, 0.75), (3, 0.65)):
        curve.add(report(step, 1, loss))
    assert [p["loss"] for p in curve.points] == [0.9, 0.75, 0.65]


def test_a_long_training_is_thinned_and_keeps_the_end_of_each_epoch_and_the_newest_point() -> None:
    curve = Curve()
    for step in range(1, 5001):
        curve.add(report(step, (step - 1) // 100 + 1, 1 / step))
        assert len(curve.points) <= MOST
        assert curve.points[-1]["step"] == step
    ends = {p["step"] for p in curve.points}
    assert set(range(100, 5001, 100)) <= ends


def test_a_training_of_a_thousand_epochs_of_one_step_still_fits() -> None:
    curve = Curve()
    for step in range(1, 1001):
        curve.add(report(step, step, 1 / step))
    assert len(curve.points) <= MOST
    assert curve.points[-1]["step"] == 1000
