"""Everything a command can be given wrongly: one clear line, exit code 2 or 1, nothing changed."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path

import pytest

from tests.builders import annotated, row, write_lines

GOLD = [row(annotated("Ann saw Oslo.", PER="Ann", LOC="Oslo"))]
BINARY = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8


@pytest.fixture
def filled(project):
    """A project with a few texts, of which one is accepted; everything in it must survive."""
    shell = project(3)
    gold = write_lines(shell.folder / "gold.jsonl", GOLD)
    assert shell("import", gold, "-p", "P", "--as", "annotations").code == 0
    return shell


def listing(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the database's own, with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("studio.db")
    }


def refused(shell, *arguments, code=2, **options):
    """The line a command is refused with, after checking that nothing changed."""
    before, files = shell.contents(), listing(shell.folder)
    line = shell(*arguments, **options).refused(code)
    assert shell.contents() == before
    assert listing(shell.folder) == files
    return line


READS = [
    ("import", "{}", "-p", "P"),
    ("types", "load", "{}", "-p", "P"),
    ("evaluate", "{}", "-p", "P", "--tagger", "names"),
    ("compare", "{}", "-p", "P", "--taggers", "names"),
    ("restore", "{}"),
]
NAMES = [" ".join(command[:2]) if command[0] == "types" else command[0] for command in READS]


@pytest.mark.parametrize("command", READS, ids=NAMES)
def test_a_missing_file_is_refused(filled, command):
    line = refused(filled, *(part.format("nowhere.jsonl") for part in command))
    assert "nowhere.jsonl" in line


@pytest.mark.parametrize("command", READS, ids=NAMES)
def test_a_binary_file_is_refused(filled, command):
    (filled.folder / "photo.jsonl").write_bytes(BINARY)
    line = refused(filled, *(part.format("photo.jsonl") for part in command))
    assert "photo.jsonl" in line


@pytest.mark.parametrize("command", READS, ids=NAMES)
def test_a_folder_where_a_file_is_needed_is_refused(filled, command):
    (filled.folder / "folder.d").mkdir()
    line = refused(filled, *(part.format("folder.d") for part in command))
    assert "folder.d" in line


@pytest.mark.parametrize("command", READS[:4], ids=NAMES[:4])
def test_an_empty_file_is_refused(filled, command):
    (filled.folder / "empty.jsonl").write_bytes(b"")
    line = refused(filled, *(part.format("empty.jsonl") for part in command))
    assert "empty.jsonl" in line


def nine_lines(shell, seventh: str) -> Path:
    rows = [row(annotated(f"Ann wrote note {i}.", PER="Ann")) for i in range(1, 10)]
    lines = [json.dumps(one) for one in rows]
    lines[6] = seventh
    return write_lines(shell.folder / "nine.jsonl", lines)


BROKEN = {
    "broken JSON": '{"text": "Ann wrote',
    "offsets past the end": '{"text": "Ann.", "spans": [{"start": 0, "end": 99, "label": "PER"}]}',
    "offsets the wrong way": '{"text": "Ann.", "spans": [{"start": 3, "end": 0, "label": "PER"}]}',
    "no text": '{"spans": []}',
    "a number for a text": '{"text": 7}',
}


@pytest.mark.parametrize("seventh", BROKEN.values(), ids=BROKEN)
def test_a_broken_line_7_is_left_out_and_named_while_the_others_go_in(filled, seventh):
    nine = nine_lines(filled, seventh)
    done = filled("import", nine, "-p", "P", "--as", "annotations", "--json")
    assert done.code == 1
    assert (done.object["accepted"], done.object["rejected"]) == (8, 1)
    (problem,) = done.object["problems"]
    assert (problem["line"], problem["kind"]) == (7, "rejected")
    (line,) = done.err.splitlines()
    assert "nine.jsonl" in line and "Line 7" in line
    (project,) = filled("project", "list", "--json").json["projects"]
    assert (project["texts"], project["accepted"]) == (3 + 1 + 8, 1 + 8)
    assert filled("doctor", "--json").json["problems"] == []


@pytest.mark.parametrize("seventh", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("command", READS[2:4], ids=NAMES[2:4])
def test_nothing_is_scored_on_part_of_a_broken_file(filled, command, seventh):
    nine_lines(filled, seventh)
    line = refused(filled, *(part.format("nine.jsonl") for part in command))
    assert "ine 7" in line


def test_a_text_with_an_unknown_label_is_no_gold(filled):
    rows = [row(annotated("Ann wrote Dune.", PER="Ann", WORK="Dune"))]
    source = write_lines(filled.folder / "works.jsonl", rows)
    before = filled.contents()
    done = filled("import", source, "-p", "P", "--as", "annotations", "--json")
    assert done.code == 2
    assert done.object["unknown_labels"] == {"WORK": 1}
    assert (done.object["accepted"], done.object["rejected"]) == (0, 1)
    assert "WORK" in done.err
    assert filled.contents() == before


def test_a_suggestion_with_an_unknown_label_is_left_out_and_reported(filled):
    rows = [row(annotated("Ann wrote Dune.", PER="Ann", WORK="Dune"))]
    source = write_lines(filled.folder / "works.jsonl", rows)
    done = filled("import", source, "-p", "P", "--json")
    assert done.code == 1
    assert (done.object["accepted"], done.object["repaired"]) == (1, 1)
    assert "WORK" in done.object["problems"][0]["message"]
    assert len(filled("types", "list", "-p", "P", "--json").json["types"]) == 3


@pytest.mark.parametrize("command", READS[2:4], ids=NAMES[2:4])
def test_nothing_is_scored_against_an_unknown_type(filled, command):
    write_lines(filled.folder / "works.jsonl", [row(annotated("Ann wrote Dune.", WORK="Dune"))])
    line = refused(filled, *(part.format("works.jsonl") for part in command))
    assert "'WORK'" in line and "PER" in line


@pytest.mark.parametrize(
    "command",
    [
        ("tag", "-p", "{}", "--tagger", "names"),
        ("types", "list", "-p", "{}"),
        ("types", "load", "types.yaml", "-p", "{}"),
        ("evaluate", "gold.jsonl", "-p", "{}", "--tagger", "names"),
        ("compare", "gold.jsonl", "-p", "{}", "--taggers", "names"),
        ("export", "-p", "{}", "--format", "jsonl", "--out", "out.jsonl"),
        ("project", "rename", "{}", "Other"),
        ("project", "delete", "{}", "--yes"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_an_unknown_project_is_refused(filled, command):
    assert "Nobody" in refused(filled, *(part.format("Nobody") for part in command))


@pytest.mark.parametrize(
    "command",
    [
        ("tag", "-p", "P", "--tagger", "names"),
        ("export", "-p", "P", "--format", "jsonl", "--out", "out.jsonl"),
        ("doctor",),
        ("backup", "copy.db"),
        ("jobs", "cancel", "1"),
        ("jobs", "resume", "1"),
    ],
    ids=lambda command: command[-1] if command[0] == "jobs" else command[0],
)
def test_no_database_is_made_by_a_command_that_only_reads_one(shell, command):
    done = shell(*command)
    if command == ("doctor",):
        assert done.code == 0
    else:
        done.refused()
    assert list(shell.folder.iterdir()) == []


def test_a_project_without_types_cannot_be_tagged_or_scored(shell):
    (shell.folder / "a.txt").write_text("Ann is here.\n")
    write_lines(shell.folder / "gold.jsonl", GOLD)
    assert shell("import", "a.txt", "-p", "Bare").code == 0
    assert "entity types" in refused(shell, "tag", "-p", "Bare", "--tagger", "names")
    asked = ("evaluate", "gold.jsonl", "-p", "Bare", "--tagger", "names")
    assert "entity types" in refused(shell, *asked)


def test_a_project_without_texts_cannot_be_tagged_or_exported(project):
    shell = project(0)
    assert "no texts" in refused(shell, "tag", "-p", "P", "--tagger", "names")
    asked = ("export", "-p", "P", "--format", "jsonl", "--out", "out.jsonl")
    assert "no texts" in refused(shell, *asked)


def test_a_project_without_accepted_texts_says_where_they_stand(project):
    shell = project(2)
    asked = ("export", "-p", "P", "--format", "jsonl", "--out", "out.jsonl")
    assert "2 new" in refused(shell, *asked)


@pytest.mark.parametrize(
    "command",
    [
        ("tag", "-p", "P", "--tagger", "oracle"),
        ("evaluate", "gold.jsonl", "-p", "P", "--tagger", "oracle"),
        ("compare", "gold.jsonl", "-p", "P", "--taggers", "names,oracle"),
    ],
    ids=lambda command: command[0],
)
def test_an_unknown_tagger_is_refused_with_those_there_are(filled, command):
    line = refused(filled, *command)
    assert "'oracle'" in line and "embedded" in line


def test_no_tagger_at_all_is_refused(filled):
    refused(filled, "compare", "gold.jsonl", "-p", "P", "--taggers", " , ")


@pytest.mark.parametrize("name", ["pdf", "auto"])
def test_an_unknown_format_is_refused(filled, name):
    asked = ("export", "-p", "P", "--format", name, "--out", "out")
    assert name in refused(filled, *asked)
    if name != "auto":
        assert name in refused(filled, "import", "gold.jsonl", "-p", "P", "--format", name)


def test_labels_that_a_format_cannot_hold_are_not_lost_in_silence(filled):
    asked = ("export", "-p", "P", "--format", "txt", "--out", "out.txt")
    assert "2" in refused(filled, *asked, code=1)
    told = filled(*asked, "--json").object
    assert told["error"]["kind"] == "labels_lost"
    assert [loss["span"]["label"] for loss in told["lost"]] == ["PER", "LOC"]
    done = filled(*asked, "--allow-loss", "--json")
    assert done.code == 0
    assert len(done.json["lost"]) == 2
    assert {"text_id", "span", "reason"} == set(done.json["lost"][0])
    assert (filled.folder / "out.txt").read_text() == "Ann saw Oslo.\n"


def test_an_export_goes_neither_into_a_missing_folder_nor_over_a_folder_or_a_device(filled):
    (filled.folder / "folder.d").mkdir()
    asked = ("export", "-p", "P", "--format", "jsonl", "--out")
    assert "nowhere" in refused(filled, *asked, "nowhere/out.jsonl")
    assert "folder.d" in refused(filled, *asked, "folder.d")
    assert "gold.jsonl" in refused(filled, *asked, "gold.jsonl/out.jsonl")
    assert "device" in refused(filled, *asked, "/dev/null")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_export_into_a_folder_without_permission_is_refused(filled):
    closed = filled.folder / "closed.d"
    closed.mkdir(mode=0o555)
    asked = ("export", "-p", "P", "--format", "jsonl", "--out", closed / "out.jsonl")
    assert "written" in refused(filled, *asked)


def test_an_export_without_space_leaves_the_file_that_was_there(project):
    shell = project(0)
    rows = [row(annotated(f"Ann wrote note {i}: {'x' * 500}", PER="Ann")) for i in range(100)]
    source = write_lines(shell.folder / "gold.jsonl", rows)
    assert shell("import", source, "-p", "P", "--as", "annotations").code == 0
    (shell.folder / "out.jsonl").write_text("what was there\n")
    asked = ("export", "-p", "P", "--format", "jsonl", "--out", "out.jsonl")
    refused(shell, *asked, code=1, largest_file=20_000)
    assert (shell.folder / "out.jsonl").read_text() == "what was there\n"


def test_an_import_without_space_leaves_whole_texts_or_none(project):
    shell = project(3)
    rows = [row(annotated(f"Ann wrote note {i}: {'x' * 2000}", PER="Ann")) for i in range(3000)]
    source = write_lines(shell.folder / "large.jsonl", rows)
    size = (shell.folder / "studio.db").stat().st_size
    done = shell("import", source, "-p", "P", largest_file=size + 3_000_000)
    assert done.code == 1
    (line,) = done.err.splitlines()
    assert "space" in line or "disk" in line
    report = shell("doctor", "--json").json
    assert report["problems"] == []
    assert shell("import", source, "-p", "P", "--json").code == 0
    (project_,) = shell("project", "list", "--json").json["projects"]
    assert project_["texts"] == 3003


def test_a_backup_without_space_leaves_no_half_copy(filled):
    line = refused(filled, "backup", "copy.db", code=1, largest_file=10_000)
    assert "copy" in line or "space" in line


def test_a_port_that_is_taken_is_refused_before_anything_is_made(shell):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for command in ("serve", "demo"):
            line = refused(shell, command, "--port", port, "--no-open")
            assert str(port) in line and "taken" in line
    assert not shell.db.exists()


def test_an_outside_address_needs_a_password(shell):
    line = refused(shell, "serve", "--host", "0.0.0.0", "--port", "0", "--no-open")
    assert "password" in line


@pytest.mark.parametrize(
    "file", ["nowhere", "folder.d", "short.txt"], ids=["missing", "folder", "too short"]
)
def test_a_password_file_that_cannot_be_used_is_refused(shell, file):
    (shell.folder / "folder.d").mkdir()
    (shell.folder / "short.txt").write_text("abc\n")
    refused(shell, "serve", "--password-file", file, "--port", "0", "--no-open")


@pytest.mark.parametrize("db", ["folder.d", "photo.db", "photo.db/x.db"])
def test_a_database_that_is_none_is_refused_and_left_alone(filled, db):
    (filled.folder / "folder.d").mkdir()
    (filled.folder / "photo.db").write_bytes(BINARY)
    for command in (("project", "create", "Q"), ("import", "gold.jsonl", "-p", "Q")):
        refused(filled, "--db", db, *command)
    if (filled.folder / db).exists():
        for command in (("project", "list"), ("doctor",), ("tag", "-p", "P", "--tagger", "names")):
            refused(filled, "--db", db, *command)


def test_jobs_that_there_are_not_are_refused(filled):
    for command in ("cancel", "resume"):
        assert "99" in refused(filled, "jobs", command, "99")
        refused(filled, "jobs", command, "soon")


def test_a_name_that_is_taken_or_blank_is_refused(filled):
    assert "P" in refused(filled, "project", "create", "P")
    refused(filled, "project", "create", "  ")


def test_types_are_loaded_all_or_none(filled):
    bad = filled.folder / "bad.yaml"
    bad.write_text("- {name: river, key: r}\n- {name: lake, key: r}\n")
    refused(filled, "types", "load", bad, "-p", "P")


def test_an_error_with_json_is_one_object_that_says_where(filled):
    done = filled("import", "nowhere.jsonl", "-p", "P", "--json")
    assert done.code == 2
    error = done.object["error"]
    assert set(error) == {"kind", "message", "where"}
    assert "nowhere.jsonl" in error["message"]
    assert len(done.err.splitlines()) == 1


def test_a_file_name_that_is_no_text_is_said_all_the_same(filled):
    done = filled("import", "notes-\udcff.jsonl", "-p", "P", "--json")
    assert done.code == 2
    assert "notes-" in done.object["error"]["message"]


def test_a_setting_that_cannot_be_used_is_refused(shell):
    shell.environment["NER_STUDIO_PORT"] = "many"
    assert "port" in refused(shell, "project", "list")


@pytest.mark.parametrize(
    "command",
    [
        ("predict", "gold.jsonl", "--model", "nowhere"),
        ("predict", "gold.jsonl", "--model", "folder.d"),
        ("predict", "gold.jsonl", "--model", "folder.d", "--types", "types.yaml"),
        ("predict", "nowhere.jsonl", "--model", "folder.d", "--types", "types.yaml"),
        ("predict", "photo.jsonl", "--model", "folder.d", "--types", "types.yaml"),
        ("pretrain", "nowhere", "--out", "out.d"),
        ("pretrain", "folder.d", "--out", "out.d"),
    ],
    ids=[
        "no model",
        "no types",
        "no weights",
        "no texts",
        "binary texts",
        "no data",
        "empty data",
    ],
)
def test_models_and_data_that_are_missing_are_refused(filled, command):
    (filled.folder / "folder.d").mkdir()
    (filled.folder / "photo.jsonl").write_bytes(BINARY)
    refused(filled, *command)
