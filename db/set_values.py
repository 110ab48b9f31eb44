"""What the functions about few-shot sets take and return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.types import AnnotatedText


@dataclass(frozen=True, slots=True)
class Eligible:
    """An accepted text that may go into a few-shot set.

    Attributes:
        print: names its characters for good.
        cluster: its cluster, None when the texts have none.
        counts: code of a type -> human spans on it; empty where there are none.
    """

    text_id: int
    print: str
    cluster: int | None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many accepted texts may not go into a set, each counted once.

    Attributes:
        evaluation: kept for evaluation.
        blind: of the blind slice.
        in_file: also in a file for evaluation.
    """

    evaluation: int = 0
    blind: int = 0
    in_file: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """A text for a set, and the codes of the types that needed it."""

    text_id: int
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FewShotSet:
    """One version of a few-shot set.

    Attributes:
        version: 1 for the first of its name.
        k: spans wanted a type; at most twice as many are in it.
        settings: what else it takes to draw it again.
        counts: code of a type -> spans in it, in the order of the types.
        short: code of a type -> why it has fewer than k.
        note: how it came about.
        texts: how many texts it has.
    """

    id: int
    project_id: int
    name: str
    version: int
    k: int
    seed: int
    settings: Mapping[str, Any]
    counts: Mapping[str, int]
    short: Mapping[str, str]
    note: str
    created_at: datetime
    texts: int


@dataclass(frozen=True, slots=True)
class Member:
    """A text of a set, with its spans as they were when it was promoted.

    Attributes:
        position: 0-based order in which it was chosen.
        why: codes of the types that needed it.
        changed: a person has worked on it since.
        meta: what its file said of it.
    """

    text_id: int
    position: int
    content: AnnotatedText
    why: tuple[str, ...]
    changed: bool
    meta: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sets side by side, by text id.

    Attributes:
        shared: texts in both with the same spans.
        differing: texts in both whose spans differ.
        only_first, only_second: texts in one of them.
    """

    shared: tuple[int, ...]
    differing: tuple[int, ...]
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that is not accepted yet and would help a type that is short.

    Attributes:
        position: 0-based order of import.
        expected: code of a type -> spans to expect on it: human ones, and open suggestions by
            their score.
    """

    text_id: int
    position: int
    text: str
    status: str
    expected: Mapping[str, float]
