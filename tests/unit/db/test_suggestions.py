import pytest

from db import entity_types, jobs, projects, suggestions
from db.errors import Invalid, NotFound
from engine.types import EntityType, Span, Suggestion, Tagged
from tests.corpus import Corpus, suggestion, types

TEXT = "Ann joined Acme in Oslo."


def start(demo: Corpus, tagger: str = "embedded") -> int:
    with demo.database.session() as s:
        return suggestions.start_tagging(s, demo.project_id, tagger, "1", {"threshold": 0.4})


def write(demo: Corpus, tagging: int, *batch: tuple[int, Tagged]) -> None:
    with demo.database.session() as s:
        suggestions.write_batch(s, tagging, batch)


def test_a_tagged_text_shows_its_suggestions_in_reading_order(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    demo.tag(text_id, suggestion(TEXT, "Oslo", "LOC"), suggestion(TEXT, "Ann", "PER"))
    assert demo.spans(text_id) == [("Ann", "PER", "suggestion"), ("Oslo", "LOC", "suggestion")]
    assert demo.get(text_id).status == "suggested"
    assert demo.get(text_id).revision == 0


def test_a_text_without_suggestions_has_been_looked_at(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    demo.tag(text_id)
    assert demo.get(text_id).status == "suggested"
    assert demo.row(text_id).uncertainty == 0.5


def test_writing_a_batch_again_changes_nothing(demo: Corpus) -> None:
    one, two = demo.add(TEXT, "Bo left.")
    tagging = start(demo)
    first = Tagged(TEXT, (suggestion(TEXT, "Ann", "PER"),))
    write(demo, tagging, (one, first))
    shown = demo.get(one).spans
    write(demo, tagging, (one, first), (two, Tagged("Bo left.")))
    assert demo.get(one).spans == shown
    with demo.database.session() as s:
        assert suggestions.done_ids(s, tagging) == {one, two}


def test_a_second_pass_of_a_tagger_replaces_its_first_and_no_other(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    demo.tag(text_id, suggestion(TEXT, "Ann", "PER"), tagger="embedded")
    demo.tag(text_id, suggestion(TEXT, "Oslo", "LOC"), tagger="llm")
    demo.tag(text_id, suggestion(TEXT, "Acme", "ORG"), tagger="embedded")
    assert [one[0] for one in demo.spans(text_id)] == ["Acme", "Oslo"]
    assert demo.row(text_id).n_suggestions == 2


def test_an_answered_suggestion_survives_a_second_pass(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    demo.tag(text_id, suggestion(TEXT, "Ann", "PER", 0.8), suggestion(TEXT, "Acme", "ORG"))
    demo.draw(text_id, "Ann", "PER")
    demo.tag(text_id, suggestion(TEXT, "Ann", "PER", 0.95))
    assert demo.spans(text_id) == [("Ann", "PER", "accepted")]
    assert demo.get(text_id).spans[0].score == 0.8, "the one that was accepted"
    demo.undo(text_id)
    assert demo.spans(text_id) == [("Ann", "PER", "suggestion")]
    assert demo.get(text_id).spans[0].score == 0.95, "the newer one"


def test_suggestions_never_cover_a_human_span(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    demo.draw(text_id, "Acme in Oslo", "ORG")
    demo.tag(text_id, suggestion(TEXT, "Oslo", "LOC"), suggestion(TEXT, "Ann", "PER"))
    assert demo.spans(text_id) == [
        ("Ann", "PER", "suggestion"),
        ("Acme in Oslo", "ORG", "created"),
    ]
    assert demo.get(text_id).status == "review"


def test_a_mention_that_is_not_in_the_text_is_shown_without_a_place(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    lost = Suggestion(None, "PER", "Anna", 0.7, "ungrounded")
    tagging = demo.tag(text_id, suggestion(TEXT, "Ann", "PER"), lost)
    stored = demo.get(text_id)
    assert [one.surface for one in stored.unlocated] == ["Anna"]
    assert demo.row(text_id).n_suggestions == 1
    demo.edit(text_id, rejected=[int(stored.unlocated[0].id[1:])])
    assert demo.get(text_id).unlocated == ()
    demo.undo(text_id)
    demo.set_status(text_id, "accepted", accept_open=True)
    assert [one.surface for one in demo.get(text_id).unlocated] == ["Anna"]
    assert demo.spans(text_id) == [("Ann", "PER", "accepted")]
    with demo.database.session() as s:
        assert suggestions.summary(s, tagging).ungrounded == 1


def test_a_failed_text_is_counted_and_tried_again(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    tagging = start(demo)
    write(demo, tagging, (text_id, Tagged(TEXT, error="It said so.", usage={"llm_calls": 1})))
    assert demo.get(text_id).status == "new"
    with demo.database.session() as s:
        assert suggestions.done_ids(s, tagging) == set()
        assert suggestions.summary(s, tagging).failed == 1
    found = Tagged(TEXT, (suggestion(TEXT, "Ann", "PER"),), usage={"llm_calls": 2})
    write(demo, tagging, (text_id, found))
    with demo.database.session() as s:
        told = suggestions.summary(s, tagging)
    assert (told.failed, told.texts, told.suggestions, told.usage) == (0, 1, 1, {"llm_calls": 2})


def test_costs_add_up(demo: Corpus) -> None:
    one, two = demo.add("a", "b")
    tagging = start(demo)
    write(demo, tagging, (one, Tagged("a", usage={"llm_calls": 1, "cost": 0.25})))
    write(demo, tagging, (two, Tagged("b", usage={"llm_calls": 2, "cost": 0.5})))
    with demo.database.session() as s:
        assert suggestions.summary(s, tagging).usage == {"llm_calls": 3, "cost": 0.75}


def test_the_same_suggestion_twice_is_one_with_the_higher_score(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    demo.tag(text_id, suggestion(TEXT, "Ann", "PER", 0.6), suggestion(TEXT, "Ann", "PER", 0.7))
    assert [one.score for one in demo.get(text_id).spans] == [0.7]


@pytest.mark.parametrize(
    "wrong",
    [
        Tagged("Another text.", ()),
        Tagged(TEXT, (Suggestion(Span(0, 4, "PER"), "PER", "Ann", 0.9),)),
        Tagged(TEXT, (Suggestion(Span(20, 28, "LOC"), "LOC", "Oslo", 0.9),)),
        Tagged(TEXT, (suggestion(TEXT, "Ann", "NOPE"),)),
    ],
)
def test_an_answer_that_does_not_fit_its_text_is_refused(demo: Corpus, wrong: Tagged) -> None:
    good, bad = demo.add("Bo left.", TEXT)
    tagging = start(demo)
    with pytest.raises(Invalid):
        write(demo, tagging, (good, Tagged("Bo left.")), (bad, wrong))
    assert [demo.get(i).status for i in (good, bad)] == ["new", "new"], "all of it or nothing"


def test_types_renamed_or_deleted_while_a_tagger_runs_do_not_stop_it(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    tagging = start(demo)
    with demo.database.session() as s:
        known = types(s, demo.project_id)
        entity_types.update(s, demo.project_id, EntityType(known["PER"].id, "HUM", "human"))
        entity_types.delete(s, demo.project_id, known["LOC"].id)
    found = (suggestion(TEXT, "Ann", "PER"), suggestion(TEXT, "Oslo", "LOC"))
    write(demo, tagging, (text_id, Tagged(TEXT, found)))
    assert demo.spans(text_id) == [("Ann", "HUM", "suggestion")]


def test_a_project_deleted_while_a_tagger_runs_ends_it(demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    tagging = start(demo)
    with demo.database.session() as s:
        projects.delete(s, "demo")
        with pytest.raises(NotFound):
            suggestions.write_batch(s, tagging, [(text_id, Tagged(TEXT))])
        with pytest.raises(NotFound):
            suggestions.summary(s, tagging)


def test_a_resumed_job_finds_its_pass(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)
        assert suggestions.find_tagging(s, job.id) is None
        made = suggestions.start_tagging(s, demo.project_id, "embedded", "1", {}, job.id)
        assert suggestions.find_tagging(s, job.id) == made
