"""The commands with the shipped model: the demo, its evaluation, predictions without a database."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

import assets
from tests.integration.cli.conftest import Shell

READY = re.compile(r"^NER Studio is ready at (http://127\.0\.0\.1:\d+/)$")
MODEL = assets.path("checkpoints", "nuner-compact")
GOLD = assets.path("demo", "gold.jsonl")
REFRESH = (
    "The recorded answers of the demo no longer fit its prompts, texts or types: "
    "record them anew with `make record-demo`."
)


def serve(shell: Shell, *command: str) -> tuple[subprocess.Popen[str], str]:
    """Start a server and wait until it says where it is."""
    process = shell.start(*command, "--port", "0", "--no-open")
    assert process.stdout is not None
    for line in process.stdout:
        if found := READY.match(line):
            return process, found[1]
    raise AssertionError(process.communicate()[1])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """A folder whose database holds the demo project; its server was killed once it was ready."""
    shell = Shell(tmp_path_factory.mktemp("demo"))
    process, url = serve(shell, "demo")
    health = json.loads(urlopen(f"{url}health").read())
    assert health["status"] == "ok"
    process.send_signal(signal.SIGKILL)
    process.wait()
    return shell


def test_the_demo_has_texts_types_suggestions_and_accepted_texts(demo):
    (project,) = demo("project", "list", "--json").json["projects"]
    assert project["name"] == "demo"
    assert (project["texts"], project["types"], project["accepted"]) == (156, 6, 12)
    assert len(demo.contents()["suggestion"]) > 156
    assert demo("doctor", "--json").json["problems"] == []


def test_the_demo_has_a_library_with_its_map_and_a_trained_run(demo):
    shown = demo("library", "show", "-p", "demo", "--json")
    assert shown.code == 0, f"{REFRESH} {shown.err}"
    assert (shown.json["version"], shown.json["writer"]) == (1, "llm")
    assert shown.json["examples"] >= 50
    jobs = demo("jobs", "list", "--json").json["jobs"]
    assert {one["kind"]: one["status"] for one in jobs} == dict.fromkeys(
        ("tagging", "library", "mapping", "finetuning"), "done"
    )
    rows = demo.contents()
    assert len(rows["run"]) == 1
    tagged = demo("evaluate", GOLD, "-p", "demo", "--tagger", "run:first", "--json").json
    assert tagged["micro"]["f1"] > 0.3


def test_starting_the_demo_again_changes_nothing_and_answers_an_interrupt(demo):
    before = demo.contents()
    process, url = serve(demo, "demo")
    assert b"<html" in urlopen(url).read().lower()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0
    assert demo.contents() == before


def test_the_accepted_texts_of_the_demo_are_its_gold(demo):
    assert demo("export", "-p", "demo", "--format", "jsonl", "--out", "out.jsonl").code == 0
    lines = (demo.folder / "out.jsonl").read_text(encoding="utf-8").splitlines()
    exported = {row["text"]: row["spans"] for row in map(json.loads, lines)}
    gold = GOLD.read_text(encoding="utf-8").splitlines()
    expected = {row["text"]: row["spans"] for row in map(json.loads, gold)}
    assert len(exported) == 12
    assert all(expected[text] == spans for text, spans in exported.items())


def test_the_shipped_model_is_scored_on_the_gold_of_the_demo(demo):
    report = demo("evaluate", GOLD, "-p", "demo", "--tagger", "embedded", "--json").json
    assert report["tagger"] == "embedded"
    assert (report["texts"], report["micro"]["support"]) == (60, 236)
    assert report["micro"]["f1"] > 0.3
    assert len(report["types"]) == 6
    assert report["llm_calls"] == 0


def test_texts_are_predicted_with_a_model_folder_and_no_database(tmp_path: Path):
    shell = Shell(tmp_path)
    (tmp_path / "texts.txt").write_text("Marie Curie worked in Paris.\n\nNothing.\n")
    types = assets.path("entity_types", "general_news.yaml")
    asked = ("predict", "texts.txt", "--model", MODEL, "--types", types)
    report = shell(*asked, "--out", "out.jsonl", "--json").json
    assert (report["texts"], report["failed"], report["files"]) == (2, 0, ["out.jsonl"])
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["text"] for row in rows] == ["Marie Curie worked in Paris.", "Nothing."]
    assert {"start": 22, "end": 27} in [
        {"start": span["start"], "end": span["end"]} for span in rows[0]["spans"]
    ]
    printed = shell(*asked, "--quiet")
    assert printed.err == ""
    assert [json.loads(line)["spans"] for line in printed.out.splitlines()] == [
        row["spans"] for row in rows
    ]
    assert not shell.db.exists()


COMPARED = "embedded,llm-zero-shot,llm-zero-shot+sc,llm-zero-shot+vote,llm,llm+sc,llm+vote"


def test_recorded_answers_build_the_library_tag_with_votes_and_are_compared(demo):
    built = demo("library", "build", "-p", "demo", "--yes", "--json")
    assert built.code == 0, f"{REFRESH} {built.err}"
    assert (built.json["llm_calls"], built.json["cached_calls"]) == (0, 66)
    assert built.json["examples"] >= 50
    tagged = demo("tag", "-p", "demo", "--tagger", "llm", "--samples", "3", "--json")
    assert tagged.code == 0, f"{REFRESH} {tagged.err}"
    assert (tagged.json["failed"], tagged.json["cached_calls"]) == (0, 3 * 156)
    compared = demo("compare", GOLD, "-p", "demo", "--taggers", COMPARED, "--json")
    assert compared.code == 0, f"{REFRESH} {compared.err}"
    assert {row["tagger"]: row["failed"] for row in compared.json["rows"]} == dict.fromkeys(
        COMPARED.split(","), 0
    )
