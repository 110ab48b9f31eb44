"""Texts and the edits made on them, as the span editor reads and writes them.

Every change names the revision it was made on (`base`) and carries an id of its own (`edit_uid`):
a text that has moved on answers 409 with what it holds now, and the same id again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from db import annotations as answers
from db import texts
from db.errors import Conflict
from db.session import Database
from db.values import NewSpan, Queue, Status
from studio import messages
from studio.server import queues, text_values

if TYPE_CHECKING:
    from sqlmodel import Session

router = APIRouter(prefix="/api/texts")

SpanId = Annotated[str, Field(pattern=r"^[as]?[0-9]{1,18}$")] | StrictInt
"""A span's number, or its name on the screen: "a7" a human span, "s7" a suggestion."""

RejectionId = Annotated[str, Field(pattern=r"^r[0-9]{1,18}$")]
"""A rejection's name on the screen: "r7"."""

_MOST = 20_000  # spans in one change: ten times the longest text we test


class Change(BaseModel):
    """What every change says of itself."""

    model_config = ConfigDict(extra="forbid")

    base: StrictInt = Field(ge=0)
    edit_uid: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    seconds: float = Field(default=0.0, ge=0, le=86_400, allow_inf_nan=False)


class Added(BaseModel):
    """A span that a person set, in code points."""

    model_config = ConfigDict(extra="forbid")

    start: StrictInt = Field(ge=0)
    end: StrictInt = Field(ge=1)
    code: str = Field(min_length=1, max_length=200)
    suggestion_id: SpanId | None = None


class Edits(Change):
    """Spans to add and to take away, suggestions to refuse, rejections to take back."""

    added: list[Added] = Field(default_factory=list, max_length=_MOST)
    removed: list[SpanId] = Field(default_factory=list, max_length=_MOST)
    rejected: list[SpanId] = Field(default_factory=list, max_length=_MOST)
    restored: list[RejectionId] = Field(default_factory=list, max_length=_MOST)


class StatusChange(Change):
    """Where the text stands from now on."""

    status: Status
    accept_open: StrictBool = False


class Note(BaseModel):
    """That a text deserves a second look, and why."""

    model_config = ConfigDict(extra="forbid")

    flagged: StrictBool
    note: str = Field(default="", max_length=5_000)


@router.get("/{text_id}")
def get(
    request: Request,
    response: Response,
    text_id: int,
    queue: Annotated[Queue, Depends(queues.asked)],
) -> dict[str, Any]:
    """What the database holds of a text, and where it stands in the queue that is asked for."""
    response.headers["cache-control"] = "no-store"
    with _database(request).session() as session:
        return text_values.whole(session, texts.get(session, text_id), queue)


@router.post("/{text_id}/edits")
def edit(request: Request, text_id: int, change: Edits) -> Response:
    """Save one step of a person's work."""
    added = [
        NewSpan(new.start, new.end, new.code, _maybe(new.suggestion_id)) for new in change.added
    ]
    return _write(
        request,
        text_id,
        lambda session: answers.apply_edit(
            session,
            text_id,
            base=change.base,
            edit_uid=change.edit_uid,
            added=added,
            removed=[_number(span) for span in change.removed],
            rejected=[_number(span) for span in change.rejected],
            restored=[_number(one) for one in change.restored],
            author=request.app.state.settings.author,
            seconds=change.seconds,
        ),
    )


@router.post("/{text_id}/undo")
def undo(request: Request, text_id: int, change: Change) -> Response:
    """Take the last step back; nothing happens when there is none."""
    return _turn(request, text_id, change, answers.undo, "can_undo")


@router.post("/{text_id}/redo")
def redo(request: Request, text_id: int, change: Change) -> Response:
    """Do again what was undone last; nothing happens when there is nothing."""
    return _turn(request, text_id, change, answers.redo, "can_redo")


@router.post("/{text_id}/status")
def set_status(request: Request, text_id: int, change: StatusChange) -> Response:
    """Accept, skip or reopen a text; `accept_open` accepts its open suggestions with it."""
    return _write(
        request,
        text_id,
        lambda session: answers.set_status(
            session,
            text_id,
            change.status,
            change.base,
            change.edit_uid,
            request.app.state.settings.author,
            accept_open=change.accept_open,
            seconds=change.seconds,
        ),
    )


@router.put("/{text_id}/note")
def note(request: Request, text_id: int, given: Note) -> dict[str, Any]:
    """Flag a text with a note, or take the flag away."""
    with _database(request).session() as session:
        texts.set_note(session, text_id, flagged=given.flagged, note=given.note)
    return given.model_dump()


def _turn(
    request: Request, text_id: int, change: Change, way: Callable[..., int], possible: str
) -> Response:
    def act(session: Session) -> None:
        now = texts.get(session, text_id)
        if now.revision == change.base and not getattr(now, possible):
            return
        author = request.app.state.settings.author
        way(session, text_id, change.base, change.edit_uid, author, change.seconds)

    return _write(request, text_id, act)


def _write(request: Request, text_id: int, act: Callable[[Session], object]) -> Response:
    """Make a change and answer what is on the text then; 409 when it was made on an older one."""
    database = _database(request)
    try:
        with database.session() as session:
            act(session)
    except Conflict as conflict:
        with database.session() as session:
            now = text_values.state(texts.get(session, text_id))
        told = {"kind": messages.kind(conflict), "message": messages.sentence(conflict)}
        return JSONResponse({**now, "error": told}, 409)
    with database.session() as session:
        return JSONResponse(text_values.state(texts.get(session, text_id)))


def _number(span: str | int) -> int:
    return span if isinstance(span, int) else int(span.lstrip("asr"))


def _maybe(span: str | int | None) -> int | None:
    return None if span is None else _number(span)


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
