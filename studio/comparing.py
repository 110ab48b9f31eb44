"""What taggers are compared on: texts that people have labelled, or a labelled file.

A file is read and checked when a comparison is asked for, and kept beside the database as our own
JSONL, so that a job that is resumed scores the very same texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from db import entity_types, evaluation, leaving, library, projects
from engine.formats import jsonl
from engine.types import AnnotatedText, Record
from studio import llm_taggers, scoring
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from db.session import Database
    from db.values import Project
    from engine.types import EntityType
    from studio.settings import Settings

Source = Literal["kept", "accepted", "file"]
"""Accepted texts that are kept for evaluation, all accepted texts, or a labelled file."""

SOURCES: tuple[Source, ...] = get_args(Source)


def counts(database: Database, project: Project) -> dict[Source, int]:
    """How many labelled texts the project itself has."""
    with database.session() as session:
        accepted = projects.counts(session, project.id)["accepted"]
        _, kept = evaluation.number(session, project.id)
    return {"kept": kept, "accepted": accepted, "file": 0}


def keep_file(settings: Settings, path: Path, types: Sequence[EntityType]) -> tuple[str, int]:
    """Check a labelled file and keep a copy of what it says; returns its name and its texts.

    Raises:
        FormatError, RequestRefused: see `scoring.read_gold`.
    """
    gold = scoring.read_gold(path, types)
    digest = sha256()
    for one in gold:
        digest.update(repr((one.text, one.spans)).encode(errors="surrogatepass"))
    name = f"gold-{digest.hexdigest()[:16]}.jsonl"
    settings.job_folder.mkdir(parents=True, exist_ok=True)
    jsonl.write([Record(one) for one in gold], settings.job_folder / name)
    return name, len(gold)


def gold(
    settings: Settings, database: Database, project: Project, source: Source, name: str, limit: int
) -> list[AnnotatedText]:
    """The texts to score on, at most `limit` of them (0 for all).

    Raises:
        RequestRefused: there are none.
    """
    if source == "file":
        with database.session() as session:
            types = entity_types.list_types(session, project.id)
        return scoring.read_gold(settings.job_folder / Path(name).name, types, "jsonl", limit)
    with database.session() as session:
        kept = set(evaluation.kept(session, project.id)) if source == "kept" else None
        found = [
            content
            for text_id, content in leaving.gold(session, project.id)
            if kept is None or text_id in kept
        ]
    if not found:
        raise RequestRefused("There are no labelled texts to compare on; accept some first.")
    return found[:limit] if limit else found


def library_bill(database: Database, project: Project, tagger: str) -> dict[str, float]:
    """What the library cost that guides a tagger, a part of its price; {} where none does."""
    if tagger not in llm_taggers.NAMES or not llm_taggers.read(tagger).guided:
        return {}
    with database.session() as session:
        newest = library.find(session, project.id)
    return dict(newest.usage) if newest else {}
