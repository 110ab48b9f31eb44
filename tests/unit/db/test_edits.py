import math

import pytest

from db import annotations, projects, texts
from db.errors import Conflict, Invalid, NotFound
from db.session import Database
from db.values import NewSpan, ProjectSettings
from tests.corpus import Corpus, number, suggestion

GOLDEN = [
    ("💩This is an annotation.", "annotation", 12, 22),
    ("👨🏻\u200d🚒 firemen drive firetrucks at work", "firetrucks", 19, 29),
    ("a\r\n  b Acme\n", "Acme", 7, 11),
    ("Cafe\u0301 Noir in 東京都", "東京都", 14, 17),
    ("Caf\xe9 Noir in 東京都", "東京都", 13, 16),
    ("\ufeffAcme rocks", "Acme", 1, 5),
    ("שלום Acme Corp 2002", "Acme Corp", 5, 14),
    ("x\xa0y\u200bAcme\xadCorp", "Acme\xadCorp", 4, 13),
    ("𝒜𝒸𝓂𝑒 Inc", "Inc", 5, 8),
    ("nul\x00 Acme", "Acme", 5, 9),
]

EVEN, ODD = range(0, 9_000, 18), range(9, 9_000, 18)


@pytest.mark.parametrize(("text", "surface", "start", "end"), GOLDEN)
def test_a_span_says_what_the_text_says_in_every_script(
    demo: Corpus, text: str, surface: str, start: int, end: int
) -> None:
    (text_id,) = demo.add(text)
    demo.edit(text_id, added=[NewSpan(start, end, "ORG")])
    stored = demo.get(text_id)
    assert stored.text == text
    assert demo.spans(text_id) == [(surface, "ORG", "created")]
    demo.set_status(text_id, "accepted")
    with demo.database.session() as s:
        ((_, content),) = annotations.gold(s, demo.project_id)
    assert (content.text, content.surface(content.spans[0])) == (text, surface)


@pytest.mark.parametrize(
    "span",
    [
        NewSpan(0, 0, "PER"),
        NewSpan(3, 2, "PER"),
        NewSpan(-1, 2, "PER"),
        NewSpan(0, 17, "PER"),
        NewSpan(0, 3, "NOPE"),
        NewSpan(0, 3, "per"),
    ],
)
def test_a_span_that_does_not_fit_changes_nothing(demo: Corpus, span: NewSpan) -> None:
    (text_id,) = demo.add("Ann joined Acme.")
    with pytest.raises(Invalid):
        demo.edit(text_id, added=[NewSpan(11, 15, "ORG"), span])
    assert demo.spans(text_id) == []
    assert demo.get(text_id).revision == 0


def test_what_is_not_there_cannot_be_removed(demo: Corpus) -> None:
    one, other = demo.add("Ann joined Acme.", "Bo left.")
    demo.draw(one, "Ann", "PER")
    for removed in ([999], [number(demo.span(one, "Ann"))]):
        with pytest.raises(Invalid, match="no human span"):
            demo.edit(other, removed=removed)


def test_the_same_edit_sent_again_changes_nothing(demo: Corpus) -> None:
    one, other = demo.add("Ann joined Acme.", "Bo left.")
    first = demo.draw(one, "Ann", "PER", edit_uid="u", base=0)
    demo.draw(one, "Acme", "ORG")
    assert demo.draw(one, "Ann", "PER", edit_uid="u", base=0) == first == 1
    assert len(demo.spans(one)) == 2
    assert demo.get(one).revision == 2
    with demo.database.session() as s:
        again = annotations.set_status(s, one, "accepted", 2, "v")
        assert annotations.set_status(s, one, "accepted", 2, "v") == again == 3
        assert annotations.undo(s, one, 3, "w") == annotations.undo(s, one, 3, "w") == 4
    with pytest.raises(Invalid, match="another text"):
        demo.draw(other, "Bo", "PER", edit_uid="u")


def test_an_edit_on_an_old_revision_is_a_conflict_and_changes_nothing(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann joined Acme.")
    demo.draw(text_id, "Ann", "PER")
    for act in (
        lambda s: annotations.apply_edit(s, text_id, base=0, edit_uid="x"),
        lambda s: annotations.undo(s, text_id, 0, "x"),
        lambda s: annotations.redo(s, text_id, 2, "x"),
        lambda s: annotations.set_status(s, text_id, "accepted", 0, "x"),
    ):
        with demo.database.session() as s:
            with pytest.raises(Conflict) as raised:
                act(s)
            assert raised.value.current_revision == 1
    assert demo.get(text_id).status == "review"


def test_an_unknown_text_is_said_to_be_missing(database: Database) -> None:
    with database.session() as s:
        for act in (
            lambda: annotations.apply_edit(s, 5, base=0, edit_uid="x"),
            lambda: annotations.history(s, 5),
            lambda: texts.get(s, 5),
        ):
            with pytest.raises(NotFound, match="text number 5"):
                act()


@pytest.mark.parametrize("seconds", [-1.0, math.nan, math.inf])
def test_time_that_is_none_is_refused(demo: Corpus, seconds: float) -> None:
    (text_id,) = demo.add("Ann.")
    with pytest.raises(Invalid):
        demo.edit(text_id, seconds=seconds)
    with pytest.raises(Invalid):
        demo.edit(text_id, edit_uid="")


def test_every_action_is_told_apart(demo: Corpus) -> None:
    text_id = demo.tagged("Dr Ann Lee met Bo of Acme in Oslo.", PER="Ann", ORG="Acme", LOC="Oslo")
    ann, acme, oslo = (demo.span(text_id, one) for one in ("Ann", "Acme", "Oslo"))
    demo.draw(text_id, "Ann Lee", "PER", suggestion_id=number(ann))
    demo.draw(text_id, "Acme", "LOC", suggestion_id=number(acme))
    demo.draw(text_id, "Bo", "PER")
    demo.draw(text_id, "Oslo", "LOC", suggestion_id=number(oslo))
    assert demo.spans(text_id) == [
        ("Ann Lee", "PER", "boundary"),
        ("Bo", "PER", "missed"),
        ("Acme", "LOC", "type"),
        ("Oslo", "LOC", "accepted"),
    ]
    (plain,) = demo.add("Cleo left.")
    demo.draw(plain, "Cleo", "PER")
    assert demo.spans(plain) == [("Cleo", "PER", "created")]


def test_drawing_exactly_what_was_suggested_accepts_it(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left.", PER="Ann")
    demo.draw(text_id, "Ann", "PER")
    (span,) = demo.get(text_id).spans
    assert (span.action, span.tagger, span.score) == ("accepted", "embedded", 0.9)


def test_a_span_changed_later_still_knows_its_suggestion(demo: Corpus) -> None:
    text_id = demo.tagged("Ann Lee left.", PER="Ann")
    suggested = number(demo.span(text_id, "Ann"))
    demo.draw(text_id, "Ann", "PER")
    demo.edit(text_id, added=[NewSpan(0, 7, "PER")], removed=[number(demo.span(text_id, "Ann"))])
    (span,) = demo.get(text_id).spans
    assert (span.end, span.action, span.suggestion_id) == (7, "boundary", suggested)


def test_a_rejected_suggestion_goes_and_stays_away(demo: Corpus) -> None:
    text_id = demo.tagged("Ann joined Acme.", PER="Ann", ORG="Acme")
    demo.reject(text_id, "Ann")
    assert demo.spans(text_id) == [("Acme", "ORG", "suggestion")]
    assert (demo.row(text_id).n_suggestions, demo.row(text_id).n_spans) == (1, 0)
    text = demo.get(text_id).text
    demo.tag(text_id, suggestion(text, "Ann", "PER"), tagger="llm")
    assert demo.spans(text_id) == [("Acme", "ORG", "suggestion")]


def test_a_rejection_is_taken_back_by_drawing_the_span(demo: Corpus) -> None:
    text_id = demo.tagged("Ann joined Acme.", PER="Ann")
    demo.reject(text_id, "Ann")
    demo.draw(text_id, "Ann", "PER")
    demo.remove(text_id, "Ann")
    assert demo.spans(text_id) == [("Ann", "PER", "suggestion")], "no rejection is left behind"


def test_deleting_an_accepted_span_with_its_suggestion_is_one_step(demo: Corpus) -> None:
    text_id = demo.tagged("Ann joined Acme.", PER="Ann")
    demo.draw(text_id, "Ann", "PER")
    span = demo.span(text_id, "Ann")
    demo.edit(text_id, removed=[number(span)], rejected=[span.suggestion_id])
    assert demo.spans(text_id) == []
    demo.undo(text_id)
    assert demo.spans(text_id) == [("Ann", "PER", "accepted")]


def test_rejecting_a_suggestion_that_is_gone_is_no_error(demo: Corpus) -> None:
    text_id = demo.tagged("Ann joined Acme.", PER="Ann")
    gone = number(demo.span(text_id, "Ann"))
    demo.tag(text_id, suggestion("Ann joined Acme.", "Acme", "ORG"))
    demo.edit(text_id, rejected=[gone], added=[NewSpan(0, 3, "PER", gone)])
    assert demo.spans(text_id) == [("Ann", "PER", "missed"), ("Acme", "ORG", "suggestion")]


def test_a_new_span_replaces_what_it_overlaps_in_one_step(demo: Corpus) -> None:
    (text_id,) = demo.add("Bank of Oslo opened.")
    demo.draw(text_id, "Oslo", "LOC")
    demo.draw(text_id, "Bank of Oslo", "ORG")
    assert demo.spans(text_id) == [("Bank of Oslo", "ORG", "created")]
    demo.undo(text_id)
    assert demo.spans(text_id) == [("Oslo", "LOC", "created")]


def test_touching_spans_do_not_overlap(demo: Corpus) -> None:
    (text_id,) = demo.add("東京大阪")
    demo.edit(text_id, added=[NewSpan(0, 2, "LOC"), NewSpan(2, 4, "LOC")])
    assert len(demo.spans(text_id)) == 2


def test_where_overlaps_are_allowed_both_spans_stand(demo: Corpus) -> None:
    with demo.database.session() as s:
        projects.set_settings(s, demo.project_id, ProjectSettings(allow_overlap=True))
    (text_id,) = demo.add("Bank of Oslo opened.")
    demo.draw(text_id, "Oslo", "LOC")
    demo.draw(text_id, "Bank of Oslo", "ORG")
    demo.draw(text_id, "Bank of Oslo", "LOC")
    demo.draw(text_id, "Bank of Oslo", "ORG")
    assert sorted(demo.spans(text_id)) == [
        ("Bank of Oslo", "LOC", "created"),
        ("Bank of Oslo", "ORG", "created"),
        ("Oslo", "LOC", "created"),
    ]


def test_of_spans_that_overlap_in_one_edit_the_later_wins(demo: Corpus) -> None:
    (text_id,) = demo.add("Bank of Oslo opened.")
    demo.edit(
        text_id,
        added=[NewSpan(0, 12, "ORG"), NewSpan(8, 12, "LOC"), NewSpan(0, 4, "ORG")],
    )
    assert [one[0] for one in demo.spans(text_id)] == ["Bank", "Oslo"]


def test_a_suggestion_under_a_human_span_is_hidden_until_the_span_goes(demo: Corpus) -> None:
    text_id = demo.tagged("Bank of Oslo opened.", LOC="Oslo")
    demo.draw(text_id, "Bank of Oslo", "ORG")
    assert demo.spans(text_id) == [("Bank of Oslo", "ORG", "missed")]
    assert demo.row(text_id).n_suggestions == 0
    demo.remove(text_id, "Bank of Oslo")
    assert demo.spans(text_id) == [("Oslo", "LOC", "suggestion")]
    assert demo.row(text_id).n_suggestions == 1


def test_adding_what_is_there_already_changes_nothing_that_undo_would_see(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann left.")
    demo.draw(text_id, "Ann", "PER")
    assert demo.draw(text_id, "Ann", "PER", seconds=2.5) == 2
    assert demo.get(text_id).seconds == 2.5
    demo.undo(text_id)
    assert demo.spans(text_id) == []


def test_the_first_edit_opens_a_text_and_an_accepted_one_stays_accepted(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann met Bo.")
    demo.draw(text_id, "Ann", "PER")
    assert demo.get(text_id).status == "review"
    demo.set_status(text_id, "accepted")
    demo.draw(text_id, "Bo", "PER")
    assert demo.get(text_id).status == "accepted"
    demo.set_status(text_id, "skipped")
    demo.remove(text_id, "Bo")
    assert demo.get(text_id).status == "review"


def test_an_unknown_status_is_refused(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann met Bo.")
    with pytest.raises(Invalid):
        demo.set_status(text_id, "done")


def test_accepting_a_text_accepts_what_is_still_suggested_in_one_step(demo: Corpus) -> None:
    text_id = demo.tagged("Ann joined Acme in Oslo.", PER="Ann", ORG="Acme", LOC="Oslo")
    demo.reject(text_id, "Oslo")
    demo.set_status(text_id, "accepted", accept_open=True)
    accepted = [("Ann", "PER", "accepted"), ("Acme", "ORG", "accepted")]
    assert demo.spans(text_id) == accepted
    demo.undo(text_id)
    assert demo.get(text_id).status == "review"
    assert [one[2] for one in demo.spans(text_id)] == ["suggestion"] * 2
    demo.redo(text_id)
    assert demo.spans(text_id) == accepted


def test_of_clashing_suggestions_the_likelier_is_accepted(demo: Corpus) -> None:
    (text_id,) = demo.add("Bank of Oslo opened.")
    text = demo.get(text_id).text
    demo.tag(text_id, suggestion(text, "Oslo", "LOC", 0.6))
    demo.tag(text_id, suggestion(text, "Bank of Oslo", "ORG", 0.8), tagger="llm")
    demo.tag(text_id, suggestion(text, "Bank of Oslo", "ORG", 0.7), tagger="run:1")
    demo.set_status(text_id, "accepted", accept_open=True)
    assert demo.spans(text_id) == [("Bank of Oslo", "ORG", "accepted")]
    assert demo.get(text_id).spans[0].tagger == "llm"


def test_an_accepted_text_without_spans_is_a_negative(demo: Corpus) -> None:
    (text_id,) = demo.add("Nobody here.")
    demo.set_status(text_id, "accepted")
    with demo.database.session() as s:
        ((found, content),) = annotations.gold(s, demo.project_id)
    assert (found, content.spans) == (text_id, ())


def test_history_says_who_did_what_and_when(demo: Corpus) -> None:
    text_id = demo.tagged("Ann left.", PER="Ann")
    demo.draw(text_id, "Ann", "PER", author="Ada", seconds=3.0)
    demo.set_status(text_id, "accepted", author="Bob")
    demo.undo(text_id)
    with demo.database.session() as s:
        first, second, third = annotations.history(s, text_id)
    assert (first.kind, first.author, first.seconds, first.added) == ("edit", "Ada", 3.0, 1)
    assert (second.kind, second.status_before, second.status_after) == (
        "status",
        "review",
        "accepted",
    )
    assert (third.kind, third.undoes, third.revision) == ("undo", 2, 3)
    assert first.created_at <= second.created_at <= third.created_at


def test_an_edit_among_thousands_of_spans_touches_only_its_own_rows(demo: Corpus) -> None:
    words = " ".join(f"name{n:04d}" for n in range(1_000))
    (text_id,) = demo.add(words)
    demo.tag(text_id, *(suggestion(words, words[at : at + 8], "PER", at=at) for at in ODD))
    demo.edit(text_id, added=[NewSpan(at, at + 8, "PER") for at in EVEN])
    with demo.database.session() as s:
        before = s.connection().exec_driver_sql("SELECT total_changes()").scalar_one()
        annotations.apply_edit(
            s, text_id, base=1, edit_uid="one more", added=[NewSpan(0, 5, "ORG")]
        )
        after = s.connection().exec_driver_sql("SELECT total_changes()").scalar_one()
    assert after - before == 5, "a span ended, one began, the edit, the text twice"
