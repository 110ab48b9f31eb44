"""A library, or a set, into a run from a shell; the run then tags, is scored and predicts."""

import json
import shutil
import signal
from pathlib import Path

import pytest

from engine.nuner.resume import STATE, read_notes
from tests.builders import write_lines
from tests.finetuning import meals, tiny_bundle
from tests.integration.cli.conftest import Shell
from tests.integration.cli.test_interruptions import wait_for

TYPES = "- {name: city, code: CITY}\n- {name: dish, code: DISH}\n"


def rows(count, seed=0):
    for one in meals(count, seed):
        spans = [{"start": s.start, "end": s.end, "label": s.label} for s in one.spans]
        yield {"text": one.text, "spans": spans}


def test_a_library_becomes_a_run_that_tags(tmp_path, monkeypatch):
    monkeypatch.setenv("NER_STUDIO_CHECKPOINT", str(tiny_bundle(tmp_path / "base")))
    shell = Shell(tmp_path)
    (tmp_path / "types.yaml").write_text(TYPES)
    gold = write_lines(tmp_path / "gold.jsonl", rows(12, seed=3))
    labelled = write_lines(tmp_path / "library.jsonl", rows(30))
    shell("project", "create", "P")
    shell("types", "load", "types.yaml", "-p", "P")
    assert "no library" in shell("distil", "-p", "P", "--name", "first").refused().lower()
    shell("library", "import", str(labelled), "-p", "P")
    made = shell("--json", "distil", "-p", "P", "--name", "first", "--epochs", "2").json
    assert set(made) == {"run", "device", "seconds", "best_epoch", "dev", "folder"}
    again = shell("distil", "-p", "P", "--name", "first").refused()
    assert "There is a run 'first' already" in again
    scored = shell("--json", "evaluate", str(gold), "-p", "P", "--tagger", "run:first").json
    assert scored["tagger"] == "run:first" and scored["texts"] == 12
    out = tmp_path / "out.jsonl"
    shell("predict", str(gold), "--model", made["folder"], "--out", str(out))
    assert len([json.loads(line) for line in out.read_text().splitlines()]) == 12


@pytest.fixture
def promoted(tmp_path, monkeypatch):
    """A project with a few-shot set "few", and a checkpoint that has learnt nothing."""
    monkeypatch.setenv("NER_STUDIO_CHECKPOINT", str(tiny_bundle(tmp_path / "base")))
    shell = Shell(tmp_path / "here")
    shell.folder.mkdir()
    (shell.folder / "types.yaml").write_text(TYPES)
    texts = write_lines(shell.folder / "texts.jsonl", rows(30))
    write_lines(shell.folder / "gold.jsonl", rows(12, seed=3))
    shell("project", "create", "P")
    shell("types", "load", "types.yaml", "-p", "P")
    shell("import", str(texts), "-p", "P", "--as", "annotations")
    shell("promote", "-p", "P", "-k", "8", "--name", "few")
    return shell


def test_a_few_shot_set_becomes_a_run_that_tags(promoted):
    said = promoted("finetune", "-p", "P", "--set", "none", "--name", "first").refused()
    assert "none" in said
    made = promoted(
        "--json", "finetune", "-p", "P", "--set", "few", "--name", "first", "--epochs", "2"
    ).json
    assert made["run"] == "first"
    assert made["dev"]["from"] == "folds" and made["dev"]["texts"] >= 4
    scored = promoted("--json", "evaluate", "gold.jsonl", "-p", "P", "--tagger", "run:first").json
    assert scored["texts"] == 12


def test_a_training_that_is_resumed_learns_from_the_version_it_began_with(promoted):
    """A newer version of its set may come while it is stopped."""
    process = promoted.start(*TRAIN)
    wait_for(lambda: process.poll() is not None or epochs_kept(promoted) >= 1, seconds=120)
    process.send_signal(signal.SIGKILL)
    process.wait()
    texts = promoted("--json", "promote", "-p", "P", "-k", "2", "--name", "few").json["texts"]
    (job,) = promoted("jobs", "list", "--json").json["jobs"]
    assert promoted("jobs", "resume", job["id"], "--json").json["jobs"][0]["status"] == "done"
    report = json.loads((run_folder(promoted) / "report.json").read_text())
    assert report["source"] == "the few-shot set few, version 1"
    assert report["texts"] != texts


def test_what_a_training_cannot_start_from_is_said(promoted):
    wish = ("finetune", "-p", "P", "--set", "few", "--name", "first")
    assert "Name the base" in promoted(*wish, "--base", " ").refused()
    assert "are for encoders" in promoted(*wish, "--concat").refused()
    assert "--balance" in promoted(*wish, "--balance", "2").refused()


TRAIN = ("finetune", "-p", "P", "--set", "few", "--name", "first", "--epochs", "60", "--seed", "7")


def run_folder(shell: Shell) -> Path:
    (folder,) = (shell.folder / "studio.runs").iterdir()
    return folder


def epochs_kept(shell: Shell) -> int:
    """Epochs of the last training that a killed process would leave behind."""
    found = list((shell.folder / "studio.runs").glob(f"*/{STATE}"))
    notes = read_notes(found[0].parent) if found else None
    return len(notes["loss"]) - 1 if notes else 0


def test_a_killed_training_ends_as_one_that_was_left_alone(promoted):
    alone = Shell(promoted.folder.with_name("alone"))
    shutil.copytree(promoted.folder, alone.folder)
    whole = alone("--json", *TRAIN).json

    process = promoted.start(*TRAIN)
    wait_for(lambda: process.poll() is not None or epochs_kept(promoted) >= 3, seconds=120)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, process.communicate()
    (job,) = promoted("jobs", "list", "--json").json["jobs"]
    assert job["status"] == "interrupted"
    kept = epochs_kept(promoted)
    assert 3 <= kept < 60
    (done,) = promoted("jobs", "resume", job["id"], "--json").json["jobs"]
    assert done["status"] == "done"

    here = run_folder(promoted)
    assert (here / "model.safetensors").read_bytes() == (
        Path(whole["folder"]) / "model.safetensors"
    ).read_bytes()
    report = json.loads((here / "report.json").read_text())
    assert report["dev"]["micro"] == whole["dev"]["micro"]
    scores = [
        shell("--json", "evaluate", "gold.jsonl", "-p", "P", "--tagger", "run:first").json["micro"]
        for shell in (promoted, alone)
    ]
    assert scores[0] == scores[1]
