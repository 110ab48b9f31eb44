"""Few-shot sets: versioned, unchangeable, without what a score is measured on."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import blind, doctor, entity_types, evaluation, fewshot, filling, projects
from db.eligible import eligible
from db.errors import Invalid, NotFound
from db.session import Database, connect
from db.set_values import LeftOut, Pick
from db.values import ProjectSettings
from engine.types import Span
from tests.corpus import Corpus, corpus, suggestion, types


def accepted(demo: Corpus, text: str, **labels: str) -> int:
    """An accepted text with a human span a label: `accepted(demo, "Ann left.", PER="Ann")`."""
    (text_id,) = demo.add(text)
    for code, surface in labels.items():
        demo.draw(text_id, surface, code)
    demo.set_status(text_id, "accepted")
    return text_id


def make(demo: Corpus, *ids: int, name: str = "first", **more):
    with demo.database.session() as s:
        picks = [Pick(id_, ("PER",)) for id_ in ids]
        return fewshot.make(s, demo.project_id, name, picks, k=1, **more)


def test_a_set_holds_its_texts_as_they_were_when_it_was_made(demo: Corpus) -> None:
    ann = accepted(demo, "Ann left Oslo.", PER="Ann", LOC="Oslo")
    bo = accepted(demo, "👍 Bo stayed.", PER="Bo")
    made = make(demo, bo, ann, short={"ORG": "No text has it."}, note="Drawn.")
    demo.remove(ann, "Oslo")
    with demo.database.session() as s:
        first, second = fewshot.members(s, made.id)
        assert fewshot.texts_of(s, made.id) == [first.content, second.content]
    assert (first.text_id, first.content.spans, first.changed) == (bo, (Span(2, 4, "PER"),), False)
    assert second.content.spans == (Span(0, 3, "PER"), Span(9, 13, "LOC"))
    assert (second.changed, second.why) == (True, ("PER",))
    assert made.counts == {"PER": 2, "ORG": 0, "LOC": 1}
    assert made.short == {"ORG": "No text has it."}
    assert (made.version, made.texts, made.note) == (1, 2, "Drawn.")


def test_the_same_name_makes_the_next_version(demo: Corpus) -> None:
    ann, bo = accepted(demo, "Ann.", PER="Ann"), accepted(demo, "Bo.", PER="Bo")
    old, new = make(demo, ann), make(demo, bo)
    other = make(demo, ann, name="other")
    with demo.database.session() as s:
        assert [one.id for one in fewshot.list_sets(s, demo.project_id)] == [
            other.id, new.id, old.id,
        ]  # fmt: skip
        assert fewshot.find(s, demo.project_id, "first").id == new.id
        assert fewshot.find(s, demo.project_id, "first@1").id == old.id
        assert fewshot.texts_of(s, old.id)[0].text == "Ann."
        for unknown in ("second", "first@3", "@1", "first@x"):
            with pytest.raises(NotFound):
                fewshot.find(s, demo.project_id, unknown)
    assert (old.version, new.version, other.version) == (1, 2, 1)


def test_a_renamed_type_is_called_by_its_new_code_and_a_deleted_one_stays(demo: Corpus) -> None:
    ann = accepted(demo, "Ann left Oslo.", PER="Ann", LOC="Oslo")
    made = make(demo, ann)
    with demo.database.session() as s:
        known = types(s, demo.project_id)
        renamed = entity_types.EntityType(known["PER"].id, "HUMAN", "human")
        entity_types.update(s, demo.project_id, renamed)
        entity_types.delete(s, demo.project_id, known["LOC"].id, force=True)
        (text,) = fewshot.texts_of(s, made.id)
        assert [span.label for span in text.spans] == ["HUMAN", "LOC"]
        assert [type_.code for type_ in fewshot.types_of(s, made.id)] == ["HUMAN", "ORG", "LOC"]


def test_only_accepted_texts_that_nothing_is_measured_on_are_eligible(demo: Corpus) -> None:
    ann = accepted(demo, "Ann.", PER="Ann")
    empty = accepted(demo, "Nobody.")
    bo, filed = accepted(demo, "Bo.", PER="Bo"), accepted(demo, "Cleo.", PER="Cleo")
    demo.add("Not looked at.")
    with demo.database.session() as s:
        assert evaluation.keep(s, demo.project_id, [bo]) == 1
        held_back = evaluation.prints(["Cleo."])
        free, left_out = eligible(s, demo.project_id, held_back)
    assert {one.text_id: dict(one.counts) for one in free} == {ann: {"PER": 1}, empty: {}}
    assert left_out == LeftOut(evaluation=1, in_file=1)
    assert filed not in {one.text_id for one in free}


def test_a_rejected_span_does_not_count(demo: Corpus) -> None:
    text_id = demo.tagged("Ann met Bo.", PER="Ann")
    demo.reject(text_id, "Ann")
    demo.draw(text_id, "Bo", "PER")
    demo.set_status(text_id, "accepted")
    with demo.database.session() as s:
        (one,), _ = eligible(s, demo.project_id)
        assert one.counts == {"PER": 1}
    assert make(demo, text_id).counts["PER"] == 1


def test_the_blind_slice_is_left_out(database: Database) -> None:
    with database.session() as s:
        project = projects.create(s, "all blind")
        projects.set_settings(s, project.id, ProjectSettings(blind_share=1.0))
        entity_types.add(s, project.id, entity_types.EntityType(0, "PER", "person"))
    demo = Corpus(database, project.id)
    ann = accepted(demo, "Ann.", PER="Ann")
    with database.session() as s:
        assert blind.texts(s, project.id) == (1, 1)
        assert eligible(s, project.id) == ([], LeftOut(blind=1))
    with pytest.raises(Invalid, match="blind slice"):
        make(demo, ann)


def test_a_set_with_a_text_that_may_not_be_trained_on_is_refused(demo: Corpus) -> None:
    ann = accepted(demo, "Ann.", PER="Ann")
    (new,) = demo.add("Not looked at.")
    (elsewhere,) = corpus(demo.database, "elsewhere").add("Bo.")
    with demo.database.session() as s:
        evaluation.keep(s, demo.project_id, [ann])
    for id_, why in ((ann, "evaluation"), (new, "not accepted"), (elsewhere, "this project")):
        with pytest.raises(Invalid, match=why):
            make(demo, id_)
    with pytest.raises(Invalid, match="at least one"):
        make(demo)
    with demo.database.session() as s:
        evaluation.release(s, demo.project_id, [ann])
    with pytest.raises(Invalid, match="once"):
        make(demo, ann, ann)
    with pytest.raises(Invalid):
        make(demo, ann, name=" ")
    with demo.database.session() as s:
        assert fewshot.list_sets(s, demo.project_id) == []


def test_a_leak_is_found_by_the_texts_and_by_what_was_kept_since(demo: Corpus) -> None:
    ann, bo = accepted(demo, "Ann.", PER="Ann"), accepted(demo, "Bo.", PER="Bo")
    made = make(demo, ann, bo)
    with demo.database.session() as s:
        assert fewshot.leaks(s, made.id) == []
        assert fewshot.leaks(s, made.id, ["Bo.", "bo.", "\ud800"]) == [bo]
        evaluation.keep(s, demo.project_id, [ann])
        assert fewshot.leaks(s, made.id) == [ann]


def test_two_sets_are_compared_text_by_text(demo: Corpus) -> None:
    a, b, c, d = (accepted(demo, f"{n} is here.", PER=n) for n in ("Ann", "Bo", "Cleo", "Dan"))
    first = make(demo, a, b, c)
    demo.remove(b, "Bo")
    second = make(demo, a, b, d)
    with demo.database.session() as s:
        found = fewshot.compare(s, first.id, second.id)
    assert (found.shared, found.differing) == ((a,), (b,))
    assert (found.only_first, found.only_second) == ((c,), (d,))


def test_a_swap_is_the_next_version_and_leaves_the_other_texts_as_they_were(demo: Corpus) -> None:
    a, b, c = (accepted(demo, f"{n} is here.", PER=n) for n in ("Ann", "Bo", "Cleo"))
    made = make(demo, a, b, short={"ORG": "No text has it."})
    demo.remove(a, "Ann")
    with demo.database.session() as s:
        swapped = fewshot.swap(s, made.id, b, Pick(c, ("PER",)), {"LOC": "None."}, "By hand.")
        kept, new = fewshot.members(s, swapped.id)
        assert [m.text_id for m in fewshot.members(s, made.id)] == [a, b]
    assert (swapped.name, swapped.version, swapped.note) == ("first", 2, "By hand.")
    assert (swapped.counts["PER"], swapped.short) == (2, {"LOC": "None."})
    assert (kept.text_id, kept.changed, len(kept.content.spans)) == (a, True, 1)
    assert (new.text_id, new.position, new.why) == (c, 1, ("PER",))


def test_a_swap_that_makes_no_sense_changes_nothing(demo: Corpus) -> None:
    a, b = accepted(demo, "Ann.", PER="Ann"), accepted(demo, "Bo.", PER="Bo")
    (new,) = demo.add("Not looked at.")
    made = make(demo, a, b)
    with demo.database.session() as s:
        for out, into in ((a, b), (new, b), (a, new), (a, 999)):
            with pytest.raises(Invalid):
                fewshot.swap(s, made.id, out, Pick(into), {})
        assert len(fewshot.list_sets(s, demo.project_id)) == 1


def test_texts_that_would_fill_a_type_come_by_what_is_expected_of_them(demo: Corpus) -> None:
    likely = demo.tagged("Oslo and Lima.", LOC="Oslo")
    demo.tag(likely, suggestion("Oslo and Lima.", "Lima", "LOC", 0.8), tagger="second")
    less = demo.tagged("Ann in Rome.", LOC="Rome", PER="Ann")
    drawn = demo.tagged("Bo in Bonn.", PER="Bo")
    demo.draw(drawn, "Bonn", "LOC")
    kept = demo.tagged("Kept: Bern.", LOC="Bern")
    accepted(demo, "Done: Riga.", LOC="Riga")
    demo.tagged("No place for Cleo.", PER="Cleo")
    with demo.database.session() as s:
        evaluation.keep(s, demo.project_id, [kept])
        found = filling.candidates(s, demo.project_id, ["LOC"])
        assert filling.candidates(s, demo.project_id, ["ORG"]) == []
    assert [one.text_id for one in found] == [likely, drawn, less]
    assert found[0].expected == {"LOC": pytest.approx(1.7)}
    assert found[1].expected == {"PER": pytest.approx(0.9), "LOC": 1.0}
    assert (found[1].status, found[2].text) == ("review", "Ann in Rome.")


def test_texts_are_set_aside_once_and_never_from_a_set(demo: Corpus) -> None:
    ids = [accepted(demo, f"Text {n}.") for n in range(6)]
    make(demo, ids[0], ids[1])
    with demo.database.session() as s:
        assert evaluation.set_aside(s, demo.project_id, 3) == 3
        kept = evaluation.kept(s, demo.project_id)
        assert len(kept) == 3 and not {ids[0], ids[1]} & set(kept)
        assert evaluation.set_aside(s, demo.project_id, 9) == 1
        assert evaluation.number(s, demo.project_id) == (4, 4)
        assert evaluation.release(s, demo.project_id, kept) == 3


def test_texts_are_kept_by_what_they_say(demo: Corpus) -> None:
    (ann,) = demo.add("Ann.")
    with demo.database.session() as s:
        assert evaluation.keep_same(s, demo.project_id, ["Ann.", "Unknown."]) == 1
        assert evaluation.keep_same(s, demo.project_id, ["Ann."]) == 0
        assert evaluation.kept(s, demo.project_id) == [ann]
        assert evaluation.number(s, demo.project_id) == (1, 0)


def test_the_doctor_finds_spans_of_a_set_that_do_not_fit(tmp_path: Path) -> None:
    database = connect(tmp_path / "studio.db")
    demo = corpus(database)
    made = make(demo, accepted(demo, "Ann.", PER="Ann"))
    with database.session() as s:
        report = doctor.check(s)
        assert (report.problems, report.checked["few_shot_texts"]) == ([], 1)
    for spans in ("[[0, 9, 1]]", "[[2, 2, 1]]", "[[0, 3, 99]]"):
        with database.session() as s:
            s.connection().exec_driver_sql(
                "UPDATE few_shot_text SET spans = ? WHERE set_id = ?", (spans, made.id)
            )
        with database.session() as s:
            (problem,) = doctor.check(s).problems
        assert f"few-shot set {made.id}" in problem
    database.close()


def test_a_deleted_project_takes_its_sets_along(demo: Corpus) -> None:
    ann = accepted(demo, "Ann.", PER="Ann")
    made = make(demo, ann)
    with demo.database.session() as s:
        evaluation.keep(s, demo.project_id, [ann])
        projects.delete(s, "demo")
        with pytest.raises(NotFound):
            fewshot.get(s, made.id)
        assert doctor.check(s).problems == []


def test_a_name_that_reads_like_a_version_is_refused(demo: Corpus) -> None:
    with demo.database.session() as session, pytest.raises(Invalid, match="names a version"):
        fewshot.make(session, demo.project_id, "first@1", [], k=1)
