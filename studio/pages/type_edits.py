"""What the types page reads and writes, apart from how it looks."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import assets
from db import entity_types, projects
from db.session import transaction
from engine.types import EntityType
from studio import typesets
from studio.errors import RequestRefused
from studio.pages.frame import Frame


def types_view(frame: Frame, project: str) -> dict[str, Any]:
    """The types with how often each is used; none is chosen."""
    with frame.database.session() as session:
        project_id = projects.get(session, project).id
        usage = entity_types.usage(session, project_id)
        types = [
            {**asdict(entity_type), **asdict(usage[entity_type.id])}
            for entity_type in entity_types.list_types(session, project_id)
        ]
    return {"types": types, "selected": 0}


def find(frame: Frame, project: str, type_id: object) -> EntityType | None:
    """The type of that id, None when the project has none."""
    with frame.database.session() as session:
        types = entity_types.list_types(session, projects.get(session, project).id)
    return next((found for found in types if found.id == type_id), None)


def store(frame: Frame, project: str, wanted: EntityType) -> EntityType:
    """Change the type of that id, or add one when the id is 0.

    Raises:
        AlreadyExists, Invalid, NotFound: see `db.entity_types`.
    """
    with frame.database.session() as session:
        project_id = projects.get(session, project).id
        write = entity_types.update if wanted.id else entity_types.add
        return write(session, project_id, wanted)


def deletion_warning(frame: Frame, project: str, found: EntityType) -> str:
    """What goes with a type, "" when nothing does."""
    with frame.database.session() as session:
        used = entity_types.usage(session, projects.get(session, project).id)[found.id]
    if not used.human and not used.suggestions:
        return ""
    return (
        f"{found.name} is on {used.human:,} spans, {used.accepted:,} of them accepted, and on "
        f"{used.suggestions:,} suggestions. They go with it."
    )


def delete(frame: Frame, project: str, type_id: int) -> None:
    """Delete a type with its spans. Raises NotFound."""
    with frame.database.session() as session:
        project_id = projects.get(session, project).id
        author = frame.settings.author
        entity_types.delete(session, project_id, type_id, force=True, author=author)


def load(frame: Frame, project: str, template: str | None, file: str | None) -> int:
    """Load a set from an uploaded file or a ready-made one; returns how many types it has.

    Raises:
        RequestRefused: neither is chosen, or the file is no set.
        AlreadyExists, Invalid: a type clashes with one of the project; nothing was loaded.
    """
    wanted = typesets.read(_chosen(template, file))
    with frame.database.session() as session, transaction(session):
        typesets.store(session, projects.get(session, project).id, wanted)
    return len(wanted)


def templates() -> list[tuple[str, str]]:
    """The ready-made sets as choices: what people call it, its file's stem."""
    stems = sorted(path.stem for path in assets.path("entity_types").glob("*.yaml"))
    return [(stem.replace("_", " ").capitalize(), stem) for stem in stems]


def _chosen(template: str | None, file: str | None) -> Path:
    if file:
        return Path(file)
    if template not in {stem for _, stem in templates()}:
        raise RequestRefused("Choose a ready-made set or a file first.")
    return assets.path("entity_types", f"{template}.yaml")


def hex_colour(colour: str | None) -> str:
    """What a colour picker gives as "#rrggbb", "" for nothing.

    >>> hex_colour("rgba(255, 0.4, 16, 1)"), hex_colour("#AABBCC"), hex_colour(None)
    ('#ff0010', '#aabbcc', '')
    """
    if not colour:
        return ""
    parts = re.findall(r"[\d.]+", colour) if colour.startswith("rgb") else []
    if len(parts) < 3:
        return colour.strip().lower()
    return "#" + "".join(f"{min(255, round(float(part))):02x}" for part in parts[:3])
