"""The comparison job: each tagger on the same texts, stored as it goes; a resume goes on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import comparisons, entity_types, evaluation, jobs, projects
from db.session import connect
from engine.errors import EngineError
from studio import comparing, settings
from studio.jobs import comparison
from studio.jobs.context import Context
from tests.builders import TAGGERS, annotated, row, write_lines
from tests.corpus import Corpus, corpus


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Corpus]:
    """Two accepted texts: the tagger "names" finds one of the three spans."""
    database = connect(tmp_path / "studio.db")
    made = corpus(database)
    first, second, _ = made.add("Ann met Zoe in Quito.", "Nobody.", "Bo left.")
    for surface, code in (("Ann", "PER"), ("Zoe", "PER"), ("Quito", "LOC")):
        made.draw(first, surface, code)
    made.set_status(first, "accepted")
    made.set_status(second, "accepted")
    yield made
    database.close()


def context(demo: Corpus, **wanted: Any) -> Context:
    found = settings.load(db=demo.database.path, taggers=TAGGERS)
    with demo.database.session() as session:
        job = jobs.queue(session, "comparison", wanted, demo.project_id)
        return Context(found, demo.database, jobs.claim(session, job.id, 1))


def rows(demo: Corpus, made: Context) -> dict[str, Any]:
    with demo.database.session() as session:
        return {one.tagger: one.result for one in comparisons.of_job(session, made.job.id)}


def test_taggers_are_scored_on_the_accepted_texts(demo: Corpus):
    made = context(demo, taggers=["names", "failing"], source="accepted")
    reports = list(comparison.run(made))
    assert (reports[-1].step, reports[-1].total) == (4, 4)
    found = rows(demo, made)
    assert list(found) == ["names", "failing"]
    micro = found["names"]["micro"]
    assert (micro["p"], micro["support"]) == (1.0, 3)
    assert micro["r"] == pytest.approx(1 / 3)
    assert 0 <= micro["low"] <= micro["f1"] <= micro["high"] <= 1
    assert found["names"]["types"]["per type"]["high"] is not None
    assert found["names"]["texts"] == 2
    assert found["names"]["library"] == {}


def test_a_resumed_comparison_does_not_score_twice(demo: Corpus, monkeypatch: pytest.MonkeyPatch):
    made = context(demo, taggers=["names", "failing"], source="accepted")
    with demo.database.session() as session:
        comparisons.keep(session, made.job.id, "names", "1", {"kept": True})
    list(comparison.run(made))
    found = rows(demo, made)
    assert found["names"] == {"kept": True}
    assert found["failing"]["texts"] == 2


def test_texts_kept_for_evaluation_are_a_source_of_their_own(demo: Corpus):
    with demo.database.session() as session:
        project = projects.by_id(session, demo.project_id)
    assert comparing.counts(demo.database, project) == {"kept": 0, "accepted": 2, "file": 0}
    with demo.database.session() as session:
        assert evaluation.set_aside(session, demo.project_id, 1) == 1
    assert comparing.counts(demo.database, project)["kept"] == 1
    made = context(demo, taggers=["names"], source="kept")
    list(comparison.run(made))
    assert rows(demo, made)["names"]["texts"] == 1


def test_a_file_is_checked_and_kept_so_that_a_resume_scores_the_same(demo: Corpus, tmp_path: Path):
    file = write_lines(tmp_path / "gold.jsonl", [row(annotated("Cleo 💩 Oslo.", PER="Cleo"))])
    found = settings.load(db=demo.database.path, taggers=TAGGERS)
    with demo.database.session() as session:
        types = entity_types.list_types(session, demo.project_id)
    name, count = comparing.keep_file(found, file, types)
    file.unlink()
    assert count == 1
    made = context(demo, taggers=["names"], source="file", name=name)
    list(comparison.run(made))
    assert rows(demo, made)["names"]["micro"]["r"] == 1.0


@pytest.mark.parametrize("name", ["../../etc/passwd", "gold-none.jsonl"])
def test_a_name_from_elsewhere_reaches_no_other_file(demo: Corpus, name: str):
    made = context(demo, taggers=["names"], source="file", name=name)
    with pytest.raises((EngineError, OSError)):
        list(comparison.run(made))
