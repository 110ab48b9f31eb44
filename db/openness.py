"""Which suggestions still wait for an answer, and the counters that follow from it.

A suggestion is open unless a human answer that holds names it, says the same (same characters, same
type; a rejection too, so that nothing rejected comes back when a tagger looks again), or, in a
project without overlaps, covers one of its characters. The suggestions of a blind text are never
open. The flag is stored, because lists, queues and the editor ask for it all the time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, false, select, text, true, update
from sqlmodel import Session

from db.chunks import chunks
from db.intervals import Intervals
from db.tables import ANNOTATION, SUGGESTION, TEXT

_COMPARED = (
    "(SELECT value FROM json_each((SELECT settings FROM project WHERE id = text.project_id),"
    " '$.compared'))"
)
"""The two taggers that the project compares."""

COUNTERS = {
    "n_suggestions": "(SELECT count(*) FROM suggestion s WHERE s.text_id = text.id"
    " AND s.open = 1 AND s.match != 'ungrounded')",
    "n_unlocated": "(SELECT count(*) FROM suggestion s WHERE s.text_id = text.id"
    " AND s.open = 1 AND s.match = 'ungrounded')",
    "n_spans": "(SELECT count(*) FROM annotation a WHERE a.text_id = text.id"
    " AND a.removed_revision IS NULL AND a.action != 'rejected')",
    "uncertainty": "(CASE WHEN EXISTS (SELECT 1 FROM tagged t WHERE t.text_id = text.id"
    " AND t.error = '') THEN coalesce((SELECT max(CASE"
    " WHEN s.match IN ('ambiguous', 'ungrounded') THEN 1.0 WHEN s.score IS NULL THEN 0.5"
    " ELSE 1.0 - abs(2.0 * s.score - 1.0) END)"
    " FROM suggestion s WHERE s.text_id = text.id AND s.replaced = 0), 0.5) END)",
    "lowest": "(SELECT min(s.score) FROM suggestion s WHERE s.text_id = text.id"
    " AND s.replaced = 0 AND s.match != 'ungrounded')",
    "kinds": "coalesce((SELECT ',' || group_concat(type_id, ',') || ',' FROM ("
    "SELECT s.type_id FROM suggestion s WHERE s.text_id = text.id AND s.open = 1 UNION"
    " SELECT a.type_id FROM annotation a WHERE a.text_id = text.id"
    " AND a.removed_revision IS NULL AND a.action != 'rejected' ORDER BY 1)), '')",
    "disagreement": "(SELECT CASE count(DISTINCT g.tagger) WHEN 2 THEN (SELECT count(*) FROM ("
    "SELECT 1 FROM suggestion s JOIN tagging h ON h.id = s.tagging_id"
    f" WHERE s.text_id = text.id AND s.replaced = 0 AND h.tagger IN {_COMPARED}"
    " AND s.match != 'ungrounded' GROUP BY s.start, s.\"end\", s.type_id"
    " HAVING count(DISTINCT h.tagger) = 1)) END"
    " FROM tagged t JOIN tagging g ON g.id = t.tagging_id"
    f" WHERE t.text_id = text.id AND t.error = '' AND g.tagger IN {_COMPARED})",
}
"""Each counter of a text, as SQL over its rows.

Uncertainty: 1 minus the smallest distance of a score to a coin toss, over all suggestions, the
answered ones too: a text keeps its place in the queue while a person works on it. Ambiguous and
unlocated ones count as a coin toss, a tagged text without suggestions as 0.5; null: never tagged.
Lowest: the least score of a located suggestion, the answered ones too. Kinds: the numbers of the
types that show on it, ",2,5,". Disagreement: spans (place and type) that one of the two compared
taggers found and the other did not; null unless both have looked.
"""

_RECOUNT = text(
    f"UPDATE text SET {', '.join(f'{name} = {sql}' for name, sql in COUNTERS.items())}"
    " WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))


class Answer(NamedTuple):
    """A human answer that holds."""

    text_id: int
    start: int | None
    end: int | None
    surface: str
    type_id: int
    suggestion_id: int | None
    action: str


class Candidate(NamedTuple):
    """A suggestion that has not been replaced, and whether its flag says open."""

    id: int
    text_id: int
    start: int | None
    end: int | None
    surface: str
    type_id: int
    open: bool


def open_ids(
    candidates: Iterable[Candidate], answers: Sequence[Answer], *, allow_overlap: bool
) -> set[int]:
    """Ids of the candidates of one text that wait for an answer."""
    named = {answer.suggestion_id for answer in answers}
    said = {_saying(answer) for answer in answers}
    human = Intervals(
        (answer.start, answer.end, None)
        for answer in answers
        if answer.action != "rejected" and answer.start is not None and answer.end is not None
    )

    def covered(one: Candidate) -> bool:
        if allow_overlap or one.start is None or one.end is None:
            return False
        return bool(human.over(one.start, one.end))

    return {
        one.id
        for one in candidates
        if one.id not in named and _saying(one) not in said and not covered(one)
    }


def _saying(said: Answer | Candidate) -> tuple[object, ...]:
    place = said.surface if said.start is None else (said.start, said.end)
    return place, said.type_id


def recount(session: Session, text_ids: Collection[int]) -> None:
    """Bring the counters of these texts up to date."""
    for ids in chunks(text_ids):
        session.connection().execute(_RECOUNT, {"ids": ids})


def recount_disagreement(session: Session, project_id: int) -> None:
    """Compare the taggers anew on all texts of a project."""
    query = f"UPDATE text SET disagreement = {COUNTERS['disagreement']} WHERE project_id = :id"
    session.connection().execute(text(query), {"id": project_id})


def close_blind(session: Session, text_ids: Collection[int]) -> None:
    """Close the suggestions of those texts that hide them."""
    for ids in chunks(text_ids):
        blind = select(TEXT.c.id).where(TEXT.c.id.in_(ids), TEXT.c.blind == true())
        session.connection().execute(
            update(SUGGESTION).where(SUGGESTION.c.text_id.in_(blind)).values(open=False)
        )


def reopen_texts(session: Session, text_ids: Collection[int], *, allow_overlap: bool) -> None:
    """Bring the flags of all suggestions of these texts up to date."""
    for ids in chunks(text_ids):
        seen = select(TEXT.c.id).where(TEXT.c.id.in_(ids), TEXT.c.blind == false())
        candidates = _candidates(session, SUGGESTION.c.text_id.in_(seen))
        answers = _answers(session, ANNOTATION.c.text_id.in_(ids))
        _settle(session, candidates, answers, allow_overlap=allow_overlap)


def reopen_project(session: Session, project_id: int, *, allow_overlap: bool) -> None:
    """Bring flags and counters up to date where a text has both suggestions and answers."""
    answered = select(ANNOTATION.c.text_id).where(ANNOTATION.c.removed_revision.is_(None))
    query = select(TEXT.c.id).where(
        TEXT.c.project_id == project_id, TEXT.c.blind == false(), TEXT.c.id.in_(answered)
    )
    ids = session.connection().execute(query).scalars().all()
    reopen_texts(session, ids, allow_overlap=allow_overlap)
    recount(session, ids)


def reopen_stretch(
    session: Session,
    text_id: int,
    stretch: tuple[int, int],
    suggestion_ids: Collection[int],
    *,
    unplaced: bool,
    allow_overlap: bool,
) -> None:
    """Bring the flags up to date of those suggestions of a text that an edit can have touched.

    Args:
        session: the session.
        text_id: the text.
        stretch: from the first to the last character of all that came or went.
        suggestion_ids: what the answers that came or went name.
        unplaced: whether one of them has no place, so that all without one are looked at.
        allow_overlap: the project's choice.
    """
    here = SUGGESTION.c.text_id == text_id
    low, high = stretch
    candidates = {
        one.id: one
        for condition in (
            here & (SUGGESTION.c.start < high) & (SUGGESTION.c.end > low),
            *(here & SUGGESTION.c.id.in_(ids) for ids in chunks(suggestion_ids)),
            *([here & SUGGESTION.c.start.is_(None)] if unplaced else []),
        )
        for one in _candidates(session, condition)
    }
    low = min((one.start for one in candidates.values() if one.start is not None), default=0)
    high = max((one.end for one in candidates.values() if one.end is not None), default=0)
    inside = (ANNOTATION.c.start < high) & (ANNOTATION.c.end > low)
    conditions = [inside, *(ANNOTATION.c.suggestion_id.in_(ids) for ids in chunks(candidates))]
    conditions += [ANNOTATION.c.start.is_(None)] if unplaced else []
    answers = {
        answer
        for condition in conditions
        for answer in _answers(session, (ANNOTATION.c.text_id == text_id) & condition)
    }
    _settle(session, list(candidates.values()), list(answers), allow_overlap=allow_overlap)


def _settle(
    session: Session,
    candidates: Sequence[Candidate],
    answers: Sequence[Answer],
    *,
    allow_overlap: bool,
) -> None:
    by_text: dict[int, tuple[list[Candidate], list[Answer]]] = {}
    for candidate in candidates:
        by_text.setdefault(candidate.text_id, ([], []))[0].append(candidate)
    for answer in answers:
        by_text.setdefault(answer.text_id, ([], []))[1].append(answer)
    opened = set[int]()
    for theirs, said in by_text.values():
        opened |= open_ids(theirs, said, allow_overlap=allow_overlap)
    for value in (True, False):
        wrong = [one.id for one in candidates if (one.id in opened) is value is not one.open]
        for ids in chunks(wrong):
            session.connection().execute(
                update(SUGGESTION).where(SUGGESTION.c.id.in_(ids)).values(open=value)
            )


def _candidates(session: Session, condition: Any) -> list[Candidate]:
    query = select(
        SUGGESTION.c.id,
        SUGGESTION.c.text_id,
        SUGGESTION.c.start,
        SUGGESTION.c.end,
        SUGGESTION.c.surface,
        SUGGESTION.c.type_id,
        SUGGESTION.c.open,
    ).where(condition, SUGGESTION.c.replaced == false())
    return [Candidate(*row) for row in session.connection().execute(query)]


def _answers(session: Session, condition: Any) -> list[Answer]:
    query = select(
        ANNOTATION.c.text_id,
        ANNOTATION.c.start,
        ANNOTATION.c.end,
        ANNOTATION.c.surface,
        ANNOTATION.c.type_id,
        ANNOTATION.c.suggestion_id,
        ANNOTATION.c.action,
    ).where(condition, ANNOTATION.c.removed_revision.is_(None))
    return [Answer(*row) for row in session.connection().execute(query)]
