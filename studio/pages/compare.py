"""Taggers side by side on the same labelled texts; the work is a job, so a reload loses nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from db import comparisons, entity_types, jobs, projects
from studio import asking, comparing, finetuned, llm_taggers, wiring
from studio.errors import RequestRefused
from studio.jobs import runner
from studio.pages.answers import any_of, attach
from studio.pages.frame import Address, Frame, HeaderValue, Update
from studio.pages.numbers import whole
from studio.widgets.view import on, view

if TYPE_CHECKING:
    from db.values import Job, Project

KIND = "comparison"
TICK_SECONDS = 1.0
PAST = 8
LIMIT = "At most so many texts (0 for all)"


@dataclass(frozen=True, slots=True)
class ComparePage:
    """The components of the page."""

    main: gr.HTML
    taggers: gr.CheckboxGroup
    source: gr.Radio
    file: gr.File
    limit: gr.Number
    samples: gr.Slider
    estimate: gr.HTML
    start: gr.Button
    timer: gr.Timer


def build() -> ComparePage:
    """Lay the page out: the results, and beside them the form that asks for more."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("compare", events=["cancel", "resume", "open"])
        with gr.Column(scale=4, min_width=300, elem_classes=["ns-card"]):
            taggers = gr.CheckboxGroup(
                [], label="Taggers", interactive=True, elem_id="ns-compare-taggers"
            )
            source = gr.Radio(
                [], label="Labelled texts", interactive=True, elem_id="ns-compare-source"
            )
            file = gr.File(
                label="Labelled file",
                height=120,
                visible=False,
                elem_id="ns-compare-file",
                elem_classes=["ns-drop"],
            )
            limit = gr.Number(
                label=LIMIT,
                value=0,
                step=1,
                precision=0,
                elem_id="ns-compare-limit",
            )
            samples = gr.Slider(
                2,
                15,
                value=llm_taggers.SAMPLES,
                step=1,
                visible=False,
                label="Answers for each text, where they are put to the vote",
                elem_id="ns-compare-samples",
            )
            estimate = view("note", elem_id="ns-compare-estimate")
            start = gr.Button("Compare", variant="primary", elem_id="ns-compare-start")
    timer = gr.Timer(TICK_SECONDS, active=False)
    return ComparePage(main, taggers, source, file, limit, samples, estimate, start, timer)


def refresh(frame: Frame, page: ComparePage, address: Address) -> Update:
    """What the page shows for an address."""
    project = _project(frame, address.project)
    there = comparing.counts(frame.database, project)
    names = _tagger_names(frame, project)
    sources = [
        (f"kept for evaluation ({there['kept']:,})", "kept"),
        (f"all accepted ones ({there['accepted']:,})", "accepted"),
        ("a file", "file"),
    ]
    best: comparing.Source = next((one for one in comparing.SOURCES if there[one]), "file")
    chosen = [next(iter(names))]
    return {
        page.taggers: gr.CheckboxGroup(
            choices=[(f"{name} – {what}", name) for name, what in names.items()], value=chosen
        ),
        page.source: gr.Radio(choices=sources, value=best),
        page.file: gr.File(value=None, visible=best == "file"),
        page.limit: 0,
        page.samples: gr.Slider(value=llm_taggers.SAMPLES, visible=False),
        page.estimate: estimate(frame, address.project, chosen, best, 0),
        **watched(frame, page, address),
    }


def watched(frame: Frame, page: ComparePage, address: Address, shown: int | None = None) -> Update:
    """What changes while a job runs; the timer ticks only as long as one does."""
    value = compare_view(frame, address.project, shown) | {"turn": address.turn}
    running = value["running"]
    return {
        page.main: value,
        page.start: gr.Button(interactive=not running and not value["missing"]),
        page.timer: gr.Timer(active=running),
    }


def wire(page: ComparePage, frame: Frame) -> None:
    """Attach the handlers."""
    shown = [page.main, page.start, page.timer]
    _wire_form(page, frame, shown)

    def look(header: HeaderValue) -> Update:
        return watched(frame, page, Address.of(header))

    def open_(header: HeaderValue, event: gr.EventData) -> Update:
        return watched(frame, page, Address.of(header), int(event._data["id"]))

    def cancel(header: HeaderValue, event: gr.EventData) -> Update:
        with frame.database.session() as session:
            jobs.request_cancel(session, int(event._data["id"]))
        return look(header)

    def resume(header: HeaderValue, event: gr.EventData) -> Update:
        runner.resume_and_start(frame.database, int(event._data["id"]))
        return look(header)

    attach(frame, page.timer.tick, look, frame.header, shown)
    attach(frame, on(page.main, "open"), open_, frame.header, shown)
    attach(frame, on(page.main, "cancel"), cancel, frame.header, shown)
    attach(frame, on(page.main, "resume"), resume, frame.header, shown)


def _wire_form(page: ComparePage, frame: Frame, shown: list[Any]) -> None:
    def reckon(
        taggers: list[str],
        source: comparing.Source,
        limit: Any,
        samples: int,
        header: HeaderValue,
    ) -> Update:
        project = Address.of(header).project
        try:
            most = whole(LIMIT, limit or 0, 0)
            note = estimate(frame, project, taggers, source, most, int(samples or 0))
        except RequestRefused as refusal:
            note = {"kind": "bad", "text": str(refusal)}
        return {
            page.estimate: note,
            page.file: gr.File(visible=source == "file"),
            page.samples: gr.Slider(visible=bool(llm_taggers.voting(taggers))),
        }

    def start(
        taggers: list[str],
        source: comparing.Source,
        file: str | None,
        limit: Any,
        samples: int,
        header: HeaderValue,
    ) -> Update:
        address = Address.of(header)
        most = whole(LIMIT, limit or 0, 0)
        asked = {"taggers": list(taggers), "source": source, "limit": most}
        if llm_taggers.voting(taggers):
            asked["samples"] = int(samples or llm_taggers.SAMPLES)
        queue(frame, address.project, asked, Path(file) if file else None)
        return watched(frame, page, address)

    changed = any_of(
        page.taggers.change, page.source.change, page.limit.change, page.samples.change
    )
    asked = [page.taggers, page.source, page.limit, page.samples, frame.header]
    told = [page.estimate, page.file, page.samples]
    attach(frame, changed, reckon, asked, told, trigger_mode="always_last")
    inputs = [page.taggers, page.source, page.file, page.limit, page.samples, frame.header]
    attach(frame, page.start.click, start, inputs, shown)


def queue(frame: Frame, project: str, asked: Mapping[str, Any], file: Path | None) -> Job:
    """Start a comparison; whatever is wrong with it is found before the first tagger runs.

    Raises:
        RequestRefused: no tagger or no file was chosen, nothing is labelled, or one is under way.
        NotFound, TaggingError, LLMError, FormatError: see `wiring.check`, `scoring.read_gold`.
    """
    found = _project(frame, project)
    if not asked["taggers"]:
        raise RequestRefused("Choose at least one tagger.")
    if asked["source"] not in comparing.SOURCES:
        raise RequestRefused("Choose the texts to compare on.")
    for name in asked["taggers"]:
        wiring.check(frame.settings, frame.database, found, name)
    with frame.database.session() as session:
        newest = jobs.latest(session, found.id, KIND)
        types = entity_types.list_types(session, found.id)
    if newest is not None and newest.status in {"queued", "running"}:
        raise RequestRefused("A comparison of this project is under way; wait or cancel it first.")
    wanted = dict(asked)
    if asked["source"] == "file":
        if file is None:
            raise RequestRefused("Choose a labelled file first.")
        wanted["name"], _ = comparing.keep_file(frame.settings, file, types)
        wanted["called"] = file.name
    elif not comparing.counts(frame.database, found)[asked["source"]]:
        raise RequestRefused("There are no labelled texts to compare on; accept some first.")
    return runner.queue_and_start(frame.database, KIND, wanted, found.id)


def estimate(
    frame: Frame,
    project: str,
    taggers: Sequence[str],
    source: comparing.Source,
    limit: int,
    samples: int = 0,
) -> dict[str, Any]:
    """What a comparison would take, said before anything is asked; nothing without a source."""
    if source not in comparing.SOURCES:  # the form is still being filled
        return {"kind": "plain", "text": ""}
    found = _project(frame, project)
    there = comparing.counts(frame.database, found)[source]
    count = min(there, limit) if limit and source != "file" else limit or there
    each = source == "file" and not limit
    voting = samples if llm_taggers.voting(taggers) else 0
    told = asking.estimate(
        frame.settings, frame.database, found, taggers, count or int(each), voting or None
    )
    text = f"For each text of the file: {told.words()}" if each and told.calls else told.words()
    return {"kind": "plain", "text": text}


def compare_view(frame: Frame, project: str, shown: int | None = None) -> dict[str, Any]:
    """A comparison, the newest when none is named, with earlier ones and what is missing."""
    found = _project(frame, project)
    with frame.database.session() as session:
        listed = [job for job in jobs.list_jobs(session, found.id) if job.kind == KIND]
        job = next((one for one in listed if one.id == shown), listed[0] if listed else None)
        rows = comparisons.of_job(session, job.id) if job else []
        types = entity_types.list_types(session, found.id)
        texts = sum(projects.counts(session, found.id).values())
    return {
        "job": _told(job) if job else None,
        "rows": [{"version": row.version, **row.result} for row in rows],
        "types": [one.name for one in types],
        "past": [_told(one) for one in listed[: PAST + 1] if job and one.id != job.id],
        "running": bool(listed) and listed[0].status in {"queued", "running"},
        "missing": None if types and texts else _missing(bool(texts)),
    }


def _missing(has_texts: bool) -> dict[str, Any]:
    if not has_texts:
        return {
            "title": "There is nothing to compare on yet",
            "text": "Taggers are compared on texts that people have labelled. Add texts first.",
            "action": {"label": "Add texts", "to": {"page": "texts"}},
        }
    return {
        "title": "The taggers do not know what to look for",
        "text": "Define entity types by name and one sentence, or load a ready-made set.",
        "action": {"label": "Define entity types", "to": {"page": "types"}},
    }


def _tagger_names(frame: Frame, project: Project) -> Mapping[str, str]:
    return wiring.tagger_names(frame.settings) | finetuned.names(frame.database, project)


def _project(frame: Frame, name: str) -> Project:
    with frame.database.session() as session:
        return projects.get(session, name)


def _told(job: Job) -> dict[str, Any]:
    settings = job.settings
    where = {"kept": "texts kept for evaluation", "accepted": "accepted texts"}
    return {
        "id": job.id,
        "status": job.status,
        "done": job.done,
        "total": job.total,
        "error": job.error,
        "cancel": job.cancel,
        "log": job.log,
        "taggers": list(settings.get("taggers", [])),
        "on": where.get(str(settings.get("source"))) or str(settings.get("called", "a file")),
        "source": settings.get("source"),
        "created_at": job.created_at.isoformat(),
    }
