"""Start a tagger on the texts of a project and watch it; the work is a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from db import entity_types, jobs, llm_calls, projects, texts
from db.values import Job
from studio import asking, finetuned, llm_taggers, wiring
from studio.errors import RequestRefused
from studio.jobs import runner
from studio.pages.answers import any_of, attach
from studio.pages.frame import Address, Frame, HeaderValue, Update
from studio.widgets.view import on, view

KIND = "tagging"
TICK_SECONDS = 1.0
PAST = 5


@dataclass(frozen=True, slots=True)
class TagPage:
    """The components of the page."""

    main: gr.HTML
    tagger: gr.Radio
    only: gr.Radio
    tuned: gr.Checkbox
    threshold: gr.Slider
    samples: gr.Slider
    shared: gr.Checkbox
    estimate: gr.HTML
    start: gr.Button
    timer: gr.Timer


def build() -> TagPage:
    """Lay the page out: the job, and beside it the form that starts one."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("tag", events=["cancel", "resume"])
        with gr.Column(scale=4, min_width=300, elem_classes=["ns-card"]):
            tagger = gr.Radio([], label="Tagger", interactive=True, elem_id="ns-tagger")
            only = gr.Radio([], label="Texts", interactive=True, elem_id="ns-only")
            tuned = gr.Checkbox(
                label="Use the model's own thresholds", value=True, elem_id="ns-tuned"
            )
            threshold = gr.Slider(
                0.05,
                0.95,
                value=0.5,
                step=0.05,
                visible=False,
                label="Lowest score of a suggestion",
                elem_id="ns-threshold",
            )
            samples = gr.Slider(
                1,
                15,
                value=1,
                step=1,
                visible=False,
                label="Answers for each text, then put to the vote",
                elem_id="ns-samples",
            )
            shared = gr.Checkbox(
                label="Similar texts share their examples",
                info="Prompts then begin alike, which endpoints with a prompt cache read faster.",
                value=False,
                visible=False,
                elem_id="ns-shared",
            )
            estimate = view("note", elem_id="ns-estimate")
            start = gr.Button("Start tagging", variant="primary", elem_id="ns-start")
    timer = gr.Timer(TICK_SECONDS, active=False)
    return TagPage(main, tagger, only, tuned, threshold, samples, shared, estimate, start, timer)


def refresh(frame: Frame, page: TagPage, address: Address) -> Update:
    """What the page shows for an address."""
    taggers = _taggers(frame, address.project)
    with frame.database.session() as session:
        counts = projects.counts(session, projects.get(session, address.project).id)
    new, total = counts["new"], sum(counts.values())
    choices = [(f"new ones ({new:,})", "new"), (f"all of them ({total:,})", "all")]
    tagger = address.choice if address.choice in taggers else next(iter(taggers))
    only = "new" if new or not total else "all"
    return {
        page.tagger: gr.Radio(
            choices=[(f"{name} – {what}", name) for name, what in taggers.items()], value=tagger
        ),
        page.only: gr.Radio(choices=choices, value=only),
        **chosen(frame, page, address.project, tagger, only),
        **watched(frame, page, address),
    }


def chosen(
    frame: Frame, page: TagPage, project: str, tagger: str, only: str, samples: int | None = None
) -> Update:
    """What depends on the tagger: its own controls, and what it will ask for before it starts.

    A number of answers is the tagger's own until a person moves the slider.
    """
    asks = tagger in llm_taggers.NAMES
    number = samples or (llm_taggers.read(tagger).samples if asks else 1)
    with frame.database.session() as session:
        found = projects.get(session, project)
        count = len(texts.ids_to_tag(session, found.id, only))
    told = asking.estimate(frame.settings, frame.database, found, [tagger], count, number)
    return {
        page.samples: gr.Slider(visible=asks, value=number),
        page.shared: gr.Checkbox(visible=asks and llm_taggers.read(tagger).guided, value=False),
        page.tuned: gr.Checkbox(visible=not asks, value=True),
        page.threshold: gr.Slider(visible=False),
        page.estimate: {"kind": "plain", "text": told.words() if asks else ""},
    }


def watched(frame: Frame, page: TagPage, address: Address) -> Update:
    """What changes while a job runs; the timer ticks only as long as one does."""
    value = tag_view(frame, address.project) | {"turn": address.turn}
    running = bool(value["job"]) and value["job"]["status"] in {"queued", "running"}
    startable = not running and not value["missing"]
    return {
        page.main: value,
        page.start: gr.Button(interactive=startable),
        page.timer: gr.Timer(active=running),
    }


def wire(page: TagPage, frame: Frame) -> None:
    """Attach the handlers."""

    def choose_threshold(tuned: bool) -> gr.Slider:
        return gr.Slider(visible=not tuned)

    def choose(tagger: str, only: str, header: HeaderValue) -> Update:
        return chosen(frame, page, Address.of(header).project, tagger, only)

    def reckon(tagger: str, only: str, samples: int, header: HeaderValue) -> dict[str, Any]:
        shown = chosen(frame, page, Address.of(header).project, tagger, only, int(samples or 1))
        return dict(shown[page.estimate])

    def start(
        tagger: str,
        only: str,
        tuned: bool,
        threshold: float,
        samples: int,
        shared: bool,
        header: HeaderValue,
    ) -> Update:
        address = Address.of(header)
        wanted: dict[str, Any] = {"tagger": tagger, "only": only}
        if tagger in llm_taggers.NAMES:
            wanted["samples"] = int(samples or 1)
            wanted["shared"] = llm_taggers.SHARED if shared else 0
        elif not tuned:
            wanted["threshold"] = float(threshold)
        queue(frame, address.project, wanted)
        return watched(frame, page, address)

    def look(header: HeaderValue) -> Update:
        return watched(frame, page, Address.of(header))

    def cancel(header: HeaderValue, event: gr.EventData) -> Update:
        with frame.database.session() as session:
            jobs.request_cancel(session, int(event._data["id"]))
        return look(header)

    def resume(header: HeaderValue, event: gr.EventData) -> Update:
        runner.resume_and_start(frame.database, int(event._data["id"]))
        return look(header)

    shown = [page.main, page.start, page.timer]
    attach(frame, page.tuned.change, choose_threshold, page.tuned, page.threshold)
    controls = [page.samples, page.shared, page.tuned, page.threshold, page.estimate]
    attach(frame, page.tagger.input, choose, [page.tagger, page.only, frame.header], controls)
    asked = [page.tagger, page.only, page.samples, frame.header]
    reckoned = any_of(page.only.input, page.samples.change)
    attach(frame, reckoned, reckon, asked, page.estimate, trigger_mode="always_last")
    options = [page.tuned, page.threshold, page.samples, page.shared]
    inputs = [page.tagger, page.only, *options, frame.header]
    attach(frame, page.start.click, start, inputs, shown)
    attach(frame, page.timer.tick, look, frame.header, shown)
    attach(frame, on(page.main, "cancel"), cancel, frame.header, shown)
    attach(frame, on(page.main, "resume"), resume, frame.header, shown)


def _taggers(frame: Frame, project: str) -> dict[str, str]:
    """What the project can be tagged with, its own runs last."""
    with frame.database.session() as session:
        found = projects.get(session, project)
    return wiring.tagger_names(frame.settings) | finetuned.names(frame.database, found)


def queue(frame: Frame, project: str, wanted: dict[str, Any]) -> Job:
    """Start a tagging job.

    Raises:
        RequestRefused: there is no such tagger, nothing to tag, or a tagging is under way.
        LLMError: it asks a language model, and none is configured.
    """
    if wanted["tagger"] not in _taggers(frame, project):
        raise RequestRefused("Choose a tagger first.")
    with frame.database.session() as session:
        found = projects.get(session, project)
        project_id = found.id
        newest = jobs.latest(session, project_id, KIND)
        if newest is not None and newest.status in {"queued", "running"}:
            raise RequestRefused("A tagging of this project is under way; wait or cancel it first.")
        if not texts.ids_to_tag(session, project_id, str(wanted["only"])):
            raise RequestRefused("No text waits for a tagger; choose all of them.")
    wiring.check(frame.settings, frame.database, found, wanted["tagger"])
    return runner.queue_and_start(frame.database, KIND, wanted, project_id)


def tag_view(frame: Frame, project: str) -> dict[str, Any]:
    """The newest tagging, earlier ones, and what is missing before one can start."""
    with frame.database.session() as session:
        project_id = projects.get(session, project).id
        listed = [job for job in jobs.list_jobs(session, project_id) if job.kind == KIND]
        has_texts = any(projects.counts(session, project_id).values())
        has_types = bool(entity_types.list_types(session, project_id))
        told = [_told(job, llm_calls.from_before(session, job.id)) for job in listed[: PAST + 1]]
    return {
        "job": told[0] if told else None,
        "past": told[1:],
        "missing": _missing(has_texts, has_types),
    }


def _missing(has_texts: bool, has_types: bool) -> dict[str, Any] | None:
    if not has_texts:
        return {
            "title": "There is nothing to read yet",
            "text": "A tagger needs texts. Paste some or choose a file.",
            "action": {"label": "Add texts", "to": {"page": "texts"}},
        }
    if not has_types:
        return {
            "title": "The tagger does not know what to look for",
            "text": "Define entity types by name and one sentence, or load a ready-made set.",
            "action": {"label": "Define entity types", "to": {"page": "types"}},
        }
    return None


def _told(job: Job, from_before: str) -> dict[str, Any]:
    return {
        "id": job.id,
        "status": job.status,
        "done": job.done,
        "total": job.total,
        "values": dict(job.values),
        "error": job.error,
        "cancel": job.cancel,
        "log": job.log,
        "tagger": str(job.settings.get("tagger", "")),
        "from_before": from_before,
        "created_at": job.created_at.isoformat(),
    }
