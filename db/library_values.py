"""What `db.library` takes and returns: frozen values, detached from any session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from engine.types import AnnotatedText

Writer = Literal["llm", "embedded", "person"]
"""Who wrote a version: a language model, the embedded writer, or nobody but people."""
Source = Literal["llm", "embedded", "person", "imported"]
"""Where an example came from."""
ExampleStatus = Literal["generated", "edited", "approved", "rejected"]

EXAMPLE_STATUSES: tuple[ExampleStatus, ...] = ("generated", "edited", "approved", "rejected")


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature sentence.

    Attributes:
        text_id: the text of the project that it is, None when that is gone.
        texts: how many texts its cluster has.
    """

    text: str
    text_id: int | None
    texts: int


@dataclass(frozen=True, slots=True)
class Library:
    """One version of a project's library.

    Attributes:
        version: counts from 1 within the project.
        settings: as asked for: features, entities, per_feature, seed, writer, embedder.
        silhouette: -1..1, how well the clusters stand apart.
        finished_at: None while it is being built, or was stopped.
        counts: status -> examples, every status a key.
        usage: what it cost, such as {"llm_calls": 66}.
        fingerprint: eight hex digits that change with any example that guides tagging.
    """

    id: int
    project_id: int
    version: int
    writer: Writer
    settings: Mapping[str, Any]
    types: Mapping[str, int]
    features: tuple[Feature, ...]
    silhouette: float
    job_id: int | None
    created_at: datetime
    finished_at: datetime | None
    counts: Mapping[ExampleStatus, int]
    usage: Mapping[str, float]
    fingerprint: str

    @property
    def examples(self) -> int:
        """How many examples guide tagging."""
        return sum(n for status, n in self.counts.items() if status != "rejected")


@dataclass(frozen=True, slots=True)
class TypeEntities:
    """The surfaces of one type; `rejected` holds (surface, reason), `calls` counts questions."""

    code: str
    surfaces: tuple[str, ...]
    rejected: tuple[tuple[str, str], ...] = ()
    calls: int = 0
    prompt_version: str = ""
    model: str = ""
    usage: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewExample:
    """A generated sentence on its way into a library.

    Attributes:
        slot: which planned sentence it is.
        feature: which feature sentence gave its shape.
        reason: why it cannot be used, "" when it can.
    """

    slot: int
    feature: int
    content: AnnotatedText
    origin: Source
    reason: str = ""
    prompt_version: str = ""
    model: str = ""
    usage: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled sentence of a library.

    Attributes:
        slot: which planned sentence it is, None for one of a person.
        feature, feature_text: the feature sentence that gave its shape, None and "" for none.
        reason: why it is rejected, "" when it is not.
        made: as it was generated, before any edit; None for one of a person.
        made_reason: why it was rejected when it was generated, "" when it was not.
        previous: the same example a version before, None for a new one.
        revision: grows with every change; the `base` of the next one.
        author: who changed it last, "" for nobody.
    """

    id: int
    library_id: int
    slot: int | None
    feature: int | None
    feature_text: str
    content: AnnotatedText
    origin: Source
    status: ExampleStatus
    reason: str
    made: AnnotatedText | None
    made_reason: str
    previous: int | None
    revision: int
    author: str
    prompt_version: str
    model: str
    usage: Mapping[str, float]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Diff:
    """What a version has that another one had not; `changed` holds (before, after)."""

    added: tuple[Example, ...]
    removed: tuple[Example, ...]
    changed: tuple[tuple[Example, Example], ...]
