"""Short memory makes smaller batches, with the same result, or a sentence."""

import numpy as np
import pytest
import torch

from engine.errors import TaggingError
from engine.nuner.bio import BioTagger
from engine.nuner.bio_learner import BioLearner
from engine.nuner.devices import pick
from engine.nuner.inference import WordScorer
from engine.nuner.memory import in_parts
from engine.nuner.recipe import FinetuneConfig
from engine.nuner.tagger import EmbeddedTagger
from tests.finetuning import MEALS, meals, tiny_bert, tiny_bundle

SHORT = torch.OutOfMemoryError("CUDA out of memory.")


def test_a_batch_is_halved_until_it_fits_and_keeps_its_order():
    asked = []

    def run(some):
        asked.append(len(some))
        if len(some) > 2:
            raise SHORT
        return list(some)

    assert in_parts(run, [1, 2, 3, 4, 5]) == [[1, 2], [3], [4, 5]]
    assert asked == [5, 2, 3, 1, 2]


def test_what_does_not_fit_alone_is_said_and_other_faults_pass():
    def short(_some):
        raise SHORT

    def broken(_some):
        raise RuntimeError("shapes differ")

    with pytest.raises(TaggingError, match="not enough memory"):
        in_parts(short, [1, 2])
    with pytest.raises(RuntimeError, match="shapes differ"):
        in_parts(broken, [1, 2])


def short_of(plain):
    def run(self, batch, *more):
        if len(batch) > 2:
            raise SHORT
        return plain(self, batch, *more)

    return run


@pytest.mark.parametrize("kind", ["embedded", "encoder"])
def test_a_tagger_short_of_memory_finds_the_same(kind, tmp_path, monkeypatch):
    texts = [one.text for one in meals(12)]
    if kind == "embedded":
        tagger = EmbeddedTagger.load(MEALS, tiny_bundle(tmp_path / "base"))
        owner, read = WordScorer, lambda: [scores for _, scores in tagger.scores(texts)]
    else:
        base = str(tiny_bert(tmp_path / "base"))
        tagger = BioLearner(base, MEALS, FinetuneConfig(), pick("cpu")).tagger()
        owner, read = BioTagger, lambda: tagger.probabilities(texts)
    whole = read()
    monkeypatch.setattr(owner, "_run", short_of(owner._run))
    for one, other in zip(whole, read(), strict=True):
        assert np.allclose(one, other, atol=0.02)
