"""Promote corrected texts into few-shot sets; look into sets, compare them, swap a text."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import gradio as gr

from db import evaluation, fewshot, projects
from db.eligible import eligible
from db.errors import NotFound
from studio import promoting
from studio.pages import set_views
from studio.pages.answers import any_of, attach, say
from studio.pages.frame import PAGES, Address, Frame, HeaderValue, Update
from studio.pages.numbers import whole
from studio.promoting import Wish
from studio.widgets.view import on, view


@dataclass(frozen=True, slots=True)
class SetsPage:
    """The components of the page."""

    main: gr.HTML
    kept: gr.HTML
    form: gr.Column
    k: gr.Slider
    seed: gr.Number
    by_cluster: gr.Checkbox
    name: gr.Textbox
    promote: gr.Button
    aside: gr.Number
    set_aside: gr.Button
    let_go: gr.Button


def build() -> SetsPage:
    """Lay the page out: what a set would be and the sets there are, and beside them the form."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("sets", events=["fill"])
            kept = view("kept_sets", events=["open", "compare", "exchange", "swap"])
        with gr.Column(scale=4, min_width=300) as form:
            with gr.Column(elem_classes=["ns-card"]):
                k = gr.Slider(
                    1,
                    64,
                    value=4,
                    step=1,
                    label="Spans a type (k)",
                    info="At most twice as many are taken.",
                    interactive=True,
                    elem_id="ns-k",
                )
                seed = gr.Number(
                    value=0,
                    precision=0,
                    label="Seed",
                    info="Another seed draws other texts.",
                    interactive=True,
                    elem_id="ns-seed",
                )
                by_cluster = gr.Checkbox(
                    label="Draw from the clusters in turn",
                    visible=False,
                    interactive=True,
                    elem_id="ns-by-cluster",
                )
                name = gr.Textbox(
                    label="Name of the set",
                    info="The same name again makes its next version.",
                    max_length=120,
                    interactive=True,
                    elem_id="ns-set-name",
                )
                promote = gr.Button("Promote", variant="primary", elem_id="ns-promote")
            with gr.Column(elem_classes=["ns-card"]):
                aside = gr.Number(
                    value=10,
                    precision=0,
                    label="Accepted texts to keep for evaluation",
                    info="Picked at random; nothing is ever trained on them.",
                    interactive=True,
                    elem_id="ns-aside",
                )
                set_aside = gr.Button("Set aside", elem_id="ns-set-aside")
                let_go = gr.Button("Let all of them go", elem_id="ns-let-go")
    return SetsPage(main, kept, form, k, seed, by_cluster, name, promote, aside, set_aside, let_go)


def refresh(frame: Frame, page: SetsPage, address: Address) -> Update:
    """What the page shows for an address."""
    with frame.database.session() as session:
        project_id = projects.get(session, address.project).id
        pool = eligible(session, project_id)
        k = set_views.usual_k(session, project_id, pool)
        clustered = set_views.has_clusters(session, project_id)
        shown = set_views.progress(session, project_id, Wish(k), None, pool)
    return {
        page.main: shown | {"project": address.project, "turn": address.turn},
        page.kept: _kept(frame, address, _asked(frame, address)),
        page.form: gr.Column(visible="missing" not in shown),
        page.k: k,
        page.seed: 0,
        page.by_cluster: gr.Checkbox(value=False, visible=clustered),
        page.name: "first",
        page.let_go: gr.Button(visible=bool(shown.get("kept"))),
    }


def wire(page: SetsPage, frame: Frame) -> None:
    """Attach the handlers."""
    chosen = [page.k, page.seed, page.by_cluster]
    shown = [page.main, page.let_go]
    _wire_promotion(page, frame, chosen, shown)
    _wire_evaluation(page, frame, chosen, shown)
    _wire_kept(page, frame)


def _wire_promotion(page: SetsPage, frame: Frame, chosen: list[Any], shown: list[Any]) -> None:
    def look(k: float, seed: float, by_cluster: bool, header: HeaderValue) -> Update:
        return _progress(frame, page, Address.of(header), _wish(k, seed, by_cluster))

    def fill(
        k: float, seed: float, by_cluster: bool, header: HeaderValue, event: gr.EventData
    ) -> Update:
        wish = _wish(k, seed, by_cluster)
        return _progress(frame, page, Address.of(header), wish, str(event._data["code"]))

    def promote(k: float, seed: float, by_cluster: bool, name: str, header: HeaderValue) -> Update:
        address = Address.of(header)
        wish = _wish(k, seed, by_cluster)
        made = promoting.promote(frame.database, address.project, name, wish)
        say(f"{made.name}, version {made.version}, holds {made.texts} texts.")
        return _progress(frame, page, address, wish) | {page.kept: _kept(frame, address, made.id)}

    changed = any_of(page.k.input, page.seed.input, page.by_cluster.input)
    attach(frame, changed, look, [*chosen, frame.header], shown, trigger_mode="always_last")
    attach(frame, on(page.main, "fill"), fill, [*chosen, frame.header], shown)
    asked = any_of(page.promote.click, page.name.submit)
    outputs = [*shown, page.kept]
    attach(frame, asked, promote, [*chosen, page.name, frame.header], outputs)


def _wire_evaluation(page: SetsPage, frame: Frame, chosen: list[Any], shown: list[Any]) -> None:
    def set_aside(
        number: float, k: float, seed: float, by_cluster: bool, header: HeaderValue
    ) -> Update:
        address = Address.of(header)
        wanted = whole("Texts to keep", number, 1)
        with frame.database.session() as session:
            project_id = projects.get(session, address.project).id
            done = evaluation.set_aside(session, project_id, wanted)
        why = "" if done == wanted else " No other text is accepted and in no few-shot set."
        say(f"{done} more text{'s are' if done != 1 else ' is'} kept for evaluation.{why}")
        return _progress(frame, page, address, _wish(k, seed, by_cluster))

    def let_go(k: float, seed: float, by_cluster: bool, header: HeaderValue) -> Update:
        address = Address.of(header)
        with frame.database.session() as session:
            project_id = projects.get(session, address.project).id
            gone = evaluation.release(session, project_id, evaluation.kept(session, project_id))
        say(f"{gone} texts are no longer kept for evaluation.")
        return _progress(frame, page, address, _wish(k, seed, by_cluster))

    inputs = [page.aside, *chosen, frame.header]
    attach(frame, page.set_aside.click, set_aside, inputs, shown)
    attach(frame, page.let_go.click, let_go, [*chosen, frame.header], shown)


def _wire_kept(page: SetsPage, frame: Frame) -> None:
    def open_set(header: HeaderValue, event: gr.EventData) -> dict[str, Any]:
        set_id = event._data["id"]
        return _kept(frame, Address.of(header), None if set_id is None else int(set_id))

    def compare(header: HeaderValue, event: gr.EventData) -> dict[str, Any]:
        first, second = int(event._data["id"]), int(event._data["other"])
        shown = _kept(frame, Address.of(header), first)
        with frame.database.session() as session:
            shown["open"]["compared"] = set_views.compared(session, first, second)
        return shown

    def exchange(header: HeaderValue, event: gr.EventData) -> dict[str, Any]:
        set_id, text_id = int(event._data["id"]), int(event._data["text"])
        shown = _kept(frame, Address.of(header), set_id)
        with frame.database.session() as session:
            shown["open"]["swap"] = set_views.exchange(session, set_id, text_id)
        return shown

    def swap(header: HeaderValue, event: gr.EventData) -> dict[str, Any]:
        set_id, out, into = (int(event._data[key]) for key in ("id", "text", "into"))
        made = promoting.swap(frame.database, set_id, out, into)
        say(f"{made.name} is now at version {made.version}; the one before is still there.")
        return _kept(frame, Address.of(header), made.id)

    for event, handler in {
        "open": open_set,
        "compare": compare,
        "exchange": exchange,
        "swap": swap,
    }.items():
        attach(frame, on(page.kept, event), handler, frame.header, page.kept)


def _asked(frame: Frame, address: Address) -> int | None:
    """The set that the address asks for, None when it asks for none that is there."""
    if not address.choice:
        return None
    with frame.database.session() as session, suppress(NotFound):
        project_id = projects.get(session, address.project).id
        return fewshot.find(session, project_id, address.choice).id
    return None


def _wish(k: float, seed: float, by_cluster: bool) -> Wish:
    return Wish(int(k or 0), int(seed or 0), bool(by_cluster))


def _progress(
    frame: Frame, page: SetsPage, address: Address, wish: Wish, fill: str | None = None
) -> Update:
    with frame.database.session() as session:
        project_id = projects.get(session, address.project).id
        shown = set_views.progress(session, project_id, wish, fill)
    return {
        page.main: shown | {"project": address.project, "turn": address.turn},
        page.let_go: gr.Button(visible=bool(shown.get("kept"))),
    }


def _kept(frame: Frame, address: Address, set_id: int | None = None) -> dict[str, Any]:
    """The sets there are, and the one that is open."""
    with frame.database.session() as session:
        project_id = projects.get(session, address.project).id
        shown = None
        if set_id is not None:
            shown = set_views.opened(session, address.project, set_id)
        sets = set_views.listed(session, project_id)
    return {
        "project": address.project,
        "sets": sets,
        "open": shown,
        "trains": "train" in PAGES,
        "turn": address.turn,
    }
