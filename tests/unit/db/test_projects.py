import pytest

from db import projects
from db.errors import AlreadyExists, Invalid, NotFound
from db.session import Database
from db.values import ProjectSettings
from tests.corpus import Corpus, corpus


def test_a_project_is_found_by_its_name(database: Database) -> None:
    with database.session() as s:
        made = projects.create(s, "  Letters 1890–1920 👍 ")
        assert projects.get(s, "Letters 1890–1920 👍") == made
        assert projects.find(s, "letters") is None
        with pytest.raises(NotFound, match="There is no project 'letters'"):
            projects.get(s, "letters")


def test_two_projects_cannot_have_one_name(database: Database) -> None:
    with database.session() as s:
        projects.create(s, "a")
        with pytest.raises(AlreadyExists):
            projects.create(s, "a ")
        projects.create(s, "b")
        with pytest.raises(AlreadyExists):
            projects.rename(s, "b", "a")
        assert projects.rename(s, "b", "b").name == "b"
        assert projects.rename(s, "b", "c").name == "c"


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\x00b", "x" * 201, "half \ud83d"])
def test_a_name_that_no_file_or_screen_can_show_is_refused(database: Database, name: str) -> None:
    with database.session() as s, pytest.raises(Invalid):
        projects.create(s, name)


def test_hostile_names_are_kept_as_they_are(database: Database) -> None:
    names = ["<img src=x onerror=alert(1)>", "${alert(1)}", "{{x}}", "a'; DROP TABLE text;--", "\\"]
    with database.session() as s:
        for name in names:
            projects.create(s, name)
        assert [one.name for one in projects.summaries(s)] == sorted(names)


def test_summaries_and_counts_say_where_the_texts_stand(demo: Corpus) -> None:
    one, two, _ = demo.add("Ann left.", "Bo left.", "Cy left.")
    demo.set_status(one, "accepted")
    demo.set_status(two, "skipped")
    with demo.database.session() as s:
        (summary,) = projects.summaries(s)
        assert (summary.texts, summary.types, summary.accepted) == (3, 3, 1)
        assert projects.counts(s, demo.project_id) == {
            "new": 1,
            "suggested": 0,
            "review": 0,
            "accepted": 1,
            "skipped": 1,
        }


def test_a_deleted_project_is_gone_and_its_name_is_free(database: Database) -> None:
    old, other = corpus(database, "old"), corpus(database, "other")
    text_id = old.tagged("Ann joined Acme.", PER="Ann", ORG="Acme")
    old.set_status(text_id, "accepted", accept_open=True)
    kept = other.tagged("Ann joined Acme.", PER="Ann")
    with database.session() as s:
        projects.delete(s, "old")
        assert projects.find(s, "old") is None
        with pytest.raises(NotFound):
            projects.delete(s, "old")
        with pytest.raises(NotFound):
            projects.settings(s, old.project_id)
        assert projects.create(s, "old").id != old.project_id
    assert other.spans(kept) == [("Ann", "PER", "suggestion")]


def test_settings_are_kept_and_checked(demo: Corpus) -> None:
    with demo.database.session() as s:
        untold = projects.create(s, "untold")
        assert projects.settings(s, untold.id) == ProjectSettings()
        wanted = ProjectSettings(allow_overlap=True, blind_share=0.1)
        projects.set_settings(s, demo.project_id, wanted)
        assert projects.settings(s, demo.project_id) == wanted
        with pytest.raises(Invalid):
            projects.set_settings(s, demo.project_id, ProjectSettings(blind_share=1.5))


def test_allowing_overlaps_shows_the_suggestions_that_a_human_span_hid(demo: Corpus) -> None:
    text_id = demo.tagged("Bank of Oslo opened.", ORG="Bank of Oslo", LOC="Oslo")
    demo.draw(text_id, "Bank of", "ORG")
    assert demo.spans(text_id) == [("Bank of", "ORG", "missed"), ("Oslo", "LOC", "suggestion")]
    for allowed in (True, False):
        with demo.database.session() as s:
            projects.set_settings(s, demo.project_id, ProjectSettings(allow_overlap=allowed))
        shown = ("Bank of Oslo", "ORG", "suggestion") in demo.spans(text_id)
        assert shown is allowed
        assert demo.row(text_id).n_suggestions == 1 + allowed
