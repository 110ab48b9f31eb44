"""Every number of the compact NuNER, each with where it comes from.

Marks: [P] the NuNER paper (arXiv 2402.15343) or its authors' cards, [C] our choice.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeVar

T = TypeVar("T")

CASINGS = ("none", "lower", "capitalised", "upper", "mixed", "digit")
"""What an uncased backbone cannot see of a word; the index is the embedding row."""


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """The shape of the text and the concept encoder."""

    frozen_layers: int = 2
    """Bottom layers shared with the sentence embedder. [C]: a third, where the paper
    freezes half of twelve; with six layers the fourth trained one still paid."""
    window: int = 192
    """Sub-tokens a text window holds, [CLS] and [SEP] included. [C]: five sentences."""
    window_overlap: int = 48
    """Sub-tokens shared by neighbouring windows. [C]: longer than any mention seen."""
    dropout: float = 0.1
    """On word vectors and on concept sentence vectors. [C]"""
    layer_dropout: float = 0.1
    """On what each trained layer adds; none on attention weights. [C]: without it the free-form
    corpus is learnt by heart after four epochs."""
    concept_hidden: int = 512
    """Width of the concept encoder's hidden layer. [C]"""


@dataclass(frozen=True, slots=True)
class DecodeConfig:
    """How word scores become spans; tuned on development sets, stored with the weights."""

    threshold: float = 0.4
    """A span is kept from this score on. Tuned on the dev splits of the benchmarks. [C]"""
    max_words: int = 30
    """Longest span considered. [C]: 99.9% of the pre-training mentions are shorter."""
    finer_ratio: float = 0.5
    """A finer type keeps a span from this share of the broader type's score on. Tuned like the
    threshold. [C]"""
    seam: float = 0.85
    """Two neighbours of one type stay two where the first word's end score and the second's start
    score both reach this. [C]: lower values cut long names."""
    slope: float = 1.0
    offset: float = 0.0
    """Platt scaling of raw scores, fitted on the dev splits of the benchmarks. [C]"""


@dataclass(frozen=True, slots=True)
class PretrainConfig:
    """Contrastive pre-training."""

    epochs: int = 5
    """Passes over the weighted mixture. [C]: the paper's 10 take two cores too long."""
    batch_tokens: int = 2000
    """Sub-tokens a batch, padding included: about 60 sentences. [C]"""
    learning_rate: float = 3e-4
    """Of the trained encoder layers. [C]"""
    head_learning_rate: float = 1e-3
    """Of what starts from nothing: projections, casing, concept encoder. [C]"""
    warmup: float = 0.03
    """Share of the steps during which the rate climbs; it falls linearly after. [C]"""
    weight_decay: float = 0.01
    """AdamW's. [C]"""
    mixture: dict[str, float] = field(
        default_factory=lambda: {
            "open_types": 2.0,
            "everyday_types": 4.0,
            "everyday_comments": 4.0,
            "everyday_posts": 3.0,
            "crossner_ai": 4.0,
            "crossner_literature": 4.0,
            "broad_twitter": 1.5,
            "hwu64": 0.4,
            "tasteset": 0.4,
            "wetlab": 0.3,
            "sec_fin": 0.5,
            "textile_llm": 0.6,
            "bio_bc5cdr": 0.4,
            "bio_craft": 0.3,
            "bio_jnlpba": 0.3,
            "bio_bionlp11id": 0.3,
        }
    )
    """How often a sentence of a set is seen an epoch. [C]: small diverse sets up, large
    narrow ones down. A set that is not named here is left out."""
    closed_concepts: int = 30
    """Concepts a batch takes from the closed sets in it, at most. [C]"""
    random_concepts: int = 50
    """Concepts a batch takes from anywhere. [C]"""
    positive_weight: float = 1.5
    """Loss weight of a word inside a mention. [C]"""
    closed_negative: float = 1.0
    """Loss weight of an unmarked word for a type its own closed set annotates. [C]"""
    open_negative: float = 0.6
    """Loss weight of an unmarked word of the free-form corpus. [C]: recall is not 1."""
    foreign_negative: float = 0.08
    """Loss weight of an unmarked word for a concept its set does not annotate. [C]"""
    too_close: float = 0.45
    """A concept nearer than this (cosine) to the one marked is no negative for it. [C]"""
    boundary_weight: float = 0.5
    """Loss weight of the start and end scores beside the inside score. [C]"""
    definition_share: float = 0.5
    """How often a concept is shown as "name: definition" and not as its name. [C]"""
    uncase_share: float = 0.08
    """How often a sentence is stripped of its casing. [C]: people type that way."""
    average_from: float = 0.57
    """The weights at this share of the run and at its end are averaged. [C]: on the dev splits
    0.5 points of F1 better than the end alone on WNUT17 and 4 on CrossNER politics."""
    sentences: int = 0
    """Stop after this many sentences; 0 means all epochs. For ablations."""
    known_mentions: int = 3
    """The checkpoint lists a concept that nothing is narrower than from this many mentions on.
    [C]: a third of the free-form concepts are rarer, and each costs the bundle 430 bytes."""
    use_hypernyms: bool = True
    """Off only for the ablation."""
    seed: int = 0


def from_dict(cls: type[T], values: dict[str, Any]) -> T:
    """Rebuild a config from a stored dictionary; unknown keys are left out."""
    known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
    return cls(**{k: v for k, v in values.items() if k in known})


def to_dict(config: Any) -> dict[str, Any]:
    """Return a config as JSON values."""
    return asdict(config)
