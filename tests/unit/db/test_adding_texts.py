import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import annotations, projects, texts
from db.errors import NotFound
from db.session import Database
from db.values import AddReport, ProjectSettings
from engine.types import AnnotatedText, Record, Span
from tests.corpus import Corpus, suggestion

ANN = AnnotatedText("Ann joined Acme.", (Span(0, 3, "PER"), Span(11, 15, "org type")))


def add(demo: Corpus, *records: Record, **how: object) -> AddReport:
    with demo.database.session() as s:
        return texts.add_batch(s, demo.project_id, records, **how)  # type: ignore[arg-type]


def only(demo: Corpus) -> int:
    with demo.database.session() as s:
        (text_id,) = texts.ids_to_tag(s, demo.project_id, "all")
        return text_id


def test_duplicates_are_skipped_within_a_batch_and_across_batches(demo: Corpus) -> None:
    first = add(demo, Record(AnnotatedText("a")), Record(AnnotatedText("a")))
    assert (first.accepted, first.skipped_duplicates) == (1, 1)
    second = add(demo, Record(AnnotatedText("a")), Record(AnnotatedText("a ")))
    assert (second.accepted, second.skipped_duplicates) == (1, 1), "no blank is stripped"


def test_the_same_text_may_stand_in_two_projects(demo: Corpus) -> None:
    add(demo, Record(AnnotatedText("a")))
    with demo.database.session() as s:
        other = projects.create(s, "other")
        assert texts.add_batch(s, other.id, [Record(AnnotatedText("a"))]).accepted == 1


def test_a_text_that_cannot_be_kept_is_refused_by_line(demo: Corpus) -> None:
    report = add(
        demo,
        Record(AnnotatedText(""), line=3),
        Record(AnnotatedText("half \ud83d here"), line=4),
        Record(AnnotatedText("   "), line=5),
    )
    assert report.accepted == 1
    assert [(one.line, one.kind) for one in report.refused] == [(3, "rejected"), (4, "rejected")]
    assert "surrogate" in report.refused[1].message


def test_spans_are_left_out_unless_asked_for(demo: Corpus) -> None:
    add(demo, Record(ANN))
    text_id = only(demo)
    assert demo.spans(text_id) == []
    assert demo.get(text_id).status == "new"
    assert demo.row(text_id).uncertainty is None


def test_spans_come_in_as_gold(demo: Corpus) -> None:
    report = add(demo, Record(ANN), as_="annotations", author="file")
    assert report == AddReport(accepted=1)
    text_id = only(demo)
    assert demo.spans(text_id) == [("Ann", "PER", "created"), ("Acme", "ORG", "created")]
    assert demo.get(text_id).status == "accepted"
    assert demo.row(text_id).n_spans == 2
    assert not demo.get(text_id).can_undo
    demo.remove(text_id, "Ann")
    demo.undo(text_id)
    assert len(demo.spans(text_id)) == 2


def test_spans_come_in_as_suggestions(demo: Corpus) -> None:
    add(demo, Record(ANN), as_="suggestions", source="old.jsonl")
    text_id = only(demo)
    stored = demo.get(text_id)
    assert stored.status == "suggested"
    assert [(one.kind, one.tagger, one.score) for one in stored.spans] == [
        ("suggestion", "import", None)
    ] * 2
    assert demo.row(text_id).n_suggestions == 2
    assert demo.row(text_id).uncertainty == 0.5


@pytest.mark.parametrize(
    ("answer", "status", "spans"),
    [
        ("accept", "accepted", 2),
        ("", "accepted", 2),
        ("ignore", "skipped", 2),
        ("reject", "review", 0),
    ],
)
def test_the_answer_of_a_file_decides_where_a_text_stands(
    demo: Corpus, answer: str, status: str, spans: int
) -> None:
    add(demo, Record(ANN, answer=answer), as_="annotations")
    text_id = only(demo)
    assert demo.get(text_id).status == status
    assert len(demo.spans(text_id)) == spans


def test_unknown_labels_are_counted(demo: Corpus) -> None:
    odd = AnnotatedText("Ann in Oslo", (Span(0, 3, "PER"), Span(7, 11, "CITY")))
    report = add(demo, Record(odd), as_="annotations")
    assert report.unknown_labels == {"CITY": 1}
    assert demo.spans(only(demo)) == [("Ann", "PER", "created")]


def test_code_and_name_on_one_place_are_one_span(demo: Corpus) -> None:
    twice = AnnotatedText("Ann", (Span(0, 3, "PER"), Span(0, 3, "Per Type")))
    add(demo, Record(twice), as_="annotations")
    assert demo.spans(only(demo)) == [("Ann", "PER", "created")]


def test_what_a_file_says_of_a_text_is_kept_with_its_own_id(demo: Corpus) -> None:
    add(demo, Record(AnnotatedText("a"), meta={"who": "Ä", "n": [1, None]}, id="doc-7"))
    assert demo.get(only(demo)).meta == {"id": "doc-7", "who": "Ä", "n": [1, None]}


def test_a_project_must_exist(database: Database) -> None:
    with database.session() as s, pytest.raises(NotFound):
        texts.add_batch(s, 9, [Record(AnnotatedText("a"))])


def test_a_share_of_texts_is_blind_and_hides_its_suggestions(demo: Corpus) -> None:
    with demo.database.session() as s:
        projects.set_settings(s, demo.project_id, ProjectSettings(blind_share=0.3))
    ids = demo.add(*(f"Text {n} of Ann." for n in range(200)))
    blind = [i for i in ids if demo.get(i).blind]
    assert 30 < len(blind) < 90
    text = demo.get(blind[0]).text
    demo.tag(blind[0], suggestion(text, "Ann", "PER"))
    assert demo.spans(blind[0]) == []
    demo.draw(blind[0], "Ann", "PER")
    assert demo.spans(blind[0]) == [("Ann", "PER", "created")]
    demo.set_status(blind[0], "accepted", accept_open=True)
    with demo.database.session() as s:
        projects.set_settings(s, demo.project_id, ProjectSettings(allow_overlap=True))
    assert demo.row(blind[0]).n_suggestions == 0


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    text=st.text(
        st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x00\r\n\ufeff\u200d👨\u0301"),
        min_size=1,
    ),
    data=st.data(),
)
def test_any_text_comes_out_as_it_went_in(demo: Corpus, text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    content = AnnotatedText(text, (Span(start, end, "PER"),))
    report = add(demo, Record(content), as_="annotations")
    with demo.database.session() as s:
        kept = [one for _, one in annotations.gold(s, demo.project_id) if one.text == text]
    assert len(kept) == 1
    assert kept == [content] or report.skipped_duplicates == 1
