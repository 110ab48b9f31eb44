"""Look at everything and say what is wrong; changes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from db import openness
from db.session import snapshot
from db.tables import (
    ANNOTATION,
    EDIT,
    ENTITY_TYPE,
    FEW_SHOT_SET,
    FEW_SHOT_TEXT,
    LIBRARY,
    LIBRARY_EXAMPLE,
    PROJECT,
    SUGGESTION,
    TEXT,
    TEXT_BODY,
)
from db.values import DoctorReport

_CHECKED = ("texts", "spans", "suggestions", "edits", "few_shot_texts", "examples")
_AT_ONCE = 200
_MOST = 1_000
"""Problems that are told one by one."""


def check(session: Session) -> DoctorReport:
    """Check the file, references, every span and surface, examples, counters and search index."""
    checked = Counter(dict.fromkeys(_CHECKED, 0))
    problems: list[str] = []
    more = 0
    for problem in _problems(session, checked):
        if len(problems) < _MOST:
            problems.append(problem)
        else:
            more += 1
    if more:
        problems.append(f"{more} more problems of these kinds.")
    return DoctorReport(dict(checked), problems)


def _problems(session: Session, checked: Counter[str]) -> Iterator[str]:
    yield from _file(session)
    yield from _search(session)
    yield from _few_shot(session, checked)
    yield from _library(session, checked)
    after = 0
    while True:
        with snapshot(session):
            rows = _batch(session, after)
            found = list(_texts(session, rows, checked))
        yield from found
        if not rows:
            return
        after = rows[-1].id


def _file(session: Session) -> Iterator[str]:
    connection = session.connection()
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check(20)").all():
        if said != "ok":
            yield f"The file is damaged: {said}."
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    for row in broken[:20]:
        yield f"Row {row[1]} of {row[0]} points to a row of {row[2]} that is not there."
    if len(broken) > 20:
        yield f"{len(broken) - 20} more rows point to rows that are not there."
    lost = "SELECT count(*) FROM text WHERE id NOT IN (SELECT text_id FROM text_body)"
    if number := connection.execute(text(lost)).scalar_one():
        yield f"{number} texts have lost their characters."


def _search(session: Session) -> Iterator[str]:
    """FTS5 compares its index with the texts itself, and says so by failing."""
    command = "INSERT INTO text_search(text_search, rank) VALUES ('integrity-check', 1)"
    try:
        session.connection().execute(text(command))
    except DatabaseError as error:
        if "malformed" not in str(error.orig):
            raise
        yield "The search index differs from the texts."
    finally:
        session.rollback()


def _few_shot(session: Session, checked: Counter[str]) -> Iterator[str]:
    """Spans that few-shot sets keep lie in their texts and have a type of the same project."""
    owner = _owners(session)
    query = (
        select(FEW_SHOT_TEXT, TEXT_BODY.c.text, FEW_SHOT_SET.c.project_id)
        .join(TEXT_BODY, TEXT_BODY.c.text_id == FEW_SHOT_TEXT.c.text_id)
        .join(FEW_SHOT_SET, FEW_SHOT_SET.c.id == FEW_SHOT_TEXT.c.set_id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.connection().execute(query):
        checked["few_shot_texts"] += 1
        where = f"of text {row.text_id} in few-shot set {row.set_id}"
        yield from _kept(row.spans, row.text, where, owner, row.project_id)


def _library(session: Session, checked: Counter[str]) -> Iterator[str]:
    """The same of the library's examples, as they are and as they were generated."""
    owner = _owners(session)
    query = (
        select(LIBRARY_EXAMPLE, LIBRARY.c.project_id)
        .join(LIBRARY, LIBRARY.c.id == LIBRARY_EXAMPLE.c.library_id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in session.connection().execute(query):
        checked["examples"] += 1
        yield from _kept(row.spans, row.text, f"of example {row.id}", owner, row.project_id)
        if made := row.made:
            where = f"of example {row.id} as it was generated"
            yield from _kept(made["spans"], made["text"], where, owner, row.project_id)


def _owners(session: Session) -> dict[int, int]:
    """Number of an entity type -> its project."""
    query = select(ENTITY_TYPE.c.id, ENTITY_TYPE.c.project_id)
    return {row.id: row.project_id for row in session.connection().execute(query)}


def _kept(
    spans: Sequence[Sequence[int]], text: str, of: str, owner: dict[int, int], project_id: int
) -> Iterator[str]:
    """What is wrong with spans that are kept without their words: [start, end, type]."""
    for start, end, type_id in spans:
        where = f"The span {start}-{end} {of}"
        if not 0 <= start < end <= len(text):
            yield f"{where} does not lie in a text of {len(text)} characters."
        elif not text[start:end].strip():
            yield f"{where} holds nothing but white space."
        elif owner.get(type_id) != project_id:
            yield f"{where} has a type that its project does not have."


def _batch(session: Session, after: int) -> Sequence[Any]:
    counters = [text(f"{sql} AS real_{name}") for name, sql in openness.COUNTERS.items()]
    query = (
        select(TEXT, TEXT_BODY.c.text, PROJECT.c.settings, *counters)
        .join(TEXT_BODY, TEXT_BODY.c.text_id == TEXT.c.id)
        .join(PROJECT, PROJECT.c.id == TEXT.c.project_id)
        .where(TEXT.c.id > after)
        .order_by(TEXT.c.id)
        .limit(_AT_ONCE)
    )
    return session.connection().execute(query).all()


def _texts(session: Session, rows: Sequence[Any], checked: Counter[str]) -> Iterator[str]:
    ids = [row.id for row in rows]
    annotations = _by_text(session, ANNOTATION, ids)
    suggestions = _by_text(session, SUGGESTION, ids)
    edits = _by_text(session, EDIT, ids)
    for row in rows:
        checked.update(
            texts=1,
            spans=len(annotations[row.id]),
            suggestions=len(suggestions[row.id]),
            edits=len(edits[row.id]),
        )
        if sha256(row.text.encode()).hexdigest() != row.sha256:
            yield f"Text {row.id} is not what was imported: its print differs."
        yield from _spans(row, annotations[row.id], "Answer")
        yield from _spans(row, suggestions[row.id], "Suggestion")
        yield from _counters(row)
        yield from _flags(row, suggestions[row.id], annotations[row.id])
        if sorted(edit.revision for edit in edits[row.id]) != [*range(1, row.revision + 1)]:
            yield f"Text {row.id} is at revision {row.revision}, but its history has gaps."


def _by_text(session: Session, table: Any, ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.connection().execute(select(table).where(table.c.text_id.in_(ids))):
        found[row.text_id].append(row)
    return found


def _spans(row: Any, found: Sequence[Any], what: str) -> Iterator[str]:
    for one in found:
        where = f"{what} {one.id} on text {row.id}"
        if one.start is None and one.end is None:
            continue
        if one.start is None or one.end is None or not 0 <= one.start < one.end <= len(row.text):
            yield (
                f"{where} lies at {one.start}-{one.end} of a text of {len(row.text)} characters."
            )
        elif row.text[one.start : one.end] != one.surface:
            yield f"{where} ({one.start}-{one.end}) does not say what the text says there."


def _counters(row: Any) -> Iterator[str]:
    for name in openness.COUNTERS:
        kept, real = getattr(row, name), getattr(row, f"real_{name}")
        if kept != real:
            yield f"Text {row.id} says {name} = {kept}; its rows say {real}."


def _flags(row: Any, suggestions: Sequence[Any], annotations: Sequence[Any]) -> Iterator[str]:
    allow_overlap = bool(row.settings.get("allow_overlap", False))
    opened = set[int]()
    if not row.blind:
        opened = openness.open_ids(
            [one for one in suggestions if not one.replaced],
            [one for one in annotations if one.removed_revision is None],
            allow_overlap=allow_overlap,
        )
    for one in suggestions:
        if one.open is not (one.id in opened):
            yield f"Suggestion {one.id} on text {row.id} is {'' if one.open else 'not '}open."
