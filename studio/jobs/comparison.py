"""The comparison job: several taggers on the same labelled texts, one after the other.

Settings of the job: taggers, source and, for a file, name; optionally limit and samples, for those
that vote. What one tagger did is stored when it is through; a resumed job goes on with the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from db import comparisons, entity_types, projects
from engine.types import Report
from studio import comparing, llm_taggers, scoring, wiring

if TYPE_CHECKING:
    from studio.jobs.context import Context


def run(context: Context) -> Iterator[Report]:
    """Score what is left to score; a report after each text, the result stored after each tagger.

    Raises:
        RequestRefused: there is nothing to score on, or no such tagger.
        LLMError: a tagger needs a language model and there is none.
    """
    database, job = context.database, context.job
    wanted = job.settings
    with database.session() as session:
        project = projects.by_id(session, job.project_id or 0)
        types = entity_types.list_types(session, project.id)
        done = {row.tagger for row in comparisons.of_job(session, job.id)}
    gold = comparing.gold(
        context.settings,
        database,
        project,
        wanted["source"],
        str(wanted.get("name", "")),
        int(wanted.get("limit") or 0),
    )
    names = [str(name) for name in wanted["taggers"]]
    total = len(names) * len(gold)
    for number, name in enumerate(names):
        before = number * len(gold)
        yield Report(before, total, note="" if name in done else f"{name} begins")
        if name in done:
            continue
        tagger = wiring.tagger(
            context.settings,
            database,
            project,
            name,
            samples=wanted.get("samples") if llm_taggers.voting([name]) else None,
            job_id=job.id,
        )
        evaluating = scoring.Evaluating(tagger, gold, types)
        for report in evaluating:
            if report.step < report.total:
                yield Report(before + report.step, total)
        result = evaluating.result.as_json() | {
            "tagger": name,
            "library": comparing.library_bill(database, project, name),
        }
        with database.session() as session:
            comparisons.keep(session, job.id, name, tagger.version, result)
    yield Report(total, total)
