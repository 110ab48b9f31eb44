"""Every error in one plain sentence, with its kind and the exit code it deserves.

>>> from engine.errors import FormatError
>>> sentence(FormatError("Line 7 is no JSON: a quote is missing.", line=7))
'Line 7 is no JSON: a quote is missing.'
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Any

from engine.errors import EngineError, LLMError
from studio.errors import ExportRefused, WorkFailed

UNEXPECTED = "unexpected"

_SYSTEM = {
    errno.ENOENT: ("not_found", "There is no file {name}."),
    errno.EISDIR: ("is_folder", "{name} is a folder; a file is needed."),
    errno.ENOTDIR: ("not_a_folder", "{name} lies under something that is not a folder."),
    errno.EACCES: ("not_allowed", "{name} may not be read or written by this user."),
    errno.EPERM: ("not_allowed", "{name} may not be read or written by this user."),
    errno.EROFS: ("not_allowed", "{name} lies on a disk that cannot be written to."),
    errno.ENOSPC: ("no_space", "There is no space left on the disk{at}."),
    errno.EDQUOT: ("no_space", "Your disk quota is used up{at}."),
    errno.EFBIG: ("no_space", "{name} would grow larger than this system allows."),
    errno.EADDRINUSE: ("port_taken", "The port is taken by another program; choose another one."),
    errno.ENAMETOOLONG: ("bad_name", "A file name is too long for this disk."),
}

_DATABASE = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_FULL: "no_space",
    sqlite3.SQLITE_IOERR: "no_space",
    sqlite3.SQLITE_READONLY: "not_allowed",
    sqlite3.SQLITE_PERM: "not_allowed",
    sqlite3.SQLITE_CANTOPEN: "not_allowed",
    sqlite3.SQLITE_CORRUPT: "bad_file",
    sqlite3.SQLITE_NOTADB: "bad_file",
}


def kind(error: BaseException) -> str:
    """A short name of the error for scripts: the class's own, or what the system says."""
    return _explain(error)[0]


def sentence(error: BaseException) -> str:
    """The error in one line for a person."""
    return " ".join(_explain(error)[1].split())


def where(error: BaseException) -> str:
    """The file, line or option the error is about, "" when it does not say."""
    place = getattr(error, "where", "") or getattr(error, "filename", None) or ""
    line = getattr(error, "line", 0)
    return f"{place}:{line}" if line else str(place)


def details(error: BaseException) -> dict[str, Any]:
    """What a script may want to know beyond the sentence: the labels an export would lose."""
    return {"lost": error.lost} if isinstance(error, ExportRefused) else {}


def expected(error: BaseException) -> bool:
    """Whether the error is one a person can do something about, rather than a fault of ours."""
    return kind(error) != UNEXPECTED


def exit_code(error: BaseException) -> int:
    """2 when the request could not be done as asked and nothing changed, 1 when the work failed."""
    if isinstance(error, LLMError):
        return 2 if error.kind == "not_configured" else 1
    failed = {"busy", "no_space", "not_exportable", "parity", UNEXPECTED}
    return 1 if isinstance(error, WorkFailed) or kind(error) in failed else 2


def _explain(error: BaseException) -> tuple[str, str]:
    if isinstance(error, EngineError):
        return _kind_of_ours(error), str(error)
    if isinstance(error, UnicodeDecodeError):
        return "bad_file", f"The file is not UTF-8 text (byte {error.start} cannot be read)."
    if isinstance(error, OSError):
        return _system(error)
    if type(error).__name__ == "ValidationError" and hasattr(error, "errors"):
        return "settings", _settings(error.errors())
    if type(error).__name__ == "SettingsError":
        return "settings", f"A setting cannot be used: {error}; lists and mappings are JSON."
    if isinstance(error, MemoryError):
        return "no_memory", "There is not enough memory for this."
    if isinstance(error, KeyboardInterrupt):
        return "cancelled", "Cancelled."
    return UNEXPECTED, f"Something unexpected went wrong ({type(error).__name__}: {error})."


def _system(error: OSError) -> tuple[str, str]:
    name = Path(error.filename).name if isinstance(error.filename, str) else "The file"
    at = f" while writing {name}" if isinstance(error.filename, str) else ""
    known, template = _SYSTEM.get(error.errno or 0, ("system", ""))
    if template:
        return known, template.format(name=name, at=at)
    return "system", f"{name}: {error.strerror or error}."


def _kind_of_ours(error: EngineError) -> str:
    """The kind an error names itself, or what lies behind it, or its class in snake case."""
    return getattr(error, "kind", "") or _behind(error.__cause__) or _snake(type(error).__name__)


def _behind(cause: BaseException | None) -> str:
    """What the system or SQLite said, "" when neither is behind an error."""
    code = getattr(getattr(cause, "orig", cause), "sqlite_errorcode", None)
    if isinstance(code, int):
        return _DATABASE.get(code & 0xFF, "")
    return _SYSTEM.get(cause.errno or 0, ("", ""))[0] if isinstance(cause, OSError) else ""


def _settings(problems: list[dict[str, object]]) -> str:
    first = problems[0]
    place = first.get("loc")
    name = ".".join(str(part) for part in place) if isinstance(place, tuple) else "?"
    return f"The setting {name} cannot be used: {first.get('msg')}."


def _snake(name: str) -> str:
    short = name.removesuffix("Error")
    return "".join("_" + c.lower() if c.isupper() else c for c in short).lstrip("_")
