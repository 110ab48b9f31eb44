"""What a command sees of the person who typed it: where the database is, and how to answer.

Results go to stdout, everything else to stderr, so that a script can read the one and a person
the other.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

if TYPE_CHECKING:
    from db.session import Database
    from engine.types import Report
    from studio.settings import Settings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Console:
    """The global options.

    Attributes:
        db: the database named on the command line, None for the settings' own.
        json: answer with one JSON object.
        quiet: no progress and no remarks.
    """

    db: Path | None = None
    json: bool = False
    quiet: bool = False

    def settings(self, **overrides: Any) -> Settings:
        """The settings, with what the command line says on top."""
        from studio.settings import load

        return load(db=self.db, **overrides)

    @contextmanager
    def database(self, *, create: bool = False) -> Iterator[Database]:
        """The open database; only a command that makes something may create the file.

        Raises:
            RequestRefused: there is no such file.
        """
        from db.session import connect
        from studio.errors import RequestRefused

        path = self.settings().db
        if not create and not path.exists():
            raise RequestRefused(
                f"There is no database {path} yet; import some texts first.",
                kind="not_found",
                where=str(path),
            )
        database = connect(path)
        try:
            yield database
        finally:
            database.close()

    def say(self, line: str) -> None:
        """A remark for the person, on stderr."""
        if not self.quiet:
            typer.echo(line, err=True)

    def answer(self, values: Mapping[str, Any], lines: Iterable[str] = ()) -> None:
        """The result: one JSON object when asked for, else the lines for people."""
        if self.json:
            typer.echo(json.dumps(values, ensure_ascii=False))
        else:
            for line in lines:
                typer.echo(line)

    def complain(self, kind: str, message: str, where: str, **details: Any) -> None:
        """An error: one line on stderr, and with --json an object on stdout, with the details."""
        typer.echo(f"Error: {message}", err=True)
        if self.json:
            error = {"kind": kind, "message": message, "where": where}
            typer.echo(json.dumps({"error": error} | details, ensure_ascii=False))

    def follow(self, reports: Iterable[Report], what: str) -> Report | None:
        """Run long work to its end with a progress line on stderr; returns its last report."""
        line = ProgressLine(what, shown=not self.quiet)
        last = None
        remarks, ear = logging.getLogger("engine.llm"), _Ear(line)
        remarks.addHandler(ear)
        try:
            for last in reports:
                line.show(last)
        finally:
            remarks.removeHandler(ear)
            line.close()
        return last

    def passing(self, items: Iterable[T], total: int, what: str) -> Iterator[T]:
        """The items as they come, with a progress line on stderr."""
        from engine.types import Report

        line = ProgressLine(what, shown=not self.quiet)
        try:
            for number, item in enumerate(items, start=1):
                line.show(Report(number, total))
                yield item
        finally:
            line.close()


class ProgressLine:
    """One line that is drawn over on a terminal, and now and then a new one in a log."""

    def __init__(self, what: str, *, shown: bool) -> None:
        self._what = what
        self._shown = shown
        self._live = sys.stderr.isatty()
        self._every = 0.1 if self._live else 5.0
        self._next = 0.0
        self._drawn = False

    def show(self, report: Report) -> None:
        """Draw the state, unless the last drawing is only just done."""
        now = time.monotonic()
        if not self._shown or (now < self._next and report.step != report.total):
            return
        self._next = now + self._every
        text = f"{self._what}: {progress(report)}"
        typer.echo(f"\r\x1b[2K{text}" if self._live else text, err=True, nl=not self._live)
        self._drawn = self._live

    def remark(self, text: str) -> None:
        """Say something in between, above the line."""
        if self._shown:
            typer.echo(f"\r\x1b[2K{text}" if self._drawn else text, err=True)
            self._drawn = False

    def close(self) -> None:
        """Leave the cursor on a line of its own."""
        if self._drawn:
            typer.echo("", err=True)


class _Ear(logging.Handler):
    """Says what a language model's client has to say, such as how long it waits."""

    def __init__(self, line: ProgressLine) -> None:
        super().__init__(logging.WARNING)
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        self._line.remark(record.getMessage())


def progress(report: Report) -> str:
    """The state of long work in a few words.

    >>> from engine.types import Report
    >>> progress(Report(5, 10, {"f1": 0.51234}))
    '5 of 10 (50%), f1 0.512'
    """
    share = f" of {report.total} ({report.step / report.total:.0%})" if report.total else ""
    told = ((name, v) for name, v in report.values.items() if isinstance(v, int | float))
    values = "".join(f", {name} {figure(value)}" for name, value in told)
    note = f", {report.note}" if report.note else ""
    return f"{report.step}{share}{values}{note}"


def figure(value: float) -> str:
    """A number as people read it: counts whole, measures with three digits."""
    return str(int(value)) if float(value).is_integer() else f"{value:.3g}"


def of(context: typer.Context) -> Console:
    """The console of the running command."""
    console = context.find_root().obj
    return console if isinstance(console, Console) else Console()
