"""The same words in every text of a project: the engine's search over the database's texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from db import bulk
from db.bulk_values import AsOf, BulkReport, Choice, Deed, Key, Preview, Wanted
from db.ledger import Hand
from engine.repeats import Finder, finder

if TYPE_CHECKING:
    from sqlmodel import Session


def preview(
    session: Session, project_id: int, wanted: Wanted, after: Key | None, limit: int
) -> Preview:
    """A page of the places that a step would touch; see `bulk.preview`."""
    return bulk.preview(session, project_id, wanted, _find(wanted), after=after, limit=limit)


def apply(
    session: Session,
    project_id: int,
    wanted: Wanted,
    deed: Deed,
    choice: Choice,
    as_of: AsOf,
    hand: Hand,
) -> BulkReport:
    """Label or refuse the ticked places as one step; see `bulk.apply`."""
    find = _find(wanted)
    return bulk.apply(session, project_id, wanted, find, deed, choice, as_of, hand)


def _find(wanted: Wanted) -> Finder:
    return finder(wanted.surface, whole=wanted.whole, same_case=wanted.same_case)
