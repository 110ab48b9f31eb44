"""What to look for: add, change and delete entity types, or load a set of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from engine.types import EntityType
from studio import typesets
from studio.errors import RequestRefused
from studio.pages import type_edits
from studio.pages.answers import any_of, attach, say
from studio.pages.frame import Address, Frame, HeaderValue, Update
from studio.widgets.view import on, view


@dataclass(frozen=True, slots=True)
class TypesPage:
    """The components of the page; `main` holds the list and the id of the chosen type."""

    main: gr.HTML
    name: gr.Textbox
    definition: gr.Textbox
    code: gr.Textbox
    key: gr.Textbox
    colour: gr.ColorPicker
    save: gr.Button
    delete: gr.Button
    warning: gr.HTML
    certain: gr.Button
    template: gr.Dropdown
    file: gr.File
    load: gr.Button

    def fields(self) -> list[Any]:
        """The inputs of one type."""
        return [self.name, self.definition, self.code, self.key, self.colour]

    def own(self) -> list[Any]:
        """Everything that choosing, saving or deleting a type may change."""
        return [self.main, *self.fields(), self.save, self.delete, self.warning, self.certain]


def build() -> TypesPage:
    """Lay the page out: the list, beside it the form, below that the ready-made sets."""
    with gr.Row(equal_height=False):
        with gr.Column(scale=7, min_width=320):
            main = view("types", events=["choose"])
        with gr.Column(scale=4, min_width=300):
            with gr.Column(elem_classes=["ns-card"]):
                name, definition, code, key, colour, save, delete, warning, certain = _form()
            with gr.Column(elem_classes=["ns-card"]):
                template, file, load = _sets()
    fields = (name, definition, code, key, colour)
    buttons = (save, delete, warning, certain)
    return TypesPage(main, *fields, *buttons, template, file, load)


def _form() -> tuple[Any, ...]:
    name = gr.Textbox(
        label="Name", placeholder="creative work", max_length=120, elem_id="ns-type-name"
    )
    definition = gr.Textbox(
        label="Definition",
        lines=3,
        placeholder="A book, film, song or game, by its title.",
        elem_id="ns-type-definition",
    )
    with gr.Row():
        code = gr.Textbox(label="Code", placeholder="auto", elem_id="ns-type-code", min_width=110)
        key = gr.Textbox(
            label="Key", placeholder="auto", max_length=1, elem_id="ns-type-key", min_width=60
        )
        colour = gr.ColorPicker(label="Colour", elem_id="ns-type-colour", min_width=70)
    save = gr.Button("Add type", variant="primary", elem_id="ns-save-type")
    delete = gr.Button("Delete type", visible=False, elem_id="ns-delete-type")
    warning = view("note")
    certain = gr.Button(
        "Delete it with its spans", variant="stop", visible=False, elem_id="ns-delete-certain"
    )
    return name, definition, code, key, colour, save, delete, warning, certain


def _sets() -> tuple[gr.Dropdown, gr.File, gr.Button]:
    template = gr.Dropdown(
        type_edits.templates(), value=None, label="Load a ready-made set", elem_id="ns-template"
    )
    with gr.Accordion("Or from a file of yours", open=False):
        file = gr.File(
            label="YAML or JSON",
            file_types=[".yaml", ".yml", ".json"],
            height=110,
            elem_id="ns-types-file",
            elem_classes=["ns-drop"],
        )
    load = gr.Button("Load set", elem_id="ns-load-types")
    return template, file, load


def refresh(frame: Frame, page: TypesPage, address: Address) -> Update:
    """What the page shows for an address."""
    shown = type_edits.types_view(frame, address.project) | {"turn": address.turn}
    return {page.main: shown} | _filled(page, None)


def _filled(page: TypesPage, chosen: EntityType | None) -> Update:
    """The form for a type, or for a new one."""
    values: tuple[str | None, ...] = ("", "", "", "", None)
    if chosen is not None:
        values = (chosen.name, chosen.definition, chosen.code, chosen.key, chosen.colour)
    return {
        **dict(zip(page.fields(), values, strict=True)),
        page.save: gr.Button("Save type" if chosen else "Add type"),
        page.delete: gr.Button(visible=chosen is not None),
        page.warning: None,
        page.certain: gr.Button(visible=False),
    }


def wire(page: TypesPage, frame: Frame) -> None:
    """Attach the handlers."""
    _wire_form(page, frame)
    _wire_deletion(page, frame)
    _wire_sets(page, frame)


def _changed(page: TypesPage, frame: Frame, project: str) -> Update:
    """The list anew, and an empty form."""
    return {page.main: type_edits.types_view(frame, project)} | _filled(page, None)


def _wire_form(page: TypesPage, frame: Frame) -> None:
    def choose(header: HeaderValue, event: gr.EventData) -> Update:
        project = Address.of(header).project
        return _filled(page, type_edits.find(frame, project, event._data.get("id")))

    def save(
        name: str,
        definition: str,
        code: str,
        key: str,
        colour: str | None,
        shown: dict[str, Any],
        header: HeaderValue,
    ) -> Update:
        project = Address.of(header).project
        wanted = EntityType(
            id=int(shown.get("selected") or 0),
            code=code.strip() or typesets.short_code(name),
            name=name.strip(),
            definition=definition.strip(),
            colour=type_edits.hex_colour(colour),
            key=key.strip(),
        )
        type_edits.store(frame, project, wanted)
        return _changed(page, frame, project)

    attach(frame, on(page.main, "choose"), choose, frame.header, page.own()[1:])
    inputs = [*page.fields(), page.main, frame.header]
    attach(
        frame,
        any_of(page.save.click, page.name.submit),
        save,
        inputs,
        page.own(),
    )


def _wire_deletion(page: TypesPage, frame: Frame) -> None:
    def delete(shown: dict[str, Any], header: HeaderValue) -> Update:
        project = Address.of(header).project
        chosen = type_edits.find(frame, project, shown.get("selected"))
        if chosen is None:
            raise RequestRefused("Choose a type in the list first.")
        if warning := type_edits.deletion_warning(frame, project, chosen):
            note = {"kind": "warn", "text": warning}
            return {page.warning: note, page.certain: gr.Button(visible=True)}
        return delete_certainly(shown, header)

    def delete_certainly(shown: dict[str, Any], header: HeaderValue) -> Update:
        project = Address.of(header).project
        type_edits.delete(frame, project, int(shown.get("selected") or 0))
        return _changed(page, frame, project)

    attach(frame, page.delete.click, delete, [page.main, frame.header], page.own())
    attach(frame, page.certain.click, delete_certainly, [page.main, frame.header], page.own())


def _wire_sets(page: TypesPage, frame: Frame) -> None:
    def load(template: str | None, file: str | None, header: HeaderValue) -> Update:
        project = Address.of(header).project
        count = type_edits.load(frame, project, template, file)
        say(f"{count} entity types are loaded.")
        return _changed(page, frame, project) | {page.template: None, page.file: None}

    attach(
        frame,
        page.load.click,
        load,
        [page.template, page.file, frame.header],
        [*page.own(), page.template, page.file],
    )
