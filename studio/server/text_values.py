"""Texts as JSON for the browser; offsets stay code points."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from db import entity_types, projects, sifting
from db.values import STATUSES, Queue, Rejected, StoredSpan, StoredText

if TYPE_CHECKING:
    from sqlmodel import Session


def state(text: StoredText) -> dict[str, Any]:
    """What a change can change of a text."""
    return {
        "revision": text.revision,
        "status": text.status,
        "spans": [span(each) for each in text.spans],
        "unlocated": [asdict(mention) for mention in text.unlocated],
        "rejected": [rejection(each) for each in text.rejected],
        "can_undo": text.can_undo,
        "can_redo": text.can_redo,
        "undo_bulk": text.undo_bulk,
        "redo_bulk": text.redo_bulk,
    }


def span(stored: StoredSpan) -> dict[str, Any]:
    """A span with its id on the screen."""
    return {
        "id": stored.id,
        "start": stored.start,
        "end": stored.end,
        "code": stored.code,
        "kind": stored.kind,
        "score": stored.score,
        "match": stored.match,
        "action": stored.action,
        "tagger": stored.tagger,
        "suggestion_id": stored.suggestion_id,
        "author": stored.author,
        "created_at": stored.created_at and stored.created_at.isoformat(),
        "proposed": stored.proposed and dict(zip(("text", "code"), stored.proposed, strict=True)),
    }


def rejection(stored: Rejected) -> dict[str, Any]:
    """What a person said is not there."""
    return {**asdict(stored), "created_at": stored.created_at.isoformat()}


def whole(session: Session, text: StoredText, queue: Queue) -> dict[str, Any]:
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
        "seconds": text.seconds,
        **neighbours(session, text, queue),
    }


def neighbours(session: Session, text: StoredText, queue: Queue) -> dict[str, Any]:
    """The texts before and after one, its place, and how many there are in the queue."""
    found = sifting.around(session, text.project_id, text.id, queue)
    return {
        "next": found.next,
        "previous": found.previous,
        "position": found.place.position,
        "total": found.place.total,
    }


def counts(session: Session, project_id: int) -> dict[str, int]:
    """Texts a status, zero ones too."""
    found = projects.counts(session, project_id)
    return {status: found.get(status, 0) for status in STATUSES}
