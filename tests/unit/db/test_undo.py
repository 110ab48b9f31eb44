from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from db import annotations, doctor, projects
from db.errors import Invalid
from db.session import connect
from db.values import NewSpan, ProjectSettings
from tests.corpus import Corpus, corpus, number, suggestion

TEXT = "Ann Lee met Bo of Acme in Oslo and Lima."


def test_undo_and_redo_walk_the_whole_history(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann met Bo and Cy.")
    for surface in ("Ann", "Bo", "Cy"):
        demo.draw(text_id, surface, "PER")
    seen = [demo.spans(text_id)]
    while demo.get(text_id).can_undo:
        demo.undo(text_id)
        seen.append(demo.spans(text_id))
    assert [len(one) for one in seen] == [3, 2, 1, 0]
    while demo.get(text_id).can_redo:
        demo.redo(text_id)
        assert demo.spans(text_id) == seen[len(demo.spans(text_id)) * -1 - 1]


def test_nothing_to_undo_is_said(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann met Bo.")
    with pytest.raises(Invalid, match="nothing to undo"):
        demo.undo(text_id)
    with pytest.raises(Invalid, match="nothing to redo"):
        demo.redo(text_id)


def test_a_new_edit_ends_the_way_forward(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann met Bo.")
    demo.draw(text_id, "Ann", "PER")
    demo.undo(text_id)
    demo.draw(text_id, "Bo", "PER")
    assert not demo.get(text_id).can_redo
    demo.undo(text_id)
    assert demo.spans(text_id) == []
    assert not demo.get(text_id).can_undo


def test_a_span_keeps_its_number_through_undo_and_redo(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann met Bo.")
    demo.draw(text_id, "Ann", "PER")
    name = demo.span(text_id, "Ann").id
    demo.remove(text_id, "Ann")
    demo.undo(text_id)
    assert demo.span(text_id, "Ann").id == name
    demo.undo(text_id)
    assert demo.spans(text_id) == []
    demo.redo(text_id)
    assert demo.span(text_id, "Ann").id == name
    demo.redo(text_id)
    assert demo.spans(text_id) == []


def test_undoing_the_only_edit_makes_the_text_new_again(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann met Bo.")
    demo.draw(text_id, "Ann", "PER")
    demo.undo(text_id)
    assert demo.get(text_id).status == "new"


def test_a_text_tagged_meanwhile_is_a_suggested_one_after_undo(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann met Bo.")
    demo.draw(text_id, "Ann", "PER")
    demo.tag(text_id)
    demo.undo(text_id)
    assert demo.get(text_id).status == "suggested"


def test_undo_reaches_back_past_a_restart(tmp_path: Path) -> None:
    database = connect(tmp_path / "a.db")
    demo = corpus(database)
    (text_id,) = demo.add("Ann met Bo.")
    demo.draw(text_id, "Ann", "PER")
    demo.draw(text_id, "Bo", "PER")
    demo.undo(text_id)
    database.close()
    demo.database = connect(tmp_path / "a.db")
    assert (demo.get(text_id).can_undo, demo.get(text_id).can_redo) == (True, True)
    demo.redo(text_id)
    assert [one[0] for one in demo.spans(text_id)] == ["Ann", "Bo"]
    demo.database.close()


def test_suggestions_that_came_meanwhile_survive_undo(demo: Corpus) -> None:
    text_id = demo.tagged("Ann met Bo.", PER="Ann")
    demo.draw(text_id, "Ann", "PER")
    demo.tag(
        text_id, suggestion("Ann met Bo.", "Ann", "PER"), suggestion("Ann met Bo.", "Bo", "PER")
    )
    assert demo.spans(text_id) == [("Ann", "PER", "accepted"), ("Bo", "PER", "suggestion")]
    demo.undo(text_id)
    assert demo.spans(text_id) == [("Ann", "PER", "suggestion"), ("Bo", "PER", "suggestion")]
    demo.redo(text_id)
    assert demo.spans(text_id) == [("Ann", "PER", "accepted"), ("Bo", "PER", "suggestion")]


class History(RuleBasedStateMachine):
    """Random work on one text beside a model: the list of states that undo and redo walk.

    Screens are compared by what they show, so that a lost span, a doubled one or a suggestion
    that should have come back is seen at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.database = connect(Path(self.folder.name) / "a.db")
        self.demo = corpus(self.database)
        self.text_id = self.demo.tagged(TEXT, PER="Ann", ORG="Acme", LOC="Oslo")
        self.past = [self.shown()]
        self.future: list[Any] = []

    def shown(self) -> Any:
        stored = self.demo.get(self.text_id)
        spans = sorted((one.id, one.start, one.end, one.code) for one in stored.spans)
        return stored.status, spans, sorted(one.id for one in stored.rejected)

    def did(self, before: int) -> None:
        with self.database.session() as s:
            step = annotations.history(s, self.text_id)[before]
        if step.added or step.removed or step.status_before != step.status_after:
            self.past.append(self.shown())
            self.future = []

    @rule(start=st.integers(0, 38), length=st.integers(1, 9), code=st.sampled_from(["PER", "LOC"]))
    def draw(self, start: int, length: int, code: str) -> None:
        revision = self.demo.get(self.text_id).revision
        span = NewSpan(start, min(len(TEXT), start + length), code)
        self.demo.edit(self.text_id, added=[span])
        self.did(revision)

    @rule(which=st.integers(0, 9), also=st.booleans())
    def touch(self, which: int, also: bool) -> None:
        stored = self.demo.get(self.text_id)
        if not stored.spans:
            return
        span = stored.spans[which % len(stored.spans)]
        if span.kind == "suggestion":
            named = NewSpan(span.start, span.end, span.code, span.suggestion_id)
            done = {"added": [named]} if also else {"rejected": [number(span)]}
        else:
            done = {"removed": [number(span)]}
            if also and span.suggestion_id:
                done["rejected"] = [span.suggestion_id]
        self.demo.edit(self.text_id, **done)
        self.did(stored.revision)

    @rule(which=st.integers(0, 9))
    def restore(self, which: int) -> None:
        stored = self.demo.get(self.text_id)
        if not stored.rejected:
            return
        rejected = stored.rejected[which % len(stored.rejected)]
        self.demo.edit(self.text_id, restored=[int(rejected.id[1:])])
        self.did(stored.revision)

    @rule(status=st.sampled_from(["accepted", "skipped", "review"]), accept_open=st.booleans())
    def decide(self, status: str, accept_open: bool) -> None:
        revision = self.demo.get(self.text_id).revision
        self.demo.set_status(self.text_id, status, accept_open=accept_open)
        self.did(revision)

    @precondition(lambda self: len(self.past) > 1)
    @rule()
    def undo(self) -> None:
        self.demo.undo(self.text_id)
        self.future.append(self.past.pop())
        assert self.shown() == self.past[-1]

    @precondition(lambda self: self.future)
    @rule()
    def redo(self) -> None:
        self.demo.redo(self.text_id)
        self.past.append(self.future.pop())
        assert self.shown() == self.past[-1]

    @invariant()
    def says_what_can_be_undone(self) -> None:
        stored = self.demo.get(self.text_id)
        assert stored.can_undo is (len(self.past) > 1)
        assert stored.can_redo is bool(self.future)

    def teardown(self) -> None:
        with self.database.session() as s:
            assert doctor.check(s).problems == []
        self.database.close()
        self.folder.cleanup()


class OverlappingHistory(History):
    """The same where spans may overlap."""

    def __init__(self) -> None:
        super().__init__()
        with self.database.session() as s:
            projects.set_settings(s, self.demo.project_id, ProjectSettings(allow_overlap=True))


WALK = settings(
    max_examples=8,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestHistory = History.TestCase
TestHistory.settings = WALK
TestOverlappingHistory = OverlappingHistory.TestCase
TestOverlappingHistory.settings = WALK
