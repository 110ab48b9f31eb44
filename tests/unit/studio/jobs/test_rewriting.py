"""One example is written anew: what a person did stays, what is replaced stays to be seen."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import library
from db.library_values import Feature, NewExample, TypeEntities
from db.session import connect
from studio.errors import RequestRefused
from studio.jobs.rewriting import rewrite
from tests.builders import annotated
from tests.corpus import Corpus, corpus
from tests.scripts import obedient_llm


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Corpus]:
    """A complete library of one example that a model wrote."""
    database = connect(tmp_path / "studio.db")
    made = corpus(database)
    (text_id,) = made.add("Bo went to Lima in the cold spring of that year.")
    with database.session() as session:
        features = [Feature("Bo went to Lima in the cold spring of that year.", text_id, 1)]
        begun = library.create(session, made.project_id, "llm", {}, features)
        library.keep_entities(session, begun.id, TypeEntities("PER", ("Cleo",)))
        content = annotated("Cleo left the town in spring.", PER="Cleo")
        library.keep(session, begun.id, NewExample(0, 0, content, "llm"))
        library.finish(session, begun.id)
    yield made
    database.close()


def rows(demo: Corpus):
    with demo.database.session() as session:
        return library.rows(session, demo.project_id)


def test_the_old_sentence_stays_to_be_seen(demo: Corpus):
    (old,) = rows(demo)
    llm = obedient_llm()
    draft = rewrite(demo.database, old.id, llm)
    assert draft.reason == ""
    assert len(llm.requests) == 1
    before, after = rows(demo)
    assert (before.status, before.reason) == ("rejected", "written anew")
    assert after.status == "generated"
    assert [after.content.surface(span) for span in after.content.spans] == ["Cleo"]


def test_an_answer_that_cannot_be_used_replaces_nothing(demo: Corpus):
    (old,) = rows(demo)
    draft = rewrite(demo.database, old.id, obedient_llm(lambda _: "no JSON at all"))
    assert draft.reason
    before, after = rows(demo)
    assert (before.status, after.status) == ("generated", "rejected")


@pytest.mark.parametrize("status", ["approved", "edited"])
def test_what_a_person_did_is_left_alone(demo: Corpus, status: str):
    (old,) = rows(demo)
    with demo.database.session() as session:
        if status == "approved":
            library.set_status(session, old.id, "approved", "me")
        else:
            library.edit(session, old.id, annotated("Cleo ran.", PER="Cleo"), "me")
    with pytest.raises(RequestRefused, match=status):
        rewrite(demo.database, old.id, obedient_llm())
