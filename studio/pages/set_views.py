"""What the page of few-shot sets shows, as values: a set to be, all sets, one set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from db import clusters, entity_types, evaluation, fewshot, projects, texts
from studio import promoting, stopping
from studio.promoting import Wish

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.set_values import FewShotSet, LeftOut, Member
    from engine.types import AnnotatedText, EntityType
    from studio.promoting import Plan, Pool

SHOWN_CHARACTERS = 600
"""Our choice: what a person reads before choosing; the whole text is a click away."""
SHOWN_MEMBERS = 300
USUAL = (16, 8, 4, 2)


def usual_k(session: Session, project_id: int, pool: Pool) -> int:
    """The largest usual k that every type can reach as far as spans go, else the smallest."""
    codes = [type_.code for type_ in entity_types.list_types(session, project_id)]
    least = min((sum(one.counts.get(code, 0) for one in pool[0]) for code in codes), default=0)
    return next((k for k in USUAL if least >= k), USUAL[-1])


def progress(
    session: Session, project_id: int, wish: Wish, fill: str | None, pool: Pool | None = None
) -> dict[str, Any]:
    """What a set would be: spans a type, what is short, and which texts would fill it.

    Args:
        session: the session.
        project_id: the project.
        wish: what set is wanted.
        fill: code of the type to list texts for, "" for all that are short, None for no list.
        pool: what `eligible` said, where that is known.

    Raises:
        TrainingError, RequestRefused: see `promoting.plan`.
    """
    types = entity_types.list_types(session, project_id)
    if missing := _missing(session, project_id, bool(types)):
        return {"missing": missing}
    made = promoting.plan(session, project_id, wish, pool)
    kept, accepted = evaluation.number(session, project_id)
    advice = stopping.advice(session, project_id)
    return {
        "k": wish.k,
        "texts": len(made.picks),
        "free": made.texts,
        "left_out": _left_out(made.left_out),
        "kept": kept,
        "kept_accepted": accepted,
        "advice": {"verdict": advice.verdict, "text": advice.sentence} if advice else None,
        "types": _types(types, made.counts, made.short, made.available),
        "fill": None if fill is None else _fill(session, project_id, wish.k, made, fill),
    }


def has_clusters(session: Session, project_id: int) -> bool:
    """Whether texts can be drawn from clusters in turn."""
    return clusters.any_known(session, project_id)


def listed(session: Session, project_id: int) -> list[dict[str, Any]]:
    """The sets there are, the newest first."""
    return [_line(one) for one in fewshot.list_sets(session, project_id)]


def opened(session: Session, project: str, set_id: int) -> dict[str, Any]:
    """One set with its texts and why each was chosen. Raises NotFound."""
    made = fewshot.get(session, set_id)
    inside = fewshot.members(session, set_id)
    types = fewshot.types_of(session, set_id)
    barred = set(fewshot.leaks(session, set_id))
    query = {"project": project, "format": "jsonl", "set": f"{made.name}@{made.version}"}
    return {
        **_line(made),
        "note": made.note,
        "left_out": {
            name: made.settings.get(name, 0) for name in ("evaluation", "blind", "in_file")
        },
        "bars": _types(types, made.counts, made.short, {}),
        "members": [_member(one, barred) for one in inside[:SHOWN_MEMBERS]],
        "leaks": len(barred),
        "link": f"/api/exports?{urlencode(query)}",
        "compared": None,
        "swap": None,
    }


def compared(session: Session, first: int, second: int) -> dict[str, Any]:
    """How a set differs from another. Raises NotFound."""
    other = fewshot.get(session, second)
    found = fewshot.compare(session, first, second)
    contents = {
        m.text_id: m.content for id_ in (second, first) for m in fewshot.members(session, id_)
    }
    named = {
        "only_first": found.only_first,
        "only_second": found.only_second,
        "differing": found.differing,
    }
    return {
        **_line(other),
        "counts": other.counts,
        "shared": len(found.shared),
        **{name: _shown(contents, ids) for name, ids in named.items()},
        "totals": {name: len(ids) for name, ids in named.items()},
    }


def exchange(session: Session, set_id: int, text_id: int) -> dict[str, Any]:
    """Which texts could take the place of one in a set.

    Raises:
        NotFound: there is no such set.
        RequestRefused: the text is not in it.
    """
    options = promoting.replacements(session, set_id, text_id)
    stored = {one.text_id: texts.get(session, one.text_id) for one in options}
    return {
        "text_id": text_id,
        "options": [
            {
                "text_id": one.text_id,
                "held": one.held,
                "short": one.short,
                **_cut(
                    stored[one.text_id].text,
                    (
                        (s.start, s.end, s.code)
                        for s in stored[one.text_id].spans
                        if s.kind == "human"
                    ),
                ),
            }
            for one in options
        ],
    }


def _missing(session: Session, project_id: int, has_types: bool) -> dict[str, Any] | None:
    stand = projects.counts(session, project_id)
    if not any(stand.values()):
        return {
            "title": "There is nothing to promote yet",
            "text": "A few-shot set is made of texts that you have corrected. Add some first.",
            "action": {"label": "Add texts", "to": {"page": "texts"}},
        }
    if not has_types:
        return {
            "title": "There is nothing to look for yet",
            "text": "A set holds a few spans of every entity type. Define the types first.",
            "action": {"label": "Define entity types", "to": {"page": "types"}},
        }
    if not stand["accepted"]:
        return {
            "title": "No text is accepted yet",
            "text": "Only texts that a person has corrected and accepted go into a set. "
            "A dozen are enough to begin with.",
            "action": {"label": "Annotate", "to": {"page": "annotate"}},
        }
    return None


def _types(
    types: Iterable[EntityType],
    counts: Mapping[str, int],
    short: Mapping[str, str],
    available: Mapping[str, int],
) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "name": one.name,
            "colour": one.colour,
            "count": counts.get(one.code, 0),
            "short": short.get(one.code, ""),
            "available": available.get(one.code, 0),
        }
        for one in types
    ]


def _fill(session: Session, project_id: int, k: int, made: Plan, code: str) -> dict[str, Any]:
    codes = [code] if code else list(made.short)
    found = promoting.fillers(session, project_id, k, made.counts, codes)
    return {
        "code": code,
        "rows": [
            {
                "text_id": one.candidate.text_id,
                "position": one.candidate.position,
                "text": one.candidate.text,
                "status": one.candidate.status,
                "expected": [(name, round(one.candidate.expected[name], 1)) for name in one.fills],
                "too_much": one.too_much,
            }
            for one in found
        ],
    }


def _left_out(left: LeftOut) -> dict[str, int]:
    return {"evaluation": left.evaluation, "blind": left.blind, "in_file": left.in_file}


def _line(one: FewShotSet) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "version": one.version,
        "k": one.k,
        "seed": one.seed,
        "texts": one.texts,
        "types": len(one.counts),
        "short": len(one.short),
        "created_at": one.created_at.isoformat(),
    }


def _member(one: Member, barred: set[int]) -> dict[str, Any]:
    return {
        "text_id": one.text_id,
        "why": one.why,
        "changed": one.changed,
        "leak": one.text_id in barred,
        **_content(one.content),
    }


def _shown(contents: Mapping[int, AnnotatedText], ids: Iterable[int]) -> list[dict[str, Any]]:
    return [{"text_id": id_, **_content(contents[id_])} for id_ in list(ids)[: promoting.SHOWN]]


def _content(content: AnnotatedText) -> dict[str, Any]:
    return _cut(content.text, ((s.start, s.end, s.label) for s in content.spans))


def _cut(text: str, spans: Iterable[tuple[int, int, str]]) -> dict[str, Any]:
    """A text and its spans, no longer than a list shows."""
    whole = len(text) <= SHOWN_CHARACTERS
    return {
        "text": text if whole else f"{text[:SHOWN_CHARACTERS]} …",
        "spans": [
            {"start": start, "end": end, "code": code}
            for start, end, code in spans
            if whole or end <= SHOWN_CHARACTERS
        ],
    }
