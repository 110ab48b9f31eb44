"""Runs as ONNX: written, read back by onnxruntime, and kept only when they compute the same."""

import importlib.util
import json
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import nn
from transformers.utils.logging import enable_progress_bar

from engine.errors import CheckpointError, FormatError, OnnxError
from engine.nuner import bases, onnx_export, onnx_graph
from engine.nuner.finetune import Job, finetune
from engine.nuner.onnx_export import PROBES, export_onnx
from engine.nuner.onnx_reader import load_onnx
from engine.nuner.recipe import FinetuneConfig
from engine.nuner.run_folder import load_run
from engine.types import EntityType
from tests.finetuning import CITY, MEALS, meals, tiny_bert, tiny_bundle, tiny_roberta

FAST = FinetuneConfig(
    train="all", epochs=6, batch_texts=8, learning_rate=3e-3, head_learning_rate=1e-2, patience=0
)
WITH_RULES = (CITY, EntityType(0, "DISH", "other", "The name of a dish."))
ODD = ["", " \n ", "ramen\u200b \ufe0f in Kyoto", "🍜 Porto-Tartu, (goulash)", "a b c " * 90]


def train(folder, kind):
    """A run of the given kind, trained for real."""
    make, types, change = {
        "bert": (tiny_bert, MEALS, {}),
        "roberta": (tiny_roberta, MEALS, {}),
        "concat": (lambda place: tiny_bert(place, layers=8), MEALS, {"concat": True}),
        "spans": (tiny_bundle, WITH_RULES, {}),
    }[kind]
    shipped = make(folder / "base")
    found = bases.find(str(shipped), shipped)
    config, out = replace(FAST, **change), folder / "run"
    texts = meals(30)
    list(finetune(Job("first", found.name, found.learner, types, texts, (), config, out, "cpu")))
    return out


@pytest.fixture(scope="module")
def single_precision():
    """Runs tag in single precision here, as ONNX does, whatever the processor offers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("engine.nuner.devices.has_bfloat16", lambda: False)
        patch.setattr("engine.nuner.inference.has_bfloat16", lambda: False)
        patch.setattr("engine.nuner.int8.available", lambda: False)
        yield


@pytest.fixture(scope="module", params=["bert", "roberta", "concat", "spans"])
def exported(request, tmp_path_factory, single_precision):
    """A run, the folder it was exported to, and what the export says of parity."""
    folder = tmp_path_factory.mktemp(request.param)
    run = train(folder, request.param)
    return run, folder / "out", export_onnx(run, folder / "out", [one.text for one in meals(30)])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return train(tmp_path_factory.mktemp("run"), "spans")


@pytest.fixture
def copied(exported, tmp_path):
    """A copy of an exported folder, to break."""
    for path in exported[1].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def spans_of(tagger, texts):
    return [
        [(s.span.start, s.span.end, s.label, s.score) for s in tagged.suggestions]
        for tagged in tagger.tag(texts)
    ]


def test_reading_a_run_says_nothing_on_the_screen(exported, capfd):
    enable_progress_bar()
    load_run(exported[0])
    assert capfd.readouterr() == ("", "")


def test_what_an_export_says_of_parity(exported):
    parity = exported[2]
    assert parity.difference < 1e-5 < parity.tolerance
    assert parity.texts == 30 + len(PROBES)
    assert parity.batches >= parity.texts * 3 / 2  # alone, in pairs
    assert parity.spans > 20
    assert parity.spans_agree == parity.tagger_agrees == parity.texts


def test_an_exported_folder_finds_the_spans_of_the_run_in_other_texts(exported):
    run, out, _ = exported
    fresh = [one.text for one in meals(20, seed=2)] + list(PROBES) + ODD
    ours, theirs = (spans_of(tagger, fresh) for tagger in (load_onnx(out), load_run(run)))
    assert [[s[:3] for s in one] for one in ours] == [[s[:3] for s in one] for one in theirs]
    scores = [[s[3] for one in found for s in one] for found in (ours, theirs)]
    assert np.allclose(*scores, atol=2e-4)
    assert len(scores[0]) > 20


def test_an_exported_folder_holds_what_a_reader_needs_and_nothing_of_this_machine(exported):
    run, out, parity = exported
    names = {path.name for path in out.iterdir()}
    bio = (run / "run.json").read_text().count('"bio"')
    own = {"model.onnx", "onnx.json", "tokenizer.json", "types.json", "README.md"}
    assert names == own | ({"config.json"} if bio else set())
    assert json.loads((out / "onnx.json").read_text())["parity"]["difference"] == parity.difference
    graph = (out / "model.onnx").read_bytes()
    for place in (Path(torch.__file__).parents[1], Path(__file__).parents[3], run):
        assert str(place).encode() not in graph


def test_the_graph_is_valid_and_no_size_is_fixed(exported):
    out = exported[1]
    onnx.checker.check_model(out / "model.onnx")
    session = onnxruntime.InferenceSession(out / "model.onnx")
    shapes = {one.name: one.shape for one in session.get_inputs()}
    assert shapes.pop("input_ids") == shapes.pop("attention_mask") == ["batch", "tokens"]
    assert set(map(tuple, shapes.values())) <= {("words",)}
    (told,) = session.get_outputs()
    assert (told.name, told.shape[:-1]) in [
        ("logits", ["batch", "tokens"]),
        ("scores", ["words", 3]),
    ]


def test_the_example_in_the_readme_finds_the_city(exported, monkeypatch, capsys):
    out = exported[1]
    code = (out / "README.md").read_text().split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(out)
    exec(compile(code, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "('Vienna', 'B-CITY')" in said or "('Vienna', 'CITY'," in said


def test_weights_too_big_for_one_file_stand_beside_it(run, tmp_path, monkeypatch, single_precision):
    monkeypatch.setattr(onnx_graph, "ONE_FILE", 0)
    export_onnx(run, tmp_path / "out")
    assert (tmp_path / "out" / "model.onnx.data").is_file()
    texts = [one.text for one in meals(5, seed=4)]
    ours, theirs = (spans_of(t, texts) for t in (load_onnx(tmp_path / "out"), load_run(run)))
    assert [[s[:3] for s in one] for one in ours] == [[s[:3] for s in one] for one in theirs]


@pytest.mark.parametrize("wrong", [0.05, float("nan")])
def test_a_graph_that_computes_something_else_is_not_kept(run, tmp_path, monkeypatch, wrong):
    def write_wrong(graph, example, path):
        right = graph.bias.clone()
        graph.bias += wrong
        onnx_graph.write_graph(graph, example, path)
        graph.bias.copy_(right)

    monkeypatch.setattr(onnx_export, "write_graph", write_wrong)
    with pytest.raises(OnnxError, match=r"differ by .* more than the 0.001 allowed") as refused:
        export_onnx(run, tmp_path / "out")
    assert refused.value.kind == "parity"
    assert list(tmp_path.iterdir()) == []


class Choosing(nn.Module):
    """Which way it goes depends on what comes in; a graph cannot say that."""

    def forward(self, ids, mask):
        return ids.float() if ids.sum() > 3 else mask.float()


def test_a_model_that_onnx_cannot_say_is_refused_in_one_sentence(tmp_path):
    graph = onnx_graph.BioGraph(Choosing())
    with warnings.catch_warnings(), pytest.raises(OnnxError, match="cannot be written") as refused:
        warnings.simplefilter("error")
        onnx_graph.write_graph(graph, onnx_export.example(graph), tmp_path / "model.onnx")
    assert refused.value.kind == "not_exportable"
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_a_folder_that_exists_is_left_alone(run, tmp_path, make):
    make(tmp_path / "out")
    with pytest.raises(OnnxError, match="exists already; name a new folder"):
        export_onnx(run, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_missing_package_is_told_with_the_extra_that_has_it(run, tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "onnxscript" else find(name)
    )
    with pytest.raises(OnnxError, match=r'needs onnxscript.*pip install "ner-studio\[onnx\]"'):
        export_onnx(run, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_run_and_a_place_that_is_not_there_are_refused(run, tmp_path):
    with pytest.raises(CheckpointError, match="no fine-tuning run"):
        export_onnx(tmp_path, tmp_path / "out")
    with pytest.raises(FormatError):
        export_onnx(run, tmp_path / "nowhere" / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("onnx.json", "{", "onnx.json is missing or broken"),
        ("onnx.json", '{"layout": 99}', "layout 99"),
        ("model.onnx", "no graph", "no model that onnxruntime reads"),
        ("model.onnx", None, "no model that onnxruntime reads"),
    ],
)
def test_a_broken_export_is_refused_when_it_is_read(copied, file, content, said):
    (copied / file).unlink()
    if content:
        (copied / file).write_text(content)
    with pytest.raises(OnnxError, match=said):
        load_onnx(copied)
