from db import evaluation, projects, unlabelled
from tests.corpus import corpus


def test_texts_without_a_decision_are_given_but_not_those_that_scores_are_measured_on(database):
    mine, other = corpus(database, "mine"), corpus(database, "other")
    ids = mine.add("Ann went to Oslo.", "Bo stayed.", "Cy left.", "Di slept.")
    other.add("Not of this project.")
    mine.set_status(ids[0], "accepted")
    with database.session() as session:
        project = projects.get(session, "mine").id
        evaluation.keep(session, project, [ids[1]])
        found = unlabelled.some(session, project, 10)
        assert sorted(found) == ["Cy left.", "Di slept."]
        assert unlabelled.some(session, project, 1) == found[:1]
