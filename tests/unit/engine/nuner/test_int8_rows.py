"""Linear maps in eight bits, row by row, against the maps they stand in for."""

import pytest
import torch
from torch import nn
from transformers import (
    BertConfig,
    BertForTokenClassification,
    RobertaConfig,
    RobertaForTokenClassification,
)

from engine.nuner import int8_rows
from engine.nuner.bio import BioModel, fastest
from engine.nuner.devices import Device

pytestmark = pytest.mark.skipif(
    not hasattr(torch.ops.onednn, "qlinear_pointwise"), reason="this PyTorch has no byte products"
)
SHAPE = {
    "vocab_size": 50, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
    "intermediate_size": 128, "num_labels": 5,
}  # fmt: skip
BYTES = Device("cpu", "cpu", half=True, bytes=True)


def bert() -> BioModel:
    torch.manual_seed(0)
    return BioModel(BertForTokenClassification(BertConfig(**SHAPE))).eval()


def roberta() -> BioModel:
    torch.manual_seed(0)
    config = RobertaConfig(**SHAPE, max_position_embeddings=40, pad_token_id=1)
    return BioModel(RobertaForTokenClassification(config)).eval()


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_a_linear_map_comes_close_whatever_the_size_of_a_row(scale):
    torch.manual_seed(1)
    linear = nn.Linear(64, 32)
    rows = torch.randn(2, 20, 64) * scale
    rows[0, 3] *= 50  # a row far larger than the others costs them nothing
    exact, quick = linear(rows), int8_rows.RowLinear(linear)(rows)
    assert quick.shape == exact.shape
    error = (quick - exact).abs().mean(-1) / exact.abs().mean(-1)
    assert error.max() < 0.03


def test_a_row_of_nothing_gives_the_bias_and_a_map_without_one_gives_none():
    rows = torch.zeros(3, 8)
    linear, bare = nn.Linear(8, 4), nn.Linear(8, 4, bias=False)
    assert torch.allclose(int8_rows.RowLinear(linear)(rows), linear.bias.expand(3, 4))
    assert not int8_rows.RowLinear(bare)(rows).any()


@torch.no_grad()
@pytest.mark.parametrize("build", [bert, roberta])
def test_an_encoder_comes_close_and_its_head_stays_as_it_is(build):
    ids, mask = torch.randint(5, 50, (6, 9)), torch.ones(6, 9, dtype=torch.bool)
    exact = build()(ids, mask).softmax(-1)
    model = fastest(build(), BYTES)
    stands = [m for m in model.modules() if isinstance(m, int8_rows.RowLinear)]
    assert len(stands) == 2 * 6  # query, key, value, out, up and down of two layers
    assert type(model.net.classifier) is nn.Linear
    assert (model(ids, mask).softmax(-1) - exact).abs().max() < 0.02


@torch.no_grad()
def test_a_text_reads_the_same_beside_any_other():
    model = fastest(bert(), BYTES)
    ids, mask = torch.randint(5, 50, (6, 9)), torch.ones(6, 9, dtype=torch.bool)
    mask[1, 5:] = False
    together = model(ids, mask)
    again = model(ids[[1, 4]], mask[[1, 4]])
    assert torch.allclose(together[[1, 4]], again, atol=1e-5)


def test_other_encoders_and_other_devices_keep_their_linear_maps():
    plain = fastest(bert(), Device("cpu", "cpu", half=False))
    assert not any(isinstance(m, int8_rows.RowLinear) for m in plain.modules())
    odd = bert()
    odd.net.config.model_type = "deberta-v2"
    assert not any(isinstance(m, int8_rows.RowLinear) for m in fastest(odd, BYTES).modules())
