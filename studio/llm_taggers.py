"""The taggers that ask a language model: how their names are read, and what each needs.

`llm` is ReverseNER, `llm-zero-shot` the same question without examples. Both ask once; `+sc` and
`+vote` ask several times and count, by self-consistency or by the two-stage vote.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from db import library, projects
from engine.reverse_ner.config import GUIDED, ZERO_SHOT, TaggingConfig, Vote
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from db.session import Database
    from db.values import Project
    from engine.protocols import LLM, Embedder
    from engine.reverse_ner.retrieval import Shelf
    from engine.reverse_ner.tagger import LLMTagger
    from engine.types import EntityType

SAMPLES = 5
"""Answers a text where votes are wanted and no number is given. Our choice."""

SHARED = 10
"""Sets of examples where similar texts share theirs. Our choice: one a feature sentence."""

NAMES = {
    GUIDED: "ReverseNER: a language model, guided by the library",
    f"{GUIDED}+sc": f"the same, {SAMPLES} answers a text, self-consistency",
    f"{GUIDED}+vote": f"the same, {SAMPLES} answers a text, two-stage vote",
    ZERO_SHOT: "a language model without examples",
    f"{ZERO_SHOT}+sc": f"the same, {SAMPLES} answers a text, self-consistency",
    f"{ZERO_SHOT}+vote": f"the same, {SAMPLES} answers a text, two-stage vote",
}
_VOTES: dict[str, Vote] = {"": "self-consistency", "sc": "self-consistency", "vote": "two-stage"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the name of such a tagger asks for."""

    guided: bool
    samples: int
    vote: Vote


def read(name: str, samples: int | None = None) -> Asked:
    """Read one of NAMES, with the number of answers a text that was asked for.

    Raises:
        RequestRefused: the number is below 1.

    >>> read("llm+vote")
    Asked(guided=True, samples=5, vote='two-stage')
    """
    base, _, way = name.partition("+")
    if samples is not None and samples < 1:
        raise RequestRefused(f"A text needs at least one answer; got {samples}.", where="--samples")
    return Asked(base == GUIDED, samples or (SAMPLES if way else 1), _VOTES[way])


def voting(names: Iterable[str]) -> list[str]:
    """Those of some taggers that put several answers to the vote.

    >>> voting(["embedded", "llm", "llm+sc"])
    ['llm+sc']
    """
    return [name for name in names if name in NAMES and "+" in name]


def check_shared(name: str, shared: int) -> None:
    """Refuse to share the examples of a tagger that shows none. Raises RequestRefused."""
    if shared and not (name in NAMES and read(name).guided):
        raise RequestRefused(
            f"The tagger {name!r} shows no examples that texts could share.",
            where="--shared-examples",
        )


def make(
    database: Database,
    project: Project,
    types: Sequence[EntityType],
    name: str,
    llm: LLM,
    embedder: Callable[[], Embedder],
    *,
    model: str = "",
    samples: int | None = None,
    shared: int = 0,
    at_once: int | None = None,
) -> LLMTagger:
    """Put a tagger together; a guided one looks at the newest library of the project.

    With `shared`, texts get one of so many sets of examples: prompts then begin alike, and an
    endpoint that caches them reads the examples once.

    Raises:
        RequestRefused: it is guided and the project has no example to guide it.
    """
    from engine.reverse_ner.tagger import LLMTagger

    asked = read(name, samples)
    config = TaggingConfig(samples=asked.samples, vote=asked.vote)
    if at_once:
        config = replace(config, at_once=at_once)
    with database.session() as session:
        allow_overlap = projects.settings(session, project.id).allow_overlap
    return LLMTagger(
        llm,
        types,
        config,
        _shelf(database, project, embedder, shared) if asked.guided else None,
        name=name,
        model=model,
        allow_overlap=allow_overlap,
    )


def check_library(database: Database, project: Project, name: str) -> None:
    """Refuse a guided tagger without examples. Raises RequestRefused."""
    with database.session() as session:
        found = library.find(session, project.id)
    if read(name).guided and (found is None or not found.examples):
        raise RequestRefused(
            f"Project {project.name} has no library of examples yet; build one with: "
            f"ner-studio library build -p {project.name!r}",
            kind="no_library",
            where=name,
        )


def _shelf(
    database: Database, project: Project, embedder: Callable[[], Embedder], shared: int
) -> Shelf:
    from engine.reverse_ner.config import RetrievalConfig
    from engine.reverse_ner.retrieval import Shelf

    check_library(database, project, GUIDED)
    with database.session() as session:
        found = library.get(session, project.id)
        examples = library.examples(session, project.id, found.version)
    version = f"{found.version} ({found.fingerprint})"
    if shared:
        version += f" in {shared} shared sets"
    return Shelf(examples, embedder(), RetrievalConfig(clusters=shared), version)
