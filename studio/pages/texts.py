"""The texts of a project: a list that is searched and paged, and a form that adds more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from db import projects, texts
from db.values import STATUSES, SpansAs, Status
from studio import file_formats
from studio.pages import intake
from studio.pages.answers import attach
from studio.pages.frame import Address, Frame, HeaderValue, Update
from studio.widgets.view import on, view

if TYPE_CHECKING:
    from db.values import TextRow

LIMIT = 50
SNIPPET = 260
"""Code points of a text that its line shows."""
BEFORE = 60
"""Code points shown before what was searched for."""


@dataclass(frozen=True, slots=True)
class TextsPage:
    """The components of the page."""

    main: gr.HTML
    files: gr.File
    pasted: gr.Textbox
    format: gr.Dropdown
    as_: gr.Radio
    create_types: gr.Checkbox
    check: gr.Button
    add: gr.Button
    report: gr.HTML


def build() -> TextsPage:
    """Lay the page out: the list, and beside it the form."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("texts", events=["browse"])
        with gr.Column(scale=4, min_width=300, elem_classes=["ns-card"]):
            return _form(main)


def _form(main: gr.HTML) -> TextsPage:
    files = gr.File(
        label="Files to add",
        file_count="multiple",
        height=132,
        elem_id="ns-files",
        elem_classes=["ns-drop"],
    )
    pasted = gr.Textbox(
        label="Or paste texts, one a line",
        lines=3,
        max_lines=8,
        placeholder="Marie Curie moved to Paris in 1891.",
        elem_id="ns-pasted",
    )
    with gr.Accordion("Format and labels", open=False):
        format_ = gr.Dropdown(
            file_formats.readable(), value=file_formats.AUTO, label="Format", elem_id="ns-format"
        )
        as_ = gr.Radio(
            [("suggestions to review", "suggestions"), ("finished annotations", "annotations")],
            value="suggestions",
            label="Spans in the files are",
            elem_id="ns-as",
        )
        create = gr.Checkbox(
            label="Make entity types of unknown labels", value=True, elem_id="ns-create-types"
        )
    with gr.Row():
        check = gr.Button("Preview", elem_id="ns-preview")
        add = gr.Button("Add to project", variant="primary", elem_id="ns-add")
    report = view("intake", elem_id="ns-report")
    return TextsPage(main, files, pasted, format_, as_, create, check, add, report)


def refresh(frame: Frame, page: TextsPage, address: Address) -> Update:
    """What the page shows for an address."""
    return {page.main: list_view(frame, address.project) | {"turn": address.turn}}


def wire(page: TextsPage, frame: Frame) -> None:
    """Attach the handlers."""

    def browse(header: HeaderValue, event: gr.EventData) -> dict[str, Any]:
        return list_view(frame, Address.of(header).project, event._data, fresh=False)

    def check(files: list[str] | None, pasted: str, format_: str, header: HeaderValue) -> Any:
        with intake.sources(files, pasted) as paths:
            return intake.preview(frame, Address.of(header).project, paths, format_)

    def add(
        files: list[str] | None,
        pasted: str,
        format_: str,
        as_: SpansAs,
        create_types: bool,
        header: HeaderValue,
    ) -> Update:
        project = Address.of(header).project
        with intake.sources(files, pasted) as paths:
            report = intake.add(frame, project, paths, format_, as_, create_types)
        shown = {page.main: list_view(frame, project), page.report: report}
        return shown | ({page.files: None, page.pasted: ""} if report["accepted"] else {})

    attach(frame, on(page.main, "browse"), browse, frame.header, page.main, trigger_mode="multiple")
    look = [page.files, page.pasted, page.format, frame.header]
    attach(frame, page.check.click, check, look, page.report)
    attach(frame, page.files.upload, check, look, page.report)
    attach(
        frame,
        page.add.click,
        add,
        [page.files, page.pasted, page.format, page.as_, page.create_types, frame.header],
        [page.main, page.report, page.files, page.pasted],
        show_progress="minimal",
        show_progress_on=page.report,
    )


def list_view(
    frame: Frame, project: str, asked: Mapping[str, Any] | None = None, *, fresh: bool = True
) -> dict[str, Any]:
    """One page of the list.

    Args:
        frame: where the texts are.
        project: name of the project.
        asked: {"contains", "status", "after"} as the browser sent them; nothing is trusted.
        fresh: whether the browser should begin anew with this list.
    """
    asked = asked or {}
    contains = str(asked.get("contains") or "")[:200]
    status = _status(asked.get("status"))
    after = asked["after"] if isinstance(asked.get("after"), int) else None
    with frame.database.session() as session:
        project_id = projects.get(session, project).id
        counts = projects.counts(session, project_id)
        page = texts.page(
            session,
            project_id,
            after=after,
            limit=LIMIT,
            status=status,
            contains=contains or None,
        )
    return {
        "project": project,
        "fresh": fresh,
        "filter": {"contains": contains, "status": status or "", "after": after},
        "rows": [_row(row, contains) for row in page.items],
        "next": page.next,
        "total": page.total,
        "limit": LIMIT,
        "counts": {**counts, "total": sum(counts.values())},
    }


def _status(asked: object) -> Status | None:
    return next((status for status in STATUSES if status == asked), None)


def _row(row: TextRow, contains: str) -> dict[str, Any]:
    return {
        "id": row.id,
        "position": row.position,
        "text": snippet(row.text, contains),
        "status": row.status,
        "n_suggestions": row.n_suggestions,
        "n_spans": row.n_spans,
    }


def snippet(text: str, contains: str = "") -> str:
    """The beginning of a text, or its surroundings of what was searched for.

    >>> snippet("a" * 300 + " needle", "needle")[-6:]
    'needle'
    """
    at = text.lower().find(contains.lower()) if contains else 0
    start = max(0, at - BEFORE) if at > SNIPPET - BEFORE else 0
    shown = text[start : start + SNIPPET]
    return ("…" if start else "") + shown + ("…" if start + SNIPPET < len(text) else "")
