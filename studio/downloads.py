"""An export as one file for a browser to keep: the file itself, or a zip of several."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from db import annotations as answers
from db import projects
from engine import formats
from engine.formats import Loss
from studio import exporting

if TYPE_CHECKING:
    from db.session import Database

__all__ = ["Loss", "Outlook", "file_name", "make", "outlook"]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is in an export before it is made; `lost` is what the format cannot hold."""

    texts: int
    spans: int
    empty_texts: int
    lost: tuple[Loss, ...]


def make(
    database: Database,
    project: str,
    format: str,  # noqa: A002
    folder: Path,
    only: exporting.Only = "accepted",
    *,
    allow_loss: bool = False,
    about: bool = False,
    few_shot: str = "",
) -> Path:
    """Export into an empty folder and return the one file to hand out.

    Args:
        database, project, format, only, allow_loss, few_shot: see `exporting.run`, which this
            raises as.
        folder: empty; everything is written in it.
        about: put the record of how the export was made beside it, which makes it a zip.
    """
    stem = f"{project} {few_shot}" if few_shot else project
    out = folder / "export" / file_name(stem, format)
    out.parent.mkdir()
    report = exporting.run(
        database, project, format, out, only, allow_loss=allow_loss, few_shot=few_shot
    )
    if out.is_file() and len(report.files) <= 2 and not about:
        return out
    return _zip([Path(file) for file in report.files], out.parent, folder / f"{out.stem}.zip")


def outlook(
    database: Database,
    project: str,
    format: str,  # noqa: A002
    only: exporting.Only,
) -> Outlook:
    """What `make` would write and lose; nothing is written.

    Raises:
        NotFound, FormatError: there is no such project or format.
    """
    texts = spans = empty = 0
    with database.session() as session:
        project_id = projects.get(session, project).id
        for record in answers.records(session, project_id, only):
            texts += 1
            spans += len(record.content.spans)
            empty += not record.content.spans
        lost = formats.loss(answers.records(session, project_id, only), format)
    return Outlook(texts, spans, empty, tuple(lost))


def file_name(project: str, format: str) -> str:  # noqa: A002
    """What to call the file: the project's name without what disks dislike, and an extension.

    >>> file_name("a/b: c", "jsonl")
    'a_b_ c.jsonl'
    """
    stem = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", project).strip(" .")[:80] or "project"
    extensions = exporting.writer(format).EXTENSIONS
    return f"{stem}{extensions[0] if extensions else ''}"


def _zip(paths: Sequence[Path], root: Path, archive: Path) -> Path:
    """The files, and those within folders among them, in one archive."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in sorted(_files(paths)):
            zipped.write(file, file.relative_to(root))
    return archive


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (inner for inner in path.rglob("*") if inner.is_file())
        else:
            yield path
