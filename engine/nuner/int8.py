"""BERT layers in eight bits, for CPUs that multiply bytes (VNNI): twice the speed of bfloat16.

Each product reads unsigned bytes and adds them up in 32 bits, so its result does not depend on what
else is in the batch. A weight is scaled row by row; what a product reads is scaled once for all, by
what it read of sample texts (`measure`). Layer norms, attention and what a layer passes on stay in
single precision.

Source: Jacob et al., Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference (arXiv 1712.05877), section 2; the products are oneDNN's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

LARGEST = 255
"""Largest unsigned byte."""
SMOOTHING = 0.7
"""How much of a channel's size moves from what is read into the weights. [C]: of 0, 0.5, 0.7 and
0.9, tried on dev texts, the last two bring the scores two to three times nearer to single
precision."""
APART = 4
"""Channels of an inner layer that are computed apart in single precision. [C]: in four of the six
layers one or two of them reach two to four times further than all others, and would make every step
that much coarser. On dev texts 4 bring the scores of this product nearly three times nearer."""

READS = ("query, key and value", "attention output", "up", "down")
"""The products of a layer, in their order."""

Reads = Sequence[Tensor]
"""For each of `READS`, (2, channels): the lowest and highest value it reads in each channel."""


def available() -> bool:
    """Whether this CPU multiplies bytes, and this PyTorch lets it."""
    fast = bool(getattr(torch.cpu, "_is_vnni_supported", bool)())
    return fast and hasattr(torch.ops.onednn, "qlinear_pointwise")


def nothing_read(layers: int, width: int, inner: int) -> list[Tensor]:
    """What `measure` fills: zeros of (layers, 2, channels) for each of `READS`."""
    return [torch.zeros(layers, 2, inner if read == READS[3] else width) for read in READS]


def measure(layers: Sequence[nn.Module], run: Callable[[], None]) -> list[Tensor]:
    """What the products of some BERT layers read.

    Args:
        layers: transformers' BERT layers, in their order.
        run: passes sample texts through them.

    Returns:
        For each of `READS`, (layers, 2, channels).
    """
    size, inner = _products(layers[0])[3].weight.shape
    found = nothing_read(len(layers), size, inner)

    def watch(seen: Tensor) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def note(_module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
            rows = inputs[0].detach().float().flatten(0, -2)
            seen[0].copy_(torch.minimum(seen[0], rows.amin(0)))
            seen[1].copy_(torch.maximum(seen[1], rows.amax(0)))

        return note

    hooks = [
        module.register_forward_pre_hook(watch(found[place][i]))
        for i, layer in enumerate(layers)
        for place, module in enumerate(_products(layer))
    ]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return found


def _products(layer: Any) -> tuple[nn.Linear, ...]:
    """One linear map of a BERT layer for each of `READS`."""
    attention = layer.attention
    return (
        attention.self.query,
        attention.output.dense,
        layer.intermediate.dense,
        layer.output.dense,
    )


def smoothing(weight: Tensor, reads: Tensor) -> Tensor:
    """(in,) divisors of what a product reads, so that no channel is far larger than the others.

    Source: SmoothQuant (arXiv 2211.10438), equation 4.

    Args:
        weight: (out, in).
        reads: (2, in).
    """
    read = reads.abs().amax(0).clamp_min(1e-3)
    divisors: Tensor = read**SMOOTHING / weight.abs().amax(0).clamp_min(1e-4) ** (1 - SMOOTHING)
    return divisors


class Int8Linear:
    """A linear map of float rows, computed in bytes.

    Args:
        weight: (out, in).
        bias: (out,).
        reads: (2, in) lowest and highest values of the rows; what lies outside is cut.
        divisors: (in,) as of `smoothing`; None for none.
    """

    def __init__(
        self, weight: Tensor, bias: Tensor, reads: Tensor, divisors: Tensor | None = None
    ) -> None:
        weight = weight.detach().float()
        if divisors is not None:
            weight, reads = weight * divisors, reads / divisors
        low, high = min(float(reads.min()), 0.0), max(float(reads.max()), 0.0)
        self.step = (high - low) / LARGEST or 1.0
        self.zero = round(-low / self.step)
        scales = weight.abs().amax(1).clamp_min(1e-12) / 127
        rows = (weight / scales[:, None]).round().to(torch.int8).contiguous()
        self._scales, self._bias = scales, bias.detach().float()
        self._zeros = torch.zeros(len(scales), dtype=torch.int64)
        self._packed = torch.ops.onednn.qlinear_prepack(rows, None)
        # Adding half and cutting off rounds; one pass does that and the division.
        self._shift = torch.full((weight.shape[1],), self.zero + 0.5)
        ones = torch.ones(weight.shape[1]) if divisors is None else divisors
        self._factors = 1 / (ones * self.step)

    def bytes(self, rows: Tensor) -> Tensor:
        """(n, in) single precision -> (n, in) unsigned bytes."""
        scaled = torch.addcmul(self._shift, rows, self._factors).clamp_(0, LARGEST)
        # By way of 16 bits: straight to unsigned bytes is not vectorised.
        return scaled.to(torch.int16).to(torch.uint8)

    def __call__(self, rows: Tensor) -> Tensor:
        """(n, in) unsigned bytes -> (n, out) single precision."""
        return self._multiply(rows, 1.0, 0, torch.float32, "none")

    def gelu(self, rows: Tensor, reader: Int8Linear) -> Tensor:
        """(n, in) unsigned bytes -> (n, out) unsigned bytes for `reader`, through a GELU."""
        return self._multiply(rows, reader.step, reader.zero, torch.uint8, "gelu")

    def _multiply(
        self, rows: Tensor, step: float, zero: int, kind: torch.dtype, after: str
    ) -> Tensor:
        product: Tensor = torch.ops.onednn.qlinear_pointwise(
            rows, self.step, self.zero, self._packed, self._scales, self._zeros, self._bias,
            step, zero, kind, after, [], "none",
        )  # fmt: skip
        return product


class Int8Layer(nn.Module):
    """Stands in for a BERT layer at inference.

    Args:
        layer: transformers' BERT layer with GELU, in single precision.
        reads: what its products read.
    """

    def __init__(self, layer: Any, reads: Reads) -> None:
        super().__init__()
        attention = layer.attention.self
        self.heads = int(attention.num_attention_heads)
        three = (attention.query, attention.key, attention.value)
        weight, bias = torch.cat([m.weight for m in three]), torch.cat([m.bias for m in three])
        _, out, up, down = _products(layer)
        self.read = Int8Linear(weight, bias, reads[0], smoothing(weight.detach(), reads[0]))
        self.out = Int8Linear(out.weight, out.bias, reads[1])
        self.up = Int8Linear(up.weight, up.bias, reads[2], smoothing(up.weight.detach(), reads[2]))
        self.apart = reads[3][1].topk(min(APART, reads[3].shape[1] - 1)).indices
        rest = torch.ones(reads[3].shape[1], dtype=torch.bool)
        rest[self.apart] = False
        self.down = Int8Linear(down.weight, down.bias, reads[3][:, rest])
        self._up = up.weight.detach()[self.apart].float(), up.bias.detach()[self.apart].float()
        self._down = down.weight.detach()[:, self.apart].float()
        self.first, self.second = layer.attention.output.LayerNorm, layer.output.LayerNorm

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """(b, t, d) and a mask that broadcasts to (b, heads, t, t), True where to look."""
        texts, width, size = hidden.shape
        rows = hidden.reshape(-1, size)
        three = self.read(self.read.bytes(rows)).view(texts, width, 3, self.heads, -1)
        query, key, value = three.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = seen.transpose(1, 2).reshape(-1, size)
        rows = self.first(self.out(self.out.bytes(seen)).add_(rows))
        rows = self.second(self._inner(rows).add_(rows))
        out: Tensor = rows.view(texts, width, size)
        return out

    def _inner(self, rows: Tensor) -> Tensor:
        """(n, d) through the inner layer and back, without what it is added to."""
        inner = self.up.gelu(self.up.bytes(rows), self.down)
        exact = functional.gelu(functional.linear(rows, *self._up))
        cut = (inner[:, self.apart].float() - self.down.zero) * self.down.step
        return torch.addmm(self.down(inner), exact - cut, self._down.T)


def quantised(layers: Sequence[Any], reads: Reads) -> list[Int8Layer]:
    """Eight-bit stand-ins for BERT layers; `reads` is what `measure` found for the same layers."""
    return [Int8Layer(layer, [r[i].float() for r in reads]) for i, layer in enumerate(layers)]
