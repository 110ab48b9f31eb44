"""Train a model on a few-shot set or on the library, watch it learn, and see what it gets wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from db import jobs, projects, runs
from db.values import Job
from studio import hardware
from studio.errors import RequestRefused
from studio.estimating import EMBEDDED, Wish
from studio.jobs import runner
from studio.pages import run_views, train_views
from studio.pages.answers import any_of, attach
from studio.pages.frame import Address, Frame, HeaderValue, Update, move
from studio.pages.train_views import KIND, SET
from studio.widgets.live_plot import live_plot, of_job
from studio.widgets.view import on, view

TICK_SECONDS = 1.0
BASES = [
    ("the shipped model: small and quick", EMBEDDED),
    ("NuNER v2.0 (a 500 MB download)", "numind/NuNER-v2.0"),
    ("NuNER v1.0 (a 500 MB download)", "numind/NuNER-v1.0"),
    (
        "NuNER multilingual (a 700 MB download)",
        "numind/NuNER-multilingual-v0.1",
    ),
]
PARTS = [
    ("the upper layers: good from a dozen texts on", "top"),
    ("the head alone: quickest, for one or two spans a type", "head"),
    ("everything: slowest, for hundreds of texts", "all"),
]
DEVICES = [("the best there is", "auto"), ("cuda", "cuda"), ("mps", "mps"), ("cpu", "cpu")]


@dataclass(frozen=True, slots=True)
class TrainPage:
    """The components of the page."""

    main: gr.HTML
    plot: gr.HTML
    form: gr.Column
    data: gr.HTML
    source: gr.Dropdown
    name: gr.Textbox
    base: gr.Dropdown
    part: gr.Radio
    epochs: gr.Slider
    balance: gr.Slider
    concat: gr.Checkbox
    seed: gr.Number
    device: gr.Radio
    start: gr.Button
    results: gr.HTML
    timer: gr.Timer


def build() -> TrainPage:
    """Lay the page out: the training, beside it the form, below what trainings gave."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("train", events=["cancel", "resume"])
            plot = live_plot()
        with gr.Column(scale=4, min_width=300) as form:
            with gr.Column(elem_classes=["ns-card"]):
                source = gr.Dropdown(
                    [], label="Learn from", interactive=True, elem_id="ns-train-source"
                )
                name = gr.Textbox(
                    label="Name of the run",
                    info="Under this name it tags, too.",
                    max_length=120,
                    interactive=True,
                    elem_id="ns-run-name",
                )
                base, part, epochs, balance, concat, seed, device = _settings()
                start = gr.Button("Start training", variant="primary", elem_id="ns-train-start")
            data = view("train_data", events=["look"])
    results = view("train_results", events=["choose", "tag_with"])
    timer = gr.Timer(TICK_SECONDS, active=False)
    return TrainPage(
        main, plot, form, data, source, name, base, part, epochs, balance, concat, seed, device,
        start, results, timer,
    )  # fmt: skip


def _settings() -> tuple[
    gr.Dropdown, gr.Radio, gr.Slider, gr.Slider, gr.Checkbox, gr.Number, gr.Radio
]:
    """The settings that are right for most people as they stand."""
    base = gr.Dropdown(
        BASES,
        value=EMBEDDED,
        label="Start from",
        info="The others want a graphics card. Or type a model of the hub, or a folder.",
        allow_custom_value=True,
        interactive=True,
        elem_id="ns-base",
    )
    with gr.Accordion("More settings", open=False, elem_id="ns-train-more"):
        part = gr.Radio(PARTS, value="top", label="Train", interactive=True, elem_id="ns-part")
        epochs = gr.Slider(
            0,
            100,
            value=0,
            step=1,
            label="Epochs at most",
            info="Times over the texts. 0 leaves it to what served this base best.",
            interactive=True,
            elem_id="ns-epochs",
        )
        balance = gr.Slider(
            0,
            1,
            value=0,
            step=0.1,
            label="Weigh rare types up",
            info="0 counts every span alike, 1 every type.",
            interactive=True,
            elem_id="ns-balance",
        )
        concat = gr.Checkbox(
            label="Read words from two layers together",
            info="Often better where an encoder of eight or more layers is trained.",
            visible=False,
            interactive=True,
            elem_id="ns-concat",
        )
        seed = gr.Number(
            value=0,
            precision=0,
            label="Seed",
            info="The same seed and texts give the same model.",
            interactive=True,
            elem_id="ns-train-seed",
        )
        device = gr.Radio(
            DEVICES, value="auto", label="Run on", interactive=True, elem_id="ns-device"
        )
    return base, part, epochs, balance, concat, seed, device


def refresh(frame: Frame, page: TrainPage, address: Address) -> Update:
    """What the page shows for an address; its choice may be a source, or "run:NAME" to look at."""
    with frame.database.session() as session:
        project_id = projects.get(session, address.project).id
        found = train_views.sources(session, project_id)
        name = train_views.free_name(session, project_id)
    values = [value for _, value in found]
    chosen = address.choice if address.choice in values else next(iter(values), None)
    open_run = address.choice.removeprefix("run:") if address.choice.startswith("run:") else ""
    return {
        page.source: gr.Dropdown(choices=found, value=chosen),
        page.name: name,
        page.form: gr.Column(visible=bool(found)),
        page.data: _data(frame, address.project, chosen, Wish(EMBEDDED, "top")),
        **watched(frame, page, address),
        page.results: _results(frame, address.project, open_run),
    }


def watched(frame: Frame, page: TrainPage, address: Address) -> Update:
    """What changes while a training runs; results once it does not."""
    with frame.database.session() as session:
        project_id = projects.get(session, address.project).id
        value = train_views.trainings(session, project_id)
        lacking = train_views.missing(session, project_id, train_views.sources(session, project_id))
    job = value["job"]
    running = bool(job) and job["status"] in {"queued", "running"}
    shown: Update = {
        page.main: {**value, "missing": None if job else lacking, "turn": address.turn},
        page.plot: of_job(job["id"] if job else None, job["status"] if job else ""),
        page.start: gr.Button(interactive=not running and not lacking),
        page.timer: gr.Timer(active=running),
    }
    return shown


def _data(frame: Frame, project: str, source: str | None, wish: Wish) -> dict[str, Any]:
    if not source:
        return {}
    with frame.database.session() as session:
        project_id = projects.get(session, project).id
        card = train_views.data_card(session, project_id, source, wish)
    known = hardware.look().sentence if hardware.look.cache_info().currsize else ""
    return {**card, "hardware": known} if card else {}


def _results(frame: Frame, project: str, chosen: str = "") -> dict[str, Any]:
    with frame.database.session() as session:
        return run_views.results(session, project, chosen)


def wire(page: TrainPage, frame: Frame) -> None:
    """Attach the handlers."""

    def show_data(
        source: str, base: str, part: str, epochs: float, header: HeaderValue
    ) -> dict[str, Any]:
        wish = Wish(base or EMBEDDED, part, int(epochs or 0))
        return _data(frame, Address.of(header).project, source, wish)

    def suit(base: str) -> Update:
        """What the recipe trains of a base, and what can be chosen for it."""
        shipped = (base or EMBEDDED) == EMBEDDED
        return {
            page.part: gr.Radio(value="top" if shipped else "all"),
            page.concat: gr.Checkbox(visible=not shipped),
        }

    def look_around(
        source: str, base: str, part: str, epochs: float, header: HeaderValue
    ) -> dict[str, Any]:
        hardware.look()
        return show_data(source, base, part, epochs, header)

    def look(header: HeaderValue) -> Update:
        shown = watched(frame, page, Address.of(header))
        if shown[page.main]["job"]["status"] in {"queued", "running"}:
            return shown
        return shown | {page.results: _results(frame, Address.of(header).project)}

    def cancel(header: HeaderValue, event: gr.EventData) -> Update:
        with frame.database.session() as session:
            jobs.request_cancel(session, int(event._data["id"]))
        return look(header)

    def resume(header: HeaderValue, event: gr.EventData) -> Update:
        runner.resume_and_start(frame.database, int(event._data["id"]))
        return look(header)

    def choose(header: HeaderValue, event: gr.EventData) -> dict[str, Any]:
        return _results(frame, Address.of(header).project, str(event._data["name"]))

    def tag_with(header: HeaderValue, event: gr.EventData) -> HeaderValue:
        return move(header, page="tag", choice=f"run:{event._data['name']}")

    shown = [page.main, page.plot, page.start, page.timer, page.results]
    about = [page.source, page.base, page.part, page.epochs, frame.header]
    changed = any_of(page.source.change, page.base.change, page.part.change, page.epochs.change)
    attach(frame, page.base.change, suit, page.base, [page.part, page.concat])
    attach(frame, changed, show_data, about, page.data, trigger_mode="always_last")
    attach(frame, on(page.data, "look"), look_around, about, page.data)
    attach(frame, page.timer.tick, look, frame.header, shown)
    attach(frame, on(page.main, "cancel"), cancel, frame.header, shown)
    attach(frame, on(page.main, "resume"), resume, frame.header, shown)
    attach(frame, on(page.results, "choose"), choose, frame.header, page.results)
    attach(frame, on(page.results, "tag_with"), tag_with, frame.header, frame.header)
    _wire_start(page, frame, shown)


def _wire_start(page: TrainPage, frame: Frame, shown: list[Any]) -> None:
    def start(
        source: str, name: str, base: str, part: str, epochs: float, balance: float, concat: bool,
        seed: float, device: str, header: HeaderValue,
    ) -> Update:  # fmt: skip
        address = Address.of(header)
        wanted = {
            "name": (name or "").strip(),
            "set": source.removeprefix(SET) if source and source.startswith(SET) else "",
            "base": (base or "").strip() or EMBEDDED,
            "train": part,
            "epochs": int(epochs or 0) or None,
            "balance": float(balance or 0),
            "concat": bool(concat) and (base or EMBEDDED) != EMBEDDED,
            "seed": int(seed or 0),
            "device": device,
        }
        queue(frame, address.project, wanted)
        with frame.database.session() as session:
            project_id = projects.get(session, address.project).id
            next_name = train_views.free_name(session, project_id)
        return {**watched(frame, page, address), page.name: next_name}

    inputs = [
        page.source, page.name, page.base, page.part, page.epochs, page.balance, page.concat,
        page.seed, page.device, frame.header,
    ]  # fmt: skip
    attach(frame, page.start.click, start, inputs, [*shown, page.name])


def queue(frame: Frame, project: str, wanted: dict[str, Any]) -> Job:
    """Start a training.

    Raises:
        NotFound: there is no such project.
        RequestRefused: the name is missing or taken, a training runs, or a type has no span.
    """
    if not wanted["name"]:
        raise RequestRefused("Give the run a name first.")
    with frame.database.session() as session:
        project_id = projects.get(session, project).id
        newest = jobs.latest(session, project_id, KIND)
        if newest is not None and newest.status in {"queued", "running"}:
            raise RequestRefused("A training of this project is under way; wait or stop it first.")
        if wanted["name"] in {run.name for run in runs.list_runs(session, project_id)}:
            raise RequestRefused(f"There is a run {wanted['name']!r} already; choose another name.")
        if lacking := train_views.without_spans(session, project_id, wanted["set"]):
            raise RequestRefused(
                f"No text to learn from has a span of {', '.join(lacking)}; annotate at least one, "
                "or leave the type out."
            )
    return runner.queue_and_start(frame.database, KIND, wanted, project_id)
