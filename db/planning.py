"""From what a person did to what the ledger writes: checks, overlaps, and which action it was."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from db.errors import Invalid
from db.intervals import Intervals
from db.ledger import Answer, Live
from db.values import Action, NewSpan

Place = tuple[int, int, int]
"""Start, end and type of a span."""


class Proposed(NamedTuple):
    """A suggestion of the text, open or not."""

    id: int
    start: int | None
    end: int | None
    surface: str
    type_id: int
    open: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is around the spans of an edit.

    Attributes:
        text: the characters.
        types: code -> type id.
        answers: human answers that hold, as far as the edit can touch them.
        proposed: suggestions, as far as the edit can touch them.
        any_proposed: whether a tagger ever showed a suggestion on this text.
        allow_overlap: the project's choice.
    """

    text: str
    types: dict[str, int]
    answers: Sequence[Live]
    proposed: Sequence[Proposed]
    any_proposed: bool
    allow_overlap: bool


@dataclass(slots=True)
class Plan:
    """What to write: new answers, and by id those that end."""

    added: list[Answer] = field(default_factory=list)
    ended: dict[int, Live] = field(default_factory=dict)

    def end(self, rows: Iterable[Live]) -> None:
        """Let these answers end."""
        self.ended.update((row.id, row) for row in rows)


def plan(
    scene: Scene,
    added: Sequence[NewSpan],
    removed: Sequence[int],
    rejected: Sequence[int],
    restored: Sequence[int] = (),
) -> Plan:
    """Turn an edit into answers to write and answers to end.

    Raises:
        Invalid: a span does not lie in the text, its code is unknown, or `removed` names no
            human span of this text.
    """
    made = Plan()
    made.end(_removed(scene, removed))
    kept = _latest(_placed(scene, added), allow_overlap=scene.allow_overlap)
    human = Intervals(
        (row.start, row.end, row)
        for row in scene.answers
        if row.action != "rejected" and row.start is not None and row.end is not None
    )
    new = [place for place in kept if not _stands(place, human, made)]
    if not scene.allow_overlap:
        for start, end, _ in new:
            made.end(human.over(start, end))
    origins = _Origins(scene, made)
    for place in new:
        origin = origins.of(place, kept[place].suggestion_id)
        made.added.append(_answer(scene, place, origin))
    _withdraw_rejections(scene, made, restored)
    _reject(scene, made, rejected)
    return made


def _removed(scene: Scene, removed: Sequence[int]) -> list[Live]:
    rows = {row.lineage: row for row in scene.answers if row.action != "rejected"}
    for lineage in removed:
        if lineage not in rows:
            raise Invalid(f"There is no human span number {lineage} on this text now.")
    return [rows[lineage] for lineage in removed]


def _placed(scene: Scene, added: Sequence[NewSpan]) -> list[tuple[Place, NewSpan]]:
    placed = []
    for span in added:
        type_id = scene.types.get(span.code)
        if type_id is None:
            raise Invalid(f"The project has no entity type with the code {span.code!r}.")
        if not 0 <= span.start < span.end <= len(scene.text):
            raise Invalid(
                f"The span {span.start}-{span.end} ({span.code}) does not lie in a text of "
                f"{len(scene.text)} characters."
            )
        placed.append(((span.start, span.end, type_id), span))
    return placed


def _latest(
    placed: Sequence[tuple[Place, NewSpan]], *, allow_overlap: bool
) -> dict[Place, NewSpan]:
    """Each place once; where overlaps are forbidden, the later span wins."""
    kept: dict[Place, NewSpan] = {}
    taken: list[tuple[int, int]] = []
    for place, span in reversed(placed):
        start, end, _ = place
        at = bisect_left(taken, (end,))
        clash = at > 0 and taken[at - 1][1] > start
        if place in kept or (clash and not allow_overlap):
            continue
        kept[place] = span
        if not allow_overlap:
            taken.insert(at, (start, end))
    return dict(sorted(kept.items()))


def _stands(place: Place, human: Intervals[Live], made: Plan) -> bool:
    """Whether a human span says exactly this already and is not about to end."""
    start, end, type_id = place
    return any(
        (row.start, row.end, row.type_id) == (start, end, type_id) and row.id not in made.ended
        for row in human.over(start, end)
    )


class _Origins:
    """Which suggestion a new span answers."""

    def __init__(self, scene: Scene, made: Plan) -> None:
        self._by_id = {one.id: one for one in scene.proposed}
        self._open = {(one.start, one.end, one.type_id): one for one in scene.proposed if one.open}
        self._ended = Intervals(
            (row.start, row.end, row)
            for row in made.ended.values()
            if row.suggestion_id in self._by_id and row.start is not None and row.end is not None
        )

    def of(self, place: Place, named: int | None) -> Proposed | None:
        """The one it names, the open one it equals, or the one behind a span that it follows."""
        if named in self._by_id:
            return self._by_id[named]
        if place in self._open:
            return self._open[place]
        followed = self._ended.over(place[0], place[1])
        return self._by_id[followed[0].suggestion_id] if followed else None  # type: ignore[index]


def _answer(scene: Scene, place: Place, origin: Proposed | None) -> Answer:
    start, end, type_id = place
    return Answer(
        start,
        end,
        scene.text[start:end],
        type_id,
        origin.id if origin else None,
        _action(place, origin, any_proposed=scene.any_proposed),
    )


def _action(place: Place, origin: Proposed | None, *, any_proposed: bool) -> Action:
    if origin is None:
        return "missed" if any_proposed else "created"
    start, end, type_id = place
    if type_id != origin.type_id:
        return "type"
    return "accepted" if (start, end) == (origin.start, origin.end) else "boundary"


def _withdraw_rejections(scene: Scene, made: Plan, restored: Sequence[int]) -> None:
    """Take back what is named, and what a drawn span contradicts: the same, or its suggestion."""
    places = {(one.start, one.end, one.type_id) for one in made.added}
    origins = {one.suggestion_id for one in made.added} - {None}
    made.end(
        row
        for row in scene.answers
        if row.action == "rejected"
        and (
            row.lineage in restored
            or row.suggestion_id in origins
            or (row.start, row.end, row.type_id) in places
        )
    )


def _reject(scene: Scene, made: Plan, rejected: Sequence[int]) -> None:
    """Say no to suggestions and to what was made of them; one that is gone needs no answer."""
    answered = {one.suggestion_id for one in made.added}
    held = {
        row.suggestion_id
        for row in scene.answers
        if row.action == "rejected" and row.id not in made.ended
    }
    by_id = {one.id: one for one in scene.proposed}
    for id_ in dict.fromkeys(rejected):
        one = by_id.get(id_)
        if one is None or id_ in answered or id_ in held:
            continue
        made.end(row for row in scene.answers if row.suggestion_id == id_)
        made.added.append(Answer(one.start, one.end, one.surface, one.type_id, id_, "rejected"))
