"""`project` and `types`: what is annotated, and with what."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands import console

if TYPE_CHECKING:
    from db.session import Database
    from db.values import Project

project_app = typer.Typer(help="Make, list, rename and delete projects.")
types_app = typer.Typer(help="Load and list the entity types of a project.")

Name = Annotated[str, typer.Argument(help="Name of the project.")]
InProject = Annotated[str, typer.Option("-p", "--project", help="Name of the project.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(project_app, name="project")
    app.add_typer(types_app, name="types")


@project_app.command()
def create(
    context: typer.Context,
    name: Name,
    blind: Annotated[
        float | None,
        typer.Option(help="Share of texts, 0 to 1, shown without suggestions to measure recall."),
    ] = None,
) -> None:
    """Make an empty project."""
    from db import projects
    from db.session import transaction

    with console.of(context).database(create=True) as database:
        with database.session() as session, transaction(session):
            made = projects.create(session, name)
            if blind is not None:
                chosen = projects.settings(session, made.id)
                projects.set_settings(session, made.id, replace(chosen, blind_share=blind))
        _answer_projects(context, database)


@project_app.command("list")
def list_projects(context: typer.Context) -> None:
    """List the projects with their counts."""
    screen = console.of(context)
    if not screen.settings().db.exists():
        screen.answer({"projects": []}, ["No projects yet."])
        return
    with screen.database() as database:
        _answer_projects(context, database)


@project_app.command()
def rename(
    context: typer.Context, name: Name, new_name: Annotated[str, typer.Argument(help="New name.")]
) -> None:
    """Give a project another name."""
    from db import projects

    with console.of(context).database() as database:
        with database.session() as session:
            projects.rename(session, name, new_name)
        _answer_projects(context, database)


@project_app.command()
def delete(
    context: typer.Context,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a project with its texts and annotations."""
    from db import projects
    from studio.errors import RequestRefused

    with console.of(context).database() as database:
        with database.session() as session:
            project = projects.get(session, name)
            counts = projects.counts(session, project.id)
        question = (
            f"Delete {name} with {sum(counts.values())} texts ({counts['accepted']} accepted)?"
        )
        if not yes and not typer.confirm(question, err=True):
            raise RequestRefused(f"Project {name} was kept.", kind="declined")
        with database.session() as session:
            projects.delete(session, name)
        _answer_projects(context, database)


def _answer_projects(context: typer.Context, database: Database) -> None:
    from db import projects

    with database.session() as session:
        rows = [asdict(summary) for summary in projects.summaries(session)]
    lines = [
        f"{row['name']}: {row['texts']} texts, {row['accepted']} accepted, {row['types']} types"
        for row in rows
    ]
    console.of(context).answer({"projects": rows}, lines or ["No projects yet."])


@types_app.command("load")
def load_types(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="YAML or JSON, a list or a mapping from code.")],
    project: InProject,
) -> None:
    """Add the types of a file to a project; a type whose code is there already is updated."""
    from db import projects
    from db.session import transaction
    from studio import typesets

    wanted = typesets.read(file)
    with console.of(context).database() as database:
        with database.session() as session, transaction(session):
            found = projects.get(session, project)
            typesets.store(session, found.id, wanted)
        _answer_types(context, database, found)


@types_app.command("list")
def list_types(context: typer.Context, project: InProject) -> None:
    """List the entity types of a project."""
    from db import projects

    with console.of(context).database() as database:
        with database.session() as session:
            found = projects.get(session, project)
        _answer_types(context, database, found)


def _answer_types(context: typer.Context, database: Database, project: Project) -> None:
    from db import entity_types

    with database.session() as session:
        types = entity_types.list_types(session, project.id)
    lines = [f"{t.code} ({t.name}): {t.definition or 'no definition'}" for t in types]
    console.of(context).answer(
        {"types": [asdict(t) for t in types]}, lines or [f"{project.name} has no entity types yet."]
    )
