"""Texts on their way in: whole batches by core insert, duplicates and hopeless ones left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlmodel import Session

from db import blind, openness, proposing, shuffling
from db.chunks import chunks
from db.columns import now
from db.entity_types import by_label
from db.projects import by_id, settings
from db.session import transaction
from db.tables import ANNOTATION, TEXT, TEXT_BODY
from db.values import AddReport, SpansAs, Status
from engine.types import Problem, Record, Span

IMPORT = "import"
"""The tagger that suggestions from files are said to come from."""

_ANSWERS: dict[str, Status] = {"ignore": "skipped", "reject": "review"}


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A record that can be kept, with the print of its text."""

    record: Record
    print: str


@dataclass(frozen=True, slots=True)
class _Placed:
    """A record that has its number, and its spans with their type ids."""

    id: int
    record: Record
    spans: list[tuple[Span, int]]


def add_batch(
    session: Session,
    project_id: int,
    records: Sequence[Record],
    *,
    as_: SpansAs = "none",
    author: str = "",
    source: str = "",
) -> AddReport:
    """Add texts; their labels are matched to codes and names, case aside.

    "annotations" makes the texts accepted (skipped where the record says ignore, in review with
    rejections where it says reject); "suggestions" makes their spans suggestions of the tagger
    "import" (a text without any stays new). A text that the project has already is left as it is.

    Raises:
        NotFound: there is no such project.
    """
    incoming, refused = _readable(records)
    with transaction(session):
        by_id(session, project_id)
        fresh = _fresh(session, project_id, incoming)
        placed, unknown = _insert(session, project_id, fresh, as_=as_, source=source)
        if as_ == "annotations":
            _annotate(session, placed, author)
        elif as_ == "suggestions":
            _suggest(session, project_id, placed, source)
    return AddReport(len(fresh), len(incoming) - len(fresh), dict(unknown), tuple(refused))


def _readable(records: Sequence[Record]) -> tuple[list[_Incoming], list[Problem]]:
    kept, refused = [], []
    for record in records:
        characters = record.content.text
        if not characters:
            refused.append(Problem("rejected", record.line, "The text is empty."))
            continue
        try:
            kept.append(_Incoming(record, sha256(characters.encode()).hexdigest()))
        except UnicodeEncodeError as error:
            message = f"The text has half a character (a lone surrogate) at {error.start}."
            refused.append(Problem("rejected", record.line, message))
    return kept, refused


def _fresh(session: Session, project_id: int, incoming: Sequence[_Incoming]) -> list[_Incoming]:
    """Those whose text neither the project nor an earlier one of the batch has."""
    known = set[str]()
    for some in chunks(incoming):
        query = select(TEXT.c.sha256).where(
            TEXT.c.project_id == project_id, TEXT.c.sha256.in_([one.print for one in some])
        )
        known.update(session.connection().execute(query).scalars())
    fresh: dict[str, _Incoming] = {}
    for one in incoming:
        if one.print not in known:
            fresh.setdefault(one.print, one)
    return list(fresh.values())


def _insert(
    session: Session,
    project_id: int,
    fresh: Sequence[_Incoming],
    *,
    as_: SpansAs,
    source: str,
) -> tuple[list[_Placed], Counter[str]]:
    if not fresh:
        return [], Counter()
    connection, moment = session.connection(), now()
    chosen = settings(session, project_id)
    highest = select(func.coalesce(func.max(TEXT.c.position), -1))
    position = connection.execute(highest.where(TEXT.c.project_id == project_id)).scalar_one() + 1
    text_id = _next_id(session)
    types = {label: type_.id for label, type_ in by_label(session, project_id).items()}
    share = blind.share_of(chosen, position + len(fresh))
    unknown = Counter[str]()
    placed = []
    for number, one in enumerate(fresh):
        spans = _known(one.record, types, unknown) if as_ != "none" else []
        placed.append(_Placed(text_id + number, one.record, spans))
    common = {"project_id": project_id, "source": source, "created_at": moment}
    rows = [
        _row(one, text_id + number, position + number, share, chosen.seed)
        | common
        | {"status": _status(placed[number], as_), "updated_at": moment}
        for number, one in enumerate(fresh)
    ]
    connection.execute(insert(TEXT), rows)
    bodies = [
        {"text_id": item.id, "text": item.record.content.text, "meta": _meta(item.record)}
        for item in placed
    ]
    connection.execute(insert(TEXT_BODY), bodies)
    return placed, unknown


def _next_id(session: Session) -> int:
    """The number after the highest that any text ever had."""
    query = text("SELECT seq FROM sqlite_sequence WHERE name = 'text'")
    return int(session.connection().execute(query).scalar() or 0) + 1


def _known(record: Record, types: dict[str, int], unknown: Counter[str]) -> list[tuple[Span, int]]:
    spans = []
    for span in record.content.spans:
        type_id = types.get(span.label.strip().casefold())
        if type_id is None:
            unknown[span.label] += 1
        else:
            spans.append((span, type_id))
    return spans


def _status(item: _Placed, as_: SpansAs) -> Status:
    """A text without a suggestion is new, whatever the file was said to hold: nobody tagged it."""
    if as_ == "annotations":
        return _ANSWERS.get(item.record.answer, "accepted")
    return "suggested" if as_ == "suggestions" and item.spans else "new"


def _meta(record: Record) -> dict[str, Any]:
    """What the file said of the text, its own id included."""
    own = {"id": record.id} if record.id else {}
    return {**own, **record.meta}


def _row(one: _Incoming, id_: int, position: int, share: float, seed: int) -> dict[str, Any]:
    return {
        "id": id_,
        "position": position,
        "sha256": one.print,
        "revision": 0,
        "blind": blind.hides(one.print, share),
        "flagged": False,
        "note": "",
        "seconds": 0.0,
        "n_suggestions": 0,
        "n_unlocated": 0,
        "n_spans": 0,
        "uncertainty": None,
        "shuffle": shuffling.key(one.print, seed),
    }


def _annotate(session: Session, placed: Sequence[_Placed], author: str) -> None:
    moment = now()
    rows = [
        {
            "text_id": item.id,
            "type_id": type_id,
            "start": span.start,
            "end": span.end,
            "surface": item.record.content.surface(span),
            "suggestion_id": None,
            "action": "rejected" if item.record.answer == "reject" else "created",
            "author": author,
            "created_at": moment,
            "added_revision": 0,
            "removed_revision": None,
            "restores": None,
        }
        for item in placed
        for span, type_id in _distinct(item.spans)
    ]
    if rows:
        session.connection().execute(insert(ANNOTATION), rows)
    openness.recount(session, [item.id for item in placed])


def _suggest(session: Session, project_id: int, placed: Sequence[_Placed], source: str) -> None:
    tagging_id = proposing.reuse_tagging(session, project_id, IMPORT, source)
    proposing.insert_rows(
        session,
        tagging_id,
        [
            proposing.Row(item.id, type_id, span.start, span.end, item.record.content.surface(span))
            for item in placed
            for span, type_id in _distinct(item.spans)
        ],
    )
    proposing.mark_done(session, tagging_id, [(item.id, "", {}) for item in placed])
    openness.close_blind(session, [item.id for item in placed])
    openness.recount(session, [item.id for item in placed])


def _distinct(spans: Sequence[tuple[Span, int]]) -> list[tuple[Span, int]]:
    """Each place and type once, whatever a file calls the type."""
    return list({(span.start, span.end, id_): (span, id_) for span, id_ in spans}.values())
