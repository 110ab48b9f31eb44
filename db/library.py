"""Libraries of labelled examples, version by version.

A build makes a new version and takes along what people did in the one before: examples they wrote,
imported, edited, approved or rejected. What is generated comes in once and is never written over;
`db.library_edits` holds what people can do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from db.columns import now
from db.errors import Invalid, NotFound
from db.library_edits import add, edit, import_examples, set_status
from db.library_rows import (
    codes,
    example_of,
    fingerprint,
    numbered,
    usage_of,
)
from db.library_values import (
    EXAMPLE_STATUSES,
    Diff,
    Example,
    ExampleStatus,
    Feature,
    Library,
    NewExample,
    TypeEntities,
    Writer,
)
from db.projects import by_id
from db.session import insert_row, snapshot, transaction
from db.tables import LIBRARY, LIBRARY_ENTITIES, LIBRARY_EXAMPLE
from engine.types import AnnotatedText

__all__ = [
    "add",
    "create",
    "diff",
    "edit",
    "entities",
    "example",
    "examples",
    "find",
    "finish",
    "get",
    "import_examples",
    "keep",
    "keep_entities",
    "of_job",
    "project_of",
    "rows",
    "set_status",
    "taken",
    "versions",
]

_BY_HAND = (LIBRARY_EXAMPLE.c.author != "") | LIBRARY_EXAMPLE.c.origin.in_(("person", "imported"))


def create(
    session: Session,
    project_id: int,
    writer: Writer,
    settings: Mapping[str, Any],
    features: Sequence[Feature] = (),
    *,
    silhouette: float = 0.0,
    job_id: int | None = None,
) -> Library:
    """Begin the next version; what people did in the last one comes along. Raises NotFound."""
    with transaction(session):
        by_id(session, project_id)
        last = find(session, project_id)
        library_id = insert_row(
            session,
            insert(LIBRARY).values(
                project_id=project_id,
                version=last.version + 1 if last else 1,
                writer=writer,
                settings=dict(settings),
                types=codes(session, project_id),
                features=[asdict(feature) for feature in features],
                silhouette=silhouette,
                job_id=job_id,
                created_at=now(),
                finished_at=now() if writer == "person" else None,
            ),
        )
        if last:
            _take_along(session, last.id, library_id, features)
        return _by_id(session, library_id)


def _take_along(session: Session, old: int, new: int, features: Sequence[Feature]) -> None:
    at = {feature.text: number for number, feature in enumerate(features)}
    query = select(LIBRARY_EXAMPLE).where(LIBRARY_EXAMPLE.c.library_id == old, _BY_HAND)
    rows_ = session.connection().execute(query.order_by(LIBRARY_EXAMPLE.c.id)).all()
    copies = [
        {
            **{name: value for name, value in row._mapping.items() if name != "id"},
            "library_id": new,
            "slot": None,
            "feature": at.get(row.feature_text),
            "previous": row.id,
            "usage": {},
        }
        for row in rows_
    ]
    if copies:
        session.connection().execute(insert(LIBRARY_EXAMPLE), copies)


def finish(session: Session, library_id: int) -> Library:
    """Say that a version is complete. Raises NotFound."""
    with transaction(session):
        changed = update(LIBRARY).where(LIBRARY.c.id == library_id)
        session.connection().execute(changed.values(finished_at=now()))
        return _by_id(session, library_id)


def keep_entities(session: Session, library_id: int, made: TypeEntities) -> None:
    """Store the surfaces of a type, unless they are there. Raises NotFound."""
    with transaction(session):
        library = _by_id(session, library_id)
        known = {one.code for one in entities(session, library_id)}
        if made.code not in library.types or made.code in known:
            return
        row = {name: value for name, value in asdict(made).items() if name != "code"}
        row["rejected"] = [list(pair) for pair in made.rejected]
        session.connection().execute(
            insert(LIBRARY_ENTITIES).values(
                library_id=library_id, type_id=library.types[made.code], **row
            )
        )


def keep(session: Session, library_id: int, made: NewExample) -> None:
    """Store a generated sentence, unless its slot is filled: edits are never written over.

    Raises:
        NotFound: there is no such version.
        Invalid: it names a type that the version does not know.
    """
    with transaction(session):
        library = _by_id(session, library_id)
        filled = select(LIBRARY_EXAMPLE.c.id).where(
            LIBRARY_EXAMPLE.c.library_id == library_id, LIBRARY_EXAMPLE.c.slot == made.slot
        )
        if session.connection().execute(filled).first():
            return
        spans = numbered(made.content, library.types)
        moment = now()
        session.connection().execute(
            insert(LIBRARY_EXAMPLE).values(
                library_id=library_id,
                slot=made.slot,
                feature=made.feature,
                feature_text=library.features[made.feature].text,
                text=made.content.text,
                spans=spans,
                origin=made.origin,
                status="rejected" if made.reason else "generated",
                reason=made.reason,
                made={"text": made.content.text, "spans": spans, "reason": made.reason},
                previous=None,
                revision=0,
                author="",
                prompt_version=made.prompt_version,
                model=made.model,
                usage=dict(made.usage),
                created_at=moment,
                updated_at=moment,
            )
        )


def entities(session: Session, library_id: int) -> list[TypeEntities]:
    """The surfaces of each type that has been asked for."""
    types = _codes_of(session, library_id)
    query = select(LIBRARY_ENTITIES).where(LIBRARY_ENTITIES.c.library_id == library_id)
    return [
        TypeEntities(
            types[row.type_id],
            tuple(row.surfaces),
            tuple((surface, reason) for surface, reason in row.rejected),
            row.calls,
            row.prompt_version,
            row.model,
            row.usage,
        )
        for row in session.connection().execute(query.order_by(LIBRARY_ENTITIES.c.type_id))
        if row.type_id in types
    ]


def versions(session: Session, project_id: int) -> list[Library]:
    """The versions of a project's library, the newest first."""
    query = select(LIBRARY).where(LIBRARY.c.project_id == project_id)
    with snapshot(session):
        found = session.connection().execute(query.order_by(LIBRARY.c.version.desc())).all()
        return [_library(session, row) for row in found]


def find(session: Session, project_id: int, version: int | None = None) -> Library | None:
    """A version, the newest when none is named; None when there is none."""
    query = select(LIBRARY).where(LIBRARY.c.project_id == project_id)
    if version is not None:
        query = query.where(LIBRARY.c.version == version)
    row = session.connection().execute(query.order_by(LIBRARY.c.version.desc())).first()
    return _library(session, row) if row else None


def get(session: Session, project_id: int, version: int | None = None) -> Library:
    """A version, the newest when none is named. Raises NotFound."""
    found = find(session, project_id, version)
    if found is None:
        named = "no library yet; build one first" if version is None else f"no library {version}"
        raise NotFound(f"The project has {named}.")
    return found


def of_job(session: Session, job_id: int) -> Library | None:
    """The version that a job has begun before it was stopped, None when it has not."""
    row = session.connection().execute(select(LIBRARY).where(LIBRARY.c.job_id == job_id)).first()
    return _library(session, row) if row else None


def rows(
    session: Session,
    project_id: int,
    version: int | None = None,
    status: ExampleStatus | None = None,
) -> list[Example]:
    """Every example of a version, rejected ones too, in the order they came. Raises NotFound."""
    if status is not None and status not in EXAMPLE_STATUSES:
        raise Invalid(f"An example is {', '.join(EXAMPLE_STATUSES)}; got {status!r}.")
    library = get(session, project_id, version)
    query = select(LIBRARY_EXAMPLE).where(LIBRARY_EXAMPLE.c.library_id == library.id)
    if status is not None:
        query = query.where(LIBRARY_EXAMPLE.c.status == status)
    types = _codes_of(session, library.id)
    found = session.connection().execute(query.order_by(LIBRARY_EXAMPLE.c.id))
    return [example_of(row, types) for row in found]


def example(session: Session, example_id: int) -> Example:
    """One example. Raises NotFound."""
    query = select(LIBRARY_EXAMPLE).where(LIBRARY_EXAMPLE.c.id == example_id)
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no example number {example_id}.")
    return example_of(row, _codes_of(session, row.library_id))


def project_of(session: Session, example_id: int) -> int:
    """The project in whose library an example is. Raises NotFound."""
    query = (
        select(LIBRARY.c.project_id)
        .join(LIBRARY_EXAMPLE, LIBRARY_EXAMPLE.c.library_id == LIBRARY.c.id)
        .where(LIBRARY_EXAMPLE.c.id == example_id)
    )
    found = session.connection().execute(query).scalar()
    if found is None:
        raise NotFound(f"There is no example number {example_id}.")
    return int(found)


def examples(session: Session, project_id: int, version: int | None = None) -> list[AnnotatedText]:
    """The examples that guide tagging: all but the rejected ones. Raises NotFound."""
    found = rows(session, project_id, version)
    return [one.content for one in found if one.status != "rejected"]


def taken(session: Session, library_id: int) -> dict[str, str]:
    """Text (case folded) -> why it may not be generated again: a person has dealt with it."""
    query = select(LIBRARY_EXAMPLE.c.text, LIBRARY_EXAMPLE.c.status).where(
        LIBRARY_EXAMPLE.c.library_id == library_id, _BY_HAND
    )
    return {
        " ".join(row.text.split()).casefold(): (
            "a person rejected this sentence before"
            if row.status == "rejected"
            else "a person has kept this sentence already"
        )
        for row in session.connection().execute(query)
    }


def diff(session: Session, project_id: int, old: int, new: int) -> Diff:
    """What version `new` has that `old` had not, and the other way round. Raises NotFound.

    The same example is the one that was taken along, or the one with the same text; a change is a
    change of its text, spans or status.
    """
    before = {one.id: one for one in rows(session, project_id, old)}
    by_text = {one.content.text: one for one in before.values()}
    added: list[Example] = []
    changed: list[tuple[Example, Example]] = []
    met = set[int]()
    for one in rows(session, project_id, new):
        was = before.get(one.previous or 0) or by_text.get(one.content.text)
        if was is None:
            added.append(one)
            continue
        met.add(was.id)
        if (was.content, was.status) != (one.content, one.status):
            changed.append((was, one))
    removed = tuple(one for one in before.values() if one.id not in met)
    return Diff(tuple(added), removed, tuple(changed))


def _by_id(session: Session, library_id: int) -> Library:
    row = session.connection().execute(select(LIBRARY).where(LIBRARY.c.id == library_id)).first()
    if row is None:
        raise NotFound(f"There is no library number {library_id}.")
    return _library(session, row)


def _library(session: Session, row: Any) -> Library:
    counts: dict[ExampleStatus, int] = dict.fromkeys(EXAMPLE_STATUSES, 0)
    query = (
        select(LIBRARY_EXAMPLE.c.status, func.count())
        .where(LIBRARY_EXAMPLE.c.library_id == row.id)
        .group_by(LIBRARY_EXAMPLE.c.status)
    )
    for status, number in session.connection().execute(query):
        counts[status] = number
    values = {**row._mapping, "features": tuple(Feature(**one) for one in row.features)}
    return Library(
        **values,
        counts=counts,
        usage=usage_of(session, row.id),
        fingerprint=fingerprint(session, row.id),
    )


def _codes_of(session: Session, library_id: int) -> dict[int, str]:
    """Number -> code as it is now, of the types of the library's project."""
    project = select(LIBRARY.c.project_id).where(LIBRARY.c.id == library_id)
    project_id = session.connection().execute(project).scalar_one()
    return {number: code for code, number in codes(session, project_id).items()}
