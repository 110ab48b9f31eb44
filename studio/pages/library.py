"""The library: build it, see where it comes from on the map, look through it and edit it.

The form states what a build will ask for before it starts. Map and book talk to their own routes;
this page only says which project they show, and when to look again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from db import entity_types, jobs, library, llm_calls, projects
from studio import libraries, wiring
from studio.errors import RequestRefused
from studio.estimating import EMBEDDED as EMBEDDED_BASE
from studio.jobs import runner
from studio.pages import train, train_views
from studio.pages.answers import any_of, attach
from studio.pages.frame import Address, Frame, HeaderValue, Update, move
from studio.pages.numbers import whole
from studio.widgets import cluster_map, library_book
from studio.widgets.view import on, view

if TYPE_CHECKING:
    from db.values import Job, Project

KIND = "library"
TICK_SECONDS = 1.0
WRITERS = {
    "llm": "language model",
    "embedded": "embedded writer: no key, no network, plainer sentences",
}
EMBEDDED = (
    "No calls: entities are mined from your own texts, sentences are your texts with other "
    "entities in them. Plainer than a language model's, and marked as such."
)


DISTIL = (
    "Trains the shipped model on the sentences of this library, before any text is labelled. It "
    "takes about a minute and tags as a run of its own."
)


@dataclass(frozen=True, slots=True)
class _Field:
    """A number of the form: its label, what it usually says, and what it can say."""

    label: str
    usual: int
    range: tuple[int, int]


_FIELDS = {
    "features": _Field("Feature sentences", 10, (1, 200)),
    "per_feature": _Field("Examples for each of them", 6, (1, 50)),
    "entities": _Field("Entities asked for a type", 30, (1, 200)),
    "seed": _Field("Seed", 0, (0, 2**31 - 1)),
}


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """The components of the page."""

    main: gr.HTML
    writer: gr.Radio
    features: gr.Number
    entities: gr.Number
    per_feature: gr.Number
    seed: gr.Number
    estimate: gr.HTML
    start: gr.Button
    distilling: gr.Column
    told: gr.HTML
    distil: gr.Button
    map: gr.HTML
    book: gr.HTML
    timer: gr.Timer


def build() -> LibraryPage:
    """Lay the page out: the job and its form, below them the map, below that the book."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("library", events=["cancel", "resume"])
        with gr.Column(scale=4, min_width=300):
            with gr.Column(elem_classes=["ns-card"]):
                writer = gr.Radio([], label="Writer", interactive=True, elem_id="ns-writer")
                features = _number("features", "ns-features")
                per_feature = _number("per_feature", "ns-per-feature")
                with gr.Accordion("More", open=False):
                    entities = _number("entities", "ns-entities")
                    seed = _number("seed", "ns-seed")
                estimate = view("note", elem_id="ns-library-estimate")
                start = gr.Button("Build library", variant="primary", elem_id="ns-build")
            with gr.Column(elem_classes=["ns-card"], visible=False) as distilling:
                told = view("note", elem_id="ns-distil-note")
                distil = gr.Button("Distil into a model", elem_id="ns-distil")
    with gr.Column(elem_classes=["ns-card", "ns-below"]):
        drawn = cluster_map.cluster_map()
    with gr.Column(elem_classes=["ns-below"]):
        book = library_book.library_book()
    timer = gr.Timer(TICK_SECONDS, active=False)
    return LibraryPage(
        main, writer, features, entities, per_feature, seed, estimate, start, distilling, told,
        distil, drawn, book, timer,
    )  # fmt: skip


def _number(name: str, elem_id: str) -> gr.Number:
    field = _FIELDS[name]
    return gr.Number(label=field.label, value=field.usual, step=1, precision=0, elem_id=elem_id)


def refresh(frame: Frame, page: LibraryPage, address: Address) -> Update:
    """What the page shows for an address."""
    project = _project(frame, address.project)
    with frame.database.session() as session:
        newest = library.find(session, project.id)
    asked = newest.settings if newest else {}
    llm = wiring.has_llm(frame.settings, frame.database, project)
    choices = [(what, name) for name, what in WRITERS.items() if llm or name == "embedded"]
    writer = choices[0][1]
    chosen = {name: int(asked.get(name, field.usual)) for name, field in _FIELDS.items()}
    return {
        page.writer: gr.Radio(choices=choices, value=writer),
        page.features: chosen["features"],
        page.entities: chosen["entities"],
        page.per_feature: chosen["per_feature"],
        page.seed: chosen["seed"],
        page.estimate: estimate(frame, address.project, chosen | {"writer": writer}),
        page.told: {"kind": "plain", "text": DISTIL},
        page.map: cluster_map.of_project(address.project, address.turn),
        page.book: library_book.of_project(address.project, address.turn),
        **watched(frame, page, address),
    }


def watched(frame: Frame, page: LibraryPage, address: Address) -> Update:
    """What changes while a job runs; the timer ticks only as long as one does."""
    value = library_view(frame, address.project) | {"turn": address.turn}
    running = bool(value["job"]) and value["job"]["status"] in {"queued", "running"}
    with frame.database.session() as session:
        newest = library.find(session, projects.get(session, address.project).id)
    return {
        page.main: value,
        page.distilling: gr.Column(visible=not running and bool(newest and newest.examples)),
        page.start: gr.Button(interactive=not running and not value["missing"]),
        page.timer: gr.Timer(active=running),
    }


def wire(page: LibraryPage, frame: Frame) -> None:
    """Attach the handlers."""

    def reckon(
        writer: str, features: Any, entities: Any, per_feature: Any, seed: Any, header: HeaderValue
    ) -> dict[str, Any]:
        try:
            asked = _asked(writer, features, entities, per_feature, seed)
        except RequestRefused as refusal:
            return {"kind": "bad", "text": str(refusal)}
        return estimate(frame, Address.of(header).project, asked)

    def start(
        writer: str, features: Any, entities: Any, per_feature: Any, seed: Any, header: HeaderValue
    ) -> Update:
        address = Address.of(header)
        queue(frame, address.project, _asked(writer, features, entities, per_feature, seed))
        return watched(frame, page, address)

    def look(header: HeaderValue) -> Update:
        address = Address.of(header)
        shown = watched(frame, page, address)
        job = shown[page.main]["job"] or {}
        stamp = f"{address.turn} {job.get('id')} {job.get('status')} {job.get('done', 0) // 10}"
        return shown | {
            page.map: cluster_map.of_project(address.project, stamp),
            page.book: library_book.of_project(address.project, stamp),
        }

    def cancel(header: HeaderValue, event: gr.EventData) -> Update:
        with frame.database.session() as session:
            jobs.request_cancel(session, int(event._data["id"]))
        return watched(frame, page, Address.of(header))

    def resume(header: HeaderValue, event: gr.EventData) -> Update:
        runner.resume_and_start(frame.database, int(event._data["id"]))
        return watched(frame, page, Address.of(header))

    def distil(header: HeaderValue) -> HeaderValue:
        project = Address.of(header).project
        with frame.database.session() as session:
            name = train_views.free_name(session, projects.get(session, project).id)
        train.queue(frame, project, {"name": name, "set": "", "base": EMBEDDED_BASE})
        return move(header, page="train", choice=train_views.LIBRARY)

    def take_k(event: gr.EventData) -> int:
        return min(200, max(1, int(event._data["k"])))

    numbers = [page.features, page.entities, page.per_feature, page.seed]
    inputs = [page.writer, *numbers, frame.header]
    shown = [page.main, page.start, page.distilling, page.timer]
    changed = any_of(page.writer.change, *(number.change for number in numbers))
    attach(frame, changed, reckon, inputs, page.estimate, trigger_mode="always_last")
    attach(frame, page.start.click, start, inputs, shown)
    attach(frame, page.distil.click, distil, frame.header, frame.header)
    attach(frame, page.timer.tick, look, frame.header, [*shown, page.map, page.book])
    attach(frame, on(page.main, "cancel"), cancel, frame.header, shown)
    attach(frame, on(page.main, "resume"), resume, frame.header, shown)
    attach(frame, on(page.map, "k"), take_k, None, page.features)


def _asked(
    writer: str, features: Any, entities: Any, per_feature: Any, seed: Any
) -> dict[str, Any]:
    """The form as the settings of a job; an emptied field counts as what it usually says.

    Raises:
        RequestRefused: a number is out of range.
    """
    told = {"features": features, "entities": entities, "per_feature": per_feature, "seed": seed}
    numbers = {
        name: whole(field.label, field.usual if told[name] is None else told[name], *field.range)
        for name, field in _FIELDS.items()
    }
    return {**numbers, "writer": writer}


def queue(frame: Frame, project: str, asked: Mapping[str, Any]) -> Job:
    """Start building a library.

    Raises:
        NotFound, TaggingError: there is no such project; it has no texts or no types.
        RequestRefused: a build is under way.
        LLMError: a language model should write, and there is none.
        CheckpointError: the embedder of the settings cannot be one.
    """
    found = _project(frame, project)
    if asked["writer"] not in WRITERS:
        raise RequestRefused("Choose a writer first.")
    libraries.budget(frame.database, found, libraries.config(asked))
    if asked["writer"] == "llm":
        wiring.check_llm(frame.settings, frame.database, found)
    with frame.database.session() as session:
        newest = jobs.latest(session, found.id, KIND)
        if newest is not None and newest.status in {"queued", "running"}:
            raise RequestRefused("A library of this project is being built; wait or cancel it.")
    wanted = {**asked, "embedder": wiring.check_embedder(frame.settings), "draw": True}
    return runner.queue_and_start(frame.database, KIND, wanted, found.id)


def estimate(frame: Frame, project: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a build would take, said before anything is asked; an empty note where it cannot be."""
    if _lacks(frame, project):
        return {"kind": "plain", "text": ""}
    if asked["writer"] == "embedded":
        return {"kind": "plain", "text": EMBEDDED}
    found = _project(frame, project)
    calls = libraries.budget(frame.database, found, libraries.config(asked)).total
    return {"kind": "plain", "text": f"At most {calls:,} calls. {_cost(frame, found, calls)}"}


def _cost(frame: Frame, project: Project, calls: int) -> str:
    """Tokens and money going by the last build, in a sentence."""
    with frame.database.session() as session:
        for version in library.versions(session, project.id):
            usage = version.usage
            asked = usage.get("llm_calls", 0) + usage.get("cached_calls", 0)
            tokens = usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)
            if asked and tokens:
                share = calls / asked
                money = usage.get("cost")
                priced = f", money {money * share:.4f}" if money else ", money not known"
                about = f"About {round(tokens * share, -2):,.0f} tokens{priced}"
                return f"{about}, going by version {version.version}."
    return "No build here has told yet how many tokens a call takes; recorded answers cost nothing."


def library_view(frame: Frame, project: str) -> dict[str, Any]:
    """The newest build and what is missing before one can start."""
    found = _project(frame, project)
    with frame.database.session() as session:
        job = jobs.latest(session, found.id, KIND)
        told = _told(job, llm_calls.from_before(session, job.id)) if job else None
    return {"job": told, "missing": _lacks(frame, project)}


def _lacks(frame: Frame, project: str) -> dict[str, Any] | None:
    with frame.database.session() as session:
        found = projects.get(session, project)
        if not any(projects.counts(session, found.id).values()):
            return {
                "title": "There is nothing to learn from yet",
                "text": "A library takes its style from your texts. Paste some or choose a file.",
                "action": {"label": "Add texts", "to": {"page": "texts"}},
            }
        if not entity_types.list_types(session, found.id):
            return {
                "title": "The library does not know what to label",
                "text": "Define entity types by name and one sentence, or load a ready-made set.",
                "action": {"label": "Define entity types", "to": {"page": "types"}},
            }
    return None


def _project(frame: Frame, name: str) -> Project:
    with frame.database.session() as session:
        return projects.get(session, name)


def _told(job: Job, from_before: str) -> dict[str, Any]:
    values = dict(job.values)
    return {
        "id": job.id,
        "status": job.status,
        "done": job.done,
        "total": job.total,
        "values": values,
        "error": job.error,
        "cancel": job.cancel,
        "log": job.log,
        "writer": str(job.settings.get("writer", "")),
        "from_before": from_before,
    }
