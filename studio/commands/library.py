"""`library`: build a project's examples, look at them, take them elsewhere and bring them back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.commands import console
from studio.commands.projects import InProject

if TYPE_CHECKING:
    from db.library_values import Example, Library, Writer
    from db.session import Database
    from db.values import Project
    from studio.settings import Settings

library_app = typer.Typer(help="Build, show, export and import the library of examples.")

Version = Annotated[int | None, typer.Option("--version", help="Which version (default: newest).")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(library_app, name="library")


@library_app.command()
def build(
    context: typer.Context,
    project: InProject,
    features: Annotated[int, typer.Option(min=1, help="Feature sentences.")] = 10,
    entities: Annotated[int, typer.Option(min=1, help="Surfaces asked for a type.")] = 30,
    per_feature: Annotated[
        int, typer.Option(min=1, help="Examples asked for a feature sentence.")
    ] = 6,
    seed: Annotated[int, typer.Option(help="Seed of everything drawn.")] = 0,
    writer: Annotated[
        str,
        typer.Option(help="llm, embedded (no key, plainer), or auto: llm where one is set up."),
    ] = "auto",
    embedder: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_FOLDER",
            help="A model of sentence-transformers, by hub name (fetched when it is missing) or "
            "folder; the shipped one when nothing is said.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Build a new version of the library; the language-model calls are stated first."""
    from db import jobs, projects
    from studio import wiring
    from studio.commands.tagging import follow

    screen = console.of(context)
    settings = screen.settings()
    wanted = {
        "features": features,
        "entities": entities,
        "per_feature": per_feature,
        "seed": seed,
        "embedder": wiring.check_embedder(settings, embedder),
    }
    with screen.database() as database:
        with database.session() as session:
            found = projects.get(session, project)
        who = _writer(settings, database, found, writer)
        _agree(screen, database, found, wanted, who, yes)
        with database.session() as session:
            job = jobs.queue(session, "library", {**wanted, "writer": who}, found.id)
        follow(screen, settings, database, job.id)
        _answer(screen, database, found, job.id)


def _writer(settings: Settings, database: Database, project: Project, asked: str) -> Writer:
    from studio import wiring
    from studio.errors import RequestRefused

    if asked not in ("auto", "llm", "embedded"):
        raise RequestRefused(
            f"The writer is llm, embedded or auto; got {asked!r}.", where="--writer"
        )
    if asked == "embedded":
        return "embedded"
    if asked == "llm" or wiring.has_llm(settings, database, project):
        wiring.check_llm(settings, database, project)
        return "llm"
    return "embedded"


def _agree(
    screen: console.Console,
    database: Database,
    project: Project,
    wanted: dict[str, Any],
    who: Writer,
    yes: bool,
) -> None:
    """State the calls, and go on only when nobody objects. Raises RequestRefused."""
    from studio import libraries
    from studio.errors import RequestRefused

    calls = libraries.budget(database, project, libraries.config(wanted)).total
    if who == "embedded":
        screen.say("No language model is asked: the embedded writer fills the library, no calls.")
        return
    screen.say(f"Building the library takes at most {calls} language-model calls.")
    if not yes and not typer.confirm(f"Make up to {calls} calls?", err=True):
        raise RequestRefused("Nothing was asked.", kind="declined")


def _answer(screen: console.Console, database: Database, project: Project, job_id: int) -> None:
    from db import library
    from studio import libraries
    from studio.errors import WorkFailed

    with database.session() as session:
        made = library.of_job(session, job_id)
    if made is None:
        raise WorkFailed("The library was not begun.", where=f"job {job_id}")
    values = {"job": job_id, **libraries.figures(database, made)}
    rejected = sum(values["rejected"].values())
    screen.answer(
        values,
        [
            f"Version {values['version']} of the library of {project.name}: "
            f"{values['examples']} examples, {rejected} rejected, by the {_by(made.writer)}; "
            f"{values['llm_calls']} calls, {values['cached_calls']} answers known before.",
            *values["short"],
        ],
    )
    if not values["examples"]:
        raise typer.Exit(1)


@library_app.command()
def show(context: typer.Context, project: InProject, version: Version = None) -> None:
    """Show a version: feature sentences, surfaces, examples and why some are rejected."""
    from dataclasses import asdict

    from db import library, projects
    from studio import libraries

    screen = console.of(context)
    with screen.database() as database:
        with database.session() as session:
            found = projects.get(session, project)
            made = library.get(session, found.id, version)
            rows = library.rows(session, found.id, made.version)
            lists = library.entities(session, made.id)
            all_versions = [one.version for one in library.versions(session, found.id)]
        values = {
            **libraries.figures(database, made),
            "versions": all_versions,
            "silhouette": made.silhouette,
            "features": [asdict(feature) for feature in made.features],
            "entities": {one.code: list(one.surfaces) for one in lists},
            "sentences": [_row(one) for one in rows],
        }
    screen.answer(values, _lines(made, rows))


@library_app.command("export")
def export_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSONL file to write.")],
    project: InProject,
    version: Version = None,
) -> None:
    """Write the examples that guide tagging as labelled sentences."""
    from db import library, projects
    from engine.formats import jsonl
    from engine.types import Record
    from studio.exporting import refuse_place

    screen = console.of(context)
    refuse_place(file, screen.settings().db)
    with screen.database() as database, database.session() as session:
        found = projects.get(session, project)
        rows = library.rows(session, found.id, version)
    records = [
        Record(one.content, {"origin": one.origin, "status": one.status, "model": one.model})
        for one in rows
        if one.status != "rejected"
    ]
    jsonl.write(records, file)
    spans = sum(len(record.content.spans) for record in records)
    screen.answer(
        {"texts": len(records), "spans": spans, "files": [str(file)]},
        [f"{len(records)} examples with {spans} spans written to {file}."],
    )


@library_app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Labelled sentences, in any format we read.")],
    project: InProject,
) -> None:
    """Take labelled sentences in as approved examples of the newest version."""
    from db import entity_types, library, projects
    from studio import scoring

    screen = console.of(context)
    author = screen.settings().author
    with screen.database() as database:
        with database.session() as session:
            found = projects.get(session, project)
            types = entity_types.list_types(session, found.id)
        contents = scoring.read_gold(file, types)
        with database.session() as session:
            new = library.import_examples(session, found.id, contents, author)
            made = library.get(session, found.id)
    values = {
        "version": made.version,
        "accepted": new,
        "skipped_duplicates": len(contents) - new,
        "examples": made.examples,
    }
    screen.answer(
        values,
        [f"{new} examples taken into version {made.version}, which has {made.examples} now."],
    )


def _row(one: Example) -> dict[str, Any]:
    spans = [{"start": s.start, "end": s.end, "label": s.label} for s in one.content.spans]
    return {
        "id": one.id,
        "text": one.content.text,
        "spans": spans,
        "status": one.status,
        "reason": one.reason,
        "origin": one.origin,
        "feature": one.feature,
        "prompt_version": one.prompt_version,
        "model": one.model,
    }


def _lines(made: Library, rows: list[Example]) -> list[str]:
    lines = [f"Version {made.version}, by the {_by(made.writer)}: {made.examples} examples"]
    lines += [f"  shape {n + 1}: {feature.text}" for n, feature in enumerate(made.features)]
    for one in rows:
        names = ", ".join(f"{one.content.surface(s)} ({s.label})" for s in one.content.spans)
        why = f": {one.reason}" if one.reason else ""
        lines.append(f"  {one.id} {one.status}{why}: {one.content.text} [{names}]")
    return lines


def _by(writer: str) -> str:
    return {"llm": "language model", "embedded": "embedded writer"}.get(writer, "people")
