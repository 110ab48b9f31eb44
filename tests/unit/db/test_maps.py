"""The map of a project's texts: kept as drawn, refined later, gone with its project."""

from dataclasses import replace

import pytest

from db import clusters, jobs, maps, projects
from db.maps import TextMap
from db.session import Database
from db.values import ProjectSettings
from tests.corpus import Corpus, corpus

PLANE = ((0.5, -1.25), (2.0, 0.0), (0.0, 0.75))


@pytest.fixture
def demo(database: Database) -> Corpus:
    return corpus(database)


def drawn(demo: Corpus, **more) -> TextMap:
    ids = tuple(demo.add("Ann left.", "Bo stayed."))
    return TextMap(ids, (7,), PLANE, "test", **more)


def test_a_map_comes_back_as_it_was_drawn(demo: Corpus):
    made = drawn(demo, curve={2: 0.25, 3: 0.5}, picks=((0, 2, 1), (1,)))
    with demo.database.session() as s:
        assert maps.get(s, demo.project_id) is None
        maps.store(s, demo.project_id, made)
        found = maps.get(s, demo.project_id)
    assert found is not None
    assert found.created_at is not None
    assert replace(found, created_at=None) == made


def test_a_new_map_takes_the_place_of_the_old_one(demo: Corpus):
    made = drawn(demo)
    with demo.database.session() as s:
        maps.store(s, demo.project_id, made)
        maps.store(s, demo.project_id, replace(made, model="other"))
        found = maps.get(s, demo.project_id)
    assert found is not None
    assert found.model == "other"


def test_the_finer_layout_is_added_to_the_map_it_was_made_for(demo: Corpus):
    with demo.database.session() as s:
        first, second = (jobs.queue(s, "mapping", {}, demo.project_id).id for _ in range(2))
        maps.store(s, demo.project_id, drawn(demo, job_id=first))
        assert maps.refine(s, demo.project_id, first, PLANE[::-1])
        assert not maps.refine(s, demo.project_id, second, PLANE)
        found = maps.get(s, demo.project_id)
    assert found is not None
    assert found.fine == PLANE[::-1]


def test_dots_say_what_lies_there(demo: Corpus):
    first = demo.tagged("Ann met Bo in Oslo.", PER="Ann", LOC="Oslo")
    second, third = demo.add("x" * 500, "Bo.")
    with demo.database.session() as s:
        clusters.assign(s, demo.project_id, {first: 1, third: 1, second: 0})
        found = maps.dots(s, demo.project_id, [first, second, third, 999])
    assert set(found) == {first, second, third}
    assert found[first].codes == ("PER", "LOC")
    assert [found[n].cluster for n in (first, second, third)] == [1, 0, 1]
    assert [found[n].medoid for n in (first, second, third)] == [True, True, False]
    assert found[second].text == "x" * maps.SHOWN
    assert found[second].codes == ()


def test_a_blind_text_does_not_betray_its_suggestions(demo: Corpus):
    with demo.database.session() as s:
        projects.set_settings(s, demo.project_id, ProjectSettings(blind_share=1.0))
    text_id = demo.tagged("Ann left.", PER="Ann")
    with demo.database.session() as s:
        assert maps.dots(s, demo.project_id, [text_id])[text_id].codes == ()


def test_dots_of_another_project_are_not_told(demo: Corpus):
    (text_id,) = demo.add("Ann left.")
    other = corpus(demo.database, "other")
    with demo.database.session() as s:
        assert maps.dots(s, other.project_id, [text_id]) == {}


def test_a_map_goes_with_its_project(demo: Corpus):
    with demo.database.session() as s:
        maps.store(s, demo.project_id, drawn(demo))
        projects.delete(s, "demo")
        assert maps.get(s, demo.project_id) is None
