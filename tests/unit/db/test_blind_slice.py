"""Texts that hide their suggestions, and what that measures."""

from hashlib import sha256

from db import annotations, blind, projects
from db.values import ProjectSettings
from tests.corpus import Corpus, suggestion


def share(demo: Corpus, value: float) -> None:
    with demo.database.session() as s:
        projects.set_settings(s, demo.project_id, ProjectSettings(blind_share=value))


def hidden(demo: Corpus, ids: list[int]) -> set[int]:
    return {text_id for text_id in ids if demo.get(text_id).blind}


def test_a_project_hides_a_tenth_unless_told_otherwise(demo: Corpus) -> None:
    assert ProjectSettings().blind_share == 0.1
    prints = [sha256(str(n).encode()).hexdigest() for n in range(4_000)]
    assert 320 < sum(blind.hides(one, 0.1) for one in prints) < 480
    assert not any(blind.hides(one, 0.0) for one in prints)
    assert all(blind.hides(one, 1.0) for one in [*prints, "f" * 64])


def test_setting_a_share_hides_the_same_texts_as_importing_with_it(demo: Corpus) -> None:
    ids = demo.add(*(f"Ann {n}" for n in range(60)))
    for text_id in ids:
        demo.tag(text_id, suggestion(demo.get(text_id).text, "Ann", "PER"))
    share(demo, 0.3)
    few = hidden(demo, ids)
    assert few == {
        i for i in ids if blind.hides(sha256(demo.get(i).text.encode()).hexdigest(), 0.3)
    }
    assert all((demo.spans(i) == []) is (i in few) for i in ids)
    share(demo, 0.6)
    assert few < hidden(demo, ids)
    share(demo, 0.0)
    assert hidden(demo, ids) == set()
    assert all(demo.spans(i) for i in ids)


def test_what_a_person_has_worked_on_stays_as_it_was(demo: Corpus) -> None:
    seen, unseen = demo.tagged("Ann left.", PER="Ann"), demo.tagged("Bo left.", PER="Bo")
    demo.draw(seen, "left", "ORG")
    share(demo, 1.0)
    assert hidden(demo, [seen, unseen]) == {unseen}
    demo.draw(unseen, "left", "ORG")
    share(demo, 0.0)
    assert hidden(demo, [seen, unseen]) == {unseen}


def test_accepting_all_takes_nothing_from_a_blind_text(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left.", PER="Ann")
    share(demo, 1.0)
    demo.set_status(text_id, "accepted", accept_open=True)
    assert demo.spans(text_id) == []


def test_recall_counts_what_people_marked_and_taggers_found(demo: Corpus) -> None:
    share(demo, 1.0)
    text = "Ann met Bo of Acme in Oslo."
    (text_id,) = demo.add(text)
    demo.tag(text_id, *(suggestion(text, name, "PER") for name in ("Ann", "Acme", "met")))
    demo.tag(text_id, suggestion(text, "Oslo", "LOC"), tagger="other")
    for surface, code in (("Ann", "PER"), ("Bo", "PER"), ("Acme", "ORG"), ("Oslo", "LOC")):
        demo.draw(text_id, surface, code)
    with demo.database.session() as s:
        assert blind.texts(s, demo.project_id) == (1, 0)
        assert blind.recall(s, demo.project_id) == []
    demo.set_status(text_id, "accepted")
    with demo.database.session() as s:
        assert str(blind.texts(s, demo.project_id)) == "(1, 1)"
        assert blind.recall(s, demo.project_id) == [
            ("embedded", "PER", 2, 1),
            ("embedded", "ORG", 1, 0),
            ("embedded", "LOC", 1, 0),
            ("other", "PER", 2, 0),
            ("other", "ORG", 1, 0),
            ("other", "LOC", 1, 1),
        ]


def test_texts_with_suggestions_in_sight_say_nothing_of_recall(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left.", PER="Ann")
    demo.set_status(text_id, "accepted", accept_open=True)
    with demo.database.session() as s:
        assert blind.recall(s, demo.project_id) == []


def test_a_file_of_all_texts_holds_what_an_untouched_blind_text_hides(demo: Corpus) -> None:
    touched, untouched = (demo.tagged(f"Ann {word}.", PER="Ann") for word in ("left", "came"))
    share(demo, 1.0)
    demo.draw(touched, "left", "ORG")
    with demo.database.session() as s:
        found = [one.content for one in annotations.records(s, demo.project_id, "all")]
    assert [[one.surface(span) for span in one.spans] for one in found] == [["left"], ["Ann"]]
    assert demo.spans(untouched) == []
