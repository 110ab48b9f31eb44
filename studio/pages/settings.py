"""Choices for one project, its name and its end, and facts about the studio."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from db import projects
from studio.errors import RequestRefused
from studio.pages import model_choice
from studio.pages.answers import any_of, attach, say
from studio.pages.frame import Address, Frame, HeaderValue, Update, move
from studio.version import product_version
from studio.widgets.view import view


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The components of the page."""

    main: gr.HTML
    model: model_choice.ModelChoice
    allow_overlap: gr.Checkbox
    blind: gr.Slider
    name: gr.Textbox
    rename: gr.Button
    confirm: gr.Textbox
    delete: gr.Button


def build() -> SettingsPage:
    """Lay the page out: facts, and beside them the choices."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("settings")
            shown = model_choice.build_view()
        with gr.Column(scale=4, min_width=300):
            model = model_choice.build(shown)
            with gr.Column(elem_classes=["ns-card"]):
                overlap = gr.Checkbox(
                    label="Spans may overlap",
                    info="Otherwise a new span replaces the ones it overlaps.",
                    interactive=True,
                    elem_id="ns-overlap",
                )
                blind = gr.Slider(
                    0,
                    0.5,
                    step=0.05,
                    label="Share of texts shown without suggestions",
                    info="They measure what a tagger misses. Texts worked on stay as they are.",
                    interactive=True,
                    elem_id="ns-blind",
                )
            with gr.Column(elem_classes=["ns-card"]):
                name = gr.Textbox(label="Name of this project", max_length=120, elem_id="ns-name")
                rename = gr.Button("Rename project", elem_id="ns-rename")
            with gr.Column(elem_classes=["ns-card"]):
                confirm = gr.Textbox(
                    label="Delete this project",
                    info="All its texts, suggestions and spans go. Type its name to confirm.",
                    elem_id="ns-confirm",
                )
                delete = gr.Button("Delete project", variant="stop", elem_id="ns-delete-project")
    return SettingsPage(main, model, overlap, blind, name, rename, confirm, delete)


def refresh(frame: Frame, page: SettingsPage, address: Address) -> Update:
    """What the page shows for an address."""
    with frame.database.session() as session:
        chosen = projects.settings(session, projects.get(session, address.project).id)
    return {
        page.main: {"facts": facts(frame), "turn": address.turn},
        **model_choice.refresh(frame, page.model, address),
        page.allow_overlap: chosen.allow_overlap,
        page.blind: chosen.blind_share,
        page.name: address.project,
        page.confirm: "",
    }


def wire(page: SettingsPage, frame: Frame) -> None:
    """Attach the handlers."""
    model_choice.wire(page.model, frame)

    def choose(allow_overlap: bool, blind_share: float, header: HeaderValue) -> None:
        with frame.database.session() as session:
            project_id = projects.get(session, Address.of(header).project).id
            before = projects.settings(session, project_id)
            chosen = replace(before, allow_overlap=allow_overlap, blind_share=float(blind_share))
            if chosen != before:
                projects.set_settings(session, project_id, chosen)
                say("The choice is saved.")

    def rename(name: str, header: HeaderValue) -> HeaderValue:
        with frame.database.session() as session:
            project = projects.rename(session, Address.of(header).project, name)
        say(f"The project is now called {project.name}.")
        return move(header, project=project.name, page="settings")

    def delete(confirm: str, header: HeaderValue) -> HeaderValue:
        project = Address.of(header).project
        if confirm.strip() != project.strip():
            raise RequestRefused("Type the project's name exactly as it stands to delete it.")
        with frame.database.session() as session:
            projects.delete(session, project)
        say(f"{project} is deleted.")
        return move(header, project="", page="dashboard")

    attach(
        frame,
        any_of(page.allow_overlap.input, page.blind.release),
        choose,
        [page.allow_overlap, page.blind, frame.header],
        None,
    )
    named, confirmed = [page.name, frame.header], [page.confirm, frame.header]
    attach(frame, page.rename.click, rename, named, frame.header)
    attach(frame, page.delete.click, delete, confirmed, frame.header)


def facts(frame: Frame) -> list[tuple[str, Any]]:
    """Name and value of what a person may want to know of this studio."""
    settings = frame.settings
    reach = "for this machine only" if settings.local else "for whoever knows the password"
    return [
        ("Version", product_version()),
        ("Database", str(frame.database.path)),
        ("Job logs", str(settings.job_folder)),
        (
            "Serves",
            f"on {settings.host}, {reach}",
        ),
        ("Model", str(settings.checkpoint or "the embedded one that ships with the studio")),
        ("Edits are signed", settings.author),
        ("Largest upload", f"{settings.upload_bytes / 1_000_000:,.0f} MB"),
        ("Largest import", f"{settings.upload_rows:,} texts"),
        ("Keys", "press ? while annotating to see them all"),
    ]
