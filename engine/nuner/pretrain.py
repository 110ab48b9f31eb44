"""Contrastive pre-training of the compact NuNER: data files in, a model out, resumable.

The frozen part of the encoder runs once over the corpus and its output is kept in memory (half
precision, about 25 kB a sentence), so that every epoch pays for the trained layers only.

Source: NuNER (arXiv 2402.15343), section 3.
"""

from __future__ import annotations

import itertools
import random
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from engine.errors import TrainingError
from engine.nuner import resume
from engine.nuner.backbone import Backbone
from engine.nuner.checkpoint import save
from engine.nuner.config import DecodeConfig, EncoderConfig, PretrainConfig, to_dict
from engine.nuner.contrastive import (
    ConceptTable,
    choose_concepts,
    loss,
    mark,
    show,
    targets,
)
from engine.nuner.corpus import Corpus, Example, load, set_name
from engine.nuner.frozen import FrozenCache
from engine.nuner.model import Model
from engine.nuner.reads import measure_reads
from engine.nuner.soup import begin_with
from engine.types import Report

Weights = dict[str, Tensor]

SAVE_EVERY = 500
"""Steps between two savings of a run's state: some minutes of work on two cores."""


def epoch_batches(
    examples: Sequence[Example], config: PretrainConfig, rng: random.Random
) -> list[list[int]]:
    """Draw an epoch from the mixture and cut it into batches of similar length."""
    drawn: list[int] = []
    for i, example in enumerate(examples):
        times = config.mixture.get(example.source, 0.0)
        drawn += [i] * (int(times) + (rng.random() < times % 1))
    drawn.sort(key=lambda i: len(examples[i].ids) + rng.uniform(-2, 2))
    batches: list[list[int]] = [[]]
    widest = 0
    for i in drawn:
        widest = max(widest, len(examples[i].ids))
        if batches[-1] and widest * (len(batches[-1]) + 1) > config.batch_tokens:
            batches.append([])
            widest = len(examples[i].ids)
        batches[-1].append(i)
    rng.shuffle(batches)
    return batches


class Trainer:
    """One pre-training run over one corpus.

    Args:
        model: trained in place.
        corpus: what it learns from.
        device: where the trained layers run.
    """

    def __init__(
        self, model: Model, corpus: Corpus, config: PretrainConfig, device: torch.device
    ) -> None:
        self.model, self.corpus, self.config, self.device = model, corpus, config, device
        self.modules = {"text": model.text, "concepts": model.concepts}
        self.step = 0
        self.early: Weights = {}
        self.recent: deque[float] = deque(maxlen=100)
        self.table = ConceptTable(corpus, model.backbone, config)
        self.cache = FrozenCache(corpus.examples, model.text)
        self.plan = self._plan()
        heads = [model.text.casing, model.text.project, model.concepts]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": list(model.text.top.parameters()), "lr": config.learning_rate},
                {
                    "params": [p for module in heads for p in module.parameters()],
                    "lr": config.head_learning_rate,
                },
            ],
            weight_decay=config.weight_decay,
            fused=True,
        )
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimiser, self._rate)

    def _plan(self) -> list[list[int]]:
        """All batches of all epochs, fixed by the seed: a resumed run sees the same."""
        rng = random.Random(self.config.seed)
        plan: list[list[int]] = []
        for _ in range(self.config.epochs):
            plan += epoch_batches(self.corpus.examples, self.config, rng)
        seen = list(itertools.accumulate(len(batch) for batch in plan))
        enough = self.config.sentences or len(self.corpus.examples) * len(plan)
        return plan[: bisect_left(seen, enough) + 1]

    def _rate(self, step: int) -> float:
        """Share of the learning rate: a short climb, then a straight fall to nothing."""
        climb = max(1, int(self.config.warmup * len(self.plan)))
        fall = max(1, len(self.plan) - climb + 1)
        return min(1.0, (step + 1) / climb, (len(self.plan) - step) / fall)

    def train_step(self, rows: Sequence[int]) -> float:
        """One batch; returns its loss.

        Raises:
            TrainingError: the loss is not a number.
        """
        model, config = self.model, self.config
        batch = self.cache.batch(rows, config.uncase_share, self.device)
        marks = mark([self.corpus.examples[i] for i in rows], self.table)
        concepts = choose_concepts(marks, self.table, config)
        target, weight = targets(marks, concepts, self.table, config)
        names, defined = show(concepts, self.table, config.definition_share)
        with torch.autocast(self.device.type, torch.bfloat16):
            words = model.text.words(batch)
            vectors = model.concepts(names.to(self.device), defined.to(self.device))
            logits = model.concepts.logits(model.text.roles(words), vectors)
        value = loss(
            logits.float(),
            marks.role.to(self.device),
            target.to(self.device),
            weight.to(self.device),
            config.boundary_weight,
        )
        if not torch.isfinite(value):
            raise TrainingError(f"The loss is not a number at step {self.step}; lower the rate.")
        self.optimiser.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        self.step += 1
        return float(value.detach())

    def _parameters(self) -> list[Tensor]:
        return [p for group in self.optimiser.param_groups for p in group["params"]]

    def run(self, keep: Path | None = None) -> Iterator[Report]:
        """Train to the end of the plan, from wherever it stands.

        Args:
            keep: folder that holds the state of an interrupted run; it is resumed when its
                settings are the same, and written every `SAVE_EVERY` steps.
        """
        modules = self.modules
        notes = {"config": to_dict(self.config), "steps": len(self.plan)}
        found = resume.read_notes(keep) if keep else None
        if keep and found and notes.items() <= found.items():
            self.early = resume.load_state(keep, modules, self.optimiser)
            self._go_to(found["step"])
            self.recent.extend(found["recent"])
        yield from self.cache.fill({i for rows in self.plan for i in rows}, self.device)
        self.model.train()
        while self.step < len(self.plan):
            random.seed(self.config.seed * 1_000_003 + self.step)
            torch.manual_seed(self.config.seed * 1_000_003 + self.step)
            value = self.train_step(self.plan[self.step])
            self.recent.append(value)
            if self.step == int(self.config.average_from * len(self.plan)):
                self.early = copy_weights(modules)
            if keep and self.step % SAVE_EVERY == 0:
                state = {**notes, "step": self.step, "recent": list(self.recent)}
                resume.save_state(keep, modules, self.optimiser, self.early, state)
            yield Report(self.step, len(self.plan), {"loss": value})
        average_weights(modules, self.early)
        self.model.eval()

    def _go_to(self, step: int) -> None:
        """Continue at a step: the learning rate is a function of it alone."""
        self.step = step
        self.schedule.last_epoch = step
        for group, rate in zip(self.optimiser.param_groups, self.schedule.base_lrs, strict=True):
            group["lr"] = rate * self._rate(step)


def copy_weights(modules: dict[str, torch.nn.Module]) -> Weights:
    """The trained weights as they are now, under "module.parameter"."""
    return {
        f"{name}.{key}": value.detach().clone()
        for name, module in modules.items()
        for key, value in module.named_parameters()
        if value.requires_grad
    }


def average_weights(modules: dict[str, torch.nn.Module], early: Weights) -> None:
    """Replace each weight by the mean of what it is and what it was; nothing without `early`."""
    with torch.no_grad():
        for name, module in modules.items():
            for key, value in module.named_parameters():
                if f"{name}.{key}" in early:
                    value.lerp_(early[f"{name}.{key}"].to(value.device), 0.5)


def find_sets(data: Sequence[Path], config: PretrainConfig) -> list[Path]:
    """The files of the mixture in some folders, free-form sets first.

    Args:
        data: folders, or single files.

    Raises:
        TrainingError: a folder is missing, or holds none of the sets of the mixture.
    """
    found: dict[str, Path] = {}
    for place in data:
        if not place.exists():
            raise TrainingError(f"There is no {place} to pre-train on.")
        files = sorted(place.glob("*.jsonl*")) if place.is_dir() else [place]
        for file in files:
            if not file.name.endswith((".concepts.jsonl", ".labels.json")):
                found[set_name(file)] = file
    wanted = [found[name] for name, times in config.mixture.items() if times and name in found]
    if not wanted:
        raise TrainingError(
            f"None of the sets {', '.join(config.mixture)} is in {', '.join(map(str, data))}."
        )
    return wanted


def pretrain(
    data: Sequence[Path],
    out: Path,
    backbone: Backbone,
    config: PretrainConfig,
    encoder: EncoderConfig,
    device: str = "cpu",
    start: Sequence[Path] = (),
) -> Iterator[Report]:
    """Pre-train from data folders and write a bundle to `out`; a stopped run is resumed.

    Args:
        start: bundles whose weights' mean to begin with, and to average the final ones with: what
            is learnt anew then costs less of what was known (WiSE-FT, arXiv 2109.01903). Empty
            means from the backbone alone; with no epochs, the mean itself is what comes out.

    Yields:
        Reports; the last one has the mean loss of the last hundred steps, if there was one.

    Raises:
        TrainingError: no data, a broken line, or a loss that is not a number.
    """
    corpus = load(find_sets(data, config), backbone.tokenizer, encoder.window)
    if not corpus.examples:
        raise TrainingError("The data holds no text with words.")
    torch.manual_seed(config.seed)
    target = torch.device(device)
    model = Model.fresh(backbone, encoder)
    versions = begin_with(model, start) if start else []
    model.to(target)
    trainer = Trainer(model, corpus, config, target)
    known_before = copy_weights(trainer.modules) if start else {}
    yield from trainer.run(keep=out)
    average_weights(trainer.modules, known_before)
    model.to(torch.device("cpu"))
    measure_reads(model.text, corpus.examples, config.seed)
    recent = trainer.recent
    ended = {"loss": round(sum(recent) / len(recent), 4)} if recent else {}
    card = {"sets": sorted(corpus.own), "settings": to_dict(config), "start": versions, **ended}
    known = corpus.taxonomy.without_rare(corpus.mentioned(), config.known_mentions)
    save(out, model, known, DecodeConfig(), card)
    resume.forget_state(out)
    yield Report(trainer.step, len(trainer.plan), ended, note="saved")
