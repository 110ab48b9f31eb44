"""Errors of the rooms below as answers of our routes: a status and one sentence."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from db.errors import AlreadyExists, Conflict, DbError, InUse, NotFound
from engine.errors import EngineError
from studio import messages

_STATUS: tuple[tuple[type[EngineError], int], ...] = (
    (NotFound, 404),
    (AlreadyExists, 409),
    (InUse, 409),
    (Conflict, 409),
    (DbError, 422),
    (EngineError, 422),
)


def install(app: FastAPI) -> None:
    """Answer the errors that a person can do something about; others stay a plain 500."""
    app.add_exception_handler(EngineError, _answer)
    app.add_exception_handler(OSError, _answer)


def _answer(_request: Request, error: Exception) -> JSONResponse:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 500)
    told = {
        "kind": messages.kind(error),
        "message": messages.sentence(error),
        "where": messages.where(error),
    }
    return JSONResponse({"error": told}, status)
