import json
import warnings

import pytest
import torch
from safetensors import safe_open

from engine.errors import CheckpointError, TrainingError
from engine.metrics import score
from engine.nuner import bases
from engine.nuner.bio_learner import BioLearner
from engine.nuner.finetune import Job, finetune
from engine.nuner.recipe import FinetuneConfig
from engine.nuner.run_folder import load_run
from engine.nuner.tagger import EmbeddedTagger
from engine.types import AnnotatedText, Span
from tests.finetuning import CITY, DISH, MEALS, meals, tiny_bert, tiny_bundle, tiny_roberta

FAST = FinetuneConfig(
    train="all", epochs=8, batch_texts=8, learning_rate=3e-3, head_learning_rate=1e-2, patience=0
)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return tiny_bundle(tmp_path_factory.mktemp("bundle"))


def job(base, out, shipped=None, train=None, dev=(), config=FAST, types=MEALS, name="first"):
    found = bases.find(str(base), shipped or out / "nowhere")
    texts = meals(40) if train is None else train
    return Job(name, found.name, found.learner, types, texts, dev, config, out, "cpu")


def f1(folder, texts):
    found = [t.annotated() for t in load_run(folder).tag(t.text for t in texts)]
    return score(texts, found, bootstrap=0).micro.f1


@pytest.mark.parametrize("kind", [tiny_bert, tiny_roberta])
def test_an_encoder_learns_to_tag_and_loads_again(kind, tmp_path):
    base, out = kind(tmp_path / "base"), tmp_path / "run"
    reports = list(finetune(job(base, out, dev=meals(20, seed=1))))
    assert reports[-1].values["f1"] > 0.9
    assert f1(out, meals(30, seed=2)) > 0.9
    losses = [r.values["loss"] for r in reports if r.note.startswith("epoch")]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("train", ["head", "top", "all"])
def test_the_embedded_base_learns_whichever_part_is_trained(train, bundle, tmp_path):
    from dataclasses import replace

    config = replace(FAST, train=train, epochs=12)
    list(finetune(job(bundle, tmp_path, dev=meals(20, seed=1), config=config)))
    assert f1(tmp_path, meals(30, seed=2)) > 0.9


def test_a_run_is_a_folder_without_a_pickle_with_a_card(bundle, tmp_path):
    list(finetune(job(bundle, tmp_path, dev=meals(10, seed=1))))
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {
        "README.md",
        "config.json",
        "model.safetensors",
        "ner_studio_run.py",
        "report.json",
        "run.json",
        "tokenizer.json",
        "types.json",
    }
    card = (tmp_path / "README.md").read_text()
    assert "| CITY | city | A named settlement. | 40 |" in card
    with safe_open(tmp_path / "model.safetensors", "pt") as weights:
        assert any(name.startswith("head.") for name in list(weights.keys()))


def spans_of(found):
    return [(e["start"], e["end"], e["entity_group"]) for e in found]


def test_transformers_is_led_to_the_spans_of_a_run_of_ours(bundle, tmp_path, monkeypatch):
    from transformers import dynamic_module_utils, pipeline

    monkeypatch.setattr(dynamic_module_utils, "HF_MODULES_CACHE", str(tmp_path / "modules"))
    monkeypatch.syspath_prepend(tmp_path / "modules")
    out = tmp_path / "run"
    list(finetune(job(bundle, out)))
    texts = [t.text for t in meals(8, seed=3)] + ["", "Zürich 🍜 isn't Ghent's ramen."]
    theirs = pipeline("token-classification", model=str(out), trust_remote_code=True)(texts)
    for text, tagged, found in zip(texts, load_run(out).tag(texts), theirs, strict=True):
        spans = [(one["start"], one["end"], one["entity_group"]) for one in found]
        assert spans == [(s.start, s.end, s.label) for s in tagged.annotated().spans]
        assert all(text[one["start"] : one["end"]] == one["word"] for one in found)
    assert any(theirs)
    with pytest.raises(ValueError, match="trust_remote_code"):
        pipeline("token-classification", model=str(out), trust_remote_code=False)


@pytest.mark.parametrize("kind", [tiny_bert, tiny_roberta])
def test_transformers_finds_the_same_spans(kind, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.nuner.devices.has_bfloat16", lambda: False)  # as transformers
    from transformers import pipeline

    from engine.spans import words

    out = tmp_path / "run"
    config = FinetuneConfig(**{**_values(FAST), "epochs": 2})
    list(finetune(job(kind(tmp_path / "base"), out, config=config)))
    theirs = pipeline("token-classification", model=str(out), aggregation_strategy="first")
    odd = ["Kyoto-Porto, (goulash)", "dolma!? in quito", "a", "Zürich isn't Ghent's ramen."]
    texts = [t.text for t in meals(20, seed=3)] + odd
    seen = 0
    for text, tagged in zip(texts, load_run(out).tag(texts), strict=True):
        split = [text[s:e] for s, e in words(text)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (joined,) = theirs([split], is_split_into_words=True)
        at = {}
        position = 0
        for (start, end), word in zip(words(text), split, strict=True):
            at[position], at[position + len(word)] = start, end
            position += len(word) + 1
        ours = [(s.span.start, s.span.end, s.label) for s in tagged.suggestions]
        assert [(at[s], at[e], label) for s, e, label in spans_of(joined)] == ours
        if kind is tiny_bert:
            assert spans_of(theirs(text)) == ours
        seen += len(ours)
    assert seen > 3


def _values(config):
    from engine.nuner.config import to_dict

    return to_dict(config)


def stop_after(work, epochs):
    """Take reports until some epochs are noted, then drop the work as a kill would."""
    for report in work:
        if report.note.startswith(f"epoch {epochs} "):
            break
    return work


@pytest.mark.parametrize("dev", [(), tuple(meals(10, seed=1))], ids=["folds", "dev"])
def test_a_stopped_run_goes_on_and_ends_with_the_same_weights(dev, bundle, tmp_path):
    from dataclasses import replace

    config = replace(FAST, epochs=4, folds=2)
    texts = meals(12)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    list(finetune(job(bundle, whole, train=texts, dev=dev, config=config)))
    work = stop_after(finetune(job(bundle, parts, train=texts, dev=dev, config=config)), 1)
    work.close()
    halfway = json.loads((parts / "report.json").read_text())
    assert not halfway["finished"]
    again = list(finetune(job(bundle, parts, train=texts, dev=dev, config=config)))
    assert (parts / "model.safetensors").read_bytes() == (whole / "model.safetensors").read_bytes()
    first, second = (json.loads((p / "report.json").read_text()) for p in (whole, parts))
    assert first["dev"] == second["dev"] and second["finished"]
    assert second["seconds"] > halfway["seconds"]
    assert sum(r.note.startswith("epoch") for r in again) < config.epochs


def test_the_same_seed_gives_the_same_run_and_another_seed_another(bundle, tmp_path):
    from dataclasses import replace

    weights = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        out = tmp_path / name
        list(finetune(job(bundle, out, train=meals(8), config=replace(FAST, epochs=2, seed=seed))))
        weights.append((out / "model.safetensors").read_bytes())
    assert weights[0] == weights[1] != weights[2]


def test_a_cancelled_run_keeps_the_best_so_far(bundle, tmp_path):
    work = stop_after(finetune(job(bundle, tmp_path, dev=meals(10, seed=1))), 5)
    work.close()
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["history"][report["best_epoch"]]["f1"] == max(
        row["f1"] for row in report["history"]
    )
    assert f1(tmp_path, meals(10, seed=1)) == pytest.approx(report["dev"]["micro"]["f1"])


def test_short_memory_makes_smaller_batches_and_the_same_result(tmp_path, monkeypatch):
    base = tiny_bert(tmp_path / "base")
    list(finetune(job(base, tmp_path / "whole", train=meals(8), dev=meals(10, seed=1))))
    asked = []
    plain = BioLearner.loss

    def short(self, rows):
        asked.append(len(rows))
        if len(rows) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return plain(self, rows)

    monkeypatch.setattr(BioLearner, "loss", short)
    list(finetune(job(base, tmp_path / "parts", train=meals(8), dev=meals(10, seed=1))))
    assert asked[:3] == [8, 4, 2] and set(asked[3:]) == {2}
    assert f1(tmp_path / "parts", meals(20, seed=2)) == pytest.approx(
        f1(tmp_path / "whole", meals(20, seed=2)), abs=0.1
    )


def test_a_text_too_large_for_memory_is_said_so(tmp_path, monkeypatch):
    def never(self, rows):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(BioLearner, "loss", never)
    with pytest.raises(TrainingError, match="not enough memory"):
        list(finetune(job(tiny_bert(tmp_path / "base"), tmp_path / "run")))


def test_a_long_text_is_learnt_to_its_end(bundle, tmp_path):
    one = "we left for a fine plate of the and. " * 1400
    text = f"{one}we ate ramen in Kyoto."
    at = len(one)
    spans = (Span(at + 7, at + 12, "DISH"), Span(at + 16, at + 21, "CITY"))
    assert len(text) > 50_000
    from dataclasses import replace

    config = replace(FAST, epochs=3, folds=0)
    list(finetune(job(bundle, tmp_path, train=[AnnotatedText(text, spans)], config=config)))
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["mentions"] == {"CITY": 1, "DISH": 1}
    (tagged,) = load_run(tmp_path).tag([text])
    assert tagged.text == text


def test_one_type_and_a_text_of_one_word_are_enough(bundle, tmp_path):
    from dataclasses import replace

    texts = [AnnotatedText("Kyoto", (Span(0, 5, "CITY"),))]
    config = replace(FAST, epochs=20, folds=3)
    list(finetune(job(bundle, tmp_path, train=texts, types=(CITY,), config=config)))
    (tagged,) = load_run(tmp_path).tag(["Kyoto"])
    assert [s.span for s in tagged.suggestions] == [Span(0, 5, "CITY")]


@pytest.mark.parametrize(
    ("texts", "types", "said"),
    [
        ([], MEALS, "no texts to learn from"),
        ([AnnotatedText("")], MEALS, "hold no words"),
        ([AnnotatedText("Kyoto")], (CITY,), "Nothing is annotated"),
        ([AnnotatedText("Kyoto", (Span(0, 5, "CITY"),))], (CITY, DISH), "mention of dish"),
        (None, (), "no entity types"),
    ],
)
def test_what_nothing_can_be_learnt_from_is_refused(texts, types, said, bundle, tmp_path):
    with pytest.raises(TrainingError, match=said):
        list(finetune(job(bundle, tmp_path / "run", train=texts, types=types)))
    assert not (tmp_path / "run").exists()


def test_a_missing_base_is_said_so(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(CheckpointError, match="no base folder"):
        list(finetune(job(tmp_path / "gone", tmp_path / "run")))


def test_a_base_with_a_pickle_is_refused(tmp_path):
    base = tiny_bert(tmp_path / "base")
    torch.save({}, base / "pytorch_model.bin")
    with pytest.raises(CheckpointError, match=r"holds pytorch_model\.bin, a pickle"):
        job(base, tmp_path / "run")


def test_a_run_with_a_pickle_is_refused(bundle, tmp_path):
    list(finetune(job(bundle, tmp_path, train=meals(4))))
    (tmp_path / "optimizer.pt").write_bytes(b"")
    with pytest.raises(CheckpointError, match=r"optimizer\.pt, a pickle"):
        load_run(tmp_path)


def test_broken_runs_are_refused_with_a_sentence(bundle, tmp_path):
    list(finetune(job(bundle, tmp_path, train=meals(4))))
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_run(tmp_path)
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"model\.safetensors is missing"):
        load_run(tmp_path)


def test_two_layers_together_learn_and_load_again(tmp_path):
    from dataclasses import replace

    base = tiny_bert(tmp_path / "base", layers=8)
    config = replace(FAST, concat=True, train="head", head_learning_rate=3e-2, epochs=15)
    list(finetune(job(base, tmp_path / "run", config=config, dev=meals(10, seed=1))))
    assert f1(tmp_path / "run", meals(10, seed=1)) > 0.5
    with pytest.raises(TrainingError, match="at least 8 layers"):
        list(finetune(job(tiny_bert(tmp_path / "two"), tmp_path / "no", config=config)))


def test_the_batch_around_a_text_changes_no_span(tmp_path):
    base = tiny_bert(tmp_path / "base")
    list(finetune(job(base, tmp_path / "run")))
    tagger = load_run(tmp_path / "run")
    texts = [t.text * n for n, t in enumerate(meals(12, seed=4), start=1)]
    together = [t.annotated() for t in tagger.tag(texts)]
    alone = [next(tagger.tag([text])).annotated() for text in texts]
    assert together == alone


@pytest.mark.parametrize("dev", [(), tuple(meals(10, seed=1))], ids=["folds", "dev"])
def test_a_run_says_what_it_gets_wrong_on_texts_it_has_not_learnt_from(dev, bundle, tmp_path):
    from dataclasses import replace

    texts = meals(12)
    config = replace(FAST, epochs=3, folds=3)
    reports = list(finetune(job(bundle, tmp_path, train=texts, dev=dev, config=config)))
    found = json.loads((tmp_path / "report.json").read_text())["dev"]
    watched = dev or texts
    assert found["texts"] == len(watched)
    assert set(found["types"]) == {"CITY", "DISH"}
    assert all(one["low"] <= one["f1"] <= one["high"] for one in found["types"].values())
    assert sum(n for gold, _, n in found["confusion"] if gold) == found["micro"]["support"]
    wrong = found["micro"]["support"] - found["micro"]["correct"]
    kinds = found["kinds"]
    assert sum(n for kind, n in kinds.items() if kind != "invented") == wrong
    for one in found["mistakes"]:
        assert one["before"] + one["surface"] + one["after"] in watched[one["text"]].text
    last = [r for r in reports if "loss" in r.values]
    assert {r.values.get("fold", 0) for r in last} == ({0} if dev else {0, 1, 2, 3})
    assert {r.values["epochs"] for r in last if "fold" in r.values} <= {3}


def head_of(folder):
    with safe_open(folder / "model.safetensors", "pt") as weights:
        return weights.get_tensor("head.vectors").float()


def test_a_run_may_go_only_part_of_the_way_from_where_it_starts(bundle, tmp_path):
    from dataclasses import replace

    found = {}
    for share in (0.001, 0.5, 1.0):
        out = tmp_path / str(share)
        work = job(bundle, out, train=meals(8), config=replace(FAST, share=share))
        list(finetune(replace(work, source="the set few, version 2")))
        card = (out / "README.md").read_text()
        assert "on 8 texts of the set few, version 2, trained on" in card
        assert ("50% of the way from the base's" in card) is (share == 0.5)
        found[share] = head_of(out)
    whole = found[1.0] - found[0.001]
    assert whole.abs().max() > 0.02
    assert torch.allclose(found[0.5] - found[0.001], whole / 2, atol=0.005)


def test_a_run_is_held_to_what_its_base_says_of_texts_without_a_label(bundle, tmp_path):
    from dataclasses import replace

    more = [one.text for one in meals(9, seed=4)]
    before = [scores for _, scores in EmbeddedTagger.load(MEALS, bundle).scores(more)]
    moved = {}
    for wanted in (0, 9):
        out = tmp_path / str(wanted)
        work = job(bundle, out, train=meals(6), config=replace(FAST, held_texts=wanted))
        list(finetune(replace(work, unlabelled=more)))
        now = [scores for _, scores in load_run(out).scores(more)]
        moved[wanted] = sum(abs(a - b).mean() for a, b in zip(before, now, strict=True))
        report = json.loads((out / "report.json").read_text())
        assert (report["beside"], report["texts"]) == (wanted, 6)
        assert sum(report["mentions"].values()) == 12
        card = (out / "README.md").read_text()
        assert ("the base says of 9 texts without a label" in card) is bool(wanted)
    assert moved[9] < moved[0] * 0.9


def test_a_base_that_tags_may_keep_a_type_without_an_example(bundle, tmp_path):
    from dataclasses import replace

    cities = [AnnotatedText(t.text, t.spans[1:]) for t in meals(6)]
    work = job(bundle, tmp_path, train=cities, config=replace(FAST, epochs=1))
    with pytest.raises(TrainingError, match="has a mention of dish"):
        list(finetune(work))
    list(finetune(replace(work, keep_unseen=True)))
    assert [t.code for t in load_run(tmp_path).types] == ["CITY", "DISH"]
