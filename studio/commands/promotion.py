"""`promote`: corrected texts into a few-shot set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.commands import console
from studio.commands.projects import InProject


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("promote")(promote)


def promote(
    context: typer.Context,
    project: InProject,
    k: Annotated[int, typer.Option("-k", help="Spans a type; at most twice as many are taken.")],
    name: Annotated[str, typer.Option(help="Name of the set; again for its next version.")],
    seed: Annotated[int, typer.Option(help="Another seed draws other texts.")] = 0,
    by_cluster: Annotated[
        bool, typer.Option("--by-cluster", help="Draw from the clusters of texts in turn.")
    ] = False,
    evaluation: Annotated[
        Path | None,
        typer.Option(help="A file whose texts stay out, because scores are measured on them."),
    ] = None,
) -> None:
    """Draw a few-shot set from the accepted texts: every type K to 2K times."""
    from studio import promoting

    screen = console.of(context)
    held_back = promoting.prints_of(evaluation) if evaluation else frozenset()
    wish = promoting.Wish(k, seed, by_cluster, held_back)
    with screen.database() as database:
        made = promoting.promote(database, project, name, wish)
    texts = "1 text" if made.texts == 1 else f"{made.texts} texts"
    counts = ", ".join(f"{code} {n}" for code, n in made.counts.items())
    screen.answer(
        {
            "set": made.name,
            "version": made.version,
            "texts": made.texts,
            "counts": made.counts,
            "short": made.short,
            "left_out": {
                reason: made.settings[reason] for reason in ("evaluation", "blind", "in_file")
            },
        },
        [
            f"{made.name}, version {made.version}: {texts} ({counts}).",
            *(
                f"{code} is short, {made.counts[code]} of {k}. {why}"
                for code, why in made.short.items()
            ),
        ],
    )
