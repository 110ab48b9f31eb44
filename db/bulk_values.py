"""What a step over many texts is asked for, and what it answers: frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from db.values import Status

Finder = Callable[[str], list[tuple[int, int]]]
"""From a text to the stretches that are meant; whoever calls brings it (see engine.repeats)."""
Deed = Literal["label", "reject"]
Key = tuple[int, int]
"""A hit: text number, first character."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for in a project, and the type that is meant.

    Attributes:
        whole: only whole words.
        same_case: capitals matter.
        accepted: in accepted texts too.
    """

    surface: str
    code: str
    whole: bool = True
    same_case: bool = True
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class AsOf:
    """The state that a preview has shown: the newest edit and the newest text then."""

    edit: int
    text: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where the words stand and no person has said anything yet.

    Attributes:
        position: 0-based place of the text in the project.
        suggestion: the open suggestion on these very characters, None for none; `code` and
            `score` are its own.
    """

    text_id: int
    position: int
    status: Status
    start: int
    end: int
    suggestion: int | None = None
    code: str | None = None
    score: float | None = None

    @property
    def key(self) -> Key:
        """Its name in a choice."""
        return self.text_id, self.start


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit with the characters around it."""

    hit: Hit
    before: str
    surface: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A page of hits, in order of import, and figures over all of them.

    Attributes:
        next: give it as `after` for the following page, None on the last.
        hits, texts: how many there are in all.
        suggestions: hits with an open suggestion on them.
        marked: places left out because a person has spoken there.
        in_accepted: hits left out because their text is accepted.
    """

    shown: tuple[Shown, ...]
    next: Key | None
    hits: int
    texts: int
    suggestions: int
    marked: int
    in_accepted: int
    as_of: AsOf


@dataclass(frozen=True, slots=True)
class Choice:
    """The ticked hits: all but some, or only some."""

    all: bool = True
    but: frozenset[Key] = frozenset()

    def takes(self, key: Key) -> bool:
        """Whether a hit is ticked."""
        return self.all is not (key in self.but)


@dataclass(frozen=True, slots=True)
class BulkReport:
    """What came of a step.

    Attributes:
        bulk_id: the step, None where it had nothing to do.
        texts, spans: what was changed.
        left: texts left alone because they were changed since, at most `bulk_log.TOLD` of them;
            1-based numbers.
        left_texts: how many they are.
    """

    bulk_id: int | None
    texts: int
    spans: int
    left: tuple[int, ...] = ()
    left_texts: int = 0

    def as_json(self) -> dict[str, Any]:
        """For the row of the step; its number stands in the row."""
        return {name: value for name, value in asdict(self).items() if name != "bulk_id"}


@dataclass(frozen=True, slots=True)
class BulkStep:
    """A step as a list shows it; `undone`: it was taken back as a whole."""

    id: int
    deed: Deed
    surface: str
    code: str
    texts: int
    spans: int
    undone: bool
    author: str
    created_at: datetime
