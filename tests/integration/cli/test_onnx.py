"""A run of a project as ONNX from a shell."""

import importlib.util
import json

import pytest

from studio.cli import run
from tests.builders import write_lines
from tests.finetuning import meals, tiny_bundle
from tests.integration.cli.conftest import Shell

TYPES = "- {name: city, code: CITY}\n- {name: dish, code: DISH}\n"
EXPORT = ("export-onnx", "-p", "P", "--run", "first", "--out")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Project P with the few-shot set "few" and the run "first" that learnt from it."""
    here = tmp_path_factory.mktemp("trained")
    shell = Shell(here, {"NER_STUDIO_CHECKPOINT": str(tiny_bundle(here / "base"))})
    (here / "types.yaml").write_text(TYPES)
    rows = [
        {
            "text": one.text,
            "spans": [{"start": s.start, "end": s.end, "label": s.label} for s in one.spans],
        }
        for one in meals(30)
    ]
    write_lines(here / "texts.jsonl", rows)
    for command in (
        "project create P",
        "types load types.yaml -p P",
        "import texts.jsonl -p P --as annotations",
        "promote -p P -k 8 --name few",
        "finetune -p P --set few --name first --epochs 2 --device cpu",
    ):
        done = shell(*command.split())
        assert done.code == 0, done.err
    return shell


def test_a_run_becomes_a_folder_for_onnxruntime(trained):
    done = trained("--json", *EXPORT, "model").json
    assert set(done) == {
        "run",
        "folder",
        "files",
        "difference",
        "tolerance",
        "texts",
        "batches",
        "spans",
        "spans_agree",
        "tagger_agrees",
    }
    members = trained("--json", "promote", "-p", "P", "-k", "8", "--name", "again").json["texts"]
    assert done["texts"] == members + 6  # what it learnt from, and ours
    assert done["difference"] < 1e-5
    assert done["spans_agree"] == done["texts"]
    assert sorted(p.name for p in (trained.folder / "model").iterdir()) == done["files"]
    assert "exists already" in trained(*EXPORT, "model").refused()


def test_an_exported_run_predicts_without_its_project(trained):
    out = trained(*EXPORT, "exported")
    assert out.code == 0, out.err
    (run,) = (trained.folder / "studio.runs").iterdir()
    found = []
    for folder in ("exported", run):
        ask = ("predict", "texts.jsonl", "--model", folder, "--out", "tagged.jsonl")
        assert trained("--json", *ask).json["texts"] == 30
        found.append((trained.folder / "tagged.jsonl").read_text())
    assert found[0] == found[1]
    refused = trained("predict", "texts.jsonl", "--model", "exported", "--threshold", "0.5")
    assert "takes no threshold" in refused.refused()


def test_people_are_told_how_near_it_comes(trained):
    done = trained(*EXPORT, "told")
    assert done.code == 0, done.err
    assert "first is in told as ONNX; it differs from torch by" in done.out
    assert done.err.splitlines() == ["Writing the graph and comparing it with the run ..."]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-p", "P", "--run", "second", "--out", "new"), "There is no run 'second'"),
        (("-p", "Q", "--run", "first", "--out", "new"), "Q"),
        (("-p", "P", "--run", "first", "--out", "nowhere/new"), "There is no folder"),
    ],
)
def test_what_cannot_be_exported_is_refused(trained, arguments, said):
    assert said in trained("export-onnx", *arguments).refused()
    assert not (trained.folder / "new").exists()


def test_a_missing_package_is_one_sentence_and_changes_nothing(trained, monkeypatch, capsys):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name.startswith("onnx") else find(name)
    )
    out = trained.folder / "without"
    code = run(["--json", "--db", str(trained.db), *EXPORT, str(out)])
    said = capsys.readouterr()
    assert code == 2 and not out.exists()
    error = json.loads(said.out)["error"]
    assert error["kind"] == "missing_package"
    assert 'pip install "ner-studio[onnx]"' in error["message"]
    assert len(said.err.splitlines()) == 1
