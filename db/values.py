"""What the functions of this room take and return: frozen values, detached from any session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.types import Match, Problem

Status = Literal["new", "suggested", "review", "accepted", "skipped"]
"""Where a text stands: untouched, tagged, opened by a person, finished, or left out."""

STATUSES: tuple[Status, ...] = ("new", "suggested", "review", "accepted", "skipped")
UNFINISHED: tuple[Status, ...] = ("new", "suggested", "review")

Action = Literal["created", "missed", "accepted", "boundary", "type", "rejected"]
"""What a person did: drew where no suggestion was ever made, drew what the tagger missed,
accepted, moved an edge, changed the type, rejected."""

JobStatus = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
EditKind = Literal["edit", "undo", "redo", "status"]
Kind = Literal["suggestion", "human"]
Order = Literal["uncertainty", "disagreement", "coverage", "position", "random"]
"""How the queue goes: least certain first, most disputed first, round the clusters, as imported, or
shuffled."""
Only = Literal["edited", "flagged", "unlocated", "blind"]
"""What a queue may be limited to: texts a person has worked on, flagged ones, those with a
suggestion that could not be located, those that hide their suggestions."""
SpansAs = Literal["none", "suggestions", "annotations"]


@dataclass(frozen=True, slots=True)
class Project:
    """A corpus with its entity types."""

    id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """What a person can choose for one project.

    Attributes:
        allow_overlap: whether human spans may overlap; else a new one replaces the old.
        blind_share: 0..1, the share of texts that hide their suggestions. Our choice of a tenth:
            a few hundred texts give recall to within ten points.
        compared: the two taggers whose disagreement orders the queue; none or two.
        seed: names the shuffle of the random order.
    """

    allow_overlap: bool = False
    blind_share: float = 0.1
    compared: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which texts a queue lets through; all conditions hold together.

    Attributes:
        status: the statuses.
        code: only texts on which this type shows, "" for any.
        score: only texts whose least sure suggestion lies in [low, high), or up to 1 included.
        contains: only texts with these words (see `searching.contains`), "" for any.
        only: only these.
    """

    status: tuple[Status, ...] = UNFINISHED
    code: str = ""
    score: tuple[float, float] | None = None
    contains: str = ""
    only: frozenset[Only] = frozenset()

    @property
    def plain(self) -> bool:
        """Whether nothing but the status matters."""
        return not (self.code or self.score or self.contains.strip() or self.only)


@dataclass(frozen=True, slots=True)
class Queue:
    """The texts to go through: their order, which of them, and for whom.

    Attributes:
        holder: the browser that asks; texts open in another one are left out of what comes next.
    """

    order: Order = "uncertainty"
    sieve: Sieve = Sieve()
    holder: str = ""


@dataclass(frozen=True, slots=True)
class ProjectSummary:
    """One line of the list of projects; the last three are counts."""

    name: str
    texts: int
    types: int
    accepted: int


@dataclass(frozen=True, slots=True)
class TypeUsage:
    """How many spans of a type there are.

    Attributes:
        suggestions: open ones.
        accepted: human spans on accepted texts, the gold.
        human: human spans on any text.
    """

    suggestions: int = 0
    accepted: int = 0
    human: int = 0


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of a batch of records.

    Attributes:
        accepted: texts added.
        skipped_duplicates: texts that the project, or the batch, already had.
        unknown_labels: label as spelled -> how many spans were left out for it.
        refused: texts that cannot be kept (empty, not valid Unicode), with the reason.
    """

    accepted: int = 0
    skipped_duplicates: int = 0
    unknown_labels: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredSpan:
    """A span as the screen shows it.

    Attributes:
        id: "s7" for suggestion 7, "a7" for human span 7; a human span keeps its id through
            undo and redo.
        action: what the person did, None for a suggestion.
        tagger: who suggested it, None for a drawn span.
        suggestion_id: the suggestion itself, or the one that a human span answers.
        author, created_at: whose answer a human span is, and when it was given.
        proposed: characters and code of the suggestion that a human span answers.
    """

    id: str
    start: int
    end: int
    code: str
    type_id: int
    kind: Kind
    score: float | None = None
    match: Match | None = None
    action: Action | None = None
    tagger: str | None = None
    suggestion_id: int | None = None
    author: str | None = None
    created_at: datetime | None = None
    proposed: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Unlocated:
    """A mention that a tagger quoted and that is not in the text as quoted."""

    id: str
    surface: str
    code: str
    type_id: int
    score: float | None
    tagger: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """What a person said is not there; it can be taken back.

    Attributes:
        id: "r7" for rejection 7, the same through undo and redo.
        start, end: its place, None for a mention that could not be located.
        suggestion_id: the suggestion that was rejected, None where a file rejected the span.
    """

    id: str
    start: int | None
    end: int | None
    surface: str
    code: str
    score: float | None
    tagger: str | None
    suggestion_id: int | None
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StoredText:
    """One text with everything that is on it now.

    Attributes:
        position: 0-based order of import within the project.
        revision: grows by one with every edit; the `base` of the next one.
        spans: human spans and open suggestions, in reading order.
        unlocated: open suggestions without a place.
        rejected: what was rejected and still is, in reading order; nothing on a blind text.
        blind: its suggestions are hidden, to measure recall without bias.
        undo_bulk, redo_bulk: the step over many texts that the next undo or redo is part of.
    """

    id: int
    project_id: int
    position: int
    text: str
    status: Status
    revision: int
    meta: Mapping[str, Any]
    spans: tuple[StoredSpan, ...]
    unlocated: tuple[Unlocated, ...]
    flagged: bool
    note: str
    blind: bool
    seconds: float
    can_undo: bool
    can_redo: bool
    undo_bulk: int | None = None
    redo_bulk: int | None = None
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class TextRow:
    """One line of a list of texts; `n_suggestions` counts open ones, `n_spans` human ones."""

    id: int
    position: int
    text: str
    status: Status
    n_suggestions: int
    n_spans: int
    uncertainty: float | None


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a list.

    Attributes:
        next: give it as `after` to get the following page, None on the last.
        total: how many texts the filter lets through.
    """

    items: tuple[TextRow, ...]
    next: int | None
    total: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in a queue: 1-based position (0 when it is not in it), length."""

    position: int
    total: int


@dataclass(frozen=True, slots=True)
class Review:
    """What people did with suggestions.

    Attributes:
        actions: answers that hold, by what was done.
        texts: texts that a person has accepted.
        seconds: spent on those, altogether.
        typical: seconds of the text in their middle, None without any.
    """

    actions: Mapping[Action, int]
    texts: int
    seconds: float
    typical: float | None

    @property
    def accept_rate(self) -> float | None:
        """The share of answered suggestions that were right as they stood; None without any."""
        answered = sum(self.actions[one] for one in ("accepted", "boundary", "type", "rejected"))
        return self.actions["accepted"] / answered if answered else None


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around a text in a queue."""

    next: int | None
    previous: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Lease:
    """That a browser has a text open since then."""

    text_id: int
    holder: str
    author: str
    since: datetime


@dataclass(frozen=True, slots=True)
class NewSpan:
    """A span that a person drew or took over from a suggestion."""

    start: int
    end: int
    code: str
    suggestion_id: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One step in a text's history.

    Attributes:
        undoes: the revision that an undo or redo takes back.
        added, removed: how many human answers came and went.
    """

    revision: int
    kind: EditKind
    author: str
    created_at: datetime
    seconds: float
    status_before: Status
    status_after: Status
    undoes: int | None
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class TaggingSummary:
    """What a tagger has done so far.

    Attributes:
        texts: texts answered, the failed ones not among them.
        suggestions: located ones as written, `ambiguous` ones included.
        failed: texts with an error.
        usage: costs added up, such as {"llm_calls": 40.0}.
    """

    id: int
    tagger: str
    version: str
    texts: int
    suggestions: int
    ungrounded: int
    ambiguous: int
    failed: int
    usage: Mapping[str, float]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of long work and how far it is.

    Attributes:
        values: named figures of the moment, and of the result once done.
        cancel: a person asked for an end.
        log: what it said, a line each.
    """

    id: int
    project_id: int | None
    kind: str
    settings: Mapping[str, Any]
    status: JobStatus
    done: int
    total: int
    values: Mapping[str, Any]
    error: str
    cancel: bool
    pid: int | None
    heartbeat: datetime | None
    log: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Run:
    """One fine-tuning: where its folder is and what came out."""

    id: int
    project_id: int
    name: str
    base: str
    folder: str
    settings: Mapping[str, Any]
    values: Mapping[str, Any]
    job_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class DoctorReport:
    """What was looked at ({"texts": 150, ...}) and what is wrong, one sentence each."""

    checked: Mapping[str, int]
    problems: list[str]
