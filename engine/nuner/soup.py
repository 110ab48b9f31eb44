"""A model soup: the mean of the weights of several pre-trained checkpoints.

Runs from one backbone, with one seed for what starts from nothing, end near enough to each other
that the mean of their weights tags better than any of them.

Source: Model soups (arXiv 2203.05482), section 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch.nn import Module

from engine.errors import CheckpointError
from engine.nuner.checkpoint import load
from engine.nuner.model import Model


def begin_with(model: Model, folders: Sequence[Path]) -> None:
    """Give a model the mean of some checkpoints' weights; one that is named twice counts twice.

    Args:
        folders: checkpoints of the model's own shape; at least one.

    Raises:
        CheckpointError: one cannot be read, or has another shape.
    """
    known = [load(folder).model for folder in folders]
    _average(model.text, [one.text for one in known], folders)
    _average(model.concepts, [one.concepts for one in known], folders)


def _average(ours: Module, theirs: Sequence[Module], folders: Sequence[Path]) -> None:
    states = [module.state_dict() for module in theirs]
    for name, weight in ours.state_dict().items():
        for folder, state in zip(folders, states, strict=True):
            if name not in state or state[name].shape != weight.shape:
                raise CheckpointError(f"{folder} has another shape than what is trained.")
        weight.copy_(torch.stack([state[name].float() for state in states]).mean(0))
