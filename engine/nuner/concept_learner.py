"""The embedded checkpoint as a learner: its class vectors start as the types' concept vectors.

Scores, loss and decoding stay those of the zero-shot tagger, so that a run begins where zero-shot
ends and not at noise.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine.nuner.backbone import pad
from engine.nuner.checkpoint import Bundle
from engine.nuner.devices import Device
from engine.nuner.encoder import ROLES, Batch, run_layers
from engine.nuner.frozen import FrozenCache
from engine.nuner.head import ClassHead
from engine.nuner.inference import WordScorer
from engine.nuner.learner import Groups, Learner
from engine.nuner.recipe import FinetuneConfig, type_weights
from engine.nuner.rest import WEIGHT
from engine.nuner.rows import Labelled, Row, label
from engine.nuner.run_folder import write_spans
from engine.nuner.tagger import SpanTagger, read_types
from engine.types import AnnotatedText, EntityType

NEAR_ZERO = 1e-5
"""How near to 0 and 1 a probability may come in the loss."""


LEARNT_APART = 3
"""Mentions a type (median) from which a finer type no longer wins over a broader one by rule. [C]:
on CrossNER politics dev alike at k=4; at k=1 between 5 points worse and 1 better."""


class ConceptLearner(Learner):
    """Fine-tunes a copy of a bundle's text encoder and a head read from the types.

    Args:
        bundle: the checkpoint; it is left as it is.
        types: what to tag.
    """

    learnt_before = True

    def __init__(
        self, bundle: Bundle, types: Sequence[EntityType], config: FinetuneConfig, device: Device
    ) -> None:
        self.types, self.config, self.device = tuple(types), config, device
        self.decode, self.base_version = bundle.decode, bundle.version
        self.tokenizer = bundle.model.backbone.tokenizer
        self.shape = bundle.model.backbone.bert.config
        head, self.rules = read_types(bundle, types)
        self.head = head.to(device.torch)
        self.text = copy.deepcopy(bundle.model.text).to(device.torch)
        self.text.requires_grad_(False)
        for part in self._parts():
            part.requires_grad_(True)
        self.rows: list[Row] = []
        self.goals: list[tuple[Tensor, Tensor]] = []

    def _parts(self) -> list[nn.Module]:
        """The parts of the encoder that learn."""
        text = self.text
        upper: list[nn.Module] = [text.top, text.casing, text.project]
        lower: list[nn.Module] = [text.embeddings, text.bottom]
        return {"head": [], "top": upper, "all": upper + lower}[self.config.train]

    def label(self, texts: Sequence[AnnotatedText], beside: Sequence[str] = ()) -> Labelled:
        """Make training rows of texts; what is frozen runs over them once."""
        shape = self.text.config
        codes = [t.code for t in self.types]
        cut = (self.tokenizer, shape.window, shape.window_overlap)
        made = label(texts, codes, *cut)
        own = len(made.rows)
        made.rows.extend(label([AnnotatedText(t) for t in beside], codes, *cut).rows)
        self.rows = made.rows
        if not beside:
            self._settle(made.counts)
        self.text.eval()
        self._cache = FrozenCache(self.rows, self.text)
        if self.config.train != "all":
            for _ in self._cache.fill(range(len(self.rows)), self.device.torch):
                pass
        self._vectors = self._read_all() if self.config.train == "head" else []
        weights = torch.tensor(type_weights(made.counts, self.config.balance))
        self.goals = [self._marked(row, weights) for row in self.rows[:own]]
        self.goals += [self._said(at) for at in range(own, len(self.rows))]
        return made

    def _marked(self, row: Row, weights: Tensor) -> tuple[Tensor, Tensor]:
        """What the scores of a labelled row shall be, (roles, w, c), and weights of its words."""
        kind = torch.from_numpy(row.kind)
        inside = torch.zeros(len(kind), len(self.types))
        inside[kind >= 0, kind[kind >= 0]] = 1.0
        weight = torch.where(inside > 0, self.config.positive_weight * weights, 1.0)
        goal = inside * torch.from_numpy(row.role)[:, :, None]
        return goal, weight * torch.from_numpy(row.counts)[:, None]

    @torch.no_grad()
    def _said(self, at: int) -> tuple[Tensor, Tensor]:
        """The same of a row without labels: what the model says of it as it is now."""
        row = self.rows[at]
        goal = self._scores([at]).cpu()
        weight = torch.from_numpy(row.counts).float()
        return goal, weight[:, None].expand(-1, len(self.types))

    def _settle(self, counts: Sequence[int]) -> None:
        """Trust examples over the taxonomy: what two types share is learnt once there are some.

        Not where texts hold the model to its base, which says both a type and its broader one.
        """
        seen = float(np.median([n for n in counts if n] or [0]))
        if seen >= LEARNT_APART:
            broader = np.zeros_like(self.rules.broader)
            self.rules = replace(self.rules, broader=broader)

    @torch.no_grad()
    def _read_all(self) -> list[Tensor]:
        """Word vectors of every row, for a head that learns alone."""
        found = []
        for i in range(len(self.rows)):
            with self.device.precision():
                found.append(self.text.words(self._batch([i])).float())
        return found

    def modules(self) -> dict[str, nn.Module]:
        """The text encoder and the head."""
        return {"text": self.text, "head": self.head}

    def groups(self) -> Groups:
        """Class vectors at the head's rate without decay, layers at theirs."""
        config = self.config
        head = {
            "params": list(self.head.parameters()),
            "lr": config.head_learning_rate,
            "weight_decay": 0.0,
        }
        layers = [p for part in self._parts() for p in part.parameters()]
        return [head, {"params": layers, "lr": config.learning_rate}] if layers else [head]

    def _batch(self, rows: Sequence[int]) -> Batch:
        if self.config.train != "all":
            return self._cache.batch(rows, 0.0, self.device.torch)
        some = [self.rows[i] for i in rows]
        ids, mask = pad([row.ids.tolist() for row in some])
        ids, mask = ids.to(self.device.torch), mask.to(self.device.torch)
        hidden = run_layers(self.text.bottom, self.text.embeddings(input_ids=ids), mask)
        return Batch.of(hidden, mask, [row.word_at for row in some], [row.casings for row in some])

    def _words(self, rows: Sequence[int]) -> Tensor:
        """(w, d) vectors of the words of some rows."""
        if self.config.train == "head":
            dropped: Tensor = self.text.dropout(torch.cat([self._vectors[i] for i in rows]))
            return dropped
        with self.device.precision():
            return self.text.words(self._batch(rows))

    def _scores(self, rows: Sequence[int]) -> Tensor:
        """(roles, w, types) probabilities of the words of some rows."""
        words = self._words(rows)
        with self.device.precision():
            logits = self.head(self.text.roles(words))
        return self.fold(logits.float().sigmoid())

    def loss(self, rows: Sequence[int]) -> Tensor:
        """Binary cross-entropy of the three roles, as in pre-training."""
        where = self.device.torch
        found = self._scores(rows).clamp(NEAR_ZERO, 1 - NEAR_ZERO)
        goal = torch.cat([self.goals[i][0] for i in rows], 1).to(where)
        weight = torch.cat([self.goals[i][1] for i in rows]).to(where)
        total = found.new_zeros(())
        for index in range(len(ROLES)):
            raw = nn.functional.binary_cross_entropy(
                found[index], goal[index], weight, reduction="sum"
            )
            total = total + raw * (1.0 if index == 0 else self.config.boundary_weight)
        return total

    def fold(self, scores: Tensor) -> Tensor:
        """(roles, w, classes) -> (roles, w, types): the kinds of a rest type count for it.

        The tensor twin of `engine.nuner.rest.add_rest`, without its look at capitals.
        """
        types = len(self.types)
        if not self.rules.rest or scores.shape[2] == types:
            return scores[:, :, :types]
        kinds = WEIGHT * scores[:, :, types:].amax(2)
        columns = list(scores[:, :, :types].unbind(2))
        for index in self.rules.rest:
            columns[index] = torch.maximum(columns[index], kinds)
        return torch.stack(columns, 2)

    def tagger(self) -> SpanTagger:
        """The zero-shot tagger's way of tagging, with the weights as they are now."""
        text = copy.deepcopy(self.text).eval()
        head: ClassHead = copy.deepcopy(self.head)
        scorer = WordScorer(text, self.tokenizer, head, self.device.name)
        return SpanTagger("run", self.base_version, scorer, self.types, self.rules, self.decode)

    def write(self, folder: Path) -> Mapping[str, Any]:
        """Write the run's weights, tokenizer and configuration."""
        return write_spans(
            folder, self.shape, self.text, self.head, self.tokenizer, self.rules, self.decode
        )
