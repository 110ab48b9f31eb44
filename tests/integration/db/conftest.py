import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.session import Database, connect
from tests.corpus import Corpus, corpus

ROOT = Path(__file__).parents[3]
WORKER = Path(__file__).with_name("worker.py")
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = connect(tmp_path / "studio.db")
    yield database
    database.close()


@pytest.fixture
def demo(database: Database) -> Corpus:
    return corpus(database)


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a worker process; whatever is left is killed in the end."""
    running: list[subprocess.Popen[str]] = []

    def begin(*arguments: object, root: Path = ROOT) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, str(WORKER), *map(str, arguments)],
            env={"PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=WORKER.parent,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()
