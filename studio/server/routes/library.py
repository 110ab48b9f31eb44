"""The library as the browser reads and edits it: each change is saved at once, as a revision."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from db import library, projects
from db.session import Database
from engine.types import AnnotatedText, Span
from studio import wiring
from studio.jobs import runner
from studio.server import library_values

router = APIRouter(prefix="/api/library")


class Mark(BaseModel):
    """A labelled stretch, in code points."""

    start: int = Field(ge=0)
    end: int
    code: str


class Written(BaseModel):
    """A labelled sentence as a person has it."""

    text: str = Field(max_length=20_000)
    spans: list[Mark] = Field(default_factory=list, max_length=2_000)

    def content(self) -> AnnotatedText:
        """The sentence. Raises OffsetError."""
        return AnnotatedText(self.text, tuple(Span(s.start, s.end, s.code) for s in self.spans))


class Added(Written):
    """A sentence for the library of a project."""

    project: str


class Edited(Written):
    """A sentence in the place of revision `base`."""

    base: int


class Decided(BaseModel):
    """A decision about revision `base`; "generated" takes one back."""

    base: int
    status: Literal["generated", "approved", "rejected"]
    reason: str = Field(default="", max_length=500)


@router.get("")
def whole(request: Request, project: str, version: int | None = None) -> dict[str, Any]:
    """A version of the library, the newest when none is named, and which versions there are."""
    return library_values.whole(_database(request), project, version)


@router.get("/diff")
def diff(request: Request, project: str, old: int, new: int) -> dict[str, Any]:
    """What one version has that another had not."""
    with _database(request).session() as session:
        found = projects.get(session, project)
        return library_values.difference(library.diff(session, found.id, old, new))


@router.post("/examples")
def add(request: Request, added: Added) -> dict[str, Any]:
    """Write an example by hand."""
    with _database(request).session() as session:
        found = projects.get(session, added.project)
        number = library.add(session, found.id, added.content(), _author(request))
        return library_values.example(library.example(session, number))


@router.put("/examples/{example_id}")
def edit(request: Request, example_id: int, edited: Edited) -> dict[str, Any]:
    """Change the text or the spans of an example; 409 when it was changed meanwhile."""
    with _database(request).session() as session:
        library.edit(session, example_id, edited.content(), _author(request), base=edited.base)
        return library_values.example(library.example(session, example_id))


@router.post("/examples/{example_id}/status")
def decide(request: Request, example_id: int, decided: Decided) -> dict[str, Any]:
    """Approve or reject an example, or take that back."""
    with _database(request).session() as session:
        library.set_status(
            session,
            example_id,
            decided.status,
            _author(request),
            reason=decided.reason,
            base=decided.base,
        )
        return library_values.example(library.example(session, example_id))


@router.post("/examples/{example_id}/anew")
def anew(request: Request, example_id: int) -> dict[str, int]:
    """Write one example anew, in a job of its own that makes one call.

    Raises:
        NotFound, RequestRefused: see `rewriting.check`.
        LLMError: there is no language model.
    """
    from studio.jobs import rewriting

    database = _database(request)
    rewriting.check(database, example_id)
    with database.session() as session:
        project = projects.by_id(session, library.project_of(session, example_id))
    wiring.check_llm(request.app.state.settings, database, project)
    job = runner.queue_and_start(database, "rewriting", {"example": example_id}, project.id)
    return {"job": job.id}


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _author(request: Request) -> str:
    return str(request.app.state.settings.author)
