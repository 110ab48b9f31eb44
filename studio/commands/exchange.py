"""`import` and `export`: texts in, texts out, with a report of each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.commands import console
from studio.commands.projects import InProject

if TYPE_CHECKING:
    from db.session import Database
    from studio.exporting import ExportReport
    from studio.importing import ImportReport


class As(StrEnum):
    """What the spans of an imported file become."""

    SUGGESTIONS = "suggestions"
    ANNOTATIONS = "annotations"


class Only(StrEnum):
    """Which texts are exported."""

    ACCEPTED = "accepted"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("import")(import_files)
    app.command("export")(export)


def import_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to read.")],
    project: InProject,
    format: Annotated[str, typer.Option(help="Format of the files, or auto.")] = "auto",  # noqa: A002
    as_: Annotated[
        As, typer.Option("--as", help="What the spans in the files become.")
    ] = As.SUGGESTIONS,
    create_types: Annotated[
        bool, typer.Option("--create-types", help="Make an entity type of each unknown label.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would happen, store nothing.")
    ] = False,
    evaluation: Annotated[
        bool,
        typer.Option("--evaluation", help="Keep the texts for evaluation: never train on them."),
    ] = False,
) -> None:
    """Read texts into a project, which is made when it is missing."""
    from studio import importing

    screen = console.of(context)
    for file in files:
        importing.preview(file, file.name, format)
    author = screen.settings().author
    with _target(screen, dry_run=dry_run) as database:
        reports = {
            file: importing.run(
                database,
                project,
                file,
                format,
                as_.value,
                create_types=create_types,
                dry_run=dry_run,
                author=author,
                evaluation=evaluation,
            )
            for file in files
        }
    _answer_import(screen, reports, dry_run=dry_run)


@contextmanager
def _target(screen: console.Console, *, dry_run: bool) -> Iterator[Database]:
    """The database to import into; a dry run makes no file where there is none."""
    from db.session import connect

    if not dry_run or screen.settings().db.exists():
        with screen.database(create=True) as database:
            yield database
        return
    with tempfile.TemporaryDirectory(prefix="ner-studio-") as folder:
        database = connect(Path(folder) / "dry.db")
        try:
            yield database
        finally:
            database.close()


def _answer_import(
    screen: console.Console, reports: dict[Path, ImportReport], *, dry_run: bool
) -> None:
    problems: list[dict[str, Any]] = []
    unknown: dict[str, int] = {}
    for file, report in reports.items():
        for problem in report.problems:
            problems.append(
                {
                    "file": str(file),
                    "line": problem.line,
                    "kind": problem.kind,
                    "message": problem.message,
                }
            )
            screen.say(f"{file}: {problem.message}")
        for label, n in report.unknown_labels.items():
            unknown[label] = unknown.get(label, 0) + n
    names = ("accepted", "repaired", "rejected", "skipped_duplicates")
    counts = {name: sum(getattr(r, name) for r in reports.values()) for name in names}
    created = [code for report in reports.values() for code in report.created_types]
    values = {**counts, "unknown_labels": unknown, "created_types": created, "problems": problems}
    done = "would be accepted" if dry_run else "accepted"
    screen.answer(
        values | {"dry_run": dry_run},
        [
            f"{counts['accepted']} texts {done} ({counts['repaired']} repaired), "
            f"{counts['rejected']} rejected, {counts['skipped_duplicates']} already there."
        ],
    )
    if unknown:
        labels = ", ".join(sorted(unknown))
        screen.say(f"Unknown labels: {labels}. Add the types first, or use --create-types.")
    if any(report.partial for report in reports.values()):
        raise typer.Exit(1 if counts["accepted"] or counts["skipped_duplicates"] else 2)


def export(
    context: typer.Context,
    project: InProject,
    format: Annotated[str, typer.Option(help="Format to write.")],  # noqa: A002
    out: Annotated[Path, typer.Option(help="File or folder to write.")],
    only: Annotated[Only, typer.Option(help="Which texts.")] = Only.ACCEPTED,
    allow_loss: Annotated[
        bool, typer.Option("--allow-loss", help="Write even when labels would be lost.")
    ] = False,
    few_shot: Annotated[
        str, typer.Option("--set", help="Only this few-shot set, NAME or NAME@VERSION.")
    ] = "",
) -> None:
    """Write the texts of a project to a file, whole or not at all."""
    from studio import exporting

    screen = console.of(context)
    exporting.writer(format)
    with screen.database() as database:
        report = exporting.run(
            database,
            project,
            format,
            out,
            only.value,
            allow_loss=allow_loss,
            few_shot=few_shot,
        )
    _answer_export(screen, report)


def _answer_export(screen: console.Console, report: ExportReport) -> None:
    from dataclasses import asdict

    left_out = ", ".join(f"{n} {status}" for status, n in report.left_out.items())
    for loss in report.lost:
        screen.say(f"Text {loss['text_id']}: {loss['reason']}")
    screen.answer(
        asdict(report),
        [
            f"{report.texts} texts with {report.spans} spans written to {report.files[0]} "
            f"({report.empty_texts} texts without spans, {len(report.lost)} spans lost).",
            *([f"Left out: {left_out}."] if left_out else []),
        ],
    )
