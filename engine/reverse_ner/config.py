"""Every number of ReverseNER, each with where it comes from.

Marks: [P] the paper (arXiv 2411.00533), [C] our choice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

GUIDED = "llm"
ZERO_SHOT = "llm-zero-shot"
"""What the studio calls the tagger, with a library and without."""

Vote = Literal["self-consistency", "two-stage"]
"""How several samples of one text become one answer."""


@dataclass(frozen=True, slots=True)
class FeatureConfig:
    """Step 1: texts of the task that show what its sentences look like."""

    k: int = 10
    """Feature sentences. [C]: the paper speaks of a library of dozens; six examples each are 60."""
    shortest: int = 5
    longest: int = 60
    """Words of a text that may be one. [C]: a heading shows no sentence, a page shows too many."""
    most: int = 50_000
    """Texts of a larger project that are looked at, drawn at random. [C]: the medoids of a sample
    this large differ little, and embedding it takes a minute."""
    exact: int = 5_000
    """Texts up to which k-medoids sees them all. [C]: 100 MB of distances, a second."""
    restarts: int = 3
    """Random starts, of which the best clustering is kept. [C]"""
    curve: int = 2_000
    """Texts that the silhouette curve looks at. [C]: every k of a curve in a second."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class EntityConfig:
    """Step 2: surface forms of each type."""

    count: int = 30
    """Surfaces asked for a type. [C]"""
    least: int = 3
    """With fewer usable ones the model is asked a second time. [C]"""
    longest: int = 10
    """Words of a surface; more is no name. [C]"""
    temperature: float = 0.7
    """[C]: names should differ."""
    max_tokens: int = 1024
    seed: int = 0


@dataclass(frozen=True, slots=True)
class SentenceConfig:
    """Step 3: sentences that hold given surfaces and have the shape of a feature sentence."""

    per_feature: int = 6
    """Examples asked for a feature sentence. [C]"""
    most_entities: int = 3
    """One to this many surfaces of mixed types go into a sentence. [C]"""
    coverage: int = 3
    """Each type and each feature sentence shall appear in this many examples. [C]"""
    spare: float = 0.25
    """Further calls to reach that coverage, and for empty answers, as a share of the first ones;
    at least one a type. [C]"""
    longest: int = 100
    """Words of a sentence; more is a page. [C]"""
    temperature: float = 0.7
    """[C]: sentences should differ."""
    max_tokens: int = 512
    seed: int = 0


@dataclass(frozen=True, slots=True)
class LibraryConfig:
    """Steps 1 to 4 together."""

    features: FeatureConfig = FeatureConfig()
    entities: EntityConfig = EntityConfig()
    sentences: SentenceConfig = SentenceConfig()
    at_once: int = 8
    """Calls under way. [C]: the client slows down by itself where an endpoint asks for it."""

    @classmethod
    def of(
        cls, features: int = 10, entities: int = 30, per_feature: int = 6, seed: int = 0
    ) -> LibraryConfig:
        """What a person chooses; all else as it is."""
        return cls(
            FeatureConfig(k=features, seed=seed),
            EntityConfig(count=entities, seed=seed),
            SentenceConfig(per_feature=per_feature, seed=seed),
        )


@dataclass(frozen=True, slots=True)
class RetrievalConfig:
    """Step 5a: which examples help with a text."""

    n: int = 8
    """Examples a text. [C]; the paper: several semantically similar ones."""
    types: int = 3
    """So many types nearest to the text have at least one example among them. [C]"""
    clusters: int = 0
    """Texts of a cluster share their examples, so that an endpoint can cache the prompt; 0 picks
    them for each text alone. [C]: off, for the nearest examples help most."""


@dataclass(frozen=True, slots=True)
class TaggingConfig:
    """Steps 5b and 6: asking and voting."""

    retrieval: RetrievalConfig = RetrievalConfig()
    samples: int = 1
    """Answers a text. [P]: a fixed number; 5 is our choice where votes are wanted, 1 the price of
    a single call otherwise."""
    temperature: float = 0.7
    """Of several samples; a single one is asked for at 0. [C]"""
    vote: Vote = "self-consistency"
    """[P]; two-stage is the baseline beside it."""
    keep: float = 0.5
    """A span is kept from this share of the votes on. [C]"""
    max_tokens: int = 1024
    seed: int = 0
    at_once: int = 8
    """Calls under way. [C]"""
    give_up: int = 20
    """So many texts in a row without any answer end the work: the endpoint is gone. [C]"""


def as_json(config: Any) -> dict[str, Any]:
    """A config as plain values, to store beside what it made."""
    return asdict(config)
