"""A library, or a set, into a run from a shell; the run then tags, is scored and predicts."""

import json

from tests.builders import write_lines
from tests.finetuning import meals, tiny_bundle
from tests.integration.cli.conftest import Shell

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
