"""Texts as JSON for the browser; offsets stay code points."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal, get_args

from db import entity_types, projects, texts
from db.values import STATUSES, UNFINISHED, Order, Status, StoredSpan, StoredText

if TYPE_CHECKING:
    from sqlmodel import Session

Which = Literal["open", "all", "new", "suggested", "review", "accepted", "skipped"]
"""Which texts a queue shows: a status, all of them, or "open" for those nobody has finished."""


def statuses(which: Which) -> tuple[Status, ...]:
    """The statuses that a queue lets through."""
    if which == "open":
        return UNFINISHED
    return tuple(status for status in get_args(Status) if which in ("all", status))


def state(text: StoredText) -> dict[str, Any]:
    """What a change can change of a text."""
    return {
        "revision": text.revision,
        "status": text.status,
        "spans": [span(each) for each in text.spans],
        "unlocated": [asdict(mention) for mention in text.unlocated],
        "can_undo": text.can_undo,
        "can_redo": text.can_redo,
    }


def span(stored: StoredSpan) -> dict[str, Any]:
    """A span with its id on the screen."""
    fields = ("id", "start", "end", "code", "kind", "score", "match", "action", "tagger")
    told = {name: getattr(stored, name) for name in fields}
    return {**told, "suggestion_id": stored.suggestion_id}


def whole(session: Session, text: StoredText, which: Which, order: Order) -> dict[str, Any]:
    """A text with its types, and its neighbours in a queue."""
    project_id = text.project_id
    types = entity_types.list_types(session, project_id)
    return {
        "id": text.id,
        "project": projects.by_id(session, project_id).name,
        "number": text.position + 1,
        "text": text.text,
        **state(text),
        "types": [
            {
                "code": each.code,
                "name": each.name,
                "colour": each.colour,
                "key": each.key,
                "definition": each.definition,
            }
            for each in types
        ],
        "allow_overlap": projects.settings(session, project_id).allow_overlap,
        "flagged": text.flagged,
        "note": text.note,
        "blind": text.blind,
        **neighbours(session, text, which, order),
    }


def neighbours(session: Session, text: StoredText, which: Which, order: Order) -> dict[str, Any]:
    """The texts before and after one, its place, and how many there are in the queue.

    After the last text that waits comes the first one, so that nothing is left behind.
    """
    wanted: Collection[Status] = statuses(which)
    after = texts.next_in_queue(
        session, text.project_id, after_text_id=text.id, order=order, status=wanted
    )
    if after is None and which == "open":
        first = texts.next_in_queue(session, text.project_id, order=order, status=wanted)
        after = None if first == text.id else first
    before = texts.previous_in_queue(
        session, text.project_id, before_text_id=text.id, order=order, status=wanted
    )
    place = texts.queue_position(session, text.id, order=order, status=wanted)
    return {"next": after, "previous": before, "position": place.position, "total": place.total}


def counts(session: Session, project_id: int) -> dict[str, int]:
    """Texts a status, zero ones too."""
    found = projects.counts(session, project_id)
    return {status: found.get(status, 0) for status in STATUSES}
