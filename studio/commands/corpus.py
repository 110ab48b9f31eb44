"""`label-corpus`: raw text into pre-training data, by a language model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.commands import console


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("label-corpus")(label_corpus)


def label_corpus(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Raw texts, in any format we read.")],
    out: Annotated[Path, typer.Option(help="JSONL file to write, for `pretrain`.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a stopped run.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Have a language model mark every entity and concept of raw texts, with free-form types."""
    from engine.errors import LLMError
    from studio import wiring
    from studio.errors import RequestRefused
    from studio.exporting import refuse_place
    from studio.labelling import Labelling
    from studio.language_model import HOW_TO, configured

    screen = console.of(context)
    settings = screen.settings()
    refuse_place(out, settings.db)
    work = Labelling(file, out, resume=resume)
    with screen.database(create=True) as database:
        asked = configured(settings, database)
        if not asked.ready:
            raise LLMError(HOW_TO, kind="not_configured")
        calls = work.total - work.done
        screen.say(f"Labelling takes {calls} language-model calls; {work.done} texts are done.")
        if not yes and calls and not typer.confirm(f"Make {calls} calls?", err=True):
            raise RequestRefused("Nothing was asked.", kind="declined")
        llm = wiring.llm(settings, database, None)
        screen.follow(work.run(llm, asked.concurrency), "Texts")
    values = work.result()
    rejected = sum(values["rejected"].values())
    screen.answer(
        values,
        [
            f"{values['texts']} texts with {values['spans']} spans of {values['types']} types "
            f"written to {out}; {rejected} texts rejected.",
        ],
    )
