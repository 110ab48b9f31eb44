"""Whether more corrections pay: how much the last ones changed F1, from one run to a later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from db import corrections, runs

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.values import Run

STEP = 50
"""Corrections between two runs that are held against each other. Our choice: an hour of work."""
LITTLE = 0.01
"""F1 that STEP corrections must bring to be worth it. Our choice: below what people notice."""


@dataclass(frozen=True, slots=True)
class Point:
    """A run: corrections made before it, and its F1 (0..1) with its interval where it has one.

    Attributes:
        like: what must be the same for two runs to be compared.
    """

    run: str
    corrections: int
    f1: float
    low: float | None = None
    high: float | None = None
    like: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """What the runs say of going on.

    Attributes:
        verdict: "go on", "stop", "unsure" (the change is within the measure's own spread) or
            "too early" (not enough corrections between two runs).
        change: F1 now less F1 then, None when it is too early.
        since: corrections between the two.
        sentence: the same for people.
    """

    verdict: str
    change: float | None
    since: int
    sentence: str


def advice(session: Session, project_id: int) -> Advice | None:
    """What the runs of a project say; None where none was measured.

    A run of the library learns from no correction, so it says nothing of them.
    """
    measured = [
        run
        for run in reversed(runs.list_runs(session, project_id))
        if run.settings.get("set") and _f1(run) is not None
    ]
    return judge(
        [_point(run, corrections.number(session, project_id, run.created_at)) for run in measured]
    )


def judge(points: Sequence[Point]) -> Advice | None:
    """Hold the newest run against the latest one before it with STEP corrections fewer.

    Args:
        points: the runs, the oldest first.

    >>> judge([Point("a", 40, 0.60), Point("b", 95, 0.605)]).sentence
    'The last 55 corrections changed F1 by +0.005 (from a to b): more of the same brings little.'
    """
    if not points:
        return None
    last = points[-1]
    alike = [one for one in points[:-1] if one.like == last.like]
    before = [one for one in alike if one.corrections <= last.corrections - STEP]
    if not before:
        nearest = max((one.corrections for one in alike), default=last.corrections)
        return _too_early(STEP - (last.corrections - nearest) if alike else STEP)
    then = before[-1]
    change, since = last.f1 - then.f1, last.corrections - then.corrections
    verdict = _verdict(last, change, since)
    told = {
        "stop": "more of the same brings little.",
        "unsure": "less than the measure itself varies; keep more texts for evaluation to be sure.",
        "go on": "going on pays." if change > 0 else "look at what was corrected, and at the set.",
    }
    sentence = (
        f"The last {since} corrections changed F1 by {change:+.3f} "
        f"(from {then.run} to {last.run}): {told[verdict]}"
    )
    return Advice(verdict, change, since, sentence)


def _verdict(last: Point, change: float, since: int) -> str:
    if abs(change) * STEP / since < LITTLE:
        return "stop"
    if last.low is not None and last.high is not None and abs(change) < (last.high - last.low) / 2:
        return "unsure"
    return "go on"


def _too_early(left: int) -> Advice:
    more = max(1, left)
    corrections_ = "1 more correction" if more == 1 else f"{more} more corrections"
    sentence = f"After {corrections_}, another run will tell whether going on pays."
    return Advice("too early", None, STEP - more, sentence)


def _point(run: Run, made: int) -> Point:
    dev, how = run.values["dev"], run.values.get("settings", {})
    micro: Mapping[str, Any] = dev["micro"]
    like = (run.base, dev.get("from"), how.get("train"))
    return Point(run.name, made, micro["f1"], micro.get("low"), micro.get("high"), like)


def _f1(run: Run) -> float | None:
    micro = (run.values.get("dev") or {}).get("micro") or {}
    return micro.get("f1")
