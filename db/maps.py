"""The map of a project's texts: where each lies on the plane, and what is shown of it.

A map is one row of packed numbers, replaced as a whole: it is only ever drawn, never searched.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete as sql_delete
from sqlalchemy import func, insert, select, update
from sqlmodel import Session

from db.chunks import chunks
from db.columns import now
from db.session import transaction
from db.tables import ENTITY_TYPE, TEXT, TEXT_BODY, TEXT_MAP

SHOWN = 180
"""Code points of a text that the map shows."""

Places = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class TextMap:
    """Where texts and library examples lie.

    Attributes:
        texts, examples: ids; `plane` and `fine` give the places of the texts first, then of the
            examples.
        plane: the layout that is there at once.
        fine: the one made in the background, None before it is.
        picks: for each text the rows of `examples` that would help a tagger with it; empty when
            there is no library.
        curve: number of clusters -> mean silhouette (-1..1), a help in choosing.
        model: what made the vectors.
        job_id: the job that drew it.
    """

    texts: tuple[int, ...]
    examples: tuple[int, ...]
    plane: Places
    model: str
    fine: Places | None = None
    picks: tuple[tuple[int, ...], ...] = ()
    curve: Mapping[int, float] = field(default_factory=dict)
    job_id: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dot:
    """What the map shows of a text.

    Attributes:
        text: its beginning.
        cluster: number of its cluster, None before there are any.
        medoid: whether it stands for its cluster.
        codes: entity types that show on it; none where its suggestions are hidden.
    """

    id: int
    position: int
    text: str
    cluster: int | None
    medoid: bool
    codes: tuple[str, ...]


def store(session: Session, project_id: int, drawn: TextMap) -> None:
    """Put a map in the place of the one before."""
    row = {
        "project_id": project_id,
        "job_id": drawn.job_id,
        "model": drawn.model,
        "texts": array("q", drawn.texts).tobytes(),
        "examples": array("q", drawn.examples).tobytes(),
        "plane": _packed(drawn.plane),
        "fine": None if drawn.fine is None else _packed(drawn.fine),
        "picks": _table(drawn.picks),
        "curve": {str(k): value for k, value in drawn.curve.items()},
        "created_at": now(),
    }
    with transaction(session):
        connection = session.connection()
        connection.execute(sql_delete(TEXT_MAP).where(TEXT_MAP.c.project_id == project_id))
        connection.execute(insert(TEXT_MAP).values(row))


def refine(session: Session, project_id: int, job_id: int | None, fine: Places) -> bool:
    """Add the finer layout; False where another job has drawn the map anew meanwhile."""
    with transaction(session):
        mine = (TEXT_MAP.c.project_id == project_id) & (
            TEXT_MAP.c.job_id.is_not_distinct_from(job_id)
        )
        done = session.connection().execute(update(TEXT_MAP).where(mine).values(fine=_packed(fine)))
        return done.rowcount > 0


def get(session: Session, project_id: int) -> TextMap | None:
    """The map of a project, None before one is drawn."""
    query = select(TEXT_MAP).where(TEXT_MAP.c.project_id == project_id)
    row = session.connection().execute(query).first()
    if row is None:
        return None
    return TextMap(
        texts=tuple(array("q", row.texts)),
        examples=tuple(array("q", row.examples)),
        plane=_places(row.plane),
        fine=None if row.fine is None else _places(row.fine),
        picks=_rows(row.picks, len(row.texts) // 8),
        curve={int(k): value for k, value in row.curve.items()},
        model=row.model,
        job_id=row.job_id,
        created_at=row.created_at,
    )


def dots(session: Session, project_id: int, text_ids: Sequence[int]) -> dict[int, Dot]:
    """What to show of these texts; the ones that are gone are left out."""
    codes = _codes(session, project_id)
    found: dict[int, Dot] = {}
    for some in chunks(text_ids):
        query = (
            select(
                TEXT.c.id,
                TEXT.c.position,
                TEXT.c.cluster,
                TEXT.c.coverage,
                TEXT.c.kinds,
                TEXT.c.blind,
                TEXT.c.revision,
                func.substr(TEXT_BODY.c.text, 1, SHOWN).label("text"),
            )
            .join(TEXT_BODY, TEXT_BODY.c.text_id == TEXT.c.id)
            .where(TEXT.c.project_id == project_id, TEXT.c.id.in_(some))
        )
        for row in session.connection().execute(query):
            hidden = row.blind and not row.revision
            kinds = () if hidden else tuple(int(n) for n in row.kinds.split(",") if n)
            shown = tuple(codes[n] for n in kinds if n in codes)
            # Round the clusters, the first of each comes before all others: see `clusters.assign`.
            first = row.cluster is not None and row.coverage == row.cluster
            found[row.id] = Dot(row.id, row.position, row.text, row.cluster, first, shown)
    return found


def _codes(session: Session, project_id: int) -> dict[int, str]:
    query = select(ENTITY_TYPE.c.id, ENTITY_TYPE.c.code).where(
        ENTITY_TYPE.c.project_id == project_id, ENTITY_TYPE.c.deleted_at.is_(None)
    )
    return {row.id: row.code for row in session.connection().execute(query)}


def _packed(places: Places) -> bytes:
    return array("f", [number for place in places for number in place]).tobytes()


def _places(packed: bytes) -> Places:
    numbers = array("f", packed)
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def _table(rows: Sequence[Sequence[int]]) -> bytes:
    """Rows of numbers as wide as the longest, -1 in what is left over."""
    width = max(map(len, rows), default=0)
    return array("i", [n for row in rows for n in (*row, *[-1] * (width - len(row)))]).tobytes()


def _rows(packed: bytes, count: int) -> tuple[tuple[int, ...], ...]:
    numbers = array("i", packed)
    width = len(numbers) // count if count else 0
    if not width:
        return ()
    rows = zip(*[iter(numbers)] * width, strict=True)
    return tuple(tuple(n for n in row if n >= 0) for row in rows)
