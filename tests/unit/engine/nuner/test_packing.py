import torch

from engine.nuner.packing import pack, round_trip, unpack


def test_weights_read_back_within_the_error_of_their_precision():
    torch.manual_seed(0)
    state = {"word_embeddings.weight": torch.randn(50, 8) * 3, "layer.weight": torch.randn(8, 8)}
    back = unpack(pack(state))
    rows = state["word_embeddings.weight"]
    step = rows.abs().amax(1, keepdim=True) / 127
    assert ((back["word_embeddings.weight"] - rows).abs() <= step / 2 + 1e-6).all()
    assert torch.allclose(back["layer.weight"], state["layer.weight"], atol=2e-3)


def test_a_big_table_takes_a_byte_a_number():
    packed = pack({"word_embeddings.weight": torch.randn(100, 64)})
    assert packed["word_embeddings.weight"].dtype == torch.int8
    assert packed["word_embeddings.weight.scale"].shape == (100, 1)


def test_packing_what_was_packed_changes_nothing():
    once = round_trip({"word_embeddings.weight": torch.randn(20, 4), "b": torch.randn(4)})
    twice = round_trip(once)
    assert all(torch.allclose(once[k], twice[k], atol=1e-6) for k in once)


def test_integers_pass_untouched():
    state = {"ids": torch.arange(5)}
    assert torch.equal(unpack(pack(state))["ids"], state["ids"])
