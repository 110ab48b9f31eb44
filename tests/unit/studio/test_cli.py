import json
import subprocess
import sys

import pytest

from engine.types import Report
from studio.cli import hoist, run
from studio.commands.console import progress

HEAVY = (
    "gradio",
    "torch",
    "transformers",
    "sentence_transformers",
    "sqlmodel",
    "pydantic",
    "numpy",
)


def test_global_options_may_stand_anywhere():
    assert hoist(["tag", "-p", "P", "--json", "--db", "x.db", "--quiet"]) == [
        "--json", "--db", "x.db", "--quiet", "tag", "-p", "P",
    ]  # fmt: skip
    assert hoist(["export", "--db=x.db"]) == ["--db=x.db", "export"]


def test_what_follows_two_dashes_is_left_alone():
    assert hoist(["project", "create", "--", "--json"]) == ["project", "create", "--", "--json"]


def test_a_missing_value_of_a_global_option_is_not_invented(capsys):
    assert run(["project", "list", "--db"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-command"],
        ["tag"],
        ["tag", "-p", "P", "--tagger", "x", "--threshold", "2"],
        ["project"],
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(arguments, capsys):
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert said.err.startswith("Error: ")


def test_bad_usage_with_json_is_one_object_on_stdout(capsys):
    assert run(["no-such-command", "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert set(error) == {"kind", "message", "where"}


def test_no_command_at_all_shows_the_help(capsys):
    assert run([]) == 0
    assert "Commands:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("studio.cli", HEAVY),
        ("studio.jobs.__main__", ("gradio", "torch", "transformers")),
        ("studio.jobs.runner", ("gradio", "torch", "transformers")),
        ("studio.importing", ("gradio", "torch", "transformers")),
        ("engine.types", HEAVY),
    ],
)
def test_starting_up_loads_nothing_heavy(module, heavy):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({heavy!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_progress_says_how_far_and_how_well():
    assert progress(Report(3, 0)) == "3"
    assert progress(Report(3, 4, {"loss": 0.25, "texts": 3.0}, "first epoch")) == (
        "3 of 4 (75%), loss 0.25, texts 3, first epoch"
    )
