"""Runs the command line in processes of its own that are forked from a warm one.

Starting Python and importing the database for each of hundreds of commands would take minutes; a
fork server pays for that once. What runs is `studio.cli.main`, with its own standard streams,
environment, folder and limits.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(
    ["studio.cli", "studio.settings", "db.session", "studio.importing", "studio.exporting",
     "studio.scoring", "studio.health", "studio.jobs.tagging", "studio.server.main"]
)  # fmt: skip


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    code: int
    out: str
    err: str


def run(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    largest_file: int | None = None,
    seconds: float = 240,
) -> Ended:
    """Run `ner-studio` with the arguments in a folder and wait for its end."""
    with tempfile.TemporaryDirectory(prefix="streams-") as streams:
        process = _context.Process(
            target=_be_the_command,
            args=(list(arguments), folder, {**os.environ, **environment}, streams, largest_file),
        )
        process.start()
        process.join(seconds)
        if process.is_alive():
            process.kill()
            raise TimeoutError(f"ner-studio {' '.join(arguments)} did not end")
        code = process.exitcode
        assert code is not None
        out, err = (Path(streams, name).read_text(encoding="utf-8") for name in ("out", "err"))
    return Ended(code, out, err)


def _be_the_command(
    arguments: list[str],
    folder: Path,
    environment: dict[str, str],
    streams: str,
    largest_file: int | None,
) -> None:
    for number, name in ((1, "out"), (2, "err")):
        opened = os.open(f"{streams}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(opened, number)
    sys.stdin = open(os.devnull)  # noqa: SIM115, PTH123
    os.chdir(folder)
    # The fork server keeps the environment of the test that started it.
    os.environ.clear()
    os.environ.update(environment)
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    from studio.cli import main

    sys.argv = ["ner-studio", *arguments]
    main()
