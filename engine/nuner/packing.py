"""Small weights: rows of int8 with a scale for big tables, half precision for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

Rule = Callable[[str], bool]
SCALE = ".scale"


def big_table(name: str) -> bool:
    """Whether a tensor of the backbone is stored as int8 rows: the word embeddings."""
    return name.endswith("word_embeddings.weight")


def pack(state: Mapping[str, Tensor], int8: Rule = big_table) -> dict[str, Tensor]:
    """Store every floating tensor as half precision, and those that `int8` names as int8 rows.

    A row r of an int8 matrix reads back as r * scale; the scales stand under name + ".scale".
    """
    out: dict[str, Tensor] = {}
    for name, value in state.items():
        if not value.is_floating_point():
            out[name] = value.contiguous()
        elif int8(name) and value.ndim == 2:
            scale = value.float().abs().amax(1, keepdim=True).clamp_min(1e-12) / 127
            out[name] = torch.round(value.float() / scale).to(torch.int8)
            out[name + SCALE] = scale.float().contiguous()
        else:
            out[name] = value.to(torch.float16).contiguous()
    return out


def unpack(packed: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Read `pack`'s tensors back as float32."""
    out: dict[str, Tensor] = {}
    for name, value in packed.items():
        if name.endswith(SCALE):
            continue
        scale = packed.get(name + SCALE)
        if scale is not None:
            out[name] = value.float() * scale
        else:
            out[name] = value.float() if value.is_floating_point() else value
    return out


def round_trip(state: Mapping[str, Tensor], int8: Rule = big_table) -> dict[str, Tensor]:
    """What is left of weights once they are packed: training must see what will be shipped."""
    return unpack(pack(state, int8))
