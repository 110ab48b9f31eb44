"""Texts from a file into a project, for the command line, the routes and the pages alike.

A file streams through in batches, each one transaction, so that a large import neither fills the
memory nor holds the database; breaking off and starting again skips what is already there.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from db.session import Database
from db.values import SpansAs
from engine import formats
from engine.errors import FormatError
from engine.types import Problem, Record
from studio.intake import Intake

BATCH = 500
"""Texts stored at once. Our choice: nobody who saves meanwhile waits longer than for one batch."""
SHOWN = 20
SCANNED = 1000


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file was understood as, from its beginning.

    Attributes:
        format: name of the format.
        records: the first texts.
        problems: what is wrong among the first SCANNED entries.
        labels: label as the file spells it -> spans among them.
    """

    format: str
    records: tuple[Record, ...]
    problems: tuple[Problem, ...]
    labels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file.

    Attributes:
        accepted: texts stored, the repaired ones among them.
        repaired: texts stored after a change that `problems` states.
        rejected: entries left out.
        skipped_duplicates: texts that the project already had.
        unknown_labels: label that is no type of the project -> spans not stored for it.
        created_types: codes of the entity types made for the file's labels.
        problems: what was repaired or rejected, the first thousand, in the order of the file.
    """

    accepted: int
    repaired: int
    rejected: int
    skipped_duplicates: int
    unknown_labels: Mapping[str, int]
    created_types: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def partial(self) -> bool:
        """Whether something of the file stayed out."""
        return bool(self.rejected or self.unknown_labels)


def preview(source: Path | bytes, name: str, format: str = "auto") -> Preview:  # noqa: A002
    """Read the beginning of a file without storing anything.

    Raises:
        FormatError: it is not in that format, or in none we know.
    """
    if isinstance(source, bytes):
        with tempfile.TemporaryDirectory(prefix="ner-studio-") as folder:
            path = Path(folder) / f"preview{Path(name).suffix}"
            path.write_bytes(source)
            try:
                return preview(path, name, format)
            except FormatError as error:
                error.where = name
                raise
    chosen = formats.sniff(source) if format == "auto" else format
    records: list[Record] = []
    problems: list[Problem] = []
    labels: Counter[str] = Counter()
    for item in islice(formats.read(source, chosen), SCANNED):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        labels.update(span.label for span in item.content.spans)
        if len(records) < SHOWN:
            records.append(item)
    return Preview(chosen, tuple(records), tuple(problems), dict(labels))


def run(
    database: Database,
    project: str,
    path: Path,
    format: str = "auto",  # noqa: A002
    as_: SpansAs = "suggestions",
    *,
    create_types: bool = False,
    dry_run: bool = False,
    author: str = "me",
    max_rows: int = 0,
    evaluation: bool = False,
) -> ImportReport:
    """Store the texts of a file in the project of that name, which is made when it is missing.

    A span whose label is no type of the project is never guessed at: imported as annotations its
    text is rejected, since half an answer is a wrong one; as suggestions the span alone stays out.
    With `create_types` each such label becomes a type. `max_rows` bounds the entries, 0 for all;
    what comes after them, or after a place from which on a file cannot be read, is a problem.
    With `evaluation` the texts of the file, those already there too, are kept for evaluation.

    Raises:
        FormatError: the file cannot be read from its first entry on.
    """
    intake = Intake(
        database,
        project,
        path.name,
        as_,
        create_types=create_types,
        dry_run=dry_run,
        author=author,
        evaluation=evaluation,
    )
    items = _bounded(formats.read(path, format), max_rows, path.name)
    records = _records(items, intake)
    while batch := list(islice(records, BATCH)):
        intake.add(batch)
    tally = intake.tally
    return ImportReport(
        accepted=tally.accepted,
        repaired=len(tally.repaired - tally.left_out),
        rejected=tally.rejected,
        skipped_duplicates=tally.skipped,
        unknown_labels=dict(tally.unknown),
        created_types=tuple(intake.created),
        problems=tuple(sorted(tally.problems, key=lambda problem: problem.line)),
    )


def _records(items: Iterable[Record | Problem], intake: Intake) -> Iterator[Record]:
    """The records; a file that breaks off after some of them is a problem of what is missing."""
    some = False
    try:
        for item in items:
            if isinstance(item, Problem):
                intake.tally.note(item)
            else:
                some = True
                yield item
    except FormatError as error:
        if not some:
            raise
        message = f"{error} What comes after was not read."
        intake.tally.note(Problem("rejected", error.line, message))


def _bounded(
    items: Iterable[Record | Problem], max_rows: int, name: str
) -> Iterator[Record | Problem]:
    for number, item in enumerate(items, start=1):
        if max_rows and number > max_rows:
            raise FormatError(f"{name} has more than {max_rows:,} entries; split it.", line=number)
        yield item
