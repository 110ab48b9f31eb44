"""The contrastive objective: which word goes with which concept, and how sure the data is of it.

Source: NuNER (arXiv 2402.15343), section 3.2: sigmoid of word . concept, binary cross-entropy
over the concepts of a batch. The weights of the negatives, the broader types and the boundary
roles are our choice (ALGORITHMS: an unmarked word is weak evidence).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.nuner.backbone import Backbone
from engine.nuner.concepts import shown
from engine.nuner.config import PretrainConfig
from engine.nuner.corpus import Corpus, Example
from engine.nuner.encoder import ROLES


@dataclass(frozen=True, slots=True)
class Composite:
    """A type made of others, so that definitions are read and not only names.

    Attributes:
        name, definition: as they are shown.
        within, without: concepts (and what is narrower) that it covers, and that it excludes.
    """

    name: str
    definition: str
    within: tuple[str, ...]
    without: tuple[str, ...]


class ConceptTable:
    """Every concept of a corpus as tensors, ready to be indexed by batches.

    Attributes:
        names: the k concepts, then the composites.
        name_rows: (k,) rows of `vectors` for the names.
        variants: per concept, the rows of `vectors` that show it with a definition.
        vectors: (v, d) sentence vectors.
        covers: (k, k) bool, the row's mention is also positive for the column.
        ignores: (k, k) bool, the row's mention says nothing about the column.
        unmarked: (sets, k) weight of an unmarked word as a negative.
        own: (sets, k) bool, the set annotates this concept completely.
    """

    def __init__(self, corpus: Corpus, backbone: Backbone, config: PretrainConfig) -> None:
        taxonomy = corpus.taxonomy
        plain = list(taxonomy.broader)
        rng = random.Random(config.seed)
        composites = make_composites(corpus, rng) if config.definition_share else []
        self.names = plain + [c.name for c in composites]
        self.plain = len(plain)
        self.sets = list(corpus.own)
        self.at = {name: i for i, name in enumerate(plain)}
        self._embed(corpus, composites, backbone)
        self._relate(corpus, composites, config)
        self._weigh(corpus, config)

    def _embed(self, corpus: Corpus, composites: Sequence[Composite], backbone: Backbone) -> None:
        """Sentence vectors of names and of every way to define them."""
        taxonomy = corpus.taxonomy
        sentences = list(self.names)
        self.variants: list[list[int]] = []
        for name in self.names[: self.plain]:
            ways = list(taxonomy.definitions.get(name, ()))
            if taxonomy.broader[name]:
                ways.append(f"a kind of {taxonomy.broader[name][0]}")
            self.variants.append(list(range(len(sentences), len(sentences) + len(ways))))
            sentences += [shown(name, way) for way in ways]
        for composite in composites:
            self.variants.append([len(sentences)])
            sentences.append(shown(composite.name, composite.definition))
        self.vectors = torch.from_numpy(backbone.embed(sentences))

    def _relate(
        self, corpus: Corpus, composites: Sequence[Composite], config: PretrainConfig
    ) -> None:
        """What a mention of each concept says about each other concept."""
        count, plain = len(self.names), self.plain
        eye = torch.eye(count, dtype=torch.bool)
        self.covers = eye.clone()
        self.ignores = torch.zeros(count, count, dtype=torch.bool)
        if config.use_hypernyms:
            self.covers[:plain, :plain] = corpus.taxonomy.matrix(self.names[:plain])
        names = self.vectors[:plain]
        close = names @ names.T > config.too_close
        narrower = self.covers[:plain, :plain].T
        self.ignores[:plain, :plain] = (close | narrower) & ~self.covers[:plain, :plain]
        for i, composite in enumerate(composites, plain):
            inside = self.covers[:plain, [self.at[n] for n in composite.within]].any(1)
            outside = self.covers[:plain, [self.at[n] for n in composite.without]].any(1)
            self.covers[:plain, i] = inside & ~outside
            self.ignores[:plain, i] = ~(inside ^ outside)

    def _weigh(self, corpus: Corpus, config: PretrainConfig) -> None:
        """How much an unmarked word of a set speaks against a concept."""
        self.own = torch.zeros(len(self.sets), len(self.names), dtype=torch.bool)
        self.unmarked = torch.full(self.own.shape, config.open_negative)
        for row, name in enumerate(self.sets):
            if corpus.own[name]:
                mine = [self.at[n] for n in corpus.own[name]]
                self.own[row, mine] = True
                within = self.covers[:, mine].any(1)
                self.unmarked[row] = config.foreign_negative
                self.unmarked[row, within] = config.closed_negative


def make_composites(corpus: Corpus, rng: random.Random, count: int = 400) -> list[Composite]:
    """Draw unions of broad concepts, half of them as a "miscellaneous" type."""
    below: dict[str, int] = {}
    for above in corpus.taxonomy.closed().values():
        for name in above:
            below[name] = below.get(name, 0) + 1
    broad = sorted(name for name, n in below.items() if n >= 4)
    if len(broad) < 8:
        return []
    made: list[Composite] = []
    for i in range(count):
        drawn = rng.sample(broad, 7)
        within, without = tuple(drawn[: 2 + i % 3]), tuple(drawn[4:7])
        listed = ", ".join(within[:-1]) + " or " + within[-1]
        if i % 2:
            name = rng.choice(("miscellaneous entity", "other", "miscellaneous", "other name"))
            definition = rng.choice(
                (
                    f"A proper name that is not a {', '.join(without[:-1])} or {without[-1]}, "
                    f"such as a {listed}.",
                    f"Any other named thing, such as a {listed}.",
                    f"A named {listed} that fits none of the other types.",
                )
            )
            made.append(Composite(name, definition, within, without))
        else:
            name = rng.choice((listed, within[0], f"{within[0]} and {within[1]}"))
            definition = rng.choice((f"A {listed}.", f"Any {listed}, but no {without[0]}."))
            made.append(Composite(name, definition, within, without[:1]))
    return made


@dataclass(frozen=True, slots=True)
class Marks:
    """Which mention each word of a batch belongs to.

    Attributes:
        concept: (w,) concept of the mention, -1 for an unmarked word.
        role: (roles, w) 1 where a mention's word has the role: inside, start, end.
        row_set: (w,) index of the word's set.
    """

    concept: Tensor
    role: Tensor
    row_set: Tensor


def mark(examples: Sequence[Example], table: ConceptTable) -> Marks:
    """Lay the mentions of a batch over its words."""
    sizes = [len(e.word_at) for e in examples]
    total = sum(sizes)
    concept = torch.full((total,), -1, dtype=torch.long)
    role = torch.zeros(len(ROLES), total)
    offset = 0
    for example, size in zip(examples, sizes, strict=True):
        for first, last, name in example.mentions:
            concept[offset + first : offset + last] = table.at[name]
            role[0, offset + first : offset + last] = 1
            role[1, offset + first] = 1
            role[2, offset + last - 1] = 1
        offset += size
    sets = torch.tensor([table.sets.index(e.source) for e in examples])
    return Marks(concept, role, sets.repeat_interleave(torch.tensor(sizes)))


def choose_concepts(marks: Marks, table: ConceptTable, config: PretrainConfig) -> Tensor:
    """(c,) concepts of a batch: present ones, broader ones, its closed sets' and random ones."""
    present: Tensor = torch.unique(marks.concept[marks.concept >= 0])
    broader = table.covers[present].any(0).nonzero().flatten()
    broader = broader[broader < table.plain]
    mine = table.own[torch.unique(marks.row_set)].any(0).nonzero().flatten()
    mine = mine[torch.randperm(len(mine))[: config.closed_concepts]]
    anywhere = torch.randperm(len(table.names))[: config.random_concepts]
    chosen: Tensor = torch.unique(torch.cat((present, broader, mine, anywhere)))
    return chosen


def show(concepts: Tensor, table: ConceptTable, share: float) -> tuple[Tensor, Tensor]:
    """(c, d) name vectors and (c, d) vectors with a definition, or the name's again."""
    chosen = []
    for i in concepts.tolist():
        ways = table.variants[i]
        defined = ways and (random.random() < share or i >= table.plain)
        chosen.append(random.choice(ways) if defined else i)
    return table.vectors[concepts], table.vectors[chosen]


def targets(
    marks: Marks, concepts: Tensor, table: ConceptTable, config: PretrainConfig
) -> tuple[Tensor, Tensor]:
    """(w, c) targets of the inside role and (w, c) loss weights; no loop over words."""
    marked = marks.concept >= 0
    kind = marks.concept.clamp_min(0)
    covers = table.covers[kind][:, concepts] & marked[:, None]
    ignores = table.ignores[kind][:, concepts]
    own = table.own[marks.row_set][:, concepts]
    weight = table.unmarked[marks.row_set][:, concepts]
    weight = torch.where(marked[:, None], weight.clamp_min(config.open_negative), weight)
    weight = torch.where(marked[:, None] & ignores & ~own, 0.0, weight)
    weight = torch.where(covers, config.positive_weight, weight)
    return covers.float(), weight


def loss(logits: Tensor, role: Tensor, target: Tensor, weight: Tensor, boundary: float) -> Tensor:
    """Weighted binary cross-entropy of (roles, w, c) logits, a mean over words.

    Args:
        role: (roles, w) 1 where a mention's word has the role.
        target, weight: (w, c) from `targets`.
        boundary: weight of the start and end roles beside the inside role.
    """
    total = logits.new_zeros(())
    for index in range(len(ROLES)):
        goal = target * role[index][:, None]
        raw = torch.nn.functional.binary_cross_entropy_with_logits(
            logits[index], goal, weight, reduction="sum"
        )
        total = total + raw * (1.0 if index == 0 else boundary)
    return total / target.shape[0]
