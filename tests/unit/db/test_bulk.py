"""Label or refuse the same words in every text of a project, as one step."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import bulk, projects, texts
from db.bulk_values import AsOf, BulkReport, Choice, Preview, Wanted
from db.errors import Invalid, NotFound
from db.ledger import Hand
from db.session import connect
from db.values import ProjectSettings
from engine.repeats import finder
from tests.corpus import Corpus, corpus, suggestion

_uids = (f"bulk-uid-{n}" for n in count(1))


def find(wanted: Wanted) -> Any:
    return finder(wanted.surface, whole=wanted.whole, same_case=wanted.same_case)


def look(demo: Corpus, wanted: Wanted, **more: Any) -> Preview:
    with demo.database.session() as s:
        return bulk.preview(s, demo.project_id, wanted, find(wanted), **more)


def do(
    demo: Corpus,
    wanted: Wanted,
    as_of: AsOf | None = None,
    deed: Any = "label",
    uid: str = "",
    **choice: Any,
) -> BulkReport:
    as_of = as_of or look(demo, wanted).as_of
    ticks = Choice(**choice)
    hand = Hand(uid or next(_uids), "ann")
    with demo.database.session() as s:
        return bulk.apply(s, demo.project_id, wanted, find(wanted), deed, ticks, as_of, hand)


def turn(demo: Corpus, report: BulkReport, way: str = "undo", uid: str = "") -> BulkReport:
    assert report.bulk_id is not None
    with demo.database.session() as s:
        return getattr(bulk, way)(s, report.bulk_id, Hand(uid or next(_uids), "ann"))


ACME = Wanted("Acme", "ORG")


def places(seen: Preview) -> list[tuple[int, int]]:
    return [(one.hit.position + 1, one.hit.start) for one in seen.shown]


def test_a_preview_shows_each_place_in_order_of_import_with_what_stands_around_it(
    demo: Corpus,
) -> None:
    demo.add("💩 Acme, acme and Acmes.", "Nothing.", "At Acme. Acme!")
    seen = look(demo, ACME)
    assert places(seen) == [(1, 2), (3, 3), (3, 9)]
    assert (seen.hits, seen.texts, seen.suggestions, seen.next) == (3, 2, 0, None)
    first = seen.shown[0]
    assert (first.before, first.surface, first.after) == ("💩 ", "Acme", ", acme and Acmes.")
    loose = look(demo, Wanted("Acme", "ORG", whole=False, same_case=False))
    assert places(loose) == [(1, 2), (1, 8), (1, 17), (3, 3), (3, 9)]


def test_a_preview_is_paged(demo: Corpus) -> None:
    demo.add(*(f"{n}: Acme Acme Acme" for n in range(4)))
    seen, after = [], None
    while True:
        page = look(demo, ACME, after=after, limit=5)
        seen.append(places(page))
        if (after := page.next) is None:
            break
    assert [len(page) for page in seen] == [5, 5, 2]
    assert [place for page in seen for place in page] == places(look(demo, ACME))


def test_what_a_person_has_marked_or_refused_is_left_out(demo: Corpus) -> None:
    marked = demo.add("Acme Corp and Acme.")[0]
    demo.draw(marked, "Acme Corp", "LOC")
    refused = demo.tagged("Acme again.", ORG="Acme")
    demo.reject(refused, "Acme")
    seen = look(demo, ACME)
    assert places(seen) == [(1, 14)]
    assert seen.marked == 2
    assert places(look(demo, Wanted("Acme", "PER"))) == [(1, 14), (2, 0)]


def test_accepted_texts_are_left_out_unless_asked(demo: Corpus) -> None:
    done, skipped = demo.add("Acme Acme", "Acme off")
    demo.set_status(done, "accepted")
    demo.set_status(skipped, "skipped")
    seen = look(demo, ACME)
    assert (places(seen), seen.in_accepted) == ([(2, 0)], 2)
    everywhere = Wanted("Acme", "ORG", accepted=True)
    assert look(demo, everywhere).hits == 3
    assert do(demo, everywhere).texts == 2
    assert demo.get(done).status == "accepted"
    assert demo.get(skipped).status == "skipped"
    assert len(demo.spans(done)) == 2


def test_a_hit_shows_the_suggestion_on_it_and_labelling_answers_it(demo: Corpus) -> None:
    right = demo.tagged("Acme one", ORG="Acme")
    other = demo.tagged("Acme two", PER="Acme")
    longer = demo.tagged("Acme Corp three", ORG="Acme Corp")
    untouched = demo.add("Acme four")[0]
    seen = look(demo, ACME)
    assert [(one.hit.code, one.hit.score) for one in seen.shown] == [
        ("ORG", 0.9),
        ("PER", 0.9),
        (None, None),
        (None, None),
    ]
    assert seen.suggestions == 2
    report = do(demo, ACME)
    assert (report.texts, report.spans) == (4, 4)
    assert demo.spans(right) == [("Acme", "ORG", "accepted")]
    assert demo.spans(other) == [("Acme", "ORG", "type")]
    assert demo.spans(longer) == [("Acme", "ORG", "boundary")]
    assert demo.spans(untouched) == [("Acme", "ORG", "created")]
    assert demo.get(untouched).status == "review"


def test_refusing_touches_the_suggestions_on_the_ticked_hits_alone(demo: Corpus) -> None:
    one = demo.tagged("Acme one and Oslo", ORG="Acme", LOC="Oslo")
    two = demo.tagged("Acme two", ORG="Acme")
    bare = demo.add("Acme three")[0]
    report = do(demo, ACME, deed="reject", but=frozenset({(two, 0)}))
    assert (report.texts, report.spans) == (1, 1)
    assert demo.spans(one) == [("Oslo", "LOC", "suggestion")]
    assert demo.spans(two) == [("Acme", "ORG", "suggestion")]
    assert demo.get(bare).revision == 0
    turn(demo, report)
    assert len(demo.spans(one)) == 2


def test_only_the_ticked_hits_are_labelled(demo: Corpus) -> None:
    one, two = demo.add("Acme Acme", "Acme")
    do(demo, ACME, but=frozenset({(one, 0)}))
    assert [(span.start, span.end) for span in demo.get(one).spans] == [(5, 9)]
    assert len(demo.spans(two)) == 1
    do(demo, ACME, all=False, but=frozenset({(one, 0), (two, 4)}))
    assert [span.start for span in demo.get(one).spans] == [0, 5]


def test_a_step_is_taken_back_and_done_again_as_a_whole(demo: Corpus) -> None:
    tagged = demo.tagged("Acme one", ORG="Acme")
    new, review = demo.add("Acme two", "Bo at Acme")
    demo.draw(review, "Bo", "PER")
    before = [(demo.spans(i), demo.get(i).status) for i in (tagged, new, review)]
    report = do(demo, ACME)
    after = [(demo.spans(i), demo.get(i).status) for i in (tagged, new, review)]
    assert [status for _, status in after] == ["review", "review", "review"]
    for _ in range(3):
        assert turn(demo, report).texts == 3
        assert [(demo.spans(i), demo.get(i).status) for i in (tagged, new, review)] == before
        assert turn(demo, report, "redo").texts == 3
        assert [(demo.spans(i), demo.get(i).status) for i in (tagged, new, review)] == after
    turn(demo, report)
    demo.undo(review)
    assert demo.spans(review) == []


def test_each_text_keeps_its_own_undo(demo: Corpus) -> None:
    one, two = demo.add("Acme one", "Acme two")
    report = do(demo, ACME)
    demo.undo(one)
    assert (demo.spans(one), len(demo.spans(two))) == ([], 1)
    undone = turn(demo, report)
    assert (undone.texts, undone.left) == (1, (1,))
    again = turn(demo, report, "redo")
    assert again.texts == 1
    assert (demo.spans(one), len(demo.spans(two))) == ([], 1)


def test_a_text_edited_since_the_preview_is_told_apart_and_left_alone(demo: Corpus) -> None:
    one, two = demo.add("Acme one Bo", "Acme two")
    as_of = look(demo, ACME).as_of
    demo.draw(one, "Bo", "PER")
    (late,) = demo.add("Acme three")
    report = do(demo, ACME, as_of)
    assert (report.texts, report.left, report.left_texts) == (1, (1,), 1)
    assert demo.spans(one) == [("Bo", "PER", "created")]
    assert len(demo.spans(two)) == 1
    assert demo.spans(late) == [], "nobody has seen it in the preview"


def test_a_text_edited_since_the_step_is_left_alone_by_undo_and_redo(demo: Corpus) -> None:
    one, two = demo.add("Acme one Bo", "Acme two Bo")
    report = do(demo, ACME)
    demo.draw(one, "Bo", "PER")
    undone = turn(demo, report)
    assert (undone.texts, undone.left) == (1, (1,))
    assert len(demo.spans(one)) == 2
    demo.draw(two, "Bo", "PER")
    again = turn(demo, report, "redo")
    assert (again.bulk_id, again.texts) == (None, 0)
    assert demo.spans(two) == [("Bo", "PER", "created")]
    demo.undo(one)
    assert turn(demo, report).texts == 1
    assert demo.spans(one) == []


def test_the_same_id_again_changes_nothing(demo: Corpus) -> None:
    (one,) = demo.add("Acme")
    as_of = look(demo, ACME).as_of
    first = do(demo, ACME, as_of, uid="same-apply")
    assert do(demo, ACME, as_of, uid="same-apply") == first
    undone = turn(demo, first, uid="same-undo")
    assert turn(demo, first, uid="same-undo") == undone
    assert demo.get(one).revision == 2


def test_steps_are_listed_and_say_whether_they_are_undone(demo: Corpus) -> None:
    demo.add("Acme one", "Acme two")
    report = do(demo, ACME)

    def listed() -> list[tuple[str, str, int, bool]]:
        with demo.database.session() as s:
            steps = bulk.recent(s, demo.project_id)
        return [(one.deed, one.surface, one.texts, one.undone) for one in steps]

    assert listed() == [("label", "Acme", 2, False)]
    turn(demo, report)
    assert listed() == [("label", "Acme", 2, True)]
    turn(demo, report, "redo")
    assert listed() == [("label", "Acme", 2, False)]


def test_a_step_over_many_texts_outlives_a_restart(demo: Corpus) -> None:
    ids = demo.add(*(f"{n} Acme" for n in range(1_200)))
    report = do(demo, ACME)
    assert report.texts == 1_200
    demo.database.close()
    later = Corpus(connect(demo.database.path), demo.project_id, uids=demo.uids)
    assert turn(later, report).texts == 1_200
    assert later.spans(ids[-1]) == []
    assert turn(later, report, "redo").texts == 1_200
    assert later.spans(ids[-1]) == [("Acme", "ORG", "created")]
    later.database.close()


def test_nothing_to_look_for_and_unknown_types_and_steps_are_refused(demo: Corpus) -> None:
    with pytest.raises(Invalid, match="no words"):
        look(demo, Wanted(" ", "ORG"))
    with pytest.raises(Invalid, match="'NOPE'"):
        look(demo, Wanted("Acme", "NOPE"))
    with pytest.raises(NotFound, match="number 77"):
        turn(demo, BulkReport(77, 0, 0))


def test_another_project_is_never_touched(demo: Corpus) -> None:
    other = corpus(demo.database, "other")
    (theirs,) = other.add("Acme theirs")
    demo.add("Acme ours")
    assert do(demo, ACME).texts == 1
    assert other.spans(theirs) == []


def test_where_overlaps_are_allowed_a_human_span_still_keeps_a_hit_out(demo: Corpus) -> None:
    with demo.database.session() as s:
        projects.set_settings(s, demo.project_id, ProjectSettings(allow_overlap=True))
    (one,) = demo.add("Acme Corp")
    demo.tag(one, suggestion("Acme Corp", "Acme Corp", "ORG"))
    demo.draw(one, "Acme Corp", "LOC")
    assert look(demo, ACME).hits == 0


LATIN = ["Acme", "acme", "ACME", "Acmes", "_Acme_", "a-Acme-b", "x_Acme", "C++", "C", "Ann's", "'s"]
WIDE = ["東京", "Acme東京", "東京Acme", "x東京Acme", "Acme\u0301", "“Acme”", "💩Acme", "\ue000Acme"]
ODD = ["กรุงเทพ", "Ac\xadme", "ſ", "s", "straße", "STRAẞE", "\u212a", "k", "K", "\x01Acme"]
WORDS = st.sampled_from([*LATIN, *WIDE, *ODD])
QUIET = [HealthCheck.function_scoped_fixture]


@settings(max_examples=40, deadline=None, suppress_health_check=QUIET)
@given(
    contents=st.lists(
        st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6
    ),
    surface=WORDS,
    whole=st.booleans(),
    same_case=st.booleans(),
)
def test_the_search_index_loses_no_hit(
    demo: Corpus, contents: list[str], surface: str, whole: bool, same_case: bool
) -> None:
    made = corpus(demo.database, next(_uids))
    made.add(*contents)
    wanted = Wanted(surface, "ORG", whole, same_case)
    expected = [(n, start) for n, text in _every(made) for start, _ in find(wanted)(text)]
    assert places(look(made, wanted, limit=1_000)) == expected


def _every(made: Corpus) -> list[tuple[int, str]]:
    with made.database.session() as s:
        return [
            (row.position + 1, texts.get(s, row.id).text)
            for row in texts.page(s, made.project_id, limit=1_000).items
        ]
