"""What figures are drawn from: the map of a project, and what its points have to do with others."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from db import jobs, projects
from db.session import Database, snapshot
from studio.errors import RequestRefused
from studio.jobs import runner
from studio.server import map_values

router = APIRouter(prefix="/api/figures")


class Wanted(BaseModel):
    """Which map to draw, and around how many texts before there is a library."""

    project: str
    k: int = Field(default=10, ge=2, le=100)


@router.get("/map")
def text_map(request: Request, project: str) -> JSONResponse:
    """The points of a project's map, and how far its drawing is."""
    database: Database = request.app.state.database
    with database.session() as session, snapshot(session):
        told = map_values.whole(session, project)
    # As it is: to look ten thousand points through for models takes as long as to read them.
    return JSONResponse(told)


@router.get("/examples/{example_id}/texts")
def users(request: Request, example_id: int) -> dict[str, Any]:
    """The texts that an example of the library would help with."""
    database: Database = request.app.state.database
    with database.session() as session, snapshot(session):
        return map_values.users(session, example_id)


@router.post("/map")
def draw(request: Request, wanted: Wanted) -> dict[str, int]:
    """Draw the map anew, in a job of its own.

    Raises:
        NotFound: there is no such project.
        RequestRefused: it has no texts, or its map is being drawn.
    """
    database: Database = request.app.state.database
    with database.session() as session:
        project_id = projects.get(session, wanted.project).id
        newest = jobs.latest(session, project_id, map_values.KIND)
        if newest is not None and newest.status in {"queued", "running"}:
            raise RequestRefused("The map of this project is being drawn already.")
        if not any(projects.counts(session, project_id).values()):
            raise RequestRefused("There are no texts to draw yet; import some first.")
    job = runner.queue_and_start(database, map_values.KIND, {"k": wanted.k}, project_id)
    return {"job": job.id}
