"""A project's run as ONNX, compared with the run on the texts that it learnt from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from db import fewshot, library, projects
from db.errors import NotFound
from studio import finetuned
from studio.exporting import refuse_place

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.session import Database
    from db.values import Run


@dataclass(frozen=True, slots=True)
class Wish:
    """What to export, checked.

    Attributes:
        out: the folder to make.
        texts: what the run learnt from, none when its set or library is gone.
    """

    run: Run
    out: Path
    texts: list[str]


def prepare(database: Database, project: str, name: str, out: Path) -> Wish:
    """Refuse what cannot be exported, before any work.

    Raises:
        NotFound: there is no such project or run.
        RequestRefused: the run's folder is gone, or `out` cannot be made.
        OnnxError: a package is missing, or `out` exists.
    """
    from engine.nuner.onnx_export import check

    with database.session() as session:
        found = projects.get(session, project)
    run = finetuned.find(database, found, name)
    refuse_place(out, database.path)
    check(out)
    with database.session() as session:
        return Wish(run, out, _learnt_from(session, run))


def _learnt_from(session: Session, run: Run) -> list[str]:
    """The texts that a run learnt from, as far as the project still has them."""
    name = run.settings.get("set")
    try:
        if not name:
            return [one.text for one in library.examples(session, run.project_id)]
        chosen = fewshot.find(session, run.project_id, str(name))
        return [one.text for one in fewshot.texts_of(session, chosen.id)]
    except NotFound:
        return []


def export(wish: Wish) -> Mapping[str, Any]:
    """Write the folder; returns what `export-onnx --json` answers.

    Raises:
        OnnxError: it cannot be said in ONNX, or computes something else; nothing is kept.
        CheckpointError: the run cannot be read.
    """
    from engine.nuner.onnx_export import export_onnx

    parity = export_onnx(Path(wish.run.folder), wish.out, wish.texts)
    files = sorted(path.name for path in wish.out.iterdir())
    return {"run": wish.run.name, "folder": str(wish.out), "files": files, **asdict(parity)}
