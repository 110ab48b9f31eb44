"""Entity types of a project: codes, colours, keys, and how many spans use them.

A deleted type keeps its row, because old answers name it; its code, name and key are free again.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import func, insert, select, true
from sqlalchemy import update as sql_update
from sqlmodel import Session

from db import retirement
from db.columns import now
from db.errors import AlreadyExists, InUse, Invalid, NotFound
from db.names import checked
from db.projects import by_id
from db.session import insert_row, transaction
from db.tables import ANNOTATION, ENTITY_TYPE, SUGGESTION, TEXT
from db.values import TypeUsage
from engine.types import EntityType

RESERVED_KEYS = frozenset("asxpfjlg?/")
"""Keys that mean something else in the editor (case aside), as in assets/span_editor/keys.js:
accept, skip, reject, propagate, flag, join, split, guide, help, filter."""

PALETTE = (
    "#1a7fc0",
    "#d55e00",
    "#008a5e",
    "#8a63c9",
    "#a87400",
    "#cb3d86",
    "#1d8aa8",
    "#cf3d3d",
    "#6b8420",
    "#a5603a",
    "#5b6ee1",
    "#6c7a89",
)
"""Colours with a contrast of at least 3 to white and to dark grey (#1f2937)."""

LONGEST_CODE = 64
_LONGEST_DEFINITION = 5_000


def list_types(session: Session, project_id: int) -> list[EntityType]:
    """The types in their order."""
    query = (
        select(ENTITY_TYPE)
        .where(ENTITY_TYPE.c.project_id == project_id, ENTITY_TYPE.c.deleted_at.is_(None))
        .order_by(ENTITY_TYPE.c.position, ENTITY_TYPE.c.id)
    )
    rows = session.connection().execute(query)
    return [EntityType(r.id, r.code, r.name, r.definition, r.colour, r.key) for r in rows]


def add(session: Session, project_id: int, type: EntityType) -> EntityType:  # noqa: A002
    """Add a type; an empty colour or key is filled in, its id is given here.

    Raises:
        NotFound: there is no such project.
        AlreadyExists: the code, name or key is taken.
        Invalid: a value cannot be used, such as a reserved key.
    """
    with transaction(session):
        by_id(session, project_id)
        others = list_types(session, project_id)
        type = _checked(type, others)  # noqa: A001
        type = replace(  # noqa: A001
            type, colour=type.colour or _colour(others), key=type.key or _key(type, others)
        )
        highest = select(func.coalesce(func.max(ENTITY_TYPE.c.position), -1)).where(
            ENTITY_TYPE.c.project_id == project_id
        )
        position = session.connection().execute(highest).scalar_one() + 1
        id_ = insert_row(
            session,
            insert(ENTITY_TYPE).values(
                project_id=project_id, position=position, deleted_at=None, **_columns(type)
            ),
        )
        return replace(type, id=id_)


def update(session: Session, project_id: int, type: EntityType) -> EntityType:  # noqa: A002
    """Change the type of that id; its spans keep it, whatever it is called now.

    Raises:
        NotFound: the project has no such type.
        AlreadyExists: the code, name or key is taken.
        Invalid: a value cannot be used.
    """
    with transaction(session):
        types = list_types(session, project_id)
        _get(types, type.id)
        others = [other for other in types if other.id != type.id]
        type = _checked(type, others)  # noqa: A001
        type = replace(type, colour=type.colour or _colour(others))  # noqa: A001
        session.connection().execute(
            sql_update(ENTITY_TYPE).where(ENTITY_TYPE.c.id == type.id).values(**_columns(type))
        )
        return type


def delete(
    session: Session, project_id: int, type_id: int, *, force: bool = False, author: str = ""
) -> None:
    """Delete a type.

    With `force` its suggestions go, and its human spans end with a new revision of their text.

    Raises:
        NotFound: the project has no such type.
        InUse: spans use it, and `force` is not given; says how many.
    """
    with transaction(session):
        found = _get(list_types(session, project_id), type_id)
        used = usage(session, project_id)[type_id]
        if (used.suggestions or used.human) and not force:
            raise InUse(
                f"The type {found.code} is used by {used.suggestions} suggestions and "
                f"{used.human} human spans."
            )
    retirement.retire(session, type_id, author)
    with transaction(session):
        retirement.retire(session, type_id, author)
        session.connection().execute(
            sql_update(ENTITY_TYPE).where(ENTITY_TYPE.c.id == type_id).values(deleted_at=now())
        )


def usage(session: Session, project_id: int) -> dict[int, TypeUsage]:
    """Spans a type, by type id; every type of the project is a key."""
    ids = [found.id for found in list_types(session, project_id)]
    suggested = (
        select(SUGGESTION.c.type_id, func.count())
        .where(SUGGESTION.c.type_id.in_(ids), SUGGESTION.c.open == true())
        .group_by(SUGGESTION.c.type_id)
    )
    human = (
        select(ANNOTATION.c.type_id, func.count())
        .where(
            ANNOTATION.c.type_id.in_(ids),
            ANNOTATION.c.removed_revision.is_(None),
            ANNOTATION.c.action != "rejected",
        )
        .group_by(ANNOTATION.c.type_id)
    )
    gold = human.join(TEXT, TEXT.c.id == ANNOTATION.c.text_id).where(TEXT.c.status == "accepted")
    connection = session.connection()
    by_kind = [
        {row[0]: row[1] for row in connection.execute(query)} for query in (suggested, gold, human)
    ]
    return {id_: TypeUsage(*(found.get(id_, 0) for found in by_kind)) for id_ in ids}


def by_label(session: Session, project_id: int) -> dict[str, EntityType]:
    """Case-folded code or name -> type: how labels of files find their type; a code wins."""
    types = list_types(session, project_id)
    named = {found.name.casefold(): found for found in types}
    return named | {found.code.casefold(): found for found in types}


def _get(types: list[EntityType], type_id: int) -> EntityType:
    for found in types:
        if found.id == type_id:
            return found
    raise NotFound(f"The project has no entity type number {type_id}.")


def _columns(type_: EntityType) -> dict[str, str]:
    return {
        "code": type_.code,
        "name": type_.name,
        "definition": type_.definition,
        "colour": type_.colour,
        "key": type_.key,
    }


def _checked(wanted: EntityType, others: list[EntityType]) -> EntityType:
    code = checked(wanted.code, "A type's code", longest=LONGEST_CODE)
    if any(character.isspace() for character in code):
        raise Invalid(f"A type's code has no spaces; got {code!r}.")
    name = checked(wanted.name, "A type's name")
    if len(wanted.definition) > _LONGEST_DEFINITION:
        raise Invalid(
            f"A definition has at most {_LONGEST_DEFINITION} characters; "
            f"got {len(wanted.definition)}."
        )
    for other in others:
        if other.code.casefold() == code.casefold():
            raise AlreadyExists(f"There is a type with the code {other.code} already.")
        if other.name.casefold() == name.casefold():
            raise AlreadyExists(f"There is a type called {other.name!r} already ({other.code}).")
    key = _checked_key(wanted.key, others)
    return replace(wanted, code=code, name=name, colour=_checked_colour(wanted.colour), key=key)


def _checked_colour(colour: str) -> str:
    colour = colour.strip().lower()
    digits = set(colour[1:])
    if colour and not (len(colour) == 7 and colour[0] == "#" and digits <= set("0123456789abcdef")):
        raise Invalid(f"A colour is written like #1a7fc0; got {colour!r}.")
    return colour


def _checked_key(key: str, others: list[EntityType]) -> str:
    key = key.strip().lower()
    if not key:
        return ""
    if len(key) != 1 or not key.isprintable():
        raise Invalid(f"A key is one character; got {key!r}.")
    if key in RESERVED_KEYS:
        raise Invalid(f"The key {key!r} does something else in the editor; choose another one.")
    for other in others:
        if other.key == key:
            raise AlreadyExists(f"The key {key!r} belongs to {other.code} already.")
    return key


def _colour(others: list[EntityType]) -> str:
    """The first colour that fewest of the others have."""
    taken = [other.colour for other in others]
    return min(PALETTE, key=taken.count)


def _key(type_: EntityType, others: list[EntityType]) -> str:
    """The first free of: letters of the name, digits, the alphabet; "" when all are taken."""
    taken = RESERVED_KEYS | {other.key for other in others}
    letters = [c for c in type_.name.lower() if c.isascii() and c.isalpha()]
    wanted = [*letters, *"1234567890", *"bcdehikmnoqrtuvwyz"]
    return next((key for key in wanted if key not in taken), "")
