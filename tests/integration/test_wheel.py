"""What is installed is what was written: the wheel holds every file, and starts somewhere else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "db", "studio", "assets")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a wheel is made from, so that building leaves no trace in the tree."""
    folder = tmp_path_factory.mktemp("source")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, source)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel; it borrows the libraries of this one but not our code."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    site = folder / f"lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin/python")
    run(*pip, "install", "--no-deps", "--no-index", "--force-reinstall", wheel)
    return folder / "bin"


def run(*command: object, cwd: Path | None = None) -> str:
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "NER_STUDIO_DB")}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_every_file_of_the_packages_is_in_the_wheel(source, wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    written = {
        str(path.relative_to(source))
        for name in PACKAGES
        for path in (source / name).rglob("*")
        if path.is_file()
    }
    assert written - inside == set()


def test_the_wheel_holds_nothing_but_the_packages(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == set(PACKAGES)


def test_an_installed_studio_starts_and_finds_its_files_and_migrations(elsewhere, tmp_path):
    place = run(elsewhere / "python", "-c", "import studio; print(studio.__file__)", cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(elsewhere.parent)
    assert "Usage:" in run(elsewhere / "ner-studio", "--help", cwd=tmp_path)
    db = ("--db", tmp_path / "studio.db", "--json")
    made = run(elsewhere / "ner-studio", *db, "project", "create", "P", cwd=tmp_path)
    assert [project["name"] for project in json.loads(made)["projects"]] == ["P"]
    assert json.loads(run(elsewhere / "ner-studio", *db, "doctor", cwd=tmp_path))["problems"] == []
