"""Where each span comes from, and what people did with suggestions."""

from db import review, texts
from db.values import Review
from engine.types import AnnotatedText, Record, Span
from tests.corpus import Corpus, number


def figures(demo: Corpus) -> Review:
    with demo.database.session() as s:
        return review.figures(s, demo.project_id)


def test_each_kind_of_answer_is_counted_apart(demo: Corpus) -> None:
    text_id = demo.tagged(
        "Ann Lee of Acme met Bo in Oslo and Rome.", PER="Ann", ORG="Oslo", LOC="Acme"
    )
    first, oslo, acme = (demo.span(text_id, one) for one in ("Ann", "Oslo", "Acme"))
    demo.draw(text_id, "Ann Lee", "PER", suggestion_id=number(first))
    demo.draw(text_id, "Oslo", "LOC", suggestion_id=number(oslo))
    demo.reject(text_id, "Acme")
    demo.draw(text_id, "Rome", "LOC")
    untagged = demo.add("Cleo left.")[0]
    demo.draw(untagged, "Cleo", "PER")
    found = figures(demo)
    assert found.actions == {
        "created": 1,
        "missed": 1,
        "accepted": 0,
        "boundary": 1,
        "type": 1,
        "rejected": 1,
    }
    assert found.accept_rate == 0.0
    assert acme.suggestion_id


def test_an_answer_that_is_taken_back_does_not_count(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left Acme.", PER="Ann", ORG="Acme")
    demo.reject(text_id, "Acme")
    demo.set_status(text_id, "accepted", accept_open=True)
    assert figures(demo).accept_rate == 0.5
    demo.undo(text_id)
    demo.undo(text_id)
    assert figures(demo).accept_rate is None


def test_what_a_file_said_is_no_answer_to_a_suggestion(demo: Corpus) -> None:
    content = AnnotatedText("Ann left.", (Span(0, 3, "PER"),))
    with demo.database.session() as s:
        texts.add_batch(s, demo.project_id, [Record(content)], as_="annotations")
    found = figures(demo)
    assert set(found.actions.values()) == {0}
    assert (found.texts, found.typical) == (0, None)


def test_time_is_counted_on_accepted_texts(demo: Corpus) -> None:
    for seconds, text_id in zip((2.0, 5.0, 30.0), demo.add("one", "two", "three"), strict=True):
        demo.set_status(text_id, "accepted", seconds=seconds)
    waiting = demo.add("Ann waits")[0]
    demo.draw(waiting, "Ann", "PER", seconds=100.0)
    found = figures(demo)
    assert (found.texts, found.seconds, found.typical) == (3, 37.0, 5.0)


def test_a_span_knows_whose_it_is_and_what_was_proposed(demo: Corpus) -> None:
    text_id = demo.tagged("Ann Lee left.", ORG="Ann")
    first = demo.span(text_id, "Ann")
    assert (first.author, first.proposed, first.created_at) == (None, None, None)
    demo.draw(text_id, "Ann Lee", "PER", suggestion_id=number(first), author="eve")
    changed = demo.span(text_id, "Ann Lee")
    assert (changed.author, changed.action, changed.tagger) == ("eve", "type", "embedded")
    assert changed.proposed == ("Ann", "ORG")
    assert changed.created_at is not None
    demo.draw(text_id, "left", "LOC", author="eve")
    assert demo.span(text_id, "left").proposed is None
