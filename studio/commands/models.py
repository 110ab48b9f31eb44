"""`predict` and `pretrain`: a model without a project."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.commands import console
from studio.commands.tagging import Threshold

if TYPE_CHECKING:
    from studio.predicting import Predicting


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("predict")(predict)
    app.command("pretrain")(pretrain)


def predict(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Texts, in any format we read.")],
    model: Annotated[Path, typer.Option(help="Folder of an exported model.")],
    out: Annotated[
        Path | None, typer.Option(help="JSONL file to write; stdout when none is given.")
    ] = None,
    types: Annotated[
        Path | None, typer.Option(help="Entity types to look for (default: the model's own).")
    ] = None,
    threshold: Threshold = None,
) -> None:
    """Tag the texts of a file with an exported model."""
    from engine.formats import jsonl
    from studio import predicting
    from studio.exporting import refuse_place

    screen = console.of(context)
    wanted = predicting.types_of(model, types)
    total = predicting.check_texts(file)
    if out is not None:
        refuse_place(out, screen.settings().db)
    tagger = predicting.load(screen.settings(), model, wanted, threshold)
    passing = predicting.Predicting(tagger, file)
    records = screen.passing(passing, total, "Texts")
    rows: list[dict[str, Any]] = []
    if out is not None:
        jsonl.write(records, out, wanted)
    else:
        for record in records:
            line = predicting.row(record)
            if screen.json:
                rows.append(line)
            else:
                typer.echo(json.dumps(line, ensure_ascii=False))
    _answer(screen, passing, out, rows)


def _answer(
    screen: console.Console, done: Predicting, out: Path | None, rows: list[dict[str, Any]]
) -> None:
    values: dict[str, Any] = {"texts": done.texts, "spans": done.spans, "failed": done.failed}
    if out is None:
        screen.answer({**values, "files": [], "records": rows})
    else:
        screen.answer(
            {**values, "files": [str(out)]},
            [f"{done.texts} texts with {done.spans} spans written to {out}."],
        )
    if done.failed:
        raise typer.Exit(1)


def pretrain(
    context: typer.Context,
    data: Annotated[list[Path], typer.Argument(metavar="DATA...", help="Folders of data.")],
    out: Annotated[Path, typer.Option(help="Folder to write the checkpoint to.")],
    epochs: Annotated[
        int | None, typer.Option(min=0, help="Passes over the data; 0 leaves it as it begins.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything drawn.")] = 0,
    tune: Annotated[
        list[Path] | None,
        typer.Option(help="Folder with dev.jsonl and labels.json to set the threshold on."),
    ] = None,
    start: Annotated[
        list[Path] | None,
        typer.Option(help="Checkpoint whose weights to begin with; of several, their mean."),
    ] = None,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE of a training setting, such as sentences=10000."),
    ] = None,
) -> None:
    """Pre-train a compact NuNER; a stopped run goes on when repeated."""
    from studio import pretraining

    screen = console.of(context)
    run = pretraining.prepare(data, out, epochs, seed, tune or (), change or (), start or ())
    last = screen.follow(run, "Pre-training")
    values = run.result(last)
    screen.answer(
        values,
        [
            f"{values['steps']} steps in {values['seconds']} s"
            + (f", loss {values['loss']}" if values["steps"] else "")
            + f"; the checkpoint is in {values['folder']}."
        ],
    )
