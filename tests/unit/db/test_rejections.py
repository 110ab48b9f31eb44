"""What a person rejected: listed with the text, and taken back."""

from dataclasses import replace

from db import doctor, projects, suggestions, texts
from db.values import Rejected
from engine.types import AnnotatedText, Record, Span, Suggestion, Tagged
from tests.corpus import Corpus, number, suggestion

LOST = Suggestion(None, "PER", "Anna", 0.7, "ungrounded")


def only(demo: Corpus, text_id: int) -> Rejected:
    (found,) = demo.get(text_id).rejected
    return found


def restore(demo: Corpus, text_id: int, *rejected: Rejected) -> int:
    return demo.edit(text_id, restored=[int(one.id[1:]) for one in rejected])


def sound(demo: Corpus) -> None:
    with demo.database.session() as s:
        assert doctor.check(s).problems == []


def test_what_was_rejected_is_listed_apart_from_the_spans(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left Acme.", PER="Ann", ORG="Acme")
    acme = number(demo.span(text_id, "Acme"))
    demo.edit(text_id, rejected=[acme], author="eve")
    assert demo.spans(text_id) == [("Ann", "PER", "suggestion")]
    found = only(demo, text_id)
    assert (found.start, found.end, found.surface, found.code) == (9, 13, "Acme", "ORG")
    assert (found.score, found.tagger, found.suggestion_id) == (0.9, "embedded", acme)
    assert (found.author, found.created_at is not None) == ("eve", True)


def test_a_rejection_is_taken_back_in_one_step_that_can_be_undone(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left Acme.", PER="Ann", ORG="Acme")
    demo.reject(text_id, "Acme")
    before = only(demo, text_id)
    restore(demo, text_id, before)
    assert demo.get(text_id).rejected == ()
    assert demo.spans(text_id) == [("Ann", "PER", "suggestion"), ("Acme", "ORG", "suggestion")]
    demo.undo(text_id)
    assert only(demo, text_id).id == before.id
    demo.redo(text_id)
    assert demo.get(text_id).rejected == ()
    assert demo.row(text_id).n_suggestions == 2
    sound(demo)


def test_a_mention_without_a_place_comes_back_to_those_without_one(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann left.")
    demo.tag(text_id, LOST)
    demo.edit(text_id, rejected=[int(demo.get(text_id).unlocated[0].id[1:])])
    found = only(demo, text_id)
    assert (found.start, found.surface) == (None, "Anna")
    restore(demo, text_id, found)
    assert [one.surface for one in demo.get(text_id).unlocated] == ["Anna"]


def test_what_its_tagger_says_again_comes_back_in_its_last_words(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left.", PER="Ann")
    demo.tag(text_id, suggestion("Ann left.", "Ann", "PER", 0.9), LOST)
    demo.edit(
        text_id,
        rejected=[
            number(demo.span(text_id, "Ann")),
            int(demo.get(text_id).unlocated[0].id[1:]),
        ],
    )
    demo.tag(text_id, suggestion("Ann left.", "Ann", "PER", 0.4), LOST)
    assert (demo.spans(text_id), demo.get(text_id).unlocated) == ([], ())
    restore(demo, text_id, *demo.get(text_id).rejected)
    assert demo.span(text_id, "Ann").score == 0.4
    assert [one.surface for one in demo.get(text_id).unlocated] == ["Anna"]
    sound(demo)


def test_what_a_drawn_span_covers_stays_closed(demo: Corpus) -> None:
    text_id = demo.tagged("Ann Lee left.", PER="Ann")
    demo.reject(text_id, "Ann")
    demo.draw(text_id, "Ann Lee", "PER")
    restore(demo, text_id, only(demo, text_id))
    assert demo.spans(text_id) == [("Ann Lee", "PER", "missed")]
    sound(demo)


def test_what_a_file_rejected_is_taken_back_too(demo: Corpus) -> None:
    record = Record(AnnotatedText("Ann left.", (Span(0, 3, "PER"),)), answer="reject")
    with demo.database.session() as s:
        texts.add_batch(s, demo.project_id, [record], as_="annotations")
        (text_id,) = texts.ids_to_tag(s, demo.project_id, "all")
    found = only(demo, text_id)
    assert (found.surface, found.suggestion_id, found.tagger) == ("Ann", None, None)
    restore(demo, text_id, found)
    assert demo.get(text_id).rejected == ()
    assert demo.spans(text_id) == []


def test_what_is_taken_back_already_needs_nothing(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left.", PER="Ann")
    demo.reject(text_id, "Ann")
    found = only(demo, text_id)
    restore(demo, text_id, found)
    restore(demo, text_id, found)
    assert demo.spans(text_id) == [("Ann", "PER", "suggestion")]


def test_a_blind_text_lists_nothing_that_a_tagger_said(demo: Corpus) -> None:
    with demo.database.session() as s:
        before = projects.settings(s, demo.project_id)
        projects.set_settings(s, demo.project_id, replace(before, blind_share=1.0))
    (text_id,) = demo.add("Ann left.")
    with demo.database.session() as s:
        tagging = suggestions.start_tagging(s, demo.project_id, "embedded", "1", {})
        found = suggestion("Ann left.", "Ann", "PER")
        suggestions.write_batch(s, tagging, [(text_id, Tagged("Ann left.", (found,)))])
    demo.edit(text_id, rejected=[1])
    assert demo.get(text_id).blind
    assert demo.get(text_id).rejected == ()
