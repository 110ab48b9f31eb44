"""The review queue of a project: where it begins, how much there is, what stands at a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request

from db import entity_types, projects, texts
from db.errors import NotFound
from db.session import Database
from db.values import Order
from studio.server import text_values
from studio.server.text_values import Which

if TYPE_CHECKING:
    from sqlmodel import Session

router = APIRouter(prefix="/api/queue")


@router.get("")
def overview(
    request: Request,
    project: str,
    status: Which = "open",
    order: Order = "uncertainty",
    position: int | None = None,
) -> dict[str, Any]:
    """The first text of a queue, the texts a status, the number of types.

    With a `position` (1 is the first text imported) `text` is the text there.
    """
    database: Database = request.app.state.database
    with database.session() as session:
        found = projects.get(session, project)
        if position is not None:
            return {"text": _at(session, found.id, position)}
        return {
            "project": found.name,
            "first": texts.next_in_queue(
                session, found.id, order=order, status=text_values.statuses(status)
            ),
            "counts": text_values.counts(session, found.id),
            "types": len(entity_types.list_types(session, found.id)),
        }


def _at(session: Session, project_id: int, position: int) -> int:
    after = position - 2 if position > 1 else None
    found = texts.page(session, project_id, after=after, limit=1)
    if not found.items or position < 1:
        raise NotFound(f"There is no text {position}: this project has {found.total}.")
    return found.items[0].id
