"""Few-shot sets: named, versioned, and never changed once they are there.

A set keeps the spans of its texts as they were when it was made, so that a run can always say
what it was trained on. The same name again makes the next version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select, true
from sqlmodel import Session

from db import set_making
from db.errors import NotFound
from db.evaluation import KEPT, prints
from db.session import snapshot, transaction
from db.set_values import Comparison, FewShotSet, Member, Pick
from db.tables import ENTITY_TYPE, FEW_SHOT_SET, FEW_SHOT_TEXT, TEXT, TEXT_BODY
from engine.types import AnnotatedText, EntityType, Record, Span


def make(
    session: Session,
    project_id: int,
    name: str,
    picks: Sequence[Pick],
    *,
    k: int,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    short: Mapping[str, str] | None = None,
    note: str = "",
) -> FewShotSet:
    """Make a set of accepted texts, or its next version; their spans are kept as they are now.

    Args:
        session: the session.
        project_id: the project.
        name: what people call it.
        picks: the texts, in the order they were chosen.
        k, seed, settings: how they were chosen.
        short: code of a type -> why it has fewer than k.
        note: how it came about.

    Raises:
        NotFound: there is no such project.
        Invalid: the name cannot be used, there are no texts, or one of them may not be trained on.
    """
    how = {"k": k, "seed": seed, "settings": dict(settings or {}), "note": note}
    with transaction(session):
        set_id = set_making.write(session, project_id, name, picks, how, short or {})
        return get(session, set_id)


def swap(
    session: Session, set_id: int, out: int, pick: Pick, short: Mapping[str, str], note: str = ""
) -> FewShotSet:
    """The next version of a set: one text in the place of another, all others as they were.

    Raises:
        NotFound: there is no such set.
        Invalid: the old text is not in it, or the new one is, or may not be trained on.
    """
    with transaction(session):
        made = get(session, set_id)
        return get(session, set_making.write_swapped(session, made, out, pick, short, note))


def get(session: Session, set_id: int) -> FewShotSet:
    """Return the set of that number. Raises NotFound."""
    found = _sets(session, FEW_SHOT_SET.c.id == set_id)
    if not found:
        raise NotFound(f"There is no few-shot set number {set_id}.")
    return found[0]


def find(session: Session, project_id: int, name: str) -> FewShotSet:
    """The newest version of a set, or the one that "NAME@2" asks for.

    Raises:
        NotFound: there is none.
    """
    name = name.strip()
    found = _sets(session, FEW_SHOT_SET.c.project_id == project_id, FEW_SHOT_SET.c.name == name)
    stem, _, version = name.rpartition("@")
    if not found and stem and version.isdecimal():
        found = _sets(
            session,
            FEW_SHOT_SET.c.project_id == project_id,
            FEW_SHOT_SET.c.name == stem,
            FEW_SHOT_SET.c.version == int(version[:9]),
        )
    if not found:
        raise NotFound(f"There is no few-shot set {name!r}.")
    return found[0]


def list_sets(session: Session, project_id: int) -> list[FewShotSet]:
    """Every version of every set of a project, the newest first."""
    return _sets(session, FEW_SHOT_SET.c.project_id == project_id)


def members(session: Session, set_id: int) -> list[Member]:
    """The texts of a set, in the order they were chosen. Raises NotFound."""
    with snapshot(session):
        get(session, set_id)
        codes = _codes(session, set_id)
        query = (
            select(FEW_SHOT_TEXT, TEXT.c.revision.label("now"), TEXT_BODY)
            .join(TEXT, TEXT.c.id == FEW_SHOT_TEXT.c.text_id)
            .join(TEXT_BODY, TEXT_BODY.c.text_id == TEXT.c.id)
            .where(FEW_SHOT_TEXT.c.set_id == set_id)
            .order_by(FEW_SHOT_TEXT.c.position)
        )
        rows = session.connection().execute(query).all()
    return [
        Member(
            row.text_id,
            row.position,
            AnnotatedText(row.text, tuple(Span(s, e, codes[t]) for s, e, t in row.spans)),
            tuple(codes[type_id] for type_id in row.why),
            row.now != row.revision,
            row.meta,
        )
        for row in rows
    ]


def texts_of(session: Session, set_id: int) -> list[AnnotatedText]:
    """The texts to train on, labels as codes. Raises NotFound."""
    return [member.content for member in members(session, set_id)]


def records(session: Session, set_id: int) -> Iterator[Record]:
    """The texts as they leave the house; labels are codes, ids our numbers. Raises NotFound."""
    for member in members(session, set_id):
        yield Record(member.content, meta=dict(member.meta), id=str(member.text_id))


def types_of(session: Session, set_id: int) -> list[EntityType]:
    """The types a set was made for, deleted ones among them, in their order. Raises NotFound."""
    query = select(FEW_SHOT_SET.c.counts).where(FEW_SHOT_SET.c.id == set_id)
    row = session.connection().execute(query).first()
    if row is None:
        raise NotFound(f"There is no few-shot set number {set_id}.")
    return [
        EntityType(r.id, r.code, r.name, r.definition, r.colour, r.key)
        for r in session.connection().execute(_every_type(set_id))
        if str(r.id) in row.counts
    ]


def compare(session: Session, first: int, second: int) -> Comparison:
    """Two sets side by side. Raises NotFound."""
    with snapshot(session):
        a, b = ({m.text_id: m.content for m in members(session, id_)} for id_ in (first, second))
    both = [id_ for id_ in a if id_ in b]
    return Comparison(
        shared=tuple(id_ for id_ in both if a[id_] == b[id_]),
        differing=tuple(id_ for id_ in both if a[id_] != b[id_]),
        only_first=tuple(id_ for id_ in a if id_ not in b),
        only_second=tuple(id_ for id_ in b if id_ not in a),
    )


def leaks(session: Session, set_id: int, evaluation: Iterable[str] = ()) -> list[int]:
    """Texts of a set that a score must not be measured on: the same characters, by their print.

    Found are those kept for evaluation or blind by now, and those among the texts given.
    """
    query = (
        select(TEXT.c.id, TEXT.c.sha256, (TEXT.c.id.in_(KEPT) | (TEXT.c.blind == true())))
        .join(FEW_SHOT_TEXT, FEW_SHOT_TEXT.c.text_id == TEXT.c.id)
        .where(FEW_SHOT_TEXT.c.set_id == set_id)
        .order_by(FEW_SHOT_TEXT.c.position)
    )
    barred = prints(evaluation)
    rows = session.connection().execute(query)
    return [id_ for id_, print_, kept in rows if kept or print_ in barred]


def _sets(session: Session, *conditions: Any) -> list[FewShotSet]:
    size = select(func.count()).where(FEW_SHOT_TEXT.c.set_id == FEW_SHOT_SET.c.id)
    query = select(FEW_SHOT_SET, size.scalar_subquery().label("texts")).where(*conditions)
    rows = session.connection().execute(query.order_by(FEW_SHOT_SET.c.id.desc())).all()
    return [_set(session, row) for row in rows]


def _set(session: Session, row: Any) -> FewShotSet:
    codes = _codes(session, row.id)
    values = dict(row._mapping)
    for name in ("counts", "short"):
        said = {int(type_id): value for type_id, value in values[name].items()}
        values[name] = {codes[id_]: said[id_] for id_ in codes if id_ in said}
    return FewShotSet(**values)


def _codes(session: Session, set_id: int) -> dict[int, str]:
    """Number -> code of every type of the set's project, deleted ones too, in their order."""
    return {row.id: row.code for row in session.connection().execute(_every_type(set_id))}


def _every_type(set_id: int) -> Any:
    project = select(FEW_SHOT_SET.c.project_id).where(FEW_SHOT_SET.c.id == set_id)
    return (
        select(ENTITY_TYPE)
        .where(ENTITY_TYPE.c.project_id == project.scalar_subquery())
        .order_by(ENTITY_TYPE.c.position, ENTITY_TYPE.c.id)
    )
