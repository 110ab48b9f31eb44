"""The epochs of one training: batches, learning rate, memory, early stopping, resuming.

An interrupted training goes on from the last finished epoch and ends with the same weights: what
is drawn depends on the seed, the epoch and the step alone.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.errors import TrainingError
from engine.metrics import score
from engine.nuner import resume
from engine.nuner.config import to_dict
from engine.nuner.learner import Learner
from engine.nuner.measuring import Said, said
from engine.nuner.memory import empty_caches, out_of_memory
from engine.nuner.recipe import FinetuneConfig
from engine.types import AnnotatedText, Report

Weights = dict[str, Tensor]


@dataclass(slots=True)
class Course:
    """How one training went, an entry an epoch; entry 0 is the model as it was before.

    Attributes:
        loss: mean loss a word; 0 for entry 0.
        counts: (support, predicted, correct) spans on the texts watched; empty without any.
        found: what was said of each of them, where that is remembered.
    """

    loss: list[float] = field(default_factory=list)
    counts: list[list[int]] = field(default_factory=list)
    found: list[list[Said]] = field(default_factory=list)

    def f1(self) -> list[float]:
        """Strict micro F1 of each epoch on the texts watched."""
        return [f1(*one) for one in self.counts]

    def best(self) -> int:
        """The epoch with the highest F1, the earliest of equals."""
        scores = self.f1()
        return scores.index(max(scores))


def f1(support: int, predicted: int, correct: int) -> float:
    """Harmonic mean of precision and recall.

    >>> f1(4, 2, 2)
    0.6666666666666666
    """
    return 2 * correct / (support + predicted) if support + predicted else 0.0


def batches(lengths: Sequence[int], size: int, rng: random.Random) -> list[list[int]]:
    """Cut rows into batches at random, rows of like length together so that little is padded."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    made: list[list[int]] = []
    for first in range(0, len(order), size * 8):
        some = sorted(order[first : first + size * 8], key=lambda i: lengths[i])
        made += [some[i : i + size] for i in range(0, len(some), size)]
    rng.shuffle(made)
    return made


class Training:
    """One learner through its epochs.

    Args:
        learner: labelled; trained in place.
        watched: texts to score after each epoch; none means that the last epoch is the best.
        epochs: how many to train, at most.
        keep: folder for the state of an interrupted training, None to keep none.
        patience: epochs without a better score after which it stops; 0 for never.
        remember: keep what is said of the texts watched, epoch by epoch.
        seconds: spent before it.
    """

    def __init__(
        self,
        learner: Learner,
        config: FinetuneConfig,
        watched: Sequence[AnnotatedText],
        epochs: int,
        lengths: Sequence[int],
        keep: Path | None = None,
        patience: int = 0,
        remember: bool = False,
        seconds: float = 0.0,
    ) -> None:
        self.learner, self.config, self.watched = learner, config, watched
        self.started = time.monotonic() - seconds
        self.epochs, self.lengths, self.keep, self.patience = epochs, lengths, keep, patience
        self.remember = remember
        self.course = Course()
        self.best: Weights = {}
        self.parts = 1
        self.step = 0
        groups = learner.groups()
        self.params = [p for group in groups for p in group["params"]]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=config.weight_decay, fused=True)
        self.rates = [group["lr"] for group in self.optimiser.param_groups]
        self.start = copy_weights(learner.modules()) if config.share < 1 else {}
        self.per_epoch = -(-len(lengths) // config.batch_texts)
        self.total = config.epochs * self.per_epoch

    @property
    def seconds(self) -> float:
        """Spent so far, what an interrupted training took included."""
        return round(time.monotonic() - self.started, 3)

    @property
    def done(self) -> bool:
        """Whether it has ended: all epochs, or no better score for too long."""
        trained = len(self.course.loss) - 1
        waited = trained - self.course.best() if self.course.counts else 0
        return trained >= self.epochs or bool(self.patience and waited >= self.patience)

    def run(self) -> Iterator[Report]:
        """Train to the end from wherever it stands; a report a step, and a note an epoch."""
        self._take_up()
        if not self.course.loss:
            self.course.loss.append(0.0)
            self._watch()
        while not self.done:
            epoch = len(self.course.loss)
            total, seen = 0.0, 0
            for rows in self._plan(epoch):
                value, words = self._train_step(rows)
                total, seen = total + value * words, seen + words
                yield self._report(epoch, total / seen, "")
            self.course.loss.append(total / max(1, seen))
            self._watch()
            self._keep()
            yield self._report(epoch, self.course.loss[-1], self._note(epoch))

    def restore_best(self) -> None:
        """Put the best weights back; without watched texts the last ones are the best."""
        best = self.best or self._pulled_back(copy_weights(self.learner.modules()))
        load_weights(self.learner.modules(), best)

    def _pulled_back(self, weights: Weights) -> Weights:
        """Weights between where the training started and where it is."""
        share = self.config.share
        if not self.start:
            return weights
        return {name: self.start[name].lerp(now, share) for name, now in weights.items()}

    def _plan(self, epoch: int) -> list[list[int]]:
        rng = random.Random(self.config.seed * 1_000_003 + epoch)
        return batches(self.lengths, self.config.batch_texts, rng)

    def _report(self, epoch: int, loss: float, note: str) -> Report:
        values = {"epoch": epoch, "epochs": self.epochs, "loss": round(loss, 5)}
        if self.course.counts:
            scores = self.course.f1()
            values |= {"f1": scores[-1], "best_f1": max(scores), "best_epoch": self.course.best()}
        return Report(self.step, self.epochs * self.per_epoch, values, note)

    def _note(self, epoch: int) -> str:
        said = f"epoch {epoch} of {self.epochs}: loss {self.course.loss[-1]:.4f}"
        return said + (f", F1 {self.course.f1()[-1]:.4f}" if self.course.counts else "")

    def _watch(self) -> None:
        """Score the texts watched and keep the weights when they are the best so far."""
        if not self.watched:
            return
        modules = self.learner.modules()
        here = copy_weights(modules)
        load_weights(modules, self._pulled_back(here))
        tagger = self.learner.tagger()
        tagged = list(tagger.tag(text.text for text in self.watched))
        micro = score(self.watched, [one.annotated() for one in tagged], bootstrap=0).micro
        if self.remember:
            self.course.found.append([said(one) for one in tagged])
        self.course.counts.append([micro.support, micro.predicted, micro.correct])
        if self.course.best() == len(self.course.counts) - 1:
            self.best = copy_weights(modules)
        load_weights(modules, here)

    def _rate(self) -> float:
        """Share of the learning rate: a short climb, then a straight fall to nothing."""
        climb = max(1, int(self.config.warmup * self.total))
        left = (self.total - self.step) / (self.total - climb + 1)
        return min(1.0, (self.step + 1) / climb, left)

    def _train_step(self, rows: Sequence[int]) -> tuple[float, int]:
        """One step of the optimiser; in smaller parts where memory is short.

        Returns:
            The mean loss a word, and the number of words.

        Raises:
            TrainingError: memory is short for a single text, or the loss is not a number.
        """
        while True:
            try:
                value, words = self._gradients(rows)
                break
            except RuntimeError as error:
                if not out_of_memory(error):
                    raise
                if self.parts >= len(rows):
                    raise TrainingError(
                        "There is not enough memory to train on even one text at a time; train the "
                        "head alone, or choose a smaller base."
                    ) from error
                self.parts *= 2
                empty_caches()
        if not value == value or value in (float("inf"), float("-inf")):
            raise TrainingError(
                f"The loss at step {self.step} is not a number; choose a smaller learning rate."
            )
        for group, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            group["lr"] = rate * self._rate()
        torch.nn.utils.clip_grad_norm_(self.params, self.config.clip)
        self.optimiser.step()
        self.step += 1
        return value, words

    def _gradients(self, rows: Sequence[int]) -> tuple[float, int]:
        """Gradients of the mean loss a word, the batch in `parts` parts."""
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)
        for module in self.learner.modules().values():
            module.train()
        self.optimiser.zero_grad()
        total, words = 0.0, self.learner.words_of(rows)
        size = -(-len(rows) // self.parts)
        for first in range(0, len(rows), size):
            loss = self.learner.loss(rows[first : first + size]) / max(1, words)
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return total, words

    def _notes(self) -> dict[str, Any]:
        return {"config": to_dict(self.config), "epochs": self.epochs, "rows": len(self.lengths)}

    def _keep(self) -> None:
        if self.keep is None:
            return
        state = {
            "loss": self.course.loss,
            "counts": self.course.counts,
            "parts": self.parts,
            "seconds": self.seconds,
        }
        modules = self.learner.modules()
        notes = {**self._notes(), **state}
        resume.save_state(self.keep, modules, self.optimiser, self.best, notes)

    def _take_up(self) -> None:
        """Go on where an interrupted training of the same settings stopped."""
        found = resume.read_notes(self.keep) if self.keep else None
        if self.keep is None or not found or not self._notes().items() <= found.items():
            return
        self.best = resume.load_state(self.keep, self.learner.modules(), self.optimiser)
        self.course = Course(found["loss"], found["counts"])
        self.parts = int(found["parts"])
        self.started = time.monotonic() - found.get("seconds", 0.0)
        self.step = (len(self.course.loss) - 1) * self.per_epoch


def copy_weights(modules: Mapping[str, torch.nn.Module]) -> Weights:
    """The learning weights as they are now, under "module.parameter"."""
    return {
        f"{name}.{key}": value.detach().clone()
        for name, module in modules.items()
        for key, value in module.named_parameters()
        if value.requires_grad
    }


@torch.no_grad()
def load_weights(modules: Mapping[str, torch.nn.Module], weights: Weights) -> None:
    """Put `copy_weights`' copy back."""
    for name, module in modules.items():
        for key, value in module.named_parameters():
            if f"{name}.{key}" in weights:
                value.copy_(weights[f"{name}.{key}"])
