"""How long a training will take, before it starts: from earlier runs here, else from ours.

Work is counted in texts read: texts times epochs, over again for each part held out; of a library
nothing is held out, since its sentences cannot tell how real ones are tagged. Seconds a text
depend on the machine, the base and what is trained, so the newest run of the same kind on this
machine says more than any figure of ours.

>>> seconds(40, Wish("embedded", "top", 10), [])
(24.0, 'ours')
>>> seconds(40, Wish("embedded", "top", 10), [Past("embedded", "top", 1200, 60.0)])
(72.0, 'run')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

EMBEDDED = "embedded"
EPOCHS = {"head": 40, "top": 20, "all": 20}
"""What the recipe says for the embedded base (`engine.nuner.recipe`)."""
FOLDS = 3
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
    """

    base: str
    part: str
    epochs: int = 0
    watched: bool = False
    written: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What an earlier run took: texts read in all, and seconds."""

    base: str
    part: str
    work: int
    seconds: float


def work(texts: int, wish: Wish) -> int:
    """Texts read in all, at most: epochs over all texts, and over the folds before."""
    epochs = wish.epochs or EPOCHS.get(wish.part, EPOCHS["all"])
    parts = 1 if wish.watched or wish.written or texts < 2 * FOLDS else FOLDS
    return texts * epochs * parts


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
