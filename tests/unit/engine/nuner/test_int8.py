"""Eight-bit layers against the layers they stand in for."""

import pytest
import torch
from torch import nn
from transformers import BertConfig, BertModel

from engine.nuner import int8

pytestmark = pytest.mark.skipif(
    not hasattr(torch.ops.onednn, "qlinear_pointwise"), reason="this PyTorch has no byte products"
)


@pytest.fixture(scope="module")
def layers() -> list[nn.Module]:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=128,
    )  # fmt: skip
    return list(BertModel(config, add_pooling_layer=False).eval().encoder.layer)


def through(layers, hidden, mask):
    for layer in layers:
        out = layer(hidden, mask)
        hidden = out[0] if isinstance(out, tuple) else out
    return hidden


@torch.no_grad()
def test_what_the_products_read_is_noted_by_channel(layers):
    hidden, mask = torch.randn(3, 7, 64), torch.ones(3, 1, 1, 7, dtype=torch.bool)
    reads = int8.measure(layers, lambda: through(layers, hidden, mask))
    assert [tuple(one.shape) for one in reads] == [(2, 2, 64)] * 3 + [(2, 2, 128)]
    rows = hidden.reshape(-1, 64)
    assert torch.equal(reads[0][0], torch.stack([rows.amin(0), rows.amax(0)]))
    assert not layers[0].attention.self.query._forward_pre_hooks


@pytest.mark.parametrize("smooth", [False, True])
def test_a_linear_map_comes_close(smooth):
    torch.manual_seed(1)
    rows, weight, bias = torch.randn(40, 64), torch.randn(32, 64), torch.randn(32)
    rows[:, 3] *= 20  # a channel far larger than the others
    reads = torch.stack([rows.amin(0), rows.amax(0)])
    exact = nn.functional.linear(rows, weight, bias)
    divisors = int8.smoothing(weight, reads) if smooth else None
    linear = int8.Int8Linear(weight, bias, reads, divisors)
    error = (linear(linear.bytes(rows)) - exact).abs().mean() / exact.abs().mean()
    assert error < (0.02 if smooth else 0.1)


def test_bytes_round_to_the_nearest_and_hold_what_lies_outside():
    linear = int8.Int8Linear(torch.eye(5), torch.zeros(5), torch.tensor([[-1.0] * 5, [4.1] * 5]))
    assert linear.step == pytest.approx(0.02)
    rows = torch.tensor([[-9.0, -1.0, 0.0, 0.029, 9.0]])
    assert linear.bytes(rows).tolist() == [[0, 0, 50, 51, 255]]


@torch.no_grad()
def test_a_layer_comes_close_and_the_mask_hides_what_it_hides(layers):
    torch.manual_seed(2)
    hidden, mask = torch.randn(4, 9, 64), torch.ones(4, 1, 1, 9, dtype=torch.bool)
    mask[1, ..., 5:] = False
    reads = int8.measure(layers, lambda: through(layers, hidden, mask))
    exact = through(layers, hidden, mask)
    quick = through(int8.quantised(layers, reads), hidden, mask)
    assert (quick - exact).abs().mean() < 0.02
    other = hidden.clone()
    other[1, 5:] = 3.0
    again = through(int8.quantised(layers, reads), other, mask)
    assert torch.equal(again[1, :5], quick[1, :5])


@torch.no_grad()
def test_a_text_reads_the_same_beside_any_other(layers):
    torch.manual_seed(3)
    hidden, mask = torch.randn(6, 8, 64), torch.ones(6, 1, 1, 8, dtype=torch.bool)
    reads = int8.measure(layers, lambda: through(layers, hidden, mask))
    quick = int8.quantised(layers, reads)
    together = through(quick, hidden, mask)
    for i in range(6):
        alone = through(quick, hidden[i : i + 1], mask[i : i + 1])
        assert torch.allclose(alone[0], together[i], atol=1e-5)
