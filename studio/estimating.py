"""How long a training will take, before it starts: from earlier runs here, else from ours.

Work is counted in texts read: texts times epochs, those that a run is held to included, over again
for each part held out; of a library nothing is held out, since its sentences cannot tell how real
ones are tagged. Seconds a text depend on the machine, the base and what is trained, so the newest
run of the same kind on this machine says more than any figure of ours.

>>> seconds(40, Wish("embedded", "top", 10), [])
(24.0, 'ours')
>>> seconds(40, Wish("embedded", "top", 10), [Past("embedded", "top", 1200, 60.0)])
(72.0, 'run')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from engine.nuner.recipe import FinetuneConfig, Part, of_counts

EMBEDDED = "embedded"
FOLDS = FinetuneConfig().folds
OURS: Mapping[str, float] = {"head": 0.006, "top": 0.01, "all": 0.03}
"""Seconds a text read, embedded base, two cores without a graphics card; sentences of 30 words."""
START = 12.0
"""Seconds to start the process and load the model."""

Basis = Literal["run", "ours"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is about to be trained; `epochs` 0 leaves it to the recipe.

    Attributes:
        watched: whether there are texts kept for evaluation.
        written: whether it learns from a library.
        each: spans a type (median) that there are to learn from.
        rest: texts that nobody has decided on, to hold the run to.
    """

    base: str
    part: str
    epochs: int = 0
    watched: bool = False
    written: bool = False
    each: float = 0.0
    rest: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier run took: texts read in all, and seconds."""

    base: str
    part: str
    work: int
    seconds: float


def work(texts: int, wish: Wish) -> int:
    """Texts read in all, at most: epochs over all texts, and over the folds before."""
    part = cast("Part", wish.part) or None
    config = of_counts(wish.base == EMBEDDED, texts, wish.each, part, wish.written)
    epochs = wish.epochs or config.epochs
    beside = min(config.held_texts, wish.rest)
    folds = 0 if wish.watched or wish.written or texts < 2 * FOLDS else FOLDS
    return epochs * _an_epoch(texts, beside, folds)


def worked(values: Mapping[str, Any]) -> int:
    """Texts that a run has read in all, by its report."""
    texts, beside, folds = (int(values.get(name, 0)) for name in ("texts", "beside", "folds"))
    most = int(values.get("settings", {}).get("epochs", 0))
    trained = max(0, len(values.get("history", ())) - 1)
    before = most * (_an_epoch(texts, beside, folds) - _an_epoch(texts, beside, 0))
    return before + trained * _an_epoch(texts, beside, 0)


def _an_epoch(texts: int, beside: int, folds: int) -> int:
    """Texts read in an epoch of the training and of its folds, each without one part."""
    return texts + beside + ((folds - 1) * texts + folds * beside if folds else 0)


def seconds(texts: int, wish: Wish, past: Iterable[Past]) -> tuple[float, Basis] | None:
    """An estimate and what it rests on; None for a base that nobody has trained here.

    Args:
        texts: how many there are to learn from.
        wish: what is asked for.
        past: earlier runs here, the newest first.
    """
    total = work(texts, wish)
    for run in past:
        if (run.base, run.part) == (wish.base, wish.part) and run.work:
            return START + total * run.seconds / run.work, "run"
    if wish.base == EMBEDDED and wish.part in OURS:
        return START + total * OURS[wish.part], "ours"
    return None


def words(found: tuple[float, Basis] | None) -> str:
    """The estimate for people.

    >>> words((130.0, "run"))
    'About 2 minutes, going by your last run like this.'
    """
    if found is None:
        return "No run of this base has been timed here yet, so there is no estimate."
    amount, basis = found
    told = _duration(amount)
    if basis == "run":
        return f"About {told}, going by your last run like this."
    return f"About {told} on two cores without a graphics card."


def _duration(amount: float) -> str:
    if amount < 50:
        return f"{max(10, round(amount, -1)):.0f} seconds"
    minutes = max(1, round(amount / 60))
    return (
        "a minute"
        if minutes == 1
        else f"{minutes} minutes"
        if minutes < 90
        else (f"{amount / 3600:.1f} hours")
    )
