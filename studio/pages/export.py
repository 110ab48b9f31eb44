"""Take the work elsewhere: what a file would hold and lose is said before it is downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import gradio as gr

from db import projects
from db.values import Status
from studio import downloads, file_formats
from studio.downloads import Loss
from studio.exporting import Only
from studio.pages.answers import any_of, attach
from studio.pages.frame import Address, Frame, HeaderValue, Update
from studio.widgets.view import on, view

SHOWN_LOSSES = 50


@dataclass(frozen=True, slots=True)
class ExportPage:
    """The components of the page."""

    main: gr.HTML
    format: gr.Dropdown
    only: gr.Radio
    allow_loss: gr.Checkbox


def build() -> ExportPage:
    """Lay the page out: what would be exported, and beside it the choices."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("export", events=["look"])
        with gr.Column(scale=4, min_width=300, elem_classes=["ns-card"]):
            format_ = gr.Dropdown(
                file_formats.writable(), value="jsonl", label="Format", elem_id="ns-export-format"
            )
            only = gr.Radio(
                [("accepted ones", "accepted"), ("all, with what people marked so far", "all")],
                value="accepted",
                label="Texts",
                elem_id="ns-export-only",
            )
            allow = gr.Checkbox(
                label="Allow the loss", value=False, visible=False, elem_id="ns-allow-loss"
            )
    return ExportPage(main, format_, only, allow)


def refresh(frame: Frame, page: ExportPage, address: Address) -> Update:
    """What the page shows for an address: our own format and accepted texts first.

    A large project takes a while to look through, so the page opens before and asks for the rest.
    """
    value = {"counts": counts(frame, address.project), "turn": address.turn}
    allow_loss = gr.Checkbox(visible=False, value=False)
    return {
        page.main: value,
        page.format: "jsonl",
        page.only: "accepted",
        page.allow_loss: allow_loss,
    }


def wire(page: ExportPage, frame: Frame) -> None:
    """Attach the handlers."""

    def look(format_: str, only: Only, allow_loss: bool, header: HeaderValue) -> Update:
        return _shown(frame, page, Address.of(header), format_, only, allow_loss=allow_loss)

    inputs = [page.format, page.only, page.allow_loss, frame.header]
    outputs = [page.main, page.allow_loss]
    chosen = any_of(page.format.input, page.only.input, page.allow_loss.input)
    attach(frame, chosen, look, inputs, outputs, trigger_mode="always_last")
    attach(frame, on(page.main, "look"), look, inputs, outputs)


def _shown(
    frame: Frame, page: ExportPage, address: Address, format_: str, only: Only, *, allow_loss: bool
) -> Update:
    value = outlook(frame, address.project, format_, only)
    lossy = bool(value.get("lost_total"))
    allowed = allow_loss and lossy
    link = _link(address.project, format_, only, allowed)
    return {
        page.main: value | {"turn": address.turn, "allow_loss": allowed, "link": link},
        page.allow_loss: gr.Checkbox(visible=lossy, value=allowed),
    }


def counts(frame: Frame, project: str) -> dict[Status, int]:
    """How many texts stand where. Raises NotFound."""
    with frame.database.session() as session:
        return projects.counts(session, projects.get(session, project).id)


def outlook(frame: Frame, project: str, format_: str, only: Only) -> dict[str, Any]:
    """What an export would hold and lose; nothing is written.

    Raises:
        NotFound, FormatError: there is no such project or format.
    """
    stand = counts(frame, project)
    if missing := _missing(stand["accepted"], sum(stand.values()), only):
        return {"counts": stand, "missing": missing}
    seen = downloads.outlook(frame.database, project, format_, only)
    kept = {"accepted"} if only == "accepted" else set(stand)
    return {
        "counts": stand,
        "texts": seen.texts,
        "spans": seen.spans,
        "empty_texts": seen.empty_texts,
        "left_out": {status: n for status, n in stand.items() if n and status not in kept},
        "lost_total": len(seen.lost),
        "lost": [_loss(loss) for loss in seen.lost[:SHOWN_LOSSES]],
        "label": file_formats.label(format_),
        "file": downloads.file_name(project, format_),
    }


def _loss(loss: Loss) -> dict[str, Any]:
    where = f"{loss.span.label} {loss.span.start}–{loss.span.end}" if loss.span else ""
    return {"text_id": loss.text_id, "span": where, "reason": loss.reason}


def _link(project: str, format_: str, only: Only, allow_loss: bool) -> str:
    query = {"project": project, "format": format_, "only": only}
    return "/api/exports?" + urlencode(query | ({"allow_loss": "true"} if allow_loss else {}))


def _missing(accepted: int, total: int, only: Only) -> dict[str, Any] | None:
    if not total:
        return {
            "title": "There is nothing to export yet",
            "text": "Add texts, mark the entities in them and accept what is right.",
            "action": {"label": "Add texts", "to": {"page": "texts"}},
        }
    if only == "accepted" and not accepted:
        return {
            "title": "No text is accepted yet",
            "text": "Accept texts on the annotate page, or export all of them as they stand.",
            "action": {"label": "Annotate", "to": {"page": "annotate"}},
        }
    return None
