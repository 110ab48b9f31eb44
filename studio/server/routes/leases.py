"""Who has a text open: taken when it is opened, renewed by a beat, let go when it is left."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from db import leases
from db.session import Database

router = APIRouter(prefix="/api/texts")


class Claim(BaseModel):
    """Which browser asks; `force` goes on although another one has the text."""

    model_config = ConfigDict(extra="forbid")

    holder: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    force: StrictBool = False


@router.post("/{text_id}/lease")
def take(request: Request, text_id: int, claim: Claim) -> dict[str, Any]:
    """Take or renew the lease of a text.

    `other` says who has it instead, null when we do; `status` where the text stands by now.
    """
    database: Database = request.app.state.database
    author = request.app.state.settings.author
    with database.session() as session:
        other = leases.take(session, text_id, claim.holder, author=author, force=claim.force)
        status = leases.status(session, text_id)
    since = other and {"author": other.author, "since": other.since.isoformat()}
    return {"other": since, "status": status}


@router.post("/{text_id}/release")
def release(request: Request, text_id: int, claim: Claim) -> dict[str, Any]:
    """Let go of a text."""
    database: Database = request.app.state.database
    with database.session() as session:
        leases.release(session, text_id, claim.holder)
    return {}
