"""A project's library as JSON for the browser; offsets stay code points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from db import entity_types, library, projects
from studio import libraries

if TYPE_CHECKING:
    from sqlmodel import Session

    from db.library_values import Diff, Example, Library
    from db.session import Database
    from engine.types import AnnotatedText


def whole(database: Database, project: str, version: int | None) -> dict[str, Any]:
    """A version with all that is in it, and what other versions there are. Raises NotFound."""
    with database.session() as session:
        project_id = projects.get(session, project).id
        types = entity_types.list_types(session, project_id)
        told: dict[str, Any] = {
            "project": project,
            "types": [
                {
                    "code": one.code,
                    "name": one.name,
                    "colour": one.colour,
                    "key": one.key,
                    "definition": one.definition,
                }
                for one in types
            ],
            "versions": [_version(one) for one in library.versions(session, project_id)],
        }
        if not told["versions"]:
            return told
        shown = library.get(session, project_id, version)
        told["newest"] = shown.version == told["versions"][0]["version"]
        told["library"] = _version(shown) | {
            "features": [
                {"text": one.text, "text_id": one.text_id, "texts": one.texts}
                for one in shown.features
            ]
        }
        told["entities"] = _entities(session, shown)
        told["examples"] = [
            example(one) for one in library.rows(session, project_id, shown.version)
        ]
    figures = libraries.figures(database, shown)
    return told | {"reasons": figures["rejected"], "short": figures["short"]}


def example(one: Example) -> dict[str, Any]:
    """An example as the screen shows it."""
    return {
        "id": one.id,
        **content(one.content),
        "feature": one.feature,
        "feature_text": one.feature_text,
        "status": one.status,
        "reason": one.reason,
        "origin": one.origin,
        "made": content(one.made) if one.made else None,
        "revision": one.revision,
        "author": one.author,
        "prompt_version": one.prompt_version,
        "model": one.model,
    }


def content(labelled: AnnotatedText) -> dict[str, Any]:
    """A text and its spans."""
    spans = [{"start": s.start, "end": s.end, "code": s.label} for s in labelled.spans]
    return {"text": labelled.text, "spans": spans}


def difference(found: Diff) -> dict[str, Any]:
    """What a version has that another one had not."""
    return {
        "added": [example(one) for one in found.added],
        "removed": [example(one) for one in found.removed],
        "changed": [[example(before), example(after)] for before, after in found.changed],
    }


def _version(one: Library) -> dict[str, Any]:
    return {
        "version": one.version,
        "writer": one.writer,
        "settings": dict(one.settings),
        "silhouette": one.silhouette,
        "complete": one.finished_at is not None,
        "created_at": one.created_at.isoformat(),
        "counts": dict(one.counts),
        "examples": one.examples,
        "usage": dict(one.usage),
    }


def _entities(session: Session, shown: Library) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "surfaces": list(one.surfaces),
            "rejected": [list(pair) for pair in one.rejected],
            "model": one.model,
        }
        for one in library.entities(session, shown.id)
    ]
