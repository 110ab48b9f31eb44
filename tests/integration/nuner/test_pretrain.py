"""The recipe, really run, on a backbone small enough for seconds."""

import itertools
from dataclasses import replace

import pytest
import torch

from engine.errors import CheckpointError, TaggingError, TrainingError
from engine.nuner import checkpoint, resume
from engine.nuner.config import EncoderConfig, PretrainConfig
from engine.nuner.corpus import load as load_corpus
from engine.nuner.model import Model
from engine.nuner.pretrain import Trainer, find_sets, pretrain
from engine.nuner.tagger import EmbeddedTagger
from engine.nuner.tuning import DevSet, tune
from engine.types import AnnotatedText, EntityType, Span
from tests.nuner import CITIES, DISHES, tiny_backbone, write_sets

CONFIG = PretrainConfig(epochs=12, batch_tokens=200, learning_rate=2e-3, head_learning_rate=5e-3)
TYPES = [
    EntityType(0, "CITY", "city", "A named settlement."),
    EntityType(0, "DISH", "dish", "A prepared plate."),
]


def run(folder, out, config=CONFIG):
    return pretrain([folder], out, tiny_backbone(), config, EncoderConfig())


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    return write_sets(tmp_path_factory.mktemp("sets"))


@pytest.fixture(scope="module")
def trained(sets, tmp_path_factory):
    out = tmp_path_factory.mktemp("bundle")
    reports = list(run(sets, out))
    return out, reports


def test_the_loss_falls(trained):
    _, reports = trained
    losses = [r.values["loss"] for r in reports if r.values]
    assert sum(losses[-10:]) < sum(losses[:10]) / 3


def test_the_trained_bundle_finds_what_it_was_taught(trained):
    out, _ = trained
    tagger = EmbeddedTagger.load(TYPES, out, threshold=0.3)
    text = "we ate ramen in Quito and left."
    [tagged] = tagger.tag([text])
    found = {(s.surface, s.label) for s in tagged.suggestions}
    assert found == {("ramen", "DISH"), ("Quito", "CITY")}


def test_the_bundle_lists_concepts_by_how_often_they_were_met(trained):
    out, _ = trained
    assert checkpoint.load(out).known == ("city", "dish", "food", "location")


def test_a_concept_met_too_seldom_is_not_listed(tmp_path):
    data = write_sets(tmp_path / "sets", texts=2)
    list(run(data, tmp_path / "out", replace(CONFIG, epochs=1)))
    assert checkpoint.load(tmp_path / "out").known == ("food", "location")


def test_results_do_not_depend_on_what_else_is_in_the_batch(trained):
    out, _ = trained
    texts = [f"we ate {d} in {c}." for d, c in itertools.product(DISHES, CITIES)]
    texts += ["", "   ", "a " * 900 + "ramen in Quito"]
    tagger = EmbeddedTagger.load(TYPES, out, threshold=0.3)
    together = [t.annotated() for t in tagger.tag(texts)]
    alone = [next(iter(tagger.tag([t]))).annotated() for t in texts]
    assert together == alone
    assert {together[-1].surface(s) for s in together[-1].spans} >= {"ramen", "Quito"}


def test_a_continued_run_is_averaged_with_what_it_started_from(sets, trained, tmp_path):
    start, _ = trained
    config = replace(CONFIG, epochs=1)
    corpus = load_corpus(find_sets([sets], config), tiny_backbone().tokenizer, 128)
    known = checkpoint.load(start).model
    torch.manual_seed(config.seed)
    alone = Model.fresh(tiny_backbone(), EncoderConfig())
    alone.text.load_state_dict(known.text.state_dict())
    alone.concepts.load_state_dict(known.concepts.state_dict())
    list(Trainer(alone, corpus, config, torch.device("cpu")).run())
    out = tmp_path / "continued"
    list(pretrain([sets], out, tiny_backbone(), config, EncoderConfig(), start=[start]))
    ended = checkpoint.load(out).model
    moved = 0.0
    for name, weight in ended.text.top.named_parameters():
        before, after = (dict(m.text.top.named_parameters())[name] for m in (known, alone))
        assert torch.allclose(weight, (before + after) / 2, atol=1e-3)
        moved = max(moved, float((after - before).detach().abs().max()))
    assert moved > 3e-3


def test_the_mean_of_two_checkpoints_comes_out_where_nothing_is_trained(sets, trained, tmp_path):
    one, _ = trained
    other, out = tmp_path / "other", tmp_path / "mean"
    list(run(sets, other, replace(CONFIG, epochs=3)))
    config = replace(CONFIG, epochs=0)
    list(pretrain([sets], out, tiny_backbone(), config, EncoderConfig(), start=[one, other, other]))
    known, second, mean = (checkpoint.load(folder).model for folder in (one, other, out))
    for part in ("text", "concepts"):
        a, b, found = (dict(getattr(m, part).named_parameters()) for m in (known, second, mean))
        for name, weight in found.items():
            if not name.startswith("reads."):
                assert torch.allclose(weight, (a[name] + 2 * b[name]) / 3, atol=2e-3), name
    assert any(not torch.allclose(a[name], b[name], atol=2e-2) for name in a)
    card = checkpoint.load(out).card
    assert card["start"] == [checkpoint.version(folder) for folder in (one, other, other)]
    assert "loss" not in card


def test_a_checkpoint_of_another_shape_is_refused_as_a_start(sets, trained, tmp_path):
    start, _ = trained
    narrow = EncoderConfig(concept_hidden=8)
    run_on = pretrain([sets], tmp_path / "out", tiny_backbone(), CONFIG, narrow, start=[start])
    with pytest.raises(CheckpointError, match="another shape"):
        list(run_on)


def test_a_stopped_run_ends_where_an_uninterrupted_one_does(sets, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.nuner.pretrain.SAVE_EVERY", 5)
    config = replace(CONFIG, epochs=2)
    whole = tmp_path / "whole"
    list(run(sets, whole, config))
    stopped = tmp_path / "stopped"
    for report in run(sets, stopped, config):
        if report.values and report.step == 12:
            break
    assert resume.read_notes(stopped)["step"] == 10
    steps = [r.step for r in run(sets, stopped, config) if r.values]
    assert steps[0] == 11
    assert checkpoint.version(whole) == checkpoint.version(stopped)
    assert resume.read_notes(stopped) is None


def test_a_state_of_other_settings_is_not_resumed(sets, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.nuner.pretrain.SAVE_EVERY", 2)
    for report in run(sets, tmp_path, replace(CONFIG, epochs=2)):
        if report.values and report.step == 3:
            break
    steps = [r.step for r in run(sets, tmp_path, replace(CONFIG, epochs=1)) if r.values]
    assert steps[0] == 1


def test_tuning_finds_a_threshold_that_scores_well(trained):
    out, _ = trained
    texts = [(c, d, f"we ate {d} in {c}.") for c, d in itertools.product(CITIES, DISHES)]
    gold = [
        AnnotatedText(
            t,
            (
                Span(t.index(c), t.index(c) + len(c), "CITY"),
                Span(t.index(d), t.index(d) + len(d), "DISH"),
            ),
        )
        for c, d, t in texts
    ]
    tuned = tune(checkpoint.load(out), [DevSet("dev", gold, TYPES)])
    assert tuned.f1["dev"] > 0.9
    assert 0 < tuned.decode.threshold < 1
    with pytest.raises(TrainingError, match="no labelled texts"):
        tune(checkpoint.load(out), [DevSet("none", [], TYPES)])


def test_data_that_is_missing_or_broken_is_named(sets, tmp_path):
    with pytest.raises(TrainingError, match="There is no"):
        next(run(tmp_path / "nowhere", tmp_path / "out"))
    with pytest.raises(TrainingError, match="None of the sets"):
        next(run(tmp_path, tmp_path / "out"))
    (tmp_path / "open_types.jsonl").write_text('{"text": "fine", "spans": []}\n{"text": \n')
    with pytest.raises(TrainingError, match="line 2: not JSON"):
        next(run(tmp_path, tmp_path / "out"))


def test_a_tagger_without_types_is_refused(trained):
    with pytest.raises(TaggingError, match="define one first"):
        EmbeddedTagger.load([], trained[0])


def test_an_incomplete_or_broken_bundle_is_refused_in_a_sentence(trained, tmp_path):
    with pytest.raises(CheckpointError, match=r"config\.json is missing"):
        checkpoint.load(tmp_path)
    for name in checkpoint.FILES:
        (tmp_path / name).write_bytes((trained[0] / name).read_bytes())
    whole = (tmp_path / "text.safetensors").read_bytes()
    (tmp_path / "text.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckpointError, match="cannot be read"):
        checkpoint.load(tmp_path)
    (tmp_path / "text.safetensors").write_bytes(whole)
    settings = (tmp_path / "config.json").read_text()
    (tmp_path / "config.json").write_text(settings.replace('"layout": 1', '"layout": 9'))
    with pytest.raises(CheckpointError, match="layout 9"):
        checkpoint.load(tmp_path)


def test_sentence_vectors_survive_the_bundle(trained):
    bundle = checkpoint.load(trained[0])
    texts = ["we ate ramen", "in Quito"]
    before = torch.from_numpy(tiny_backbone().embed(texts))
    after = torch.from_numpy(bundle.model.backbone.embed(texts))
    assert torch.allclose(before.norm(dim=1), torch.ones(2), atol=1e-5)
    assert torch.cosine_similarity(before, after).min() > 0.999
