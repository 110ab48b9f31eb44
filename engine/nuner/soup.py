"""A model soup: the mean of the weights of several pre-trained checkpoints.

Runs from one backbone, with one seed for what starts from nothing, end near enough to each other
that the mean of their weights tags better than any of them.

Source: Model soups (arXiv 2203.05482), section 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import Module

from engine.errors import CheckpointError
from engine.nuner.checkpoint import load
from engine.nuner.model import Model


def begin_with(model: Model, folders: Sequence[Path]) -> list[str]:
    """Give a model the mean of some checkpoints' weights; one that is named twice counts twice.

    Args:
        folders: checkpoints of the model's own shape; at least one.

    Returns:
        Their versions, in the same order.

    Raises:
        CheckpointError: one cannot be read, or has another shape.
    """
    known = [load(folder) for folder in folders]
    _average(model.text, [one.model.text for one in known], folders)
    _average(model.concepts, [one.model.concepts for one in known], folders)
    return [one.version for one in known]


def _average(ours: Module, theirs: Sequence[Module], folders: Sequence[Path]) -> None:
    own = ours.state_dict()
    states = [module.state_dict() for module in theirs]
    for folder, state in zip(folders, states, strict=True):
        if _shape(state) != _shape(own):
            raise CheckpointError(f"{folder} has another shape than what is trained.")
    for name, weight in own.items():
        weight.copy_(torch.stack([state[name].float() for state in states]).mean(0))


def _shape(state: Mapping[str, Tensor]) -> dict[str, torch.Size]:
    return {name: weight.shape for name, weight in state.items()}
