"""Entity types of a project: codes, colours, keys, and how many spans use them."""

from __future__ import annotations

from sqlmodel import Session

from db.values import TypeUsage
from engine.types import EntityType

RESERVED_KEYS = frozenset("asxpfjlg?/")
"""Keys that mean something else in the editor (case aside), the same as RESERVED in
assets/span_editor/keys.js: accept, skip, reject, propagate, flag, join, split, guide, help, filter."""


def list_types(session: Session, project_id: int) -> list[EntityType]:
    """The types in their order."""
    raise NotImplementedError


def add(session: Session, project_id: int, type: EntityType) -> EntityType:  # noqa: A002
    """Add a type; an empty colour or key is filled in. Raises AlreadyExists, Invalid."""
    raise NotImplementedError


def update(session: Session, project_id: int, type: EntityType) -> EntityType:  # noqa: A002
    """Change the type of that id. Raises NotFound, AlreadyExists, Invalid."""
    raise NotImplementedError


def delete(
    session: Session, project_id: int, type_id: int, *, force: bool = False, author: str = ""
) -> None:
    """Delete a type. Raises NotFound, InUse (with counts, unless `force`)."""
    raise NotImplementedError


def usage(session: Session, project_id: int) -> dict[int, TypeUsage]:
    """Spans a type, by type id; every type of the project is a key."""
    raise NotImplementedError


def by_label(session: Session, project_id: int) -> dict[str, EntityType]:
    """Case-folded code or name -> type: how labels of files find their type."""
    raise NotImplementedError
