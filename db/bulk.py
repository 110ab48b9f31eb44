"""Label or refuse the same words in every text of a project: look first, then one step for all.

The step is one row, and one edit on each text that names it: every text keeps its own history and
its own undo, and the step can be taken back and done again as a whole. A text on which something
was done since the preview, or since the step, is told apart and left alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import func, select
from sqlmodel import Session

from db import bulk_hits, bulk_log, bulk_reading, bulk_reversal, bulk_writing, planning
from db.bulk_log import get, recent
from db.bulk_reversal import Way
from db.bulk_values import (
    AsOf,
    BulkReport,
    Choice,
    Deed,
    Finder,
    Hit,
    Key,
    Preview,
    Shown,
    Wanted,
)
from db.bulk_writing import Turn
from db.chunks import chunks
from db.errors import Invalid
from db.ledger import Hand, Head, Step
from db.planning import Scene
from db.session import snapshot, transaction
from db.tables import EDIT, TEXT
from db.values import NewSpan, Status

__all__ = ["apply", "get", "preview", "recent", "redo", "undo"]

_AROUND = 48
"""Our choice: characters shown on either side of a hit, a line of context."""


def preview(
    session: Session,
    project_id: int,
    wanted: Wanted,
    find: Finder,
    *,
    after: Key | None = None,
    limit: int = 100,
) -> Preview:
    """A page of the hits, with figures over all of them.

    Args:
        session: the session.
        project_id: the project.
        wanted: what to look for.
        find: how it is found in a text.
        after: the `next` of the page before, None for the first page.
        limit: how many hits.

    Raises:
        Invalid: no words, or the project has no such type.
    """
    with snapshot(session):
        found = bulk_hits.search(
            session, project_id, _type(session, project_id, wanted), wanted, find
        )
        as_of = _as_of(session)
    begin = _after(found.hits, after)
    page = found.hits[begin : begin + max(1, limit)]
    more = begin + len(page) < len(found.hits)
    return Preview(
        tuple(_shown(hit, found.texts[hit.text_id]) for hit in page),
        page[-1].key if page and more else None,
        len(found.hits),
        len({hit.text_id for hit in found.hits}),
        sum(hit.suggestion is not None for hit in found.hits),
        found.marked,
        found.in_accepted,
        as_of,
    )


def apply(
    session: Session,
    project_id: int,
    wanted: Wanted,
    find: Finder,
    deed: Deed,
    choice: Choice,
    as_of: AsOf,
    hand: Hand,
) -> BulkReport:
    """Label the ticked hits, or refuse the suggestions on them, as one step.

    A new or suggested text becomes one in review; accepted and skipped ones stay what they are.
    The same `edit_uid` again changes nothing and gives the report it already got.

    Args:
        session: the session.
        project_id: the project.
        wanted: what was looked for.
        find: how it is found in a text.
        deed: what to do.
        choice: the ticked hits.
        as_of: what the preview said; a text edited later is left alone.
        hand: whose step it is.

    Raises:
        Invalid: no words, no such type, or an id used for something else.
    """
    with transaction(session):
        if (known := bulk_log.replayed(session, project_id, hand)) is not None:
            return known
        type_id = _type(session, project_id, wanted)
        found = bulk_hits.search(session, project_id, type_id, wanted, find)
        ticked: dict[int, list[Hit]] = defaultdict(list)
        for hit in found.hits:
            if hit.text_id <= as_of.text and choice.takes(hit.key):
                ticked[hit.text_id].append(hit)
        left = bulk_reading.edited_since(session, ticked, as_of.edit)
        types = bulk_reading.codes(session, project_id)
        bulk_id = bulk_log.begin(session, project_id, deed, asdict(wanted), hand)
        texts = spans = 0
        for ids in chunks(id_ for id_ in ticked if id_ not in left):
            at = bulk_reading.heads(session, project_id, ids)
            scenes = bulk_reading.scenes(session, at, found.texts, types)
            turns = [
                turn
                for id_ in ids
                if (turn := _turn(at[id_], scenes[id_], ticked[id_], wanted.code, deed))
            ]
            bulk_writing.write(session, turns, bulk_id, hand.author)
            texts += len(turns)
            spans += sum(len(turn.step.added) for turn in turns)
        return bulk_log.done(session, bulk_id, texts, spans, sorted(left))


def undo(session: Session, bulk_id: int, hand: Hand) -> BulkReport:
    """Take a step back on every text where it is the last thing done.

    Raises:
        NotFound: there is no such step.
        Invalid: the id was used for something else.
    """
    return _back(session, bulk_id, hand, "undo")


def redo(session: Session, bulk_id: int, hand: Hand) -> BulkReport:
    """Do a step again on every text where taking it back is the last thing done.

    Raises:
        NotFound: there is no such step.
        Invalid: the id was used for something else.
    """
    return _back(session, bulk_id, hand, "redo")


def _back(session: Session, bulk_id: int, hand: Hand, way: Way) -> BulkReport:
    with transaction(session):
        root = bulk_log.root(session, bulk_id)
        if (known := bulk_log.replayed(session, root.project_id, hand)) is not None:
            return known
        taken, left = bulk_reversal.standing(session, root.id, way)
        if not taken:
            told = bulk_reading.numbers(session, left[: bulk_log.TOLD])
            return BulkReport(None, 0, 0, told, len(left))
        new = bulk_log.begin(session, root.project_id, way, root.wanted, hand, root.id)
        spans = 0
        for some in chunks(taken):
            turns = bulk_reversal.turns(session, root.project_id, some, way)
            bulk_writing.write(session, turns, new, hand.author)
            spans += sum(max(len(turn.step.added), len(turn.step.ended)) for turn in turns)
        return bulk_log.done(session, new, len(taken), spans, left)


def _turn(at: Head, scene: Scene, hits: Sequence[Hit], code: str, deed: Deed) -> Turn | None:
    """The step on one text; None when nothing is left to do there."""
    if deed == "label":
        added = [NewSpan(hit.start, hit.end, code, _answered(scene, hit, code)) for hit in hits]
        made = planning.plan(scene, added, (), ())
    else:
        on = {(hit.start, hit.end) for hit in hits}
        rejected = [one.id for one in scene.proposed if (one.start, one.end) in on]
        made = planning.plan(scene, (), (), rejected)
    if not (made.added or made.ended):
        return None
    status: Status = "review" if at.status in ("new", "suggested") else at.status
    return Turn(at, Step("edit", status, made.added, list(made.ended.values())))


def _answered(scene: Scene, hit: Hit, code: str) -> int | None:
    """The suggestion that a label answers: on the same characters, else of the same type."""
    if hit.suggestion is not None:
        return hit.suggestion
    return next(
        (
            one.id
            for one in scene.proposed
            if one.type_id == scene.types[code]
            and one.start is not None
            and one.end is not None
            and one.start < hit.end
            and hit.start < one.end
        ),
        None,
    )


def _type(session: Session, project_id: int, wanted: Wanted) -> int:
    if not wanted.surface.strip():
        raise Invalid("There are no words to look for.")
    found = bulk_reading.codes(session, project_id).get(wanted.code)
    if found is None:
        raise Invalid(f"The project has no entity type with the code {wanted.code!r}.")
    return found


def _as_of(session: Session) -> AsOf:
    newest = select(func.max(EDIT.c.id)), select(func.max(TEXT.c.id))
    return AsOf(*(session.connection().execute(query).scalar_one() or 0 for query in newest))


def _after(hits: Sequence[Hit], after: Key | None) -> int:
    """The index of the first hit after a key; hits stand in order of import."""
    if after is None:
        return 0
    keys = enumerate(hit.key for hit in hits)
    return next((n + 1 for n, key in keys if key == after), len(hits))


def _shown(hit: Hit, text: str) -> Shown:
    return Shown(
        hit,
        text[max(0, hit.start - _AROUND) : hit.start],
        text[hit.start : hit.end],
        text[hit.end : hit.end + _AROUND],
    )
