"""Pre-training from the shell: the data, the official base weights, a device, a folder."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import formats
from engine.errors import TrainingError
from engine.types import Problem, Report
from studio import typesets
from studio.errors import RequestRefused, WorkFailed

if TYPE_CHECKING:
    from engine.nuner.backbone import Backbone
    from engine.nuner.config import PretrainConfig
    from engine.nuner.tuning import DevSet


@dataclass(frozen=True, slots=True)
class Run:
    """One pre-training, ready to start: iterate over its reports."""

    data: Sequence[Path]
    out: Path
    backbone: Backbone
    config: PretrainConfig
    device: str
    started: float
    tune: Sequence[Path] = ()
    start: Sequence[Path] = ()

    def __iter__(self) -> Iterator[Report]:
        """Train and write the checkpoint.

        Raises:
            WorkFailed: a line of the data is broken, or the loss is not a number.
        """
        from engine.nuner.config import EncoderConfig
        from engine.nuner.pretrain import pretrain

        try:
            last = Report(0, 0)
            for last in pretrain(
                self.data,
                self.out,
                self.backbone,
                self.config,
                EncoderConfig(),
                self.device,
                self.start,
            ):
                yield last
            if self.tune:
                yield replace(last, note="tuning")
                tune(self.out, self.tune)
        except TrainingError as error:
            raise WorkFailed(str(error), kind="training") from error

    def result(self, last: Report | None) -> dict[str, Any]:
        """The figures the command line promises, from the last report."""
        return {
            "steps": last.step if last else 0,
            "seconds": round(time.monotonic() - self.started, 1),
            "loss": last.values.get("loss") if last else None,
            "folder": str(self.out),
            "device": self.device,
        }


def changed(config: PretrainConfig, changes: Sequence[str]) -> PretrainConfig:
    """A config with some settings changed, each told as NAME=VALUE or NAME.KEY=VALUE.

    Raises:
        RequestRefused: there is no such setting, or the value is of the wrong kind.
    """
    for change in changes:
        name, _, text = change.partition("=")
        name, _, key = name.partition(".")
        old = getattr(config, name, None)
        try:
            value = json.loads(text)
        except json.JSONDecodeError:
            value = None
        if key and isinstance(old, dict) and isinstance(value, int | float):
            updates: dict[str, Any] = {name: old | {key: float(value)}}
        elif old is not None and not key and isinstance(value, type(old) | int):
            updates = {name: type(old)(value)}
        else:
            raise RequestRefused(f"{change!r} is no setting of the pre-training.", where=change)
        config = replace(config, **updates)
    return config


def tune(out: Path, folders: Sequence[Path]) -> dict[str, float]:
    """Set the threshold and calibration of a checkpoint on development sets.

    Args:
        out: the checkpoint.
        folders: each with dev.jsonl and labels.json.

    Returns:
        Strict micro F1 of each set with the settings found.
    """
    from engine.nuner import checkpoint
    from engine.nuner.tuning import tune as search

    found = search(checkpoint.load(out), [dev_set(folder) for folder in folders])
    checkpoint.set_decode(out, found.decode, {"dev": found.f1})
    return found.f1


def dev_set(folder: Path) -> DevSet:
    """The labelled texts of a folder to tune on.

    Raises:
        TrainingError: a file is missing, or an entry of it is broken.
    """
    from engine.nuner.tuning import DevSet

    for name in ("dev.jsonl", "labels.json"):
        if not (folder / name).is_file():
            raise TrainingError(f"{folder} cannot be tuned on: it has no {name}.")
    gold = []
    for item in formats.read(folder / "dev.jsonl", "jsonl"):
        if isinstance(item, Problem):
            raise TrainingError(f"{folder.name}/dev.jsonl, line {item.line}: {item.message}")
        gold.append(item.content)
    return DevSet(folder.name, gold, typesets.read(folder / "labels.json"))


def prepare(
    data: Sequence[Path],
    out: Path,
    epochs: int | None,
    seed: int,
    tune_on: Sequence[Path] = (),
    changes: Sequence[str] = (),
    start: Sequence[Path] = (),
) -> Run:
    """Check what a pre-training needs before anything slow starts.

    Raises:
        TrainingError: there is no data.
        CheckpointError: the base weights are not installed, or not the official ones.
        RequestRefused: the folder cannot be made.
    """
    if out.exists() and not out.is_dir():
        raise RequestRefused(f"{out} is a file; a folder is needed.", where=str(out))
    if not out.absolute().parent.is_dir():
        raise RequestRefused(f"There is no folder {out.absolute().parent}.", where=str(out))
    import torch

    from engine.nuner.backbone import find_official, load_official
    from engine.nuner.config import PretrainConfig
    from engine.nuner.pretrain import find_sets

    started = time.monotonic()
    config = changed(replace(PretrainConfig(), seed=seed), changes)
    config = config if epochs is None else replace(config, epochs=epochs)
    find_sets(data, config)
    for folder in tune_on:
        dev_set(folder)
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Run(data, out, load_official(find_official()), config, device, started, tune_on, start)
