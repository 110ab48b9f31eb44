"""Download an export: a plain link, so that the browser shows its progress and keeps the file."""

from __future__ import annotations

import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from db.session import Database
from studio import exporting

router = APIRouter(prefix="/api/exports")


@router.get("")
def download(
    request: Request,
    project: str,
    format: Annotated[str, Query()] = "jsonl",  # noqa: A002
    only: exporting.Only = "accepted",
    allow_loss: bool = False,
    about: bool = False,
) -> FileResponse:
    """The export as a file; as a zip where a format writes several, or `about` asks for its record.

    Raises:
        NotFound, RequestRefused, ExportRefused: see `exporting.run`; answered with a sentence.
    """
    database: Database = request.app.state.database
    folder = Path(tempfile.mkdtemp(prefix="ner-studio-"))
    try:
        out = folder / "export" / file_name(project, format)
        out.parent.mkdir()
        report = exporting.run(database, project, format, out, only, allow_loss=allow_loss)
        files = [Path(file) for file in report.files]
        whole = out if out.is_file() and not about else _zip(files, folder, out)
    except BaseException:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        whole,
        media_type="application/octet-stream",
        filename=whole.name,
        background=BackgroundTask(shutil.rmtree, folder),
    )


def file_name(project: str, format: str) -> str:  # noqa: A002
    """What to call the file: the project's name without what disks dislike, and an extension.

    >>> file_name("a/b: c", "jsonl")
    'a_b_ c.jsonl'
    """
    stem = re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", project).strip(" .")[:80] or "project"
    extensions = exporting.writer(format).EXTENSIONS
    return f"{stem}{extensions[0] if extensions else ''}"


def _zip(files: list[Path], folder: Path, out: Path) -> Path:
    """Everything under the export's folder in one archive."""
    archive = folder / f"{out.stem}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
        for file in sorted(files):
            zipped.write(file, file.relative_to(out.parent))
    return archive
