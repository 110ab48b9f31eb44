"""`ner-studio`: every job of the studio from a shell.

Nothing heavy is imported here or by the command files, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from studio.commands import (
    corpus,
    evaluation,
    exchange,
    finetuning,
    library,
    llm,
    maintenance,
    models,
    projects,
    promotion,
    serving,
    tagging,
)
from studio.commands import jobs as job_commands
from studio.commands.console import Console

app = typer.Typer(
    name="ner-studio",
    help="Named-entity recognition from a definition to a trained model, on your own machine.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for group in (
    serving,
    projects,
    exchange,
    tagging,
    promotion,
    finetuning,
    evaluation,
    models,
    corpus,
    library,
    llm,
    job_commands,
    maintenance,
):
    group.register(app)

_FLAGS = frozenset({"--json", "--quiet"})


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"ner-studio {version('ner-studio')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option(
            help="Database file (default: NER_STUDIO_DB, else the platform's data folder)"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress and no remarks.")] = False,
    version: Annotated[  # noqa: ARG001  (its callback does the work)
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options that hold for every command; they may also stand after it."""
    context.obj = Console(db=db, json=json, quiet=quiet)


def hoist(arguments: Sequence[str]) -> list[str]:
    """Move the global options to the front, so that they may stand anywhere.

    >>> hoist(["export", "--json", "--out", "a.jsonl", "--db", "x.db"])
    ['--json', '--db', 'x.db', 'export', '--out', 'a.jsonl']
    """
    front: list[str] = []
    rest: list[str] = []
    pending = iter(arguments)
    for argument in pending:
        if argument == "--":
            rest.extend((argument, *pending))
        elif argument in _FLAGS or argument.startswith("--db="):
            front.append(argument)
        elif argument == "--db":
            front.extend((argument, *(value for value in (next(pending, None),) if value)))
        else:
            rest.append(argument)
    return front + rest


def run(arguments: Sequence[str]) -> int:
    """Run one command; returns its exit code (0 done, 1 failed or partial, 2 bad input)."""
    from studio import messages

    asked = hoist(arguments) or ["--help"]
    console = Console(json="--json" in asked)
    try:
        code = app(asked, standalone_mode=False)
    except typer.TyperException as error:
        console.complain("usage", " ".join(error.format_message().split()), "")
        return 2
    except typer.Abort:
        console.complain("cancelled", "Cancelled.", "")
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except (Exception, KeyboardInterrupt) as error:
        if not messages.expected(error):
            raise
        kind, message, where = (
            f(error) for f in (messages.kind, messages.sentence, messages.where)
        )
        console.complain(kind, message, where, **messages.details(error))
        return messages.exit_code(error)
    return code if isinstance(code, int) else 0


def main() -> None:
    """The entry point of the `ner-studio` script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A file name may hold bytes that are no text; scripts read UTF-8 on every platform.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
