"""The real command line in a process of its own, each test with a database of its own."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.builders import TAGGERS, write_lines
from tests.integration.cli import processes

ROOT = Path(__file__).resolve().parents[3]
TYPES = "- {name: person, code: PER}\n- {name: company, code: ORG}\n- {name: place, code: LOC}\n"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        assert self.code == 0, self.err
        return self.object

    @property
    def object(self) -> dict[str, Any]:
        (line,) = self.out.splitlines()
        found = json.loads(line)
        assert isinstance(found, dict)
        return found

    def refused(self, code: int = 2) -> str:
        """The one line a refused command says; nothing else may be said."""
        assert self.code == code, (self.code, self.out, self.err)
        assert self.out == ""
        (line,) = self.err.splitlines()
        assert line.startswith("Error: ")
        assert "Traceback" not in line
        return line


@dataclass
class Shell:
    """Runs `ner-studio` with one database."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def db(self) -> Path:
        return self.folder / "studio.db"

    def __call__(self, *arguments: object, largest_file: int | None = None) -> Ran:
        """Run a command to its end; it can write no file larger than `largest_file` bytes."""
        words = [str(argument) for argument in arguments]
        ended = processes.run(words, self.folder, self._environment(), largest_file)
        return Ran(ended.code, ended.out, ended.err)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start a command from nothing; its output is piped."""
        return subprocess.Popen(
            [sys.executable, "-m", "studio.cli", *map(str, arguments)],
            cwd=self.folder,
            env={**os.environ, **self._environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def _environment(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
            "NER_STUDIO_DB": str(self.db),
            "NER_STUDIO_TAGGERS": json.dumps(TAGGERS),
            **self.environment,
        }

    def contents(self) -> dict[str, Any]:
        """Everything the database holds, row by row, for comparing before and after."""
        if not self.db.exists():
            return {}
        with closing(sqlite3.connect(self.db)) as driver:
            names = [
                row[0]
                for row in driver.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"
                )
                if not row[0].startswith(("sqlite_", "alembic")) and "fts" not in row[0]
            ]
            return {name: driver.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database whose project P has three types and no texts yet."""
    shell = Shell(tmp_path_factory.mktemp("prepared"))
    (shell.folder / "types.yaml").write_text(TYPES, encoding="utf-8")
    assert shell("project", "create", "P").code == 0
    assert shell("types", "load", "types.yaml", "-p", "P").code == 0
    return shell.folder


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def project(shell: Shell, prepared: Path) -> Callable[[int], Shell]:
    """Gives project P some texts."""

    def make(texts: int = 3) -> Shell:
        shutil.copytree(prepared, shell.folder, dirs_exist_ok=True)
        names = ("Ann", "Bo", "Cleo")
        rows = [
            {"text": f"{names[i % 3]} left Acme for Oslo, note {i}.", "spans": []}
            for i in range(texts)
        ]
        write_lines(shell.folder / "texts.jsonl", rows)
        if texts:
            assert shell("import", "texts.jsonl", "-p", "P").code == 0
        return shell

    return make
