"""`doctor`, `backup` and `restore`: whether everything is well, and copies for when it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.commands import console


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("doctor")(doctor)
    app.command("backup")(backup)
    app.command("restore")(restore)


def doctor(context: typer.Context) -> None:
    """Check every span, surface, foreign key and file."""
    from studio import health

    screen = console.of(context)
    report = health.check(screen.settings())
    checked = ", ".join(f"{n} {what}" for what, n in report.checked.items())
    screen.answer(
        {"checked": dict(report.checked), "problems": report.problems},
        [*report.problems, f"Checked {checked}: {len(report.problems)} problems."],
    )
    if report.problems:
        raise typer.Exit(1)


def backup(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="Where the copy goes.")]
) -> None:
    """Copy the database, also while the studio runs."""
    from db import backup as copies

    screen = console.of(context)
    path = screen.settings().db
    copy = copies.backup(path, file)
    screen.answer({"file": str(copy)}, [f"{path} was copied to {copy}."])


def restore(
    context: typer.Context, file: Annotated[Path, typer.Argument(help="The copy.")]
) -> None:
    """Put a copy in the place of the database."""
    from db import backup as copies

    screen = console.of(context)
    path = screen.settings().db
    kept = copies.restore(file, path)
    before = f"; the database before is kept as {kept}" if kept else ""
    screen.answer(
        {"file": str(path), "kept": str(kept) if kept else None}, [f"{path} was restored{before}."]
    )
