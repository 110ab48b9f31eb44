"""The commands one after another, as a person or a script uses them."""

from __future__ import annotations

import json

import pytest

from tests.builders import annotated, row, write_lines


def test_help_answers_for_every_command(shell):
    commands = (
        "project types import tag promote evaluate compare export export-onnx predict pretrain "
        "jobs doctor backup restore serve demo"
    )
    for command in ("", *commands.split()):
        done = shell(*command.split(), "--help")
        assert done.code == 0
        assert "Usage:" in done.out


def test_projects_are_made_listed_renamed_and_deleted(shell):
    assert shell("project", "list", "--json").json == {"projects": []}
    assert not shell.db.exists()
    made = shell("project", "create", "Field notes", "--json").json
    assert made == {"projects": [{"name": "Field notes", "texts": 0, "types": 0, "accepted": 0}]}
    renamed = shell("project", "rename", "Field notes", "Notes", "--json").json
    assert [p["name"] for p in renamed["projects"]] == ["Notes"]
    assert shell("project", "delete", "Notes", "--yes", "--json").json == {"projects": []}


def test_deleting_asks_and_keeps_without_a_yes(project):
    shell = project(1)
    kept = shell("project", "delete", "P")
    assert kept.code != 0
    assert "P" in shell("project", "list").out


def test_types_are_loaded_from_yaml_and_from_a_json_mapping(project):
    shell = project(0)
    labels = shell.folder / "labels.json"
    labels.write_text(json.dumps({"GPE": {"name": "land", "definition": "A state."}}))
    types = shell("types", "load", labels, "-p", "P", "--json").json["types"]
    assert [t["code"] for t in types] == ["PER", "ORG", "LOC", "GPE"]
    assert types[3]["name"] == "land"
    assert all(t["colour"] and t["key"] for t in types)


def test_loading_types_again_updates_the_definition_and_adds_none(project):
    shell = project(0)
    again = shell.folder / "again.yaml"
    again.write_text("- {name: human, code: per, definition: A human being.}")
    types = shell("types", "load", again, "-p", "P", "--json").json["types"]
    assert (types[0]["code"], types[0]["name"]) == ("PER", "human")
    assert types[0]["definition"] == "A human being."
    assert len(types) == 3


def test_texts_go_in_as_annotations_and_come_out_the_same(project):
    shell = project(0)
    texts = [
        annotated("Ann\u0308 👍 saw  Oslo.\n", PER="Ann\u0308", LOC="Oslo"),
        annotated("Nobody."),
    ]
    gold = write_lines(shell.folder / "gold.jsonl", [row(content) for content in texts])
    report = shell("import", gold, "-p", "P", "--as", "annotations", "--json").json
    assert (report["accepted"], report["rejected"], report["problems"]) == (2, 0, [])
    out = shell.folder / "out.jsonl"
    done = shell("export", "-p", "P", "--format", "jsonl", "--out", out, "--json").json
    assert (done["texts"], done["spans"], done["empty_texts"]) == (2, 2, 1)
    assert done["left_out"] == {} and done["lost"] == []
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(r["text"], r["spans"]) for r in rows] == [
        (content.text, row(content)["spans"]) for content in texts
    ]
    about = json.loads((shell.folder / "out.jsonl.about.json").read_text(encoding="utf-8"))
    assert about["project"] == "P" and about["texts"] == 2
    assert done["files"][0] == str(out)


def test_labels_match_codes_and_names_whatever_their_case(project):
    shell = project(0)
    rows = [row(annotated("Ann saw Oslo.", person="Ann", Loc="Oslo"))]
    gold = write_lines(shell.folder / "gold.jsonl", rows)
    assert shell("import", gold, "-p", "P", "--as", "annotations", "--json").json["accepted"] == 1
    out = shell.folder / "out.jsonl"
    assert shell("export", "-p", "P", "--format", "jsonl", "--out", out).code == 0
    assert [s["label"] for s in json.loads(out.read_text())["spans"]] == ["PER", "LOC"]


def test_importing_the_same_file_again_skips_its_texts(project):
    shell = project(3)
    report = shell("import", "texts.jsonl", "-p", "P", "--json").json
    assert (report["accepted"], report["skipped_duplicates"]) == (0, 3)


def test_a_dry_run_reports_and_stores_nothing(shell):
    rows = [row(annotated("Ann saw Oslo.", PER="Ann")), {"text": "Ann saw Oslo."}, {"text": "Bo."}]
    source = write_lines(shell.folder / "texts.jsonl", rows)
    report = shell("import", source, "-p", "P", "--create-types", "--dry-run", "--json").json
    assert (report["accepted"], report["skipped_duplicates"]) == (2, 1)
    assert report["created_types"] == ["PER"]
    assert not shell.db.exists()
    assert shell("project", "create", "P").code == 0
    before = shell.contents()
    assert shell("import", source, "-p", "P", "--create-types", "--dry-run").code == 0
    assert shell.contents() == before


def test_types_are_made_for_unknown_labels_when_asked(shell):
    rows = [row(annotated("Ann wrote Dune.", PER="Ann", **{"creative-work": "Dune"}))]
    source = write_lines(shell.folder / "gold.jsonl", rows)
    report = shell(
        "import", source, "-p", "New", "--as", "annotations", "--create-types", "--json"
    ).json
    assert report["created_types"] == ["PER", "CREATIVE_WORK"]
    assert report["accepted"] == 1
    types = shell("types", "list", "-p", "New", "--json").json["types"]
    assert [t["name"] for t in types] == ["PER", "creative-work"]


def test_several_files_are_one_report(project):
    shell = project(0)
    (shell.folder / "a.txt").write_text("Ann is here.\nBo is not.\n")
    write_lines(shell.folder / "b.jsonl", [{"text": "Cleo is here."}, {"text": 5}])
    done = shell("import", "a.txt", "b.jsonl", "-p", "P", "--json")
    assert done.code == 1
    assert (done.object["accepted"], done.object["rejected"]) == (3, 1)
    (problem,) = done.object["problems"]
    assert (problem["file"], problem["line"], problem["kind"]) == ("b.jsonl", 2, "rejected")


def test_tagging_suggests_and_reports(project):
    shell = project(5)
    report = shell("tag", "-p", "P", "--tagger", "names", "--json").json
    assert (report["texts"], report["suggestions"], report["failed"]) == (5, 15, 0)
    for key in ("job", "ungrounded", "ambiguous", "seconds", "texts_per_second", "llm_calls",
                "prompt_tokens", "completion_tokens", "cached_calls", "cost"):  # fmt: skip
        assert key in report
    (job,) = shell("jobs", "list", "--json").json["jobs"]
    assert (job["status"], job["done"], job["total"]) == ("done", 5, 5)


def test_only_texts_that_nobody_tagged_are_tagged_unless_all_are_asked_for(project):
    shell = project(4)
    assert shell("tag", "-p", "P", "--tagger", "names", "--limit", "3", "--json").json["texts"] == 3
    assert shell("tag", "-p", "P", "--tagger", "names", "--json").json["texts"] == 1
    assert shell("tag", "-p", "P", "--tagger", "names", "--json").json["texts"] == 0
    for only, count in (("new", 0), (None, 4), (None, 0)):
        said = () if only is None else ("--only", only)
        done = shell("tag", "-p", "P", "--tagger", "slow", "--json", *said)
        assert done.json["texts"] == count
    report = shell("tag", "-p", "P", "--tagger", "names", "--only", "all", "--json").json
    assert report["texts"] == 4
    out = shell.folder / "all.jsonl"
    done = shell("export", "-p", "P", "--format", "jsonl", "--only", "all", "--out", out, "--json")
    assert done.json["spans"] == 12


def test_a_text_that_fails_is_counted_and_the_others_go_on(project):
    shell = project(2)
    (shell.folder / "more.txt").write_text("Make this fail, Ann.\n")
    assert shell("import", "more.txt", "-p", "P").code == 0
    done = shell("tag", "-p", "P", "--tagger", "failing", "--json")
    assert done.code == 1
    assert (done.object["texts"], done.object["failed"]) == (2, 1)


def test_a_tagger_is_scored_and_nothing_is_stored(project):
    shell = project(1)
    gold = write_lines(
        shell.folder / "gold.jsonl",
        [
            row(annotated("Ann met Bo in Rome.", PER="Ann", LOC="Rome")),
            row(annotated("Acme is in Oslo.", ORG="Acme", LOC="Oslo")),
        ],
    )
    before = shell.contents()
    report = shell("evaluate", gold, "-p", "P", "--tagger", "names", "--json").json
    assert shell.contents() == before
    assert (report["tagger"], report["texts"]) == ("names", 2)
    assert report["micro"]["p"] == pytest.approx(3 / 4)
    assert report["micro"]["r"] == pytest.approx(3 / 4)
    assert report["micro"]["support"] == 4
    assert 0 <= report["micro"]["low"] <= report["micro"]["f1"] <= report["micro"]["high"] <= 1
    place = report["types"]["place"]
    assert (place["p"], place["r"], place["support"]) == (1.0, 0.5, 2)
    assert place["f1"] == pytest.approx(2 / 3)
    assert 0 <= place["low"] <= place["f1"] <= place["high"] <= 1
    rows = shell("compare", gold, "-p", "P", "--taggers", "names, failing", "--json").json["rows"]
    assert [r["tagger"] for r in rows] == ["names", "failing"]
    assert rows[0]["micro"] == report["micro"]


def test_a_backup_is_restored(project):
    shell = project(3)
    copy = shell.folder / "copy.db"
    assert shell("backup", copy, "--json").json["file"] == str(copy)
    before = shell.contents()
    assert shell("project", "delete", "P", "--yes").code == 0
    assert shell("restore", copy).code == 0
    assert shell.contents() == before
    assert shell("doctor", "--json").object["problems"] == []


def test_a_quiet_command_says_its_result_alone(project):
    shell = project(3)
    done = shell("tag", "-p", "P", "--tagger", "names", "--quiet")
    assert done.code == 0
    assert done.err == ""
    assert len(done.out.splitlines()) == 1
