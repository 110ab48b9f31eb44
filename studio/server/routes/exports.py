"""Download an export: a plain link, so that the browser shows its progress and keeps the file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from db.session import Database
from studio import downloads
from studio.exporting import Only

router = APIRouter(prefix="/api/exports")


@router.get("")
def download(
    request: Request,
    project: str,
    format: str = "jsonl",  # noqa: A002
    only: Only = "accepted",
    allow_loss: bool = False,
    about: bool = False,
    few_shot: Annotated[str, Query(alias="set")] = "",
) -> FileResponse:
    """The export of a project, or of a few-shot set; what is refused is answered with a sentence.

    Raises:
        NotFound, RequestRefused, ExportRefused: see `exporting.run`.
    """
    database: Database = request.app.state.database
    folder = Path(tempfile.mkdtemp(prefix="ner-studio-"))
    try:
        file = downloads.make(
            database,
            project,
            format,
            folder,
            only,
            allow_loss=allow_loss,
            about=about,
            few_shot=few_shot,
        )
    except BaseException:
        shutil.rmtree(folder)
        raise
    return FileResponse(
        file,
        media_type="application/octet-stream",
        filename=file.name,
        background=BackgroundTask(shutil.rmtree, folder),
    )
