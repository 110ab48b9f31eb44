"""Linear maps in eight bits for encoders of which nothing was measured: each row has its own scale.

What `engine.nuner.int8` does for the model that ships needs to know beforehand what a product
reads. Of an encoder that someone fine-tuned nothing is known; so each row is divided by its largest
value before the product and multiplied by it after. Everything between the linear maps stays in
single precision, and a row's result does not depend on what else is in the batch.

Source: LLM.int8() (arXiv 2208.07339), section 3.1, vector-wise quantization.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

KINDS = frozenset(("bert", "camembert", "distilbert", "electra", "roberta", "xlm-roberta"))
"""transformers' model types whose linear maps are called and not looked into."""

MIDDLE = 128
"""What the byte of a zero is."""
FURTHEST = 127
"""How far a row reaches from there."""


def suits(net: nn.Module) -> bool:
    """Whether the encoder in a model of transformers can be computed in bytes."""
    return getattr(getattr(net, "config", None), "model_type", "") in KINDS


def quantise(module: nn.Module) -> None:
    """Replace every linear map inside, in single precision, by its eight-bit stand-in."""
    for name, child in list(module.named_children()):
        if type(child) is nn.Linear:
            setattr(module, name, RowLinear(child))
        else:
            quantise(child)


class RowLinear(nn.Module):
    """Stands in for a linear map at inference.

    Args:
        linear: in single precision, on the CPU.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scales = weight.abs().amax(1).clamp_min(1e-12) / FURTHEST
        rows = (weight / scales[:, None]).round().to(torch.int8).contiguous()
        bias = linear.bias.detach().float() if linear.bias is not None else torch.zeros(len(weight))
        self._packed = torch.ops.onednn.qlinear_prepack(rows, None)
        self._scales, self._bias = scales / FURTHEST, bias
        self._zeros = torch.zeros(len(scales), dtype=torch.int64)

    def forward(self, hidden: Tensor) -> Tensor:
        """(..., in) single precision -> (..., out) single precision."""
        rows = hidden.reshape(-1, hidden.shape[-1])
        # Twice over the rows: aminmax is not vectorised, nor is the way straight to unsigned bytes.
        largest = torch.maximum(rows.amax(1, True), -rows.amin(1, True)).clamp_min_(1e-12)
        scaled = (rows * (FURTHEST / largest)).add_(MIDDLE + 0.5)  # cut off below, which rounds
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            scaled.to(torch.int16).to(torch.uint8), 1.0, MIDDLE, self._packed, self._scales,
            self._zeros, None, 1.0, 0, torch.float32, "none", [], "none",
        )  # fmt: skip
        out = torch.addcmul(self._bias, product, largest)
        return out.view(*hidden.shape[:-1], -1)
