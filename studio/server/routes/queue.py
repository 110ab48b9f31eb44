"""The review queue of a project: where it begins, how much there is, what people chose for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from db import clusters, entity_types, leases, projects, sifting, suggestions, texts
from db.errors import NotFound
from db.session import Database
from db.values import Queue
from studio import reviewing
from studio.server import queues, text_values

if TYPE_CHECKING:
    from sqlmodel import Session

router = APIRouter(prefix="/api/queue")


class Choice(BaseModel):
    """What orders a queue, for everybody in the project; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    compared: list[str] | None = Field(default=None, max_length=2)
    seed: StrictInt | None = Field(default=None, ge=0, lt=2**31)


@router.get("")
def overview(
    request: Request,
    project: str,
    queue: Annotated[Queue, Depends(queues.asked)],
    position: int | None = None,
) -> dict[str, Any]:
    """The first text of a queue, how many there are of which kind, and what orders them.

    `held` counts the unfinished texts that others have open. With a `position` (1 is the first
    text imported) `text` is the text there.
    """
    with _database(request).session() as session:
        found = projects.get(session, project)
        if position is not None:
            return {"text": _at(session, found.id, position)}
        types = entity_types.list_types(session, found.id)
        return {
            "project": found.name,
            "first": sifting.first(session, found.id, queue),
            "counts": text_values.counts(session, found.id),
            "matching": sifting.matching(session, found.id, queue),
            "only": sifting.limits(session, found.id),
            "held": leases.held(session, found.id, queue.holder),
            "types": len(types),
            "kinds": [{"code": one.code, "name": one.name} for one in types],
            **_orders(session, found.id),
        }


@router.post("/choice")
def choose(request: Request, project: str, choice: Choice) -> dict[str, Any]:
    """Compare two other taggers, or shuffle anew."""
    with _database(request).session() as session:
        project_id = projects.get(session, project).id
        chosen = projects.settings(session, project_id)
        if choice.compared is not None:
            chosen = replace(chosen, compared=tuple(choice.compared))
        if choice.seed is not None:
            chosen = replace(chosen, seed=choice.seed)
        projects.set_settings(session, project_id, chosen)
        return _orders(session, project_id)


@router.get("/figures")
def figures(request: Request, project: str) -> dict[str, Any]:
    """How the review goes."""
    with _database(request).session() as session:
        return reviewing.figures(session, projects.get(session, project).id)


def _orders(session: Session, project_id: int) -> dict[str, Any]:
    """What the orders depend on."""
    chosen = projects.settings(session, project_id)
    return {
        "taggers": suggestions.taggers(session, project_id),
        "compared": list(chosen.compared),
        "seed": chosen.seed,
        "clustered": clusters.any_known(session, project_id),
    }


def _at(session: Session, project_id: int, position: int) -> int:
    after = position - 2 if position > 1 else None
    found = texts.page(session, project_id, after=after, limit=1)
    if not found.items or position < 1:
        raise NotFound(f"There is no text {position}: this project has {found.total}.")
    return found.items[0].id


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database
