"""One import on its way in: labels find their types, batches go to the store, counts add up."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from db import entity_types, evaluation, projects, texts
from db.session import Database, transaction
from db.values import AddReport, SpansAs
from engine.types import AnnotatedText, EntityType, Problem, Record, Span
from studio.typesets import code_of

if TYPE_CHECKING:
    from sqlmodel import Session

KEPT_PROBLEMS = 1000


@dataclass(slots=True)
class Tally:
    """The counts of one import.

    Attributes:
        repaired: lines of the entries that were repaired; an entry counts once.
        left_out: lines of the entries that were rejected, some of them after a repair.
        unknown: label -> spans that were not stored for it.
    """

    accepted: int = 0
    skipped: int = 0
    rejected: int = 0
    repaired: set[int] = field(default_factory=set)
    left_out: set[int] = field(default_factory=set)
    unknown: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    def note(self, problem: Problem) -> None:
        """Count a problem, and keep it while there is room."""
        if problem.kind == "rejected":
            self.rejected += 1
            self.left_out.add(problem.line)
        else:
            self.repaired.add(problem.line)
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(problem)


class _TakeBack(Exception):
    """Ends the transaction of a dry run without a trace."""


class Intake:
    """Stores batches of records in one project, or only counts what it would store."""

    def __init__(
        self,
        database: Database,
        project: str,
        source: str,
        as_: SpansAs,
        *,
        create_types: bool,
        dry_run: bool,
        author: str,
        evaluation: bool = False,
    ) -> None:
        self.tally = Tally()
        self.created: list[str] = []
        self._database = database
        self._project = project
        self._source = source
        self._as: SpansAs = as_
        self._create_types = create_types
        self._dry_run = dry_run
        self._author = author
        self._evaluation = evaluation
        self._seen: set[bytes] = set()

    def add(self, batch: Sequence[Record]) -> None:
        """Store a batch in one transaction, which a dry run takes back."""
        if self._dry_run:
            batch = [record for record in batch if self._first_seen(record)]
        with self._database.session() as session, suppress(_TakeBack), transaction(session):
            self._store(session, batch)
            if self._dry_run:
                raise _TakeBack

    def _first_seen(self, record: Record) -> bool:
        """Whether no earlier batch of a dry run had the text; nothing is stored to ask."""
        digest = hashlib.sha256(record.content.text.encode("utf-8", "surrogatepass")).digest()[:16]
        if digest in self._seen:
            self.tally.skipped += 1
            return False
        self._seen.add(digest)
        return True

    def _store(self, session: Session, batch: Sequence[Record]) -> None:
        found = projects.find(session, self._project)
        known = entity_types.by_label(session, found.id) if found else {}
        codes = {label: entity_type.code for label, entity_type in known.items()}
        new = self._new_types(batch, codes)
        codes |= {label: entity_type.code for label, entity_type in new.items()}
        ready = [kept for record in batch if (kept := self._with_codes(record, codes))]
        if not ready:
            return
        project = found or projects.create(session, self._project)
        for entity_type in new.values():
            entity_types.add(session, project.id, entity_type)
            if entity_type.code not in self.created:
                self.created.append(entity_type.code)
        self._count(
            texts.add_batch(
                session,
                project.id,
                ready,
                as_=self._as,
                author=self._author,
                source=self._source,
            )
        )
        if self._evaluation:
            evaluation.keep_same(session, project.id, (one.content.text for one in ready))

    def _new_types(self, batch: Sequence[Record], known: dict[str, str]) -> dict[str, EntityType]:
        """Case-folded code -> type to make, for labels that have none."""
        new: dict[str, EntityType] = {}
        if self._create_types and self._as != "none":
            for span in (span for record in batch for span in record.content.spans):
                name = span.label.strip()
                code = code_of(name) if name else ""
                if code and not known.keys() & {name.casefold(), code.casefold()}:
                    new.setdefault(code.casefold(), EntityType(0, code, name))
        return new

    def _with_codes(self, record: Record, codes: dict[str, str]) -> Record | None:
        """The record with type codes for labels; None when it has to stay out."""
        content = record.content
        if self._as == "none":
            return replace(record, content=AnnotatedText(content.text))
        spans: list[Span] = []
        unknown: Counter[str] = Counter()
        for span in content.spans:
            if code := self._code(span.label.strip(), codes):
                spans.append(Span(span.start, span.end, code))
            else:
                unknown[span.label] += 1
        if unknown:
            self.tally.unknown += unknown
            self._note_unknown(record, unknown)
            if self._as == "annotations":
                return None
        return replace(record, content=AnnotatedText(content.text, tuple(spans)))

    def _code(self, label: str, codes: dict[str, str]) -> str | None:
        """The code for a label; `creative-work` finds CREATIVE_WORK only where types are made."""
        made = codes.get(code_of(label).casefold()) if self._create_types and label else None
        return codes.get(label.casefold()) or made

    def _note_unknown(self, record: Record, unknown: Counter[str]) -> None:
        labels = ", ".join(repr(label) for label in sorted(unknown))
        left_out = self._as == "annotations"
        fate = "the text was left out" if left_out else f"{unknown.total()} spans were left out"
        place = f"Line {record.line}: no" if record.line else "No"
        message = f"{place} entity type of the project is called {labels}; {fate}."
        self.tally.note(Problem("rejected" if left_out else "repaired", record.line, message))

    def _count(self, report: AddReport) -> None:
        self.tally.accepted += report.accepted
        self.tally.skipped += report.skipped_duplicates
        for problem in report.refused:
            place = f"Line {problem.line}: " if problem.line else ""
            self.tally.note(replace(problem, message=f"{place}{problem.message}"))
