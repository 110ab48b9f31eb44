"""Every error the database room raises: one root, one plain sentence each."""

from __future__ import annotations

from engine.errors import EngineError


class DbError(EngineError):
    """The root: the file cannot be used, or something asked of it is refused."""


class NotFound(DbError):
    """There is no such project, text, type, job or run."""


class AlreadyExists(DbError):
    """The name, code or key is taken."""


class InUse(DbError):
    """Something else still needs it, such as spans of an entity type."""


class Invalid(DbError):
    """A value does not fit: offsets past a text, an unknown code, a reserved key."""


class Conflict(DbError):
    """The text was changed by somebody else since it was read.

    Attributes:
        current_revision: the revision that the text has now.
    """

    def __init__(self, current_revision: int) -> None:
        super().__init__(
            f"This text was changed elsewhere and is now at revision {current_revision}."
        )
        self.current_revision = current_revision
