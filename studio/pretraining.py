"""Pre-training from the shell: the data, the official base weights, a device, a folder."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import TrainingError
from engine.types import Report
from studio.errors import RequestRefused, WorkFailed

if TYPE_CHECKING:
    from engine.nuner.backbone import Backbone
    from engine.nuner.config import PretrainConfig


@dataclass(frozen=True, slots=True)
class Run:
    """One pre-training, ready to start: iterate over its reports."""

    data: Sequence[Path]
    out: Path
    backbone: Backbone
    config: PretrainConfig
    device: str
    started: float

    def __iter__(self) -> Iterator[Report]:
        """Train and write the checkpoint.

        Raises:
            WorkFailed: a line of the data is broken, or the loss is not a number.
        """
        from engine.nuner.config import EncoderConfig
        from engine.nuner.pretrain import pretrain

        try:
            yield from pretrain(
                self.data, self.out, self.backbone, self.config, EncoderConfig(), self.device
            )
        except TrainingError as error:
            raise WorkFailed(str(error), kind="training") from error

    def result(self, last: Report | None) -> dict[str, Any]:
        """The figures the command line promises, from the last report."""
        return {
            "steps": last.step if last else 0,
            "seconds": round(time.monotonic() - self.started, 1),
            "loss": round(last.values.get("loss", 0.0), 4) if last else None,
            "folder": str(self.out),
            "device": self.device,
        }


def prepare(data: Sequence[Path], out: Path, epochs: int | None, seed: int) -> Run:
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
    config = replace(PretrainConfig(), seed=seed)
    config = config if epochs is None else replace(config, epochs=epochs)
    find_sets(data, config)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Run(data, out, load_official(find_official()), config, device, started)
