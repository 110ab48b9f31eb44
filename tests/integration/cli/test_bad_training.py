"""What a training can be given wrongly, and what is odd but right: one plain sentence, or a run."""

from __future__ import annotations

import json

import pytest
import torch

from tests.builders import annotated, row, write_lines
from tests.finetuning import tiny_bert, tiny_bundle
from tests.integration.cli.test_bad_input import refused

TRAIN = ("finetune", "-p", "P", "--name", "first", "--epochs", "1")
LONG = "we left for a fine plate of the and. " * 1400


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return tiny_bundle(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture
def shell(shell, checkpoint):
    """Without a network, and with a checkpoint that has learnt nothing."""
    shell.environment |= {"NER_STUDIO_CHECKPOINT": str(checkpoint), "HF_HUB_OFFLINE": "1"}
    return shell


def accepted(shell, *texts, k=1):
    """Accept the texts in project P and draw the set "few" from them."""
    gold = write_lines(shell.folder / "gold.jsonl", [row(one) for one in texts])
    assert shell("import", gold, "-p", "P", "--as", "annotations").code == 0
    assert shell("promote", "-p", "P", "-k", k, "--name", "few").code == 0
    return shell


@pytest.fixture
def few(project):
    """A set in which every type has an example."""
    one = annotated("Ann left Acme for Oslo.", PER="Ann", ORG="Acme", LOC="Oslo")
    return accepted(project(0), one)


def test_a_set_that_is_not_there_is_refused(few):
    assert "none" in refused(few, *TRAIN, "--set", "none")


def test_a_set_with_no_text_cannot_be_made(project):
    said = refused(project(3), "promote", "-p", "P", "-k", 2, "--name", "few")
    assert "accepted" in said


def test_a_type_without_an_example_is_named(project):
    shell = accepted(project(0), annotated("Ann left Oslo.", PER="Ann", LOC="Oslo"))
    assert "a mention of company" in refused(shell, *TRAIN, "--set", "few")


@pytest.mark.parametrize("base", ["/nowhere/base", "./base", "empty"])
def test_a_base_folder_that_is_not_there_is_refused(few, base):
    (few.folder / "empty").mkdir()
    assert base in refused(few, *TRAIN, "--set", "few", "--base", base)


def test_a_base_of_the_hub_that_cannot_be_had_ends_the_training_with_a_sentence(few):
    ended = few(*TRAIN, "--set", "few", "--base", "nobody/has-this-model")
    assert ended.code == 2
    last = ended.err.splitlines()[-1]
    assert last.startswith("Error: ") and "has no model 'nobody/has-this-model'" in last
    assert few("--json", "jobs", "list").json["jobs"][0]["status"] == "failed"


@pytest.mark.parametrize("name", ["pytorch_model.bin", "deep/weights.pkl"])
def test_a_base_with_a_pickle_is_refused(few, name):
    base = tiny_bert(few.folder / "base")
    (base / name).parent.mkdir(exist_ok=True)
    torch.save({}, base / name)
    said = refused(few, *TRAIN, "--set", "few", "--base", base)
    assert name in said and "pickle" in said


@pytest.mark.parametrize("more", [("--train", "bottom"), ("--epochs", "0"), ("--name", " ")])
def test_a_setting_that_cannot_be_is_refused(few, more):
    refused(few, *TRAIN, "--set", "few", *more)


@pytest.mark.parametrize(
    "text",
    [
        annotated("Ann left.", PER="Ann"),
        annotated("Ann", PER="Ann"),
        annotated(f"{LONG}Ann left.", PER="Ann"),
    ],
    ids=["one type", "one word", "50 kB"],
)
def test_what_is_odd_but_right_becomes_a_run(shell, text):
    (shell.folder / "one.yaml").write_text("- {name: person, code: PER}\n", encoding="utf-8")
    shell("project", "create", "P")
    shell("types", "load", "one.yaml", "-p", "P")
    made = accepted(shell, text)("--json", *TRAIN, "--set", "few").json
    write_lines(shell.folder / "again.jsonl", [{"text": text.text}])
    out = shell.folder / "out.jsonl"
    done = shell("predict", "again.jsonl", "--model", made["folder"], "--out", out)
    assert done.code == 0, done.err
    assert json.loads(out.read_text(encoding="utf-8"))["text"] == text.text
