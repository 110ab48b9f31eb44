"""`evaluate` and `compare`: taggers against labelled texts; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.commands import console
from studio.commands.projects import InProject
from studio.commands.tagging import Limit, Samples, Threshold, failed, state_calls

if TYPE_CHECKING:
    from studio.scoring import Evaluation

LabelledFile = Annotated[Path, typer.Argument(help="Labelled texts, in any format we read.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("evaluate")(evaluate)
    app.command("compare")(compare)


def evaluate(
    context: typer.Context,
    file: LabelledFile,
    project: InProject,
    tagger: Annotated[str, typer.Option(help="Which tagger.")],
    threshold: Threshold = None,
    limit: Limit = 0,
    samples: Samples = None,
) -> None:
    """Score a tagger on a labelled file."""
    screen = console.of(context)
    (result,) = _evaluate(screen, file, project, [tagger], threshold, limit, samples)
    screen.answer(result.as_json(), _lines(result))
    _say_why(screen, [result])
    if result.failed:
        raise typer.Exit(1)


def compare(
    context: typer.Context,
    file: LabelledFile,
    project: InProject,
    taggers: Annotated[str, typer.Option(help="Several taggers, separated by commas.")],
    limit: Limit = 0,
    samples: Annotated[
        int | None,
        typer.Option(min=1, help="Answers for each text, for the taggers that vote (+sc, +vote)."),
    ] = None,
) -> None:
    """Score several taggers on the same labelled texts."""
    from studio import llm_taggers
    from studio.errors import RequestRefused

    screen = console.of(context)
    names = [name.strip() for name in taggers.split(",") if name.strip()]
    if not names:
        raise RequestRefused("Name at least one tagger.", where="--taggers")
    if samples and not llm_taggers.voting(names):
        raise RequestRefused(
            "None of these taggers puts answers to the vote; the names of those that do end in "
            "+sc or +vote.",
            where="--samples",
        )
    results = _evaluate(screen, file, project, names, None, limit, samples)
    bills = _library_bills(screen, project, names)
    screen.answer(
        {
            "rows": [
                result.as_json() | {"library": bill}
                for result, bill in zip(results, bills, strict=True)
            ]
        },
        [line for result in results for line in _lines(result)[:1]],
    )
    _say_why(screen, results)
    if any(result.failed for result in results):
        raise typer.Exit(1)


def _evaluate(
    screen: console.Console,
    file: Path,
    project: str,
    names: Sequence[str],
    threshold: float | None,
    limit: int,
    samples: int | None = None,
) -> list[Evaluation]:
    """Score each tagger; whatever is wrong with the request is found before the first one runs."""
    from db import entity_types, projects
    from studio import llm_taggers, scoring, wiring

    settings = screen.settings()
    with screen.database() as database:
        with database.session() as session:
            found = projects.get(session, project)
            types = entity_types.list_types(session, found.id)
        for name in names:
            wiring.check(settings, database, found, name)
        gold = scoring.read_gold(file, types, limit=limit)
        state_calls(screen, settings, database, found, names, len(gold), samples)
        results = []
        for name in names:
            mine = samples if len(names) == 1 or llm_taggers.voting([name]) else None
            tagger = wiring.tagger(settings, database, found, name, threshold, samples=mine)
            evaluating = scoring.Evaluating(tagger, gold, types)
            screen.follow(evaluating, name)
            results.append(evaluating.result)
    return results


def _library_bills(
    screen: console.Console, project: str, names: Sequence[str]
) -> list[dict[str, float]]:
    """What the library cost that guides each tagger, empty where none does."""
    from db import projects
    from studio import comparing

    with screen.database() as database:
        with database.session() as session:
            found = projects.get(session, project)
        return [comparing.library_bill(database, found, name) for name in names]


def _say_why(screen: console.Console, results: Sequence[Evaluation]) -> None:
    """Say of each tagger that failed texts why the first one failed."""
    for result in results:
        if result.failed:
            screen.say(f"{result.tagger}: {failed(result.failed, result.error)}")


def _lines(result: Evaluation) -> list[str]:
    micro = result.micro
    between = "" if micro.low is None else f" [{micro.low:.3f}, {micro.high:.3f}]"
    return [
        f"{result.tagger}: F1 {micro.f1:.3f}{between}, precision {micro.p:.3f}, "
        f"recall {micro.r:.3f} on {result.texts} texts in {result.seconds:.1f} s",
        *(
            f"  {name}: F1 {one.f1:.3f}, precision {one.p:.3f}, recall {one.r:.3f} ({one.support})"
            for name, one in result.types.items()
        ),
    ]
