"""What a training run needs to go on after it was stopped: weights and moments, no pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.errors import TrainingError

STATE = "training_state.safetensors"


def save_state(
    folder: Path,
    modules: dict[str, torch.nn.Module],
    optimiser: Any,
    early: Mapping[str, Tensor],
    notes: dict[str, Any],
) -> None:
    """Write trained weights, moments, early weights and notes; an older state is replaced."""
    tensors = {f"early.{key}": value.contiguous() for key, value in early.items()}
    for name, module in modules.items():
        for key, value in module.named_parameters():
            if value.requires_grad:
                tensors[f"weight.{name}.{key}"] = value.detach().contiguous()
    for index, moments in optimiser.state_dict()["state"].items():
        for key, value in moments.items():
            tensors[f"moment.{index}.{key}"] = torch.as_tensor(value).contiguous()
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{STATE}.new"
    save_file(tensors, fresh, {"notes": json.dumps(notes, sort_keys=True)})
    fresh.replace(folder / STATE)


def read_notes(folder: Path) -> dict[str, Any] | None:
    """The notes of a saved state, None when there is no state."""
    from safetensors import safe_open

    if not (folder / STATE).is_file():
        return None
    with safe_open(folder / STATE, "pt") as file:
        notes: dict[str, Any] = json.loads(file.metadata()["notes"])
    return notes


def load_state(
    folder: Path, modules: dict[str, torch.nn.Module], optimiser: Any
) -> dict[str, Tensor]:
    """Put a saved state back into modules and optimiser; returns the early weights.

    Raises:
        TrainingError: the state is of a model of another shape.
    """
    tensors = load_file(folder / STATE)
    for name, module in modules.items():
        prefix = f"weight.{name}."
        weights = {k[len(prefix) :]: v for k, v in tensors.items() if k.startswith(prefix)}
        try:
            module.load_state_dict(weights, strict=False)
        except RuntimeError as error:
            raise TrainingError(
                f"What {folder} keeps of the stopped training is of another base model; "
                "resume it with that one, or start a new training."
            ) from error
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        if key.startswith("moment."):
            _, index, moment = key.split(".")
            state.setdefault(int(index), {})[moment] = value
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": state, "param_groups": groups})
    early = "early."
    return {k[len(early) :]: v for k, v in tensors.items() if k.startswith(early)}


def forget_state(folder: Path) -> None:
    """Remove a saved state."""
    (folder / STATE).unlink(missing_ok=True)
