"""Write one example of a library anew: the same entities and shape, another sentence, one call.

Settings of the job: example. The new sentence takes a slot of its own; the old one is rejected when
the new one can be used, and stays to be seen. What a person has edited or approved is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from db import entity_types, library, projects
from db.library_values import NewExample
from engine.reverse_ner import entities, sentences
from engine.reverse_ner.entities import EntityList
from engine.reverse_ner.sentences import Draft, Slot
from engine.types import Report
from studio import libraries, wiring
from studio.errors import RequestRefused

if TYPE_CHECKING:
    from db.library_values import Example, Library
    from db.session import Database
    from engine.protocols import LLM
    from studio.jobs.context import Context

WHY = "written anew"


def run(context: Context) -> Iterator[Report]:
    """Ask once and store what came.

    Raises:
        NotFound, RequestRefused: see `rewrite`.
        LLMError: the model gave no answer.
    """
    database, job = context.database, context.job
    with database.session() as session:
        project = projects.by_id(session, job.project_id or 0)
    yield Report(0, 1)
    llm = wiring.llm(context.settings, database, project, job.id)
    draft = rewrite(database, int(job.settings["example"]), llm)
    yield Report(1, 1, {"rejected": float(bool(draft.reason))}, note=draft.reason)


def check(database: Database, example_id: int) -> tuple[Library, Example]:
    """The library and the example, when it may be written anew.

    Raises:
        NotFound: there is no such example.
        RequestRefused: a model did not write it, a person has dealt with it, or its version is
            older or not complete.
    """
    with database.session() as session:
        example = library.example(session, example_id)
        newest = library.get(session, library.project_of(session, example_id))
    if newest.id != example.library_id or newest.finished_at is None:
        raise RequestRefused("Only examples of the newest, complete version are written anew.")
    if example.origin != "llm" or example.feature is None or example.made is None:
        raise RequestRefused("Only what a language model wrote is written anew.")
    if example.status not in ("generated", "rejected"):
        raise RequestRefused(f"This example is {example.status}; take that back first.")
    if example.feature >= len(newest.features) or not example.made.spans:
        raise RequestRefused("Nothing is known of what this example was made from.")
    return newest, example


def rewrite(database: Database, example_id: int, llm: LLM) -> Draft:
    """Ask for another sentence and store it. Raises as `check` does, and LLMError."""
    into, example = check(database, example_id)
    with database.session() as session:
        types = entity_types.list_types(session, into.project_id)
        rows = library.rows(session, into.project_id, into.version)
        lists = library.entities(session, into.id)
    assert example.made is not None
    assert example.feature is not None
    known = {one.code for one in types}
    wanted = tuple(
        (example.made.surface(span), span.label)
        for span in example.made.spans
        if span.label in known
    )
    if not wanted:
        raise RequestRefused("The types of this example are gone.")
    number = 1 + max(row.slot for row in rows if row.slot is not None)
    pool = entities.distinct(EntityList(one.code, one.surfaces) for one in lists)
    shapes = [feature.text for feature in into.features]
    config = libraries.config(into.settings).sentences
    slot = Slot(number, example.feature, wanted)
    (draft,) = sentences.write(llm, [slot], shapes, types, pool, config, 1)
    new = NewExample(
        number,
        example.feature,
        draft.content,
        "llm",
        draft.reason,
        draft.origin.prompt_version,
        draft.origin.model,
        draft.origin.usage,
    )
    with database.session() as session:
        library.keep(session, into.id, new)
        if not draft.reason and example.status == "generated":
            library.set_status(
                session, example.id, "rejected", "", reason=WHY, base=example.revision
            )
    return draft
