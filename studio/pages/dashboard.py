"""Where a project stands and the next sensible step; without a project, all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import gradio as gr

from db import entity_types, jobs, projects
from db.values import UNFINISHED, Job, Status
from studio import reviewing
from studio.pages.answers import any_of, attach
from studio.pages.frame import Address, Frame, HeaderValue, Update, move
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """The components of the page."""

    main: gr.HTML
    form: gr.Column
    name: gr.Textbox
    create: gr.Button


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: a title, why, the words on the button, the page it leads to."""

    title: str
    text: str
    label: str
    page: str


def build() -> DashboardPage:
    """Lay the page out: the overview, and beside the list of projects a form for a new one."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("dashboard")
        with gr.Column(scale=4, min_width=280, visible=False, elem_classes=["ns-card"]) as form:
            name = gr.Textbox(
                label="Name of a new project",
                placeholder="Product reviews",
                max_length=120,
                elem_id="ns-new-project",
            )
            create = gr.Button("Create project", variant="primary", elem_id="ns-create-project")
    return DashboardPage(main, form, name, create)


def refresh(frame: Frame, page: DashboardPage, address: Address) -> Update:
    """What the page shows for an address."""
    shown = project_view(frame, address) if address.project else projects_view(frame)
    value = {"project": address.project, "turn": address.turn, **shown}
    return {page.main: value, page.form: gr.Column(visible=not address.project)}


def wire(page: DashboardPage, frame: Frame) -> None:
    """Attach the handlers."""

    def create(name: str, header: HeaderValue) -> Update:
        with frame.database.session() as session:
            project = projects.create(session, name)
        return {frame.header: move(header, project=project.name, page="dashboard"), page.name: ""}

    attach(
        frame,
        any_of(page.create.click, page.name.submit),
        create,
        [page.name, frame.header],
        [frame.header, page.name],
    )


def projects_view(frame: Frame) -> dict[str, Any]:
    """Every project with its counts."""
    with frame.database.session() as session:
        return {"projects": [asdict(summary) for summary in projects.summaries(session)]}


def project_view(frame: Frame, address: Address) -> dict[str, Any]:
    """One project: counts a status, spans a type, the last tagging, the next step."""
    with frame.database.session() as session:
        project = projects.get(session, address.project)
        counts = projects.counts(session, project.id)
        usage = entity_types.usage(session, project.id)
        types = [
            {**asdict(entity_type), **asdict(usage[entity_type.id])}
            for entity_type in entity_types.list_types(session, project.id)
        ]
        job = jobs.latest(session, project.id, "tagging")
        figures = reviewing.figures(session, project.id)
    step = next_step(counts, len(types), job)
    return {
        "counts": counts,
        "types": types,
        "step": asdict(step),
        "tagging": _last(job),
        "figures": figures,
    }


def next_step(counts: Mapping[Status, int], types: int, job: Job | None) -> Step:
    """What a person would sensibly do next."""
    total = sum(counts.values())
    unfinished = sum(counts[status] for status in UNFINISHED)
    if not total:
        return Step(
            "Add your texts",
            "Paste a few or drop a file in any common format.",
            "Add texts",
            "texts",
        )
    if not types:
        return Step(
            "Say what to look for",
            "Define entity types by name and one sentence, or load a ready-made set.",
            "Define entity types",
            "types",
        )
    if job is not None and job.status in {"queued", "running"}:
        return Step(
            "Tagging is under way",
            f"{job.done:,} of {job.total:,} texts so far." if job.total else "It has just begun.",
            "Watch it",
            "tag",
        )
    if counts["new"] and not counts["suggested"]:
        return Step(
            "Get suggestions",
            f"{counts['new']:,} texts wait for a tagger; the shipped model needs no key.",
            "Tag the texts",
            "tag",
        )
    if unfinished:
        return Step(
            "Review the suggestions",
            f"{unfinished:,} texts are open; the least certain come first.",
            "Start reviewing",
            "annotate",
        )
    return Step(
        "Everything is reviewed",
        f"{counts['accepted']:,} accepted texts are ready to leave.",
        "Export",
        "export",
    )


def _last(job: Job | None) -> str:
    """One line about the newest tagging."""
    if job is None:
        return ""
    found = int(job.values.get("suggestions", 0))
    return f"Last tagging: {job.done:,} texts, {found:,} suggestions, {job.status}."
