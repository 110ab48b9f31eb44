"""How a review goes, in figures for a person: accept rate, time, recall on the blind slice."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from db import blind, review
from engine.proportions import interval

if TYPE_CHECKING:
    from sqlmodel import Session


def figures(session: Session, project_id: int) -> dict[str, Any]:
    """Everything, as JSON.

    `actions` counts answers that hold; `accept_rate` is 0..1 or null; `typical` is the seconds of
    the text in the middle; `recall` has a line a tagger, with its types, empty before a blind text
    with spans is accepted.
    """
    found = review.figures(session, project_id)
    texts, accepted = blind.texts(session, project_id)
    return {
        "actions": dict(found.actions),
        "accept_rate": found.accept_rate,
        "texts": found.texts,
        "seconds": found.seconds,
        "typical": found.typical,
        "blind": {"texts": texts, "accepted": accepted},
        "recall": recall(blind.recall(session, project_id)),
    }


def recall(found: list[blind.Found]) -> list[dict[str, Any]]:
    """A line a tagger: its share over all types, and one a type, each with a 95% interval."""
    by_tagger: defaultdict[str, list[blind.Found]] = defaultdict(list)
    for one in found:
        by_tagger[one.tagger].append(one)
    return [
        {
            "tagger": tagger,
            **_share(sum(one.found for one in types), sum(one.spans for one in types)),
            "types": [{"code": one.code, **_share(one.found, one.spans)} for one in types],
        }
        for tagger, types in by_tagger.items()
    ]


def _share(found: int, spans: int) -> dict[str, Any]:
    low, high = interval(found, spans)
    return {"found": found, "spans": spans, "recall": found / spans, "low": low, "high": high}
