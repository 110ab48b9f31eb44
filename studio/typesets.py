"""Sets of entity types in a file: a YAML or JSON list, or a mapping from code to definition.

>>> [t.code for t in parse("- {name: creative work, definition: A book or a film.}", "t.yaml")]
['CREATIVE_WORK']
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.types import EntityType
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from sqlmodel import Session

FIELDS = ("code", "name", "definition", "colour", "key")
MAX_BYTES = 1_000_000


def code_of(name: str) -> str:
    """The name in upper snake case: what files call the type unless it says otherwise."""
    return re.sub(r"[^\w]+", "_", name.strip()).strip("_").upper() or name.strip()


def short_code(name: str) -> str:
    """The code a type gets where none is given: that of its name, as long as a code can be."""
    from db import entity_types

    return code_of(name)[: entity_types.LONGEST_CODE].rstrip("_")


def codes(types: Iterable[EntityType]) -> dict[str, str]:
    """From every way a file may spell a type (code or name, case folded) to its code.

    A code wins over another type's name.
    """
    listed = list(types)
    by_name = {t.name.strip().casefold(): t.code for t in listed}
    return by_name | {t.code.strip().casefold(): t.code for t in listed}


def read(path: Path) -> tuple[EntityType, ...]:
    """The types a file holds.

    Raises:
        RequestRefused: the file is no list of types; says where.
        OSError: it cannot be read.
    """
    from engine.errors import FormatError
    from engine.formats.files import decode

    if path.stat().st_size > MAX_BYTES:
        raise RequestRefused(f"{path.name} is too large for a set of types.", where=str(path))
    with path.open("rb") as file:
        data = file.read(MAX_BYTES)
    try:
        text = decode(data, path.name)
    except FormatError as error:
        raise RequestRefused(str(error), where=f"{path}:{error.line}") from None
    return parse(text, path.name)


def parse(text: str, name: str) -> tuple[EntityType, ...]:
    """The types in the text of a file called `name`.

    Raises:
        RequestRefused: see `read`.
    """
    entries = list(_entries(_load(text, name), name))
    if not entries:
        raise RequestRefused(f"{name} holds no entity types.", where=name)
    types = tuple(_entity_type(entry, name, i) for i, entry in enumerate(entries, start=1))
    seen: dict[str, str] = {}
    for entity_type in types:
        folded = entity_type.code.casefold()
        if folded in seen:
            raise RequestRefused(f"{name} gives the code {entity_type.code} twice.", where=name)
        seen[folded] = entity_type.code
    return types


def store(session: Session, project_id: int, types: Iterable[EntityType]) -> None:
    """Add types to a project; one whose code is there already takes over what is given.

    Raises:
        AlreadyExists, Invalid: see `db.entity_types`; put it in a transaction to change all or
            nothing.
    """
    from db import entity_types
    from db.errors import AlreadyExists, Invalid

    there = {t.code.casefold(): t for t in entity_types.list_types(session, project_id)}
    for number, wanted in enumerate(types, start=1):
        old = there.get(wanted.code.casefold())
        try:
            if old is None:
                entity_types.add(session, project_id, wanted)
            elif (changed := _changed(old, wanted)) != old:
                entity_types.update(session, project_id, changed)
        except (AlreadyExists, Invalid) as error:
            raise type(error)(f"Entity type {number}, {wanted.name}: {error}") from error


def _changed(old: EntityType, wanted: EntityType) -> EntityType:
    return replace(
        old,
        name=wanted.name,
        definition=wanted.definition or old.definition,
        colour=wanted.colour or old.colour,
        key=wanted.key or old.key,
    )


def _load(text: str, name: str) -> Any:
    import yaml

    try:
        return _json(text, name) if name.lower().endswith(".json") else _yaml(text)
    except json.JSONDecodeError as error:
        line, what = error.lineno, error.msg
    except yaml.reader.ReaderError as error:
        line, what = text.count("\n", 0, error.position) + 1, error.reason
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, what = (mark.line + 1 if mark else 1), getattr(error, "problem", "") or "no YAML"
    except RecursionError:
        line, what = 1, "nested too deeply"
    raise RequestRefused(f"{name}, line {line}, cannot be read: {what}.", where=f"{name}:{line}")


def _json(text: str, name: str) -> Any:
    """What JSON says; the standard reader drops all but the last of equal keys."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        for key, times in Counter(key for key, _ in pairs).items():
            if times > 1:
                raise RequestRefused(f"{name} holds {key!r} twice.", where=name)
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def _yaml(text: str) -> Any:
    """What YAML says; the standard reader drops all but the last of equal keys."""
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen = set()
            for key, _ in node.value:
                name = key.value if isinstance(key, yaml.ScalarNode) else None
                if name in seen:
                    told = f"{name} stands there a second time"
                    raise yaml.constructor.ConstructorError(None, None, told, key.start_mark)
                if name is not None:
                    seen.add(name)
            return super().construct_mapping(node, deep)

    return yaml.load(text, Loader)


def _entries(data: Any, name: str) -> Iterator[Any]:
    if isinstance(data, Mapping):
        for code, entry in data.items():
            if not isinstance(entry, Mapping):
                raise RequestRefused(f"{name}: {code!r} needs a name and a definition.", where=name)
            yield {"code": code, "name": code, **entry}
    elif isinstance(data, list):
        yield from data
    else:
        raise RequestRefused(f"{name} is neither a list of entity types nor a mapping.", where=name)


def _entity_type(entry: Any, name: str, number: int) -> EntityType:
    place = f"{name}, entity type {number}"
    if not isinstance(entry, Mapping):
        raise RequestRefused(f"{place}: a name and a definition are needed.", where=name)
    unknown = sorted(str(key) for key in entry if key not in (*FIELDS, "id", "position"))
    if unknown:
        raise RequestRefused(f"{place}: there is no field {unknown[0]!r}.", where=name)
    values = {field: entry[field] for field in FIELDS if entry.get(field) is not None}
    wrong = [field for field, value in values.items() if not isinstance(value, str)]
    if wrong:
        raise RequestRefused(f"{place}: put {wrong[0]} in quotes.", where=name)
    if not values.get("name", "").strip():
        raise RequestRefused(f"{place} has no name.", where=name)
    cleaned = {field: value.strip() for field, value in values.items()}
    return EntityType(0, cleaned.pop("code", "") or short_code(cleaned["name"]), **cleaned)
