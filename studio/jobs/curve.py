"""The curve of a training as its job's row keeps it: what a page draws after any reload.

A training without texts to watch first goes through folds, each held out once, to learn how many
epochs are enough; each fold is a curve of its own, and so is the training on all texts after them.
A resumed training tells some steps again: the later telling counts. A long curve is thinned, so
that a row stays small; the end of each epoch is kept as long as any.

>>> curve = Curve()
>>> for step in (1, 2): curve.add(Report(step, 2, {"fold": 1, "epoch": 1, "loss": 1 / step}))
>>> curve.add(Report(1, 2, {"epoch": 1, "loss": 0.9}))
>>> [(p["fold"], p["step"], p["loss"]) for p in curve.points]
[(1, 1, 1.0), (1, 2, 0.5), (0, 1, 0.9)]
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.types import Report

MOST = 400
"""Points that are kept. Our choice: more than a screen has room for, and 40 kB of a row."""

Point = dict[str, Any]
"""fold (from 1; 0 for all texts), step, epoch (from 1), at (epochs done, also in parts), loss,
f1 (None where it was not measured)."""


class Curve:
    """Collects points from reports.

    Args:
        points: what a resumed job had collected.

    Attributes:
        points: so far, in order.
    """

    def __init__(self, points: Iterable[Point] = ()) -> None:
        self.points = [dict(point) for point in points]

    def add(self, report: Report) -> None:
        """Take a report in; one without a loss says nothing about the course."""
        values = report.values
        if "loss" not in values:
            return
        fold = int(values.get("fold", 0))
        self._forget(fold, report.step)
        epoch, f1 = int(values.get("epoch", 0)), values.get("f1")
        self.points.append(
            {
                "fold": fold,
                "step": report.step,
                "epoch": epoch,
                "at": _at(report, epoch),
                "loss": round(float(values["loss"]), 5),
                "f1": None if f1 is None else round(float(f1), 4),
            }
        )
        self._thin()

    def _forget(self, fold: int, step: int) -> None:
        """Drop what was told of this step or later ones: an epoch's end, or a resumed training."""
        while self.points:
            last = self.points[-1]
            if last["fold"] != fold or last["step"] < step:
                break
            self.points.pop()

    def _thin(self) -> None:
        """Drop every other point inside an epoch once there are too many."""
        if len(self.points) <= MOST:
            return
        kept = [
            point
            for number, point in enumerate(self.points)
            if number % 2 or number == len(self.points) - 1 or self._ends_epoch(number)
        ]
        self.points = kept if len(kept) < len(self.points) else self.points[1:]

    def _ends_epoch(self, number: int) -> bool:
        here, then = self.points[number], self.points[number + 1]
        return (here["fold"], here["epoch"]) != (then["fold"], then["epoch"])


def _at(report: Report, epoch: int) -> float:
    """How many epochs are done, as far as the report says how many there will be."""
    epochs = report.values.get("epochs")
    return round(report.step * epochs / report.total, 3) if epochs and report.total else epoch
