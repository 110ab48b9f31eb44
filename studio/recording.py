"""Recorded answers of the demo: everything the demo asks a language model, asked once and kept.

`python -m studio.recording FILE` (`make record-demo`) asks the configured endpoint and writes the
file that ships with the demo. It is the studio's own work that is recorded, through the same job,
taggers and cache as any other; a file recorded with other prompts is missed when it is replayed.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.types import Report

if TYPE_CHECKING:
    from db.llm_values import LLMReply
    from db.session import Database
    from db.values import Project
    from studio.settings import Settings

ON_GOLD = ("llm-zero-shot", "llm", "llm-zero-shot+sc", "llm+sc")
"""The taggers that `compare` is shown with; the two-stage votes count the same answers."""
SAMPLES = 3
"""Answers a text when the whole demo is tagged."""


def ask(settings: Settings, database: Database) -> Iterator[Report]:
    """Make the demo without its recorded answers, build its library, and tag it in every way.

    Raises:
        LLMError: no endpoint is configured, or it gave no answer.
    """
    from db import jobs, projects
    from studio import demo, wiring
    from studio.jobs.lifecycle import drive

    yield from demo.make(settings, database, recorded=False)
    with database.session() as session:
        project = projects.get(session, demo.NAME)
    wiring.check_llm(settings, database, project)
    tag_all = {"tagger": "llm", "samples": SAMPLES, "only": "all"}
    with database.session() as session:
        library = jobs.queue(session, "library", demo.LIBRARY, project.id).id
    yield from drive(settings, database, library)
    for name in ON_GOLD:
        yield from _score(settings, database, project, name)
    with database.session() as session:
        tagging = jobs.queue(session, "tagging", tag_all, project.id).id
    yield from drive(settings, database, tagging)


def _score(settings: Settings, database: Database, project: Project, name: str) -> Iterator[Report]:
    """Tag the gold texts, as `compare` does."""
    import assets
    from db import entity_types
    from studio import scoring, wiring

    with database.session() as session:
        types = entity_types.list_types(session, project.id)
    gold = scoring.read_gold(assets.path("demo", "gold.jsonl"), types)
    tagger = wiring.tagger(settings, database, project, name)
    for report in scoring.Evaluating(tagger, gold, types):
        yield replace(report, note=name)


def write(database: Database, out: Path) -> int:
    """Write all answers that were kept to a file; returns how many."""
    from db import llm_calls
    from db.recorded import lines_of
    from engine.formats.files import replacing

    with database.session() as session:
        kept = [_short(one) for one in llm_calls.replies(session)]
    with replacing(out) as lines:
        lines.writelines(lines_of(kept))
    return len(kept)


def _short(reply: LLMReply) -> LLMReply:
    """An answer with the last thing that was said before it: the rest is in its key."""
    messages: list[dict[str, Any]] = reply.request.get("messages", [])
    said = {"last": messages[-1]["content"] if messages else ""}
    return replace(reply, request=said)


def main(arguments: Sequence[str]) -> int:
    """Record into the file that is named; exit code 0 when every answer is in it."""
    from db.session import connect
    from engine.errors import EngineError
    from studio import settings as studio_settings
    from studio.messages import sentence

    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m studio.recording FILE\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recording.db"
        database = connect(path)
        try:
            for report in ask(studio_settings.load(db=path), database):
                sys.stderr.write(f"\r{report.note} {report.step} of {report.total}\033[K")
            count = write(database, Path(arguments[0]))
        except EngineError as error:
            sys.stderr.write(f"\n{sentence(error)}\n")
            return 1
        finally:
            database.close()
    sys.stderr.write(f"\n{count} answers.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
