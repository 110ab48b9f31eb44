"""`tag`: suggestions for the texts of a project, in the foreground."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.commands import console
from studio.commands.projects import InProject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from db.session import Database
    from db.values import Job, Project
    from studio.settings import Settings

REASONS = 3
"""Why texts failed is told for so many reasons, the commonest."""
Threshold = Annotated[
    float | None,
    typer.Option(min=0.0, max=1.0, help="Least score of a suggestion (default: the model's own)."),
]
Samples = Annotated[
    int | None,
    typer.Option(min=1, help="Answers of a language model for each text, then put to the vote."),
]
Limit = Annotated[int, typer.Option(min=0, help="Most texts, 0 for all.")]


class Only(StrEnum):
    """Which texts are tagged."""

    NEW = "new"
    ALL = "all"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("tag")(tag)


def tag(
    context: typer.Context,
    project: InProject,
    tagger: Annotated[
        str,
        typer.Option(help="Which tagger: embedded, llm (ReverseNER), llm-zero-shot, your own."),
    ],
    limit: Limit = 0,
    only: Annotated[
        Only | None,
        typer.Option(
            help="Texts nobody tagged yet, or all that nobody finished (default: new; all where "
            "there is none and this tagger has not tagged before)."
        ),
    ] = None,
    threshold: Threshold = None,
    samples: Samples = None,
    shared: Annotated[
        int,
        typer.Option(
            "--shared-examples",
            min=0,
            help="Give similar texts the same examples, out of so many sets, so that an endpoint "
            "can cache them; 0 gives each text its own.",
        ),
    ] = 0,
) -> None:
    """Suggest entities in the texts of a project."""
    from db import jobs, projects, texts
    from studio import llm_taggers
    from studio.jobs import tagging

    screen = console.of(context)
    settings = screen.settings()
    with screen.database() as database:
        with database.session() as session:
            found = projects.get(session, project)
        tagging.check(settings, database, found, tagger)
        llm_taggers.check_shared(tagger, shared)
        which = only.value if only else _which(database, found, tagger)
        wanted = {
            "tagger": tagger,
            "only": which,
            "limit": limit,
            "threshold": threshold,
            "samples": samples,
            "shared": shared,
        }
        with database.session() as session:
            count = len(texts.ids_to_tag(session, found.id, which))
        count = min(count, limit) if limit else count
        state_calls(screen, settings, database, found, [tagger], count, samples)
        with database.session() as session:
            job = jobs.queue(session, "tagging", wanted, found.id)
        finished = follow(screen, settings, database, job.id)
        why = _why(database, job.id)
    _answer(screen, finished, why)


def _which(database: Database, project: Project, tagger: str) -> str:
    """What is tagged when nothing is said: never a text twice, and something for a new tagger."""
    from db import suggestions, texts

    with database.session() as session:
        new = texts.ids_to_tag(session, project.id)
        seen = suggestions.has_tagged(session, project.id, tagger)
    return Only.NEW.value if new or seen else Only.ALL.value


def state_calls(
    screen: console.Console,
    settings: Settings,
    database: Database,
    project: Project,
    taggers: Sequence[str],
    count: int,
    samples: int | None = None,
) -> None:
    """Say what taggers will ask of a language model, before they do; nothing where none asks."""
    from studio import asking

    told = asking.estimate(settings, database, project, taggers, count, samples)
    if told.calls:
        screen.say(told.words())


def follow(screen: console.Console, settings: Settings, database: Database, job_id: int) -> Job:
    """Do a queued job here, with a progress line; Ctrl-C cancels it and says how to go on.

    Raises:
        WorkFailed: the job was cancelled.
    """
    from db import jobs
    from studio.errors import WorkFailed
    from studio.jobs.lifecycle import JobCancelled, drive

    try:
        screen.follow(drive(settings, database, job_id), f"Job {job_id}")
    except (JobCancelled, KeyboardInterrupt):
        raise WorkFailed(
            f"Job {job_id} was cancelled; go on with: ner-studio jobs resume {job_id}",
            kind="cancelled",
            where=f"job {job_id}",
        ) from None
    with database.session() as session:
        return jobs.get(session, job_id)


def _why(database: Database, job_id: int) -> list[str]:
    """Why texts failed, in a line a reason."""
    from db import suggestions

    with database.session() as session:
        tagging = suggestions.find_tagging(session, job_id)
        found = suggestions.failures(session, tagging) if tagging else []
    return [failed(number, reason) for reason, number in found[:REASONS]]


def failed(number: int, reason: str) -> str:
    """A reason why texts failed, with their number, as a line.

    >>> failed(1, "The quota is used up.")
    '1 text failed: The quota is used up.'
    """
    return f"{number} {'text' if number == 1 else 'texts'} failed: {reason}"


def _answer(screen: console.Console, job: Job, why: Sequence[str]) -> None:
    from engine.llm.usage import figures

    values: dict[str, Any] = {"job": job.id, **figures(job.values), **job.values}
    seconds = values["seconds"]
    values["texts_per_second"] = round(values["texts"] / seconds, 1) if seconds else 0.0
    screen.answer(
        values,
        [
            f"{values['suggestions']} suggestions in {values['texts']} texts "
            f"({values['texts_per_second']} texts a second), {values['failed']} texts failed."
        ],
    )
    for line in why:
        screen.say(line)
    if values["failed"]:
        raise typer.Exit(1)
