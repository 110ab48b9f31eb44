"""What a language model was asked about a text, what it said, and how the votes fell."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from db import texts, traces
from db.session import Database, snapshot

router = APIRouter(prefix="/api/texts")


@router.get("/{text_id}/traces")
def of_text(request: Request, text_id: int) -> dict[str, Any]:
    """Tagger -> prompt, raw replies and votes; nothing of a text that hides its suggestions."""
    database: Database = request.app.state.database
    with database.session() as session, snapshot(session):
        text = texts.get(session, text_id)
        hidden = text.blind and not text.revision
        told = {} if hidden else traces.of_text(session, text_id)
    return {"text": text.text, "hidden": hidden, "traces": told}
