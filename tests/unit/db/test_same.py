from db import projects, texts
from db.same import ids_of
from tests.corpus import corpus


def test_texts_are_found_by_their_characters_within_their_project(database):
    mine, other = corpus(database, "mine"), corpus(database, "other")
    mine.add("Ann went to Oslo.", "👍🏽 Bo.")
    other.add("Ann went to Oslo.")
    with database.session() as session:
        here = projects.get(session, "mine").id
        there = projects.get(session, "other").id
        found = ids_of(session, here, {"Ann went to Oslo.", "👍🏽 Bo.", "Nobody said this."})
        assert set(found) == {"Ann went to Oslo.", "👍🏽 Bo."}
        assert texts.get(session, found["👍🏽 Bo."]).text == "👍🏽 Bo."
        assert ids_of(session, there, ["Ann went to Oslo."]) != ids_of(
            session, here, ["Ann went to Oslo."]
        )
        assert ids_of(session, here, []) == {}
