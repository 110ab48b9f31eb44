import copy

import torch
from torch import nn

from engine.nuner.seen import SeenEmbedding

VOCABULARY, WIDTH, PADDING = 12, 4, 0


def table() -> nn.Embedding:
    torch.manual_seed(0)
    return nn.Embedding(VOCABULARY, WIDTH, padding_idx=PADDING)


def step(embedding: nn.Module, ids: torch.Tensor) -> None:
    """One step away from zero, without weight decay."""
    optimiser = torch.optim.AdamW(embedding.parameters(), lr=0.1, weight_decay=0.0)
    embedding(ids).square().sum().backward()
    optimiser.step()


def test_it_answers_as_the_table_does_for_every_id():
    whole = table()
    ids = torch.arange(VOCABULARY).reshape(3, 4)
    assert torch.equal(SeenEmbedding(whole, {3, 5})(ids), whole(ids))


def test_what_is_seen_learns_as_in_the_whole_table_and_the_rest_stays():
    whole, ids = table(), torch.tensor([[3, 5, 5, PADDING]])
    seen = SeenEmbedding(copy.deepcopy(whole), {3, 5, PADDING})
    before = whole.weight.detach().clone()
    step(seen, ids)
    step(whole, ids)
    made = seen.whole()
    assert torch.allclose(made.weight, whole.weight)
    moved = (made.weight != before).any(1)
    assert moved.nonzero().flatten().tolist() == [3, 5]
    assert made.padding_idx == PADDING


def test_only_the_rows_that_are_seen_are_parameters():
    seen = SeenEmbedding(table(), {3, 5})
    assert [p.shape for p in seen.parameters()] == [(2, WIDTH)]
    assert set(seen.state_dict()) == {"weight"}
