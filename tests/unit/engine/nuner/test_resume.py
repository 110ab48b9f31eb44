"""A state that was kept is taken up by the model it is of, and by no other."""

from pathlib import Path

import pytest
import torch

from engine.errors import TrainingError
from engine.nuner import resume


def model(width: int) -> tuple[dict[str, torch.nn.Module], torch.optim.Optimizer]:
    layer = torch.nn.Linear(width, width)
    return {"layer": layer}, torch.optim.AdamW(layer.parameters())


def test_a_state_goes_back_where_it_came_from(tmp_path: Path) -> None:
    modules, optimiser = model(3)
    resume.save_state(tmp_path, modules, optimiser, {}, {"step": 1})
    others, other = model(3)
    resume.load_state(tmp_path, others, other)
    assert torch.equal(others["layer"].weight, modules["layer"].weight)


def test_a_state_of_another_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    modules, optimiser = model(3)
    resume.save_state(tmp_path, modules, optimiser, {}, {"step": 1})
    with pytest.raises(TrainingError, match="another base model"):
        resume.load_state(tmp_path, *model(4))
