"""What the texts page does with files and pasted text: look first, then add, then report."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from db import entity_types, projects
from db.values import SpansAs
from engine.errors import EngineError
from studio import file_formats, importing, messages, typesets
from studio.errors import RequestRefused
from studio.importing import ImportReport
from studio.pages.frame import Frame

PASTED = "pasted.txt"
SHOWN = 5
SHOWN_PROBLEMS = 100
_COUNTS = ("accepted", "repaired", "rejected", "skipped_duplicates")


@contextmanager
def sources(files: Sequence[str] | None, pasted: str) -> Iterator[list[Path]]:
    """The chosen files, and the pasted text as one more while the block lasts.

    Raises:
        RequestRefused: there is neither.
    """
    paths = [Path(file) for file in files or ()]
    with tempfile.TemporaryDirectory(prefix="ner-studio-") as folder:
        if pasted.strip():
            path = Path(folder) / PASTED
            path.write_text(pasted, encoding="utf-8", newline="\n")
            paths.append(path)
        if not paths:
            raise RequestRefused("Choose a file or paste some texts first.")
        yield paths


def preview(frame: Frame, project: str, paths: Sequence[Path], format: str) -> dict[str, Any]:  # noqa: A002
    """What each file was understood as; nothing is stored."""
    with frame.database.session() as session:
        types = entity_types.list_types(session, projects.get(session, project).id)
    known = typesets.codes(types)
    return {
        "kind": "preview",
        "types": [asdict(entity_type) for entity_type in types],
        "files": [_previewed(path, format, known) for path in paths],
    }


def _previewed(path: Path, format: str, known: dict[str, str]) -> dict[str, Any]:  # noqa: A002
    try:
        seen = importing.preview(path, path.name, format)
    except (EngineError, OSError) as error:
        return {"name": path.name, "error": messages.sentence(error)}
    return {
        "name": path.name,
        "format": seen.format,
        "label": file_formats.label(seen.format),
        "records": [
            {
                "text": record.content.text[:1000],
                "spans": [
                    {
                        "start": span.start,
                        "end": span.end,
                        "code": known.get(span.label.casefold(), span.label),
                    }
                    for span in record.content.spans
                    if span.end <= 1000
                ],
            }
            for record in seen.records[:SHOWN]
        ],
        "labels": [
            {"label": label, "count": count, "known": label.casefold() in known}
            for label, count in sorted(seen.labels.items())
        ],
        "problems": [asdict(problem) for problem in seen.problems[:SHOWN_PROBLEMS]],
    }


def add(
    frame: Frame,
    project: str,
    paths: Sequence[Path],
    format: str,  # noqa: A002
    as_: SpansAs,
    create_types: bool,
) -> dict[str, Any]:
    """Store the texts of all files and report on them together; a file that fails is a problem."""
    total: dict[str, Any] = {"kind": "report", **dict.fromkeys(_COUNTS, 0)}
    total |= {"unknown_labels": {}, "created_types": [], "problems": []}
    for path in paths:
        try:
            report = importing.run(
                frame.database,
                project,
                path,
                format,
                as_,
                create_types=create_types,
                author=frame.settings.author,
                max_rows=frame.settings.upload_rows,
            )
        except (EngineError, OSError) as error:
            _failed(total, path, error)
        else:
            _merge(total, path, report)
    total["problems"] = total["problems"][:SHOWN_PROBLEMS]
    return total | {"next": _next(frame, project)}


def _failed(total: dict[str, Any], path: Path, error: Exception) -> None:
    total["rejected"] += 1
    line = getattr(error, "line", 0)
    problem = {"line": line, "kind": "rejected", "message": messages.sentence(error)}
    total["problems"].append({"file": path.name, **problem})


def _merge(total: dict[str, Any], path: Path, report: ImportReport) -> None:
    for count in _COUNTS:
        total[count] += getattr(report, count)
    for label, spans in report.unknown_labels.items():
        total["unknown_labels"][label] = total["unknown_labels"].get(label, 0) + spans
    total["created_types"] += report.created_types
    total["problems"] += [{"file": path.name, **asdict(problem)} for problem in report.problems]


def _next(frame: Frame, project: str) -> dict[str, str]:
    """Where to go after an import."""
    with frame.database.session() as session:
        project_id = projects.get(session, project).id
        types = entity_types.list_types(session, project_id)
        counts = projects.counts(session, project_id)
    if not types:
        return {"label": "Define entity types", "page": "types"}
    if counts["new"]:
        return {"label": "Tag the texts", "page": "tag"}
    return {"label": "Annotate", "page": "annotate"}
