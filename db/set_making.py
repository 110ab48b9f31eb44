"""How a few-shot set is written down: texts with spans, and how they were chosen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select
from sqlmodel import Session

from db import entity_types
from db.chunks import chunks
from db.columns import now
from db.eligible import refused
from db.errors import Invalid
from db.names import checked
from db.projects import by_id
from db.session import insert_row
from db.set_values import FewShotSet, Pick
from db.tables import ANNOTATION, ENTITY_TYPE, FEW_SHOT_SET, FEW_SHOT_TEXT, TEXT

_VERSIONED = re.compile(r"@\d+$")


def write(
    session: Session,
    project_id: int,
    name: str,
    picks: Sequence[Pick],
    how: Mapping[str, Any],
    short: Mapping[str, str],
) -> int:
    """Write a set within the caller's transaction; returns its number. Raises as `fewshot.make`."""
    name = checked(name, "A set's name")
    if _VERSIONED.search(name):
        raise Invalid(f"A set's name cannot end in @ and a number, which names a version: {name}.")
    ids = [pick.text_id for pick in picks]
    if not ids:
        raise Invalid("A few-shot set needs at least one text.")
    if len(set(ids)) != len(ids):
        raise Invalid("A few-shot set holds each text once.")
    by_id(session, project_id)
    _refuse(session, project_id, ids)
    numbers = {type_.code: type_.id for type_ in entity_types.list_types(session, project_id)}
    rows = _rows(session, picks, numbers)
    head = {"project_id": project_id, "name": name, "created_at": now(), **how}
    head["short"] = {str(numbers[code]): why for code, why in short.items()}
    return _insert(session, head, rows, numbers.values())


def write_swapped(
    session: Session,
    made: FewShotSet,
    out: int,
    pick: Pick,
    short: Mapping[str, str],
    note: str,
) -> int:
    """Write the next version of a set within the caller's transaction; raises as `fewshot.swap`."""
    query = select(FEW_SHOT_TEXT).where(FEW_SHOT_TEXT.c.set_id == made.id)
    rows = {row.text_id: dict(row._mapping) for row in session.connection().execute(query)}
    if out not in rows:
        raise Invalid(f"Text {out} is not in the set.")
    if pick.text_id in rows:
        raise Invalid(f"Text {pick.text_id} is in the set already.")
    _refuse(session, made.project_id, [pick.text_id])
    query = select(FEW_SHOT_SET).where(FEW_SHOT_SET.c.id == made.id)
    head = dict(session.connection().execute(query).one()._mapping)
    types = [int(type_id) for type_id in head["counts"]]
    query = select(ENTITY_TYPE.c.code, ENTITY_TYPE.c.id).where(ENTITY_TYPE.c.id.in_(types))
    numbers = {row.code: row.id for row in session.connection().execute(query)}
    (new,) = _rows(session, [pick], numbers)
    rows[out] = {**new, "position": rows[out]["position"]}
    head |= {"note": note, "created_at": now()}
    head["short"] = {str(numbers[code]): why for code, why in short.items()}
    return _insert(session, head, list(rows.values()), types)


def _insert(
    session: Session, head: dict[str, Any], rows: Sequence[dict[str, Any]], types: Collection[int]
) -> int:
    """Write the row of a set, as the next version of its name, and those of its texts."""
    counts = Counter(type_id for row in rows for _, _, type_id in row["spans"])
    head = {name: value for name, value in head.items() if name != "id"} | {
        "version": _newest(session, head["project_id"], head["name"]) + 1,
        "counts": {str(type_id): counts[type_id] for type_id in types},
    }
    set_id = insert_row(session, insert(FEW_SHOT_SET).values(**head))
    session.connection().execute(insert(FEW_SHOT_TEXT), [{**row, "set_id": set_id} for row in rows])
    return set_id


def _rows(
    session: Session, picks: Sequence[Pick], numbers: Mapping[str, int]
) -> list[dict[str, Any]]:
    ids = [pick.text_id for pick in picks]
    spans, revisions = _live(session, ids), _revisions(session, ids)
    return [
        {
            "text_id": pick.text_id,
            "position": position,
            "revision": revisions[pick.text_id],
            "spans": spans.get(pick.text_id, []),
            "why": [numbers[code] for code in pick.why],
        }
        for position, pick in enumerate(picks)
    ]


def _refuse(session: Session, project_id: int, ids: Collection[int]) -> None:
    for some in chunks(ids):
        for id_, why in refused(session, project_id, some).items():
            raise Invalid(f"Text {id_} cannot go into a few-shot set: {why}.")


def _newest(session: Session, project_id: int, name: str) -> int:
    query = select(func.coalesce(func.max(FEW_SHOT_SET.c.version), 0)).where(
        FEW_SHOT_SET.c.project_id == project_id, FEW_SHOT_SET.c.name == name
    )
    return int(session.connection().execute(query).scalar_one())


def _live(session: Session, ids: Sequence[int]) -> dict[int, list[list[int]]]:
    """Human spans as [start, end, type], in reading order, by text."""
    spans: dict[int, list[list[int]]] = {}
    for some in chunks(ids):
        query = (
            select(ANNOTATION.c.text_id, ANNOTATION.c.start, ANNOTATION.c.end, ANNOTATION.c.type_id)
            .where(
                ANNOTATION.c.text_id.in_(some),
                ANNOTATION.c.removed_revision.is_(None),
                ANNOTATION.c.action != "rejected",
            )
            .order_by(ANNOTATION.c.start, ANNOTATION.c.end, ANNOTATION.c.type_id)
        )
        for text_id, *span in session.connection().execute(query):
            spans.setdefault(text_id, []).append(span)
    return spans


def _revisions(session: Session, ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in chunks(ids):
        query = select(TEXT.c.id, TEXT.c.revision).where(TEXT.c.id.in_(some))
        found |= {row.id: row.revision for row in session.connection().execute(query)}
    return found
