"""`promote`: a few-shot set from the command line, with true counts and reasons."""

from __future__ import annotations

import json

import pytest

from tests.builders import annotated, row, write_lines


@pytest.fixture
def labelled(project):
    """Project P with 12 accepted texts: a person and a place in each, one company in all."""
    shell = project(0)
    texts = [annotated(f"Ann saw Oslo, day {n}.", PER="Ann", LOC="Oslo") for n in range(11)]
    texts.append(annotated("Ann left Acme.", PER="Ann", ORG="Acme"))
    gold = write_lines(shell.folder / "gold.jsonl", [row(one) for one in texts])
    assert shell("import", gold, "-p", "P", "--as", "annotations").code == 0
    return shell


def test_a_set_is_drawn_and_says_what_is_short(labelled):
    made = labelled("promote", "-p", "P", "-k", "2", "--name", "first", "--json").json
    assert (made["set"], made["version"]) == ("first", 1)
    assert 2 <= made["counts"]["PER"] <= 4 and 2 <= made["counts"]["LOC"] <= 4
    assert set(made["short"]) == {"ORG"}
    assert made["counts"]["ORG"] < 2
    told = labelled("promote", "-p", "P", "-k", "2", "--name", "first")
    assert "first, version 2" in told.out and "ORG is short" in told.out
    again = labelled("promote", "-p", "P", "-k", "2", "--name", "first", "--json").json
    assert {**again, "version": 1} == made


def test_texts_kept_for_evaluation_and_those_of_a_file_stay_out(labelled):
    texts = [annotated(f"Ann saw Oslo, day {n}.", PER="Ann", LOC="Oslo") for n in range(11)]
    kept = write_lines(labelled.folder / "kept.jsonl", [row(one) for one in texts[:6]])
    report = labelled("import", kept, "-p", "P", "--as", "annotations", "--evaluation", "--json")
    assert report.json["skipped_duplicates"] == 6
    test = write_lines(labelled.folder / "test.jsonl", [row(one) for one in texts[6:8]])
    made = labelled(
        "promote", "-p", "P", "-k", "9", "--name", "s", "--evaluation", test, "--json"
    ).json
    left_out = made["left_out"]
    assert left_out["evaluation"] == 6
    assert left_out["in_file"] + left_out["blind"] >= 2
    out = labelled.folder / "set.jsonl"
    done = labelled(
        "export", "-p", "P", "--format", "jsonl", "--set", "s", "--out", out, "--json"
    ).json
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert done["texts"] == made["texts"] == len(written)
    assert not {one["text"] for one in written} & {one.text for one in texts[:8]}
    about = json.loads((labelled.folder / "set.jsonl.about.json").read_text(encoding="utf-8"))
    assert about["few_shot_set"]["name"] == "s"
    assert about["few_shot_set"]["short"] == made["short"]


def test_an_older_version_can_still_be_exported(labelled):
    for k in ("1", "3"):
        assert labelled("promote", "-p", "P", "-k", k, "--name", "s").code == 0
    sizes = {}
    for name in ("s@1", "s@2", "s"):
        out = labelled.folder / f"{name}.jsonl"
        done = labelled(
            "export", "-p", "P", "--format", "jsonl", "--set", name, "--out", out, "--json"
        )
        sizes[name] = done.json["spans"]
    assert sizes["s"] == sizes["s@2"] > sizes["s@1"]
    assert (
        "no few-shot set"
        in labelled(
            "export", "-p", "P", "--format", "jsonl", "--set", "s@9", "--out", "x.jsonl"
        ).refused()
    )


def test_what_cannot_become_a_set_is_refused_in_a_sentence(project):
    shell = project(2)
    before = shell.contents()
    base = ("promote", "-p", "P", "--name", "s")
    assert "no accepted texts" in shell(*base, "-k", "1").refused()
    assert "1 span a type or more" in shell(*base, "-k", "0").refused()
    assert "no clusters" in shell(*base, "-k", "1", "--by-cluster").refused()
    assert "no project" in shell("promote", "-p", "Q", "-k", "1", "--name", "s").refused()
    assert "There is no file" in shell(*base, "-k", "1", "--evaluation", "none.jsonl").refused()
    assert shell.contents() == before
    gold = write_lines(shell.folder / "gold.jsonl", [row(annotated("Nobody is here."))])
    assert shell("import", gold, "-p", "P", "--as", "annotations").code == 0
    assert shell(*base, "-k", "1").code == 2
    assert shell("promote", "-p", "P", "-k", "1", "--name", " ").code == 2


def test_a_project_without_types_is_told_to_define_some(shell):
    assert shell("project", "create", "Bare").code == 0
    said = shell("promote", "-p", "Bare", "-k", "1", "--name", "s").refused()
    assert "no entity types" in said
