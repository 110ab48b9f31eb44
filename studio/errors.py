"""What the studio itself refuses; the other rooms have errors of their own."""

from __future__ import annotations

from engine.errors import EngineError


class StudioError(EngineError):
    """The root.

    Attributes:
        kind: short name for scripts.
        where: file, line or option it is about, "" for none.
    """

    def __init__(self, message: str, *, kind: str = "usage", where: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.where = where


class RequestRefused(StudioError):
    """It cannot be done as asked; nothing was changed (exit code 2)."""


class WorkFailed(StudioError):
    """It was possible and did not succeed, or not wholly (exit code 1)."""


class ExportRefused(WorkFailed):
    """The format cannot carry all labels; nothing was written.

    Attributes:
        lost: what would be lost, one entry a span.
    """

    def __init__(self, message: str, lost: list[dict[str, object]], *, where: str = "") -> None:
        super().__init__(message, kind="labels_lost", where=where)
        self.lost = lost
