"""Find every place in a project where some words stand and nobody has said anything yet."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from db.bulk_values import Finder, Hit, Wanted
from db.tables import WIDE

_CANDIDATES = """
SELECT t.id, t.position, t.status, b.text FROM text t JOIN text_body b ON b.text_id = t.id
WHERE t.project_id = :project AND {condition} ORDER BY t.position
"""
_INSIDE = "instr({body}.text, :surface) > 0"
_INDEXED = f"""
t.id IN (SELECT rowid FROM text_search WHERE text_search MATCH :phrase
         UNION SELECT w.text_id FROM text_body w WHERE {WIDE} AND {{inside}})
"""

_SPOKEN = """
SELECT DISTINCT h.key FROM json_each(:hits) h JOIN annotation a
    ON a.text_id = json_extract(h.value, '$[0]') AND a.removed_revision IS NULL
WHERE (a.action != 'rejected' AND a.start < json_extract(h.value, '$[2]')
       AND a."end" > json_extract(h.value, '$[1]'))
   OR (a.action = 'rejected' AND a.type_id = :type AND a.start = json_extract(h.value, '$[1]')
       AND a."end" = json_extract(h.value, '$[2]'))
"""
"""Hits on which a human span lies, or that a person has refused to be of this type."""

_PROPOSED = """
SELECT h.key, s.id, e.code, s.score FROM json_each(:hits) h JOIN suggestion s
    ON s.text_id = json_extract(h.value, '$[0]') AND s.open = 1
    AND s.start = json_extract(h.value, '$[1]') AND s."end" = json_extract(h.value, '$[2]')
JOIN entity_type e ON e.id = s.type_id
ORDER BY h.key, s.type_id = :type, s.score
"""
"""Of several suggestions on a hit the last counts: one of the type that is meant, the surest."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave.

    Attributes:
        hits: free ones, in order of import and then of the text.
        texts: text id -> its characters, for the texts with hits.
        marked: places on which a person has spoken.
        in_accepted: places in accepted texts, left out.
    """

    hits: list[Hit]
    texts: dict[int, str]
    marked: int
    in_accepted: int


def search(session: Session, project_id: int, type_id: int, wanted: Wanted, find: Finder) -> Found:
    """Every free hit of a project."""
    places: list[tuple[int, int, int]] = []
    rows: list[Any] = []
    texts: dict[int, str] = {}
    in_accepted = 0
    for row in _candidates(session, project_id, wanted):
        found = find(row[3])
        if row[2] == "accepted" and not wanted.accepted:
            in_accepted += len(found)
            continue
        if found:
            texts[row[0]] = row[3]
        places += [(row[0], start, end) for start, end in found]
        rows += [row] * len(found)
    spoken = {row.key for row in _ask(session, _SPOKEN, places, type_id)}
    on = {row.key: row[1:] for row in _ask(session, _PROPOSED, places, type_id)}
    hits = [
        Hit(id_, rows[n][1], rows[n][2], start, end, *on.get(n, (None, None, None)))
        for n, (id_, start, end) in enumerate(places)
        if n not in spoken
    ]
    return Found(hits, texts, len(spoken), in_accepted)


def _candidates(session: Session, project_id: int, wanted: Wanted) -> Sequence[Any]:
    """Texts that may have a hit: more than have one, never fewer.

    The search index knows ASCII texts as we do: what it calls a word is one. In other texts its
    words differ from ours (scripts without spaces, marks), so there the characters are looked at.
    """
    surface = wanted.surface
    values: dict[str, Any] = {"project": project_id}
    inside = "1"
    if wanted.same_case:
        inside = _INSIDE
        values["surface"] = surface
    condition = inside.format(body="b")
    plain = surface.isascii() and "\x00" not in surface and any(c.isalnum() for c in surface)
    if wanted.whole and plain:
        condition = _INDEXED.format(inside=inside.format(body="w"))
        values["phrase"] = '"' + surface.replace('"', '""') + '"'
    query = text(_CANDIDATES.format(condition=condition))
    return session.connection().execute(query, values).all()


def _ask(
    session: Session, query: str, places: Sequence[tuple[int, int, int]], type_id: int
) -> Sequence[Any]:
    values = {"hits": json.dumps(places), "type": type_id}
    return session.connection().execute(text(query), values).all()
