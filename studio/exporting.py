"""A project's texts into a file, for the command line, the routes and the pages alike.

What a format cannot carry is known before anything is written, and refused unless it is allowed.
Beside the file goes another, `NAME.about.json`, with what it takes to make the same export again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from db import annotations as answers
from db import entity_types, fewshot, projects
from db.session import snapshot
from engine import formats
from studio.errors import ExportRefused, RequestRefused
from studio.settings import JOBS, RUNS
from studio.version import product_version

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.session import Database
    from db.set_values import FewShotSet
    from db.values import Project
    from engine.types import EntityType, Record

Only = Literal["accepted", "all"]

SQLITE = b"SQLite format 3\0"
"""How every SQLite database begins (sqlite.org/fileformat.html, section 1.2)."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What is in the export and what is not.

    Attributes:
        texts, spans: how many were written.
        empty_texts: texts among them without a span.
        left_out: status -> texts of that status that were not written.
        lost: one {"text_id", "span", "reason"} a span that the format could not carry.
        files: what was written, the data first.
    """

    texts: int
    spans: int
    empty_texts: int
    left_out: Mapping[str, int]
    lost: Sequence[Mapping[str, Any]]
    files: Sequence[str]


class _Counted:
    """Records of an export; counts those without a span while they pass through."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.empty = 0
        self._records = records

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self.empty += not record.content.spans
            yield record


def run(
    database: Database,
    project: str,
    format: str,  # noqa: A002
    out: Path,
    only: Only = "accepted",
    *,
    allow_loss: bool = False,
    few_shot: str = "",
) -> ExportReport:
    """Write the accepted texts of a project, all of them, or those of a few-shot set, to `out`.

    Raises:
        NotFound: there is no such project or set.
        RequestRefused: no such format, nothing to export, or no folder to write in.
        ExportRefused: spans would be lost and `allow_loss` is not given; nothing was written.
        OSError: `out` cannot be written; a file that was there is still whole.
    """
    writer(format)
    refuse_place(out, database.path)
    with database.session() as session, snapshot(session):
        found = projects.get(session, project)
        chosen = fewshot.find(session, found.id, few_shot) if few_shot else None
        left_out = _left_out(session, found, only, chosen)
        found_lost = formats.loss(_records(session, found, only, chosen), format)
        lost = [_loss(loss) for loss in found_lost]
        if lost and not allow_loss:
            raise ExportRefused(_refusal(format, lost), lost, where=str(out))
        types = entity_types.list_types(session, found.id)
        records = _Counted(_records(session, found, only, chosen))
        written = formats.write(records, out, format, types)
    report = ExportReport(
        texts=written.texts,
        spans=written.spans,
        empty_texts=records.empty,
        left_out=left_out,
        lost=lost,
        files=[str(path) for path in written.files],
    )
    about = _write_about(out, report, found, format, only, types, chosen)
    return replace(report, files=[*report.files, str(about)])


def writer(name: str) -> Any:
    """The module of a format that can be written.

    Raises:
        RequestRefused: there is none of that name.
    """
    names = [known for known, module in formats.FORMATS.items() if hasattr(module, "write")]
    if name not in names:
        raise RequestRefused(f"There is no export format {name!r}; there are: {', '.join(names)}.")
    return formats.FORMATS[name]


def refuse_place(out: Path, database: Path) -> None:
    """Say at once when a file cannot be made there.

    Args:
        database: the studio's own file, which nothing may be written over.

    Raises:
        RequestRefused: it has no name, there is no such folder, it may not be written to, or what
            is there is the studio's own or another database.
    """
    if not out.name:
        raise RequestRefused(f"'{out}' is a folder; name a file in it.", where=str(out))
    if _is_own(out, database) or _is_database(out):
        told = f"{out} is a database, or belongs to one; choose another place."
        raise RequestRefused(told, where=str(out))
    folder = out.absolute().parent
    if not folder.is_dir():
        raise RequestRefused(f"There is no folder {folder}.", where=str(out))
    if out.exists() and not (out.is_file() or out.is_dir()):
        raise RequestRefused(f"{out} is a device, not a file.", where=str(out))
    if not os.access(folder, os.W_OK):
        raise RequestRefused(f"The folder {folder} may not be written to.", where=str(out))


def _is_own(out: Path, database: Path) -> bool:
    """Whether a place is the database, its journal, or where its logs and runs lie."""
    place, own = out.resolve(), database.resolve()
    files = {own.with_name(own.name + end) for end in ("", "-wal", "-shm", "-journal")}
    folders = {own.with_name(own.stem + end) for end in (JOBS, RUNS)}
    return place in files or bool(folders & {place, *place.parents})


def _is_database(out: Path) -> bool:
    if not out.is_file():
        return False
    with out.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE


def _records(
    session: Session, project: Project, only: Only, chosen: FewShotSet | None
) -> Iterator[Record]:
    if chosen is None:
        return answers.records(session, project.id, only)
    return fewshot.records(session, chosen.id)


def _left_out(
    session: Session, project: Project, only: Only, chosen: FewShotSet | None
) -> dict[str, int]:
    """Status -> texts that stay out.

    Raises:
        RequestRefused: all of them do, or there are none.
    """
    counts = projects.counts(session, project.id)
    if not any(counts.values()):
        raise RequestRefused(f"Project {project.name} has no texts yet; import some first.")
    if chosen is not None:
        return {"outside the set": sum(counts.values()) - chosen.texts}
    if only == "all":
        return {}
    left_out = {str(status): n for status, n in counts.items() if status != "accepted" and n}
    if not counts["accepted"]:
        stand = ", ".join(f"{n} {status}" for status, n in left_out.items())
        raise RequestRefused(
            f"Project {project.name} has no accepted texts yet ({stand}); "
            f"accept some, or export all of them."
        )
    return left_out


def _loss(loss: formats.Loss) -> dict[str, Any]:
    span = asdict(loss.span) if loss.span else None
    return {"text_id": loss.text_id, "span": span, "reason": loss.reason}


def _refusal(name: str, lost: Sequence[Mapping[str, Any]]) -> str:
    reasons = Counter(str(loss["reason"]) for loss in lost)
    why = "; ".join(f"{n} because {reason}" for reason, n in reasons.most_common(3))
    return (
        f"The format {name} cannot hold {len(lost)} labels or texts ({why}); nothing was written. "
        f"Choose another format, or allow the loss."
    )


def _write_about(
    out: Path,
    report: ExportReport,
    project: Project,
    name: str,
    only: Only,
    types: Sequence[EntityType],
    chosen: FewShotSet | None,
) -> Path:
    """Write what it takes to reproduce the export beside it."""
    about = {
        "product": "ner-studio",
        "version": product_version(),
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "project": project.name,
        "format": name,
        "only": only,
        "texts": report.texts,
        "spans": report.spans,
        "empty_texts": report.empty_texts,
        "left_out": report.left_out,
        "lost": len(report.lost),
        "few_shot_set": _about_set(chosen) if chosen else None,
        "types": [asdict(entity_type) for entity_type in types],
        "sha256": {Path(f).name: _sha256(Path(f)) for f in report.files if Path(f).is_file()},
    }
    path = out.with_name(f"{out.name}.about.json")
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    partial.replace(path)
    return path


def _about_set(chosen: FewShotSet) -> dict[str, Any]:
    known = asdict(chosen)
    names = ("name", "version", "k", "seed", "settings", "counts", "short", "note")
    return {name: known[name] for name in names}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
