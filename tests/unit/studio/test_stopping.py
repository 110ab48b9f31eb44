"""Whether more corrections pay, said from runs and what was corrected between them."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import runs
from db.session import connect
from studio.stopping import Point, advice, judge
from tests.corpus import corpus


def test_without_a_run_there_is_nothing_to_say():
    assert judge([]) is None


def test_one_run_asks_for_more_corrections_first():
    said = judge([Point("a", 30, 0.5)])
    assert (said.verdict, said.change) == ("too early", None)
    assert said.sentence.startswith("After 50 more corrections")
    near = judge([Point("a", 30, 0.5), Point("b", 79, 0.6)])
    assert near.verdict == "too early"
    assert near.sentence.startswith("After 1 more correction,")


def test_a_rise_says_go_on_and_a_plateau_says_stop():
    rise = judge([Point("a", 0, 0.5), Point("b", 60, 0.6)])
    assert (rise.verdict, rise.since) == ("go on", 60)
    assert rise.change == pytest.approx(0.1)
    flat = judge([Point("a", 0, 0.5), Point("b", 60, 0.6), Point("c", 160, 0.605)])
    assert (flat.verdict, flat.since) == ("stop", 100)


def test_a_fall_is_told_as_one():
    fall = judge([Point("a", 0, 0.6), Point("b", 60, 0.5)])
    assert "-0.100" in fall.sentence and "look at what was corrected" in fall.sentence


def test_a_change_within_the_interval_is_not_trusted():
    said = judge([Point("a", 0, 0.5), Point("b", 50, 0.52, low=0.42, high=0.62)])
    assert said.verdict == "unsure"


def test_runs_that_were_measured_otherwise_are_not_compared():
    points = [Point("a", 0, 0.9, like=("folds",)), Point("b", 60, 0.5, like=("dev",))]
    assert judge(points).verdict == "too early"


def test_corrections_are_what_people_changed_not_what_they_confirmed(tmp_path: Path):
    database = connect(tmp_path / "studio.db")
    demo = corpus(database)
    text_id = demo.tagged("Ann met Bo in Oslo.", PER="Ann", LOC="Oslo")
    dev = {"from": "dev", "micro": {"f1": 0.5, "low": None, "high": None}}

    def run(name: str, f1: float, learnt_from: str = "first@1") -> None:
        values = {"dev": {**dev, "micro": {"f1": f1}}, "settings": {"train": "top"}}
        with database.session() as s:
            runs.create(
                s, demo.project_id, name, base="embedded", folder="x",
                settings={"set": learnt_from}, values=values,
            )  # fmt: skip

    with database.session() as s:
        assert advice(s, demo.project_id) is None
    run("first", 0.5)
    span = demo.span(text_id, "Ann")
    demo.draw(text_id, "Ann", "PER", suggestion_id=int(span.id[1:]))
    for _ in range(25):
        demo.draw(text_id, "Bo", "PER")
        demo.remove(text_id, "Bo")
        demo.draw(text_id, "Bo", "ORG")
        demo.remove(text_id, "Bo")
    run("second", 0.7)
    with database.session() as s:
        said = advice(s, demo.project_id)
    assert (said.verdict, said.since) == ("go on", 50)
    run("distilled", 0.1, learnt_from="")
    with database.session() as s:
        assert advice(s, demo.project_id) == said
    database.close()
