"""The map of a project as JSON for the browser: columns, for it may have ten thousand points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db import entity_types, jobs, library, maps, projects

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.library_values import Example
    from db.maps import Dot, Places, TextMap

KIND = "mapping"


def whole(session: Session, project: str) -> dict[str, Any]:
    """Everything that the map of a project shows. Raises NotFound."""
    project_id = projects.get(session, project).id
    newest = library.find(session, project_id)
    examples = library.rows(session, project_id) if newest else []
    job = jobs.latest(session, project_id, KIND)
    drawn = maps.get(session, project_id)
    told: dict[str, Any] = {
        "project": project,
        "job": {"id": job.id, "status": job.status, "error": job.error} if job else None,
        "types": [
            {"code": one.code, "name": one.name, "colour": one.colour}
            for one in entity_types.list_types(session, project_id)
        ],
        "total": sum(projects.counts(session, project_id).values()),
        "drawn": drawn is not None,
    }
    if drawn is None:
        return told
    dots = maps.dots(session, project_id, drawn.texts)
    return told | {
        "texts": _texts(drawn, dots),
        "examples": _examples(drawn, examples),
        "missing": len({one.id for one in examples} - set(drawn.examples)),
        "curve": [{"k": k, "silhouette": value} for k, value in sorted(drawn.curve.items())],
        "model": drawn.model,
    }


def users(session: Session, example_id: int) -> dict[str, Any]:
    """The texts that an example would stand beside, as of the last map. Raises NotFound."""
    project_id = library.project_of(session, example_id)
    drawn = maps.get(session, project_id)
    if drawn is None or example_id not in drawn.examples:
        return {"known": False, "texts": [], "of": len(drawn.texts) if drawn else 0}
    row = drawn.examples.index(example_id)
    ids = [n for n, rows in zip(drawn.texts, drawn.picks, strict=False) if row in rows]
    dots = maps.dots(session, project_id, ids)
    told = [
        {"id": n, "number": dots[n].position + 1, "text": dots[n].text} for n in ids if n in dots
    ]
    return {"known": bool(drawn.picks), "texts": told, "of": len(drawn.texts)}


def _texts(drawn: TextMap, dots: dict[int, Dot]) -> dict[str, Any]:
    rows = [(n, dots[text_id]) for n, text_id in enumerate(drawn.texts) if text_id in dots]
    return {
        "id": [dot.id for _, dot in rows],
        "number": [dot.position + 1 for _, dot in rows],
        "text": [dot.text for _, dot in rows],
        "cluster": [dot.cluster for _, dot in rows],
        "codes": [dot.codes for _, dot in rows],
        "medoid": [n for n, (_, dot) in enumerate(rows) if dot.medoid],
        **_places(drawn, [n for n, _ in rows]),
    }


def _examples(drawn: TextMap, examples: list[Example]) -> dict[str, Any]:
    known = {one.id: one for one in examples}
    first = len(drawn.texts)
    rows = [(first + n, known[i]) for n, i in enumerate(drawn.examples) if i in known]
    return {
        "id": [one.id for _, one in rows],
        "text": [one.content.text[: maps.SHOWN] for _, one in rows],
        "cluster": [one.feature for _, one in rows],
        "codes": [sorted({span.label for span in one.content.spans}) for _, one in rows],
        "status": [one.status for _, one in rows],
        "origin": [one.origin for _, one in rows],
        **_places(drawn, [n for n, _ in rows]),
    }


def _places(drawn: TextMap, rows: list[int]) -> dict[str, Any]:
    fine = drawn.fine
    return {
        "plane": _columns(drawn.plane, rows),
        "fine": None if fine is None else _columns(fine, rows),
    }


def _columns(places: Places, rows: list[int]) -> list[list[float]]:
    return [[round(places[row][axis], 4) for row in rows] for axis in (0, 1)]
