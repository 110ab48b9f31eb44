"""What taggers propose: one tagging a pass, written in batches, safe to repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, text, update
from sqlmodel import Session

from db import openness, proposing
from db.chunks import chunks
from db.errors import Invalid, NotFound
from db.projects import by_id
from db.projects import settings as chosen
from db.session import transaction
from db.tables import ANNOTATION, ENTITY_TYPE, SUGGESTION, TAGGED, TAGGING, TEXT, TEXT_BODY
from db.values import TaggingSummary
from engine.types import Suggestion, Tagged


def start_tagging(
    session: Session,
    project_id: int,
    tagger: str,
    version: str,
    settings: Mapping[str, Any],
    job_id: int | None = None,
) -> int:
    """Open a pass of a tagger; returns its number. Raises NotFound."""
    with transaction(session):
        by_id(session, project_id)
        return proposing.new_tagging(session, project_id, tagger, version, settings, job_id)


def find_tagging(session: Session, job_id: int) -> int | None:
    """The pass that a job has opened before it was interrupted, None when it has not."""
    query = select(func.max(TAGGING.c.id)).where(TAGGING.c.job_id == job_id)
    found: int | None = session.connection().execute(query).scalar()
    return found


def taggers(session: Session, project_id: int) -> list[str]:
    """The names of all taggers that have looked at a project."""
    query = select(TAGGING.c.tagger).where(TAGGING.c.project_id == project_id).distinct()
    return sorted(session.connection().execute(query).scalars())


def has_tagged(session: Session, project_id: int, asked: str) -> bool:
    """Whether a tagger has looked at a text of the project.

    Args:
        asked: what it was asked for as; a tagger of one's own may go by another name.
    """
    query = (
        select(TAGGED.c.text_id)
        .join(TAGGING, TAGGING.c.id == TAGGED.c.tagging_id)
        .where(
            TAGGING.c.project_id == project_id, TAGGING.c.settings["tagger"].as_string() == asked
        )
        .limit(1)
    )
    return session.connection().execute(query).first() is not None


def write_batch(
    session: Session,
    tagging_id: int,
    batch: Sequence[tuple[int, Tagged]],
    *,
    prompt_version: str = "",
) -> None:
    """Keep what a tagger said; it replaces what the same tagger said of these texts before.

    Texts that this pass has answered already are left as they are. A failed text keeps what it
    had. A new text becomes a suggested one, whether something was found or not. Suggestions of a
    type deleted since the pass began are left out.

    Raises:
        NotFound: there is no such pass, or its project is gone.
        Invalid: an answer does not fit its text.
    """
    with transaction(session):
        tagging = _tagging(session, tagging_id)
        by_id(session, tagging.project_id)
        todo = _todo(session, tagging_id, batch)
        failed = [(id_, tagged.error, tagged.usage) for id_, tagged in todo if tagged.error]
        told = [(id_, tagged) for id_, tagged in todo if not tagged.error]
        proposing.mark_done(session, tagging_id, failed)
        _check_texts(session, told)
        ids = [id_ for id_, _ in told]
        _replace(session, tagging, ids)
        types = _types(session, tagging)
        rows = [row for id_, tagged in told for row in _rows(id_, tagged, types, prompt_version)]
        proposing.insert_rows(session, tagging_id, rows)
        proposing.mark_done(session, tagging_id, [(id_, "", tagged.usage) for id_, tagged in told])
        _settle(session, tagging.project_id, ids)


def done_ids(session: Session, tagging_id: int) -> set[int]:
    """Texts that this pass has answered without an error, to skip on resuming."""
    query = select(TAGGED.c.text_id).where(TAGGED.c.tagging_id == tagging_id, TAGGED.c.error == "")
    return set(session.connection().execute(query).scalars())


def failures(session: Session, tagging_id: int) -> list[tuple[str, int]]:
    """Why texts of a pass failed, each reason with its number of texts, the commonest first."""
    number = func.count()
    query = (
        select(TAGGED.c.error, number)
        .where(TAGGED.c.tagging_id == tagging_id, TAGGED.c.error != "")
        .group_by(TAGGED.c.error)
        .order_by(number.desc(), TAGGED.c.error)
    )
    return [(error, count) for error, count in session.connection().execute(query)]


def summary(session: Session, tagging_id: int) -> TaggingSummary:
    """What a pass has done so far. Raises NotFound."""
    tagging = _tagging(session, tagging_id)
    connection = session.connection()
    by_match = {
        row[0]: row[1]
        for row in connection.execute(
            select(SUGGESTION.c.match, func.count())
            .where(SUGGESTION.c.tagging_id == tagging_id)
            .group_by(SUGGESTION.c.match)
        )
    }
    ungrounded = by_match.pop("ungrounded", 0)
    all_texts = connection.execute(
        select(func.count()).where(TAGGED.c.tagging_id == tagging_id)
    ).scalar_one()
    failed = connection.execute(
        select(func.count()).where(TAGGED.c.tagging_id == tagging_id, TAGGED.c.error != "")
    ).scalar_one()
    return TaggingSummary(
        id=tagging_id,
        tagger=tagging.tagger,
        version=tagging.version,
        texts=all_texts - failed,
        suggestions=sum(by_match.values()),
        ungrounded=ungrounded,
        ambiguous=by_match.get("ambiguous", 0),
        failed=failed,
        usage=_usage(session, tagging_id),
        created_at=tagging.created_at,
    )


def _tagging(session: Session, tagging_id: int) -> Any:
    query = select(TAGGING).where(TAGGING.c.id == tagging_id)
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no tagging number {tagging_id}.")
    return row


def _todo(
    session: Session, tagging_id: int, batch: Sequence[tuple[int, Tagged]]
) -> list[tuple[int, Tagged]]:
    done = set[int]()
    for ids in chunks(id_ for id_, _ in batch):
        query = select(TAGGED.c.text_id).where(
            TAGGED.c.tagging_id == tagging_id, TAGGED.c.text_id.in_(ids), TAGGED.c.error == ""
        )
        done.update(session.connection().execute(query).scalars())
    return [(id_, tagged) for id_, tagged in {**dict(batch)}.items() if id_ not in done]


def _check_texts(session: Session, told: Sequence[tuple[int, Tagged]]) -> None:
    """Refuse answers that speak of another text than the one that is stored."""
    for some in chunks(told, 200):
        query = select(TEXT_BODY.c.text_id, TEXT_BODY.c.text).where(
            TEXT_BODY.c.text_id.in_([id_ for id_, _ in some])
        )
        stored = {row.text_id: row.text for row in session.connection().execute(query)}
        for id_, tagged in some:
            if stored.get(id_) != tagged.text:
                raise Invalid(f"The tagger's answer for text {id_} speaks of another text.")
            for one in tagged.suggestions:
                _check_place(id_, tagged.text, one)


def _check_place(text_id: int, characters: str, one: Suggestion) -> None:
    span = one.span
    if span and characters[span.start : span.end] != one.surface:
        raise Invalid(
            f"A suggestion for text {text_id} says {one.surface[:50]!r}, where the text says "
            f"{characters[span.start : span.end][:50]!r} ({span.start}-{span.end})."
        )


def _replace(session: Session, tagging: Any, ids: Sequence[int]) -> None:
    """Let go of what the same tagger said of these texts before."""
    same = select(TAGGING.c.id).where(
        TAGGING.c.project_id == tagging.project_id, TAGGING.c.tagger == tagging.tagger
    )
    for some in chunks(ids):
        proposing.drop(session, SUGGESTION.c.text_id.in_(some), SUGGESTION.c.tagging_id.in_(same))


def _types(session: Session, tagging: Any) -> dict[str, int | None]:
    """Code -> type id as the pass began; None where the type was deleted since."""
    query = select(ENTITY_TYPE.c.id).where(
        ENTITY_TYPE.c.project_id == tagging.project_id, ENTITY_TYPE.c.deleted_at.is_(None)
    )
    there = set(session.connection().execute(query).scalars())
    return {code: id_ if id_ in there else None for code, id_ in tagging.types.items()}


def _rows(
    text_id: int, tagged: Tagged, types: Mapping[str, int | None], prompt_version: str
) -> list[proposing.Row]:
    """One row a place and type, the likeliest of those that say the same."""
    rows: dict[tuple[object, ...], proposing.Row] = {}
    for one in sorted(tagged.suggestions, key=lambda one: one.score):
        if one.label not in types:
            raise Invalid(f"The tagger names {one.label!r}, no type of the project.")
        type_id = types[one.label]
        if type_id is None:
            continue
        start, end = (one.span.start, one.span.end) if one.span else (None, None)
        rows[start, end, "" if one.span else one.surface, type_id] = proposing.Row(
            text_id, type_id, start, end, one.surface, one.score, one.match, prompt_version
        )
    return sorted(rows.values(), key=lambda row: (row.start is None, row.start, row.end))


def _settle(session: Session, project_id: int, ids: Sequence[int]) -> None:
    """Flags, statuses and counters of texts that have just been tagged."""
    allow_overlap = chosen(session, project_id).allow_overlap
    openness.close_blind(session, ids)
    openness.reopen_texts(session, _answered(session, ids), allow_overlap=allow_overlap)
    for some in chunks(ids):
        session.connection().execute(
            update(TEXT)
            .where(TEXT.c.id.in_(some), TEXT.c.status == "new")
            .values(status="suggested")
        )
    openness.recount(session, ids)


def _answered(session: Session, ids: Sequence[int]) -> list[int]:
    """Those texts that have human answers; on the others everything new is open."""
    found: list[int] = []
    for some in chunks(ids):
        query = select(ANNOTATION.c.text_id).where(
            ANNOTATION.c.text_id.in_(some), ANNOTATION.c.removed_revision.is_(None)
        )
        found += session.connection().execute(query.distinct()).scalars()
    return found


def _usage(session: Session, tagging_id: int) -> dict[str, float]:
    """All bills as one; what one of them does not know, such as money, is unknown in the sum."""
    query = select(TAGGED.c.usage).where(
        TAGGED.c.tagging_id == tagging_id, text("tagged.usage != '{}'")
    )
    total, told, bills = Counter[str](), Counter[str](), 0
    for bills, usage in enumerate(session.connection().execute(query).scalars(), start=1):  # noqa: B007
        total.update(usage)
        told.update(usage.keys())
    return {name: value for name, value in total.items() if told[name] == bills}
