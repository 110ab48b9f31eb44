"""README and CONTRIBUTING speak of commands, formats and files that exist."""

import re
from pathlib import Path

import pytest
from typer.main import get_command

import assets
from engine.formats import FORMATS
from studio.cli import app

ROOT = assets.ROOT.parent
GUIDES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    assets.path("README.md"),
    assets.path("demo", "README.md"),
]


def words(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_readme_lists_the_formats_there_are():
    section = words(ROOT / "README.md").split("## Formats")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.M)) == set(FORMATS)


def test_the_readme_lists_the_commands_there_are():
    section = words(ROOT / "README.md").split("## From a shell")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`.+?`) \|", section, re.M)
    named = {name.split()[0] for row in rows for name in re.findall(r"`(.+?)`", row)}
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    members = {"list", "rename", "delete", "cancel", "resume", "show"}  # of groups of commands
    assert named - members == commands


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_guide_shows_only_commands_that_exist(path: Path):
    commands = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"ner-studio ([a-z][\w-]*)", words(path))) <= commands


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_guide_links_only_to_files_that_exist(path: Path):
    for target in re.findall(r"(?<!!)\[[^]]*\]\(([^)#]+)\)", words(path)):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_every_make_target_that_a_guide_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", words(ROOT / "Makefile"), re.M))
    for path in GUIDES:
        assert set(re.findall(r"`make ([a-z-]+)", words(path))) <= targets
