"""`finetune`, `distil`: a few-shot set, or the library, into a run; `export-onnx` takes it away."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.commands import console
from studio.commands.projects import InProject
from studio.commands.tagging import follow

RunName = Annotated[str, typer.Option(help="Name of the run; it tags as run:NAME.")]
Base = Annotated[str, typer.Option(help="embedded, a model of the Hugging Face hub, or a folder.")]
Part = Annotated[
    str | None, typer.Option(help="What learns: head, top or all (default: what suits the base).")
]
Epochs = Annotated[int | None, typer.Option(min=1, help="Most passes over the texts.")]
DeviceName = Annotated[str, typer.Option(help="auto, cuda, mps or cpu.")]
Seed = Annotated[int, typer.Option(help="The same seed and texts give the same run.")]
Concat = Annotated[
    bool,
    typer.Option(
        "--concat", help="Read words from two layers together; for encoders of 8 or more."
    ),
]
Balance = Annotated[
    float,
    typer.Option(min=0.0, max=1.0, help="How far rare types are weighed up: 0 not, 1 fully."),
]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("finetune")(finetune)
    app.command("distil")(distil)
    app.command("export-onnx")(export_onnx)


def finetune(
    context: typer.Context,
    project: InProject,
    from_set: Annotated[str, typer.Option("--set", help="Few-shot set to learn from.")],
    name: RunName,
    base: Base = "embedded",
    train: Part = None,
    epochs: Epochs = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
    concat: Concat = False,
    balance: Balance = 0.0,
) -> None:
    """Fine-tune on a few-shot set; prints loss and F1 as it goes."""
    wish = {"set": from_set, "name": name, "base": base, "train": train}
    more = {"epochs": epochs, "device": device, "seed": seed, "concat": concat, "balance": balance}
    _train(context, project, wish | more)


def distil(
    context: typer.Context,
    project: InProject,
    name: RunName,
    base: Base = "embedded",
    train: Part = None,
    epochs: Epochs = None,
    device: DeviceName = "auto",
    seed: Seed = 0,
    concat: Concat = False,
    balance: Balance = 0.0,
) -> None:
    """Fine-tune on the library that a language model wrote, before any human label."""
    wish = {"set": "", "name": name, "base": base, "train": train}
    more = {"epochs": epochs, "device": device, "seed": seed, "concat": concat, "balance": balance}
    _train(context, project, wish | more)


def export_onnx(
    context: typer.Context,
    project: InProject,
    run: Annotated[str, typer.Option(help="Name of the run.")],
    out: Annotated[Path, typer.Option(help="Folder to write; it must not exist.")],
) -> None:
    """Write a run as ONNX, kept only when it computes what the run does."""
    from studio import onnx_exporting

    screen = console.of(context)
    with screen.database() as database:
        wish = onnx_exporting.prepare(database, project, run, out)
        screen.say("Writing the graph and comparing it with the run ...")
        done = onnx_exporting.export(wish)
    screen.answer(
        done,
        [
            f"{done['run']} is in {done['folder']} as ONNX; it differs from torch by "
            f"{done['difference']:.2g} at most on {done['texts']} texts "
            f"({done['tolerance']:g} is allowed).",
            f"Its spans are the same in {done['spans_agree']} of these texts, and those of "
            f"run:{done['run']} as it tags here in {done['tagger_agrees']}.",
        ],
    )


def _train(context: typer.Context, project: str, wish: dict[str, Any]) -> None:
    from db import jobs, projects, runs
    from studio import finetuning

    screen = console.of(context)
    settings = screen.settings()
    with screen.database() as database:
        with database.session() as session:
            found = projects.get(session, project)
        wish = finetuning.check(settings, database, found, wish)
        with database.session() as session:
            job = jobs.queue(session, finetuning.KIND, wish, found.id)
        follow(screen, settings, database, job.id)
        with database.session() as session:
            run = runs.get(session, found.id, wish["name"])
    values = run.values
    dev = values["dev"]
    score = f"F1 {dev['micro']['f1']:.3f} on {_where(dev)}" if dev else "no texts to score it on"
    screen.answer(
        {
            "run": run.name,
            "device": values["device"],
            "seconds": values["seconds"],
            "best_epoch": values["best_epoch"],
            "dev": dev,
            "folder": run.folder,
        },
        [
            f"{run.name}: epoch {values['best_epoch']} of {values['epochs']} on {values['device']} "
            f"in {values['seconds']:.0f} s, {score}.",
            f"It tags as run:{run.name}; its folder is {run.folder}.",
        ],
    )


def _where(dev: dict[str, Any]) -> str:
    return f"{dev['texts']} texts kept apart" if dev["from"] == "dev" else "parts held out in turn"
