"""Which processor a model runs on, picked and said honestly."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch

from engine.errors import TrainingError
from engine.nuner import int8
from engine.nuner.inference import has_bfloat16

NAMES = ("auto", "cuda", "mps", "cpu")


@dataclass(frozen=True, slots=True)
class Device:
    """A processor and what it computes in.

    Attributes:
        name: as torch calls it.
        shown: for people, with the precision.
        half: whether products are made in bfloat16.
        bytes: whether a tagger's products may be made in eight bits.
    """

    name: str
    shown: str
    half: bool
    bytes: bool = False

    @property
    def torch(self) -> torch.device:
        """For tensors."""
        return torch.device(self.name)

    def precision(self) -> AbstractContextManager[object]:
        """Run the products inside in bfloat16 where that pays."""
        kind = self.torch.type
        return torch.autocast(kind, torch.bfloat16) if self.half else nullcontext()


def pick(asked: str = "auto") -> Device:
    """The processor asked for, or the best one there is.

    Raises:
        TrainingError: it is not here, or has no such name.
    """
    kind = asked.split(":")[0]
    if kind not in NAMES:
        raise TrainingError(f"There is no device {asked!r}; choose one of {', '.join(NAMES)}.")
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if kind == "auto":
        kind = asked = "cuda" if cuda else "mps" if mps else "cpu"
    if (kind == "cuda" and not cuda) or (kind == "mps" and not mps):
        raise TrainingError(f"This machine has no {kind} device that torch can use; choose cpu.")
    if kind == "cuda":
        half = torch.cuda.is_bf16_supported()
        name = torch.cuda.get_device_name(torch.device(asked))
        return Device(asked, f"{asked} ({name}, {'bfloat16' if half else 'float32'})", half)
    if kind == "mps":
        return Device("mps", "mps (float32)", False)
    half = has_bfloat16()
    return Device("cpu", f"cpu ({'bfloat16' if half else 'float32'})", half, int8.available())
