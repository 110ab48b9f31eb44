"""Steps over all texts of a project: look first, do the ticked hits, take back, do again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from db import bulk, projects
from db.bulk_values import AsOf, BulkReport, BulkStep, Choice, Deed, Preview, Wanted
from db.ledger import Hand
from db.session import Database
from studio import propagating

router = APIRouter(prefix="/api/bulk")

_MOST = 100_000  # ticks in one step: ten hits in each of ten thousand texts
_LONGEST = 20_000  # characters that are looked for: the longest word we test, twice
_UID = r"^[A-Za-z0-9_-]{8,64}$"


class Words(BaseModel):
    """What to look for."""

    model_config = ConfigDict(extra="forbid")

    project: str
    surface: str = Field(min_length=1, max_length=_LONGEST)
    code: str = Field(min_length=1, max_length=200)
    whole: StrictBool = True
    same_case: StrictBool = True
    accepted: StrictBool = False

    def wanted(self) -> Wanted:
        """The same as a value."""
        return Wanted(self.surface, self.code, self.whole, self.same_case, self.accepted)


class Look(Words):
    """A page of hits to show."""

    after: tuple[StrictInt, StrictInt] | None = None
    limit: StrictInt = Field(default=100, ge=1, le=500)


class Seen(BaseModel):
    """What the preview said of its moment."""

    edit: StrictInt = Field(ge=0)
    text: StrictInt = Field(ge=0)


class Do(Words):
    """The ticked hits, all but some or only some, by text and first character."""

    deed: Deed
    all: StrictBool
    but: list[tuple[StrictInt, StrictInt]] = Field(max_length=_MOST)
    as_of: Seen
    edit_uid: str = Field(pattern=_UID)


class Turn(BaseModel):
    """Taking a step back, or doing it again."""

    model_config = ConfigDict(extra="forbid")

    edit_uid: str = Field(pattern=_UID)


@router.post("/preview")
def preview(request: Request, look: Look) -> dict[str, Any]:
    """The places that a step would touch; changes nothing."""
    with _database(request).session() as session:
        project = projects.get(session, look.project)
        seen = propagating.preview(session, project.id, look.wanted(), look.after, look.limit)
        return _preview(seen)


@router.post("")
def apply(request: Request, do: Do) -> dict[str, Any]:
    """Do the ticked hits as one step."""
    with _database(request).session() as session:
        project = projects.get(session, do.project)
        choice = Choice(do.all, frozenset(do.but))
        as_of = AsOf(do.as_of.edit, do.as_of.text)
        hand = Hand(do.edit_uid, request.app.state.settings.author)
        report = propagating.apply(session, project.id, do.wanted(), do.deed, choice, as_of, hand)
    return _report(request, report)


@router.get("")
def recent(request: Request, project: str) -> dict[str, Any]:
    """The newest steps of a project, the newest first."""
    with _database(request).session() as session:
        found = bulk.recent(session, projects.get(session, project).id)
        return {"steps": [_step(one) for one in found]}


@router.get("/{bulk_id}")
def get(request: Request, bulk_id: int) -> dict[str, Any]:
    """One step, by its own number or that of an undo or redo of it."""
    with _database(request).session() as session:
        return _step(bulk.get(session, bulk_id))


@router.post("/{bulk_id}/undo")
def undo(request: Request, bulk_id: int, turn: Turn) -> dict[str, Any]:
    """Take a step back as a whole."""
    hand = Hand(turn.edit_uid, request.app.state.settings.author)
    with _database(request).session() as session:
        report = bulk.undo(session, bulk_id, hand)
    return _report(request, report)


@router.post("/{bulk_id}/redo")
def redo(request: Request, bulk_id: int, turn: Turn) -> dict[str, Any]:
    """Do a step again as a whole."""
    hand = Hand(turn.edit_uid, request.app.state.settings.author)
    with _database(request).session() as session:
        report = bulk.redo(session, bulk_id, hand)
    return _report(request, report)


def _preview(seen: Preview) -> dict[str, Any]:
    hits = [
        {
            "text": one.hit.text_id,
            "number": one.hit.position + 1,
            "status": one.hit.status,
            "start": one.hit.start,
            "end": one.hit.end,
            "suggested": one.hit.code,
            "score": one.hit.score,
            "before": one.before,
            "surface": one.surface,
            "after": one.after,
        }
        for one in seen.shown
    ]
    figures = ("next", "hits", "texts", "suggestions", "marked", "in_accepted")
    told = {name: getattr(seen, name) for name in figures}
    return {**told, "shown": hits, "as_of": asdict(seen.as_of)}


def _report(request: Request, report: BulkReport) -> dict[str, Any]:
    """What came of a step, and the step as it stands now."""
    told = asdict(report)
    if report.bulk_id is None:
        return {**told, "step": None}
    with _database(request).session() as session:
        return {**told, "step": _step(bulk.get(session, report.bulk_id))}


def _step(step: BulkStep) -> dict[str, Any]:
    return {**asdict(step), "created_at": step.created_at.isoformat()}


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
