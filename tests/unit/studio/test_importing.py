import json

import pytest

from db import annotations as answers
from db import entity_types, projects, texts
from db.session import connect
from engine.errors import FormatError
from engine.types import AnnotatedText, Problem, Record, Span
from studio import importing, typesets
from studio.intake import Intake
from tests.builders import TYPES, annotated, row, write_lines


@pytest.fixture
def database(tmp_path):
    database = connect(tmp_path / "studio.db")
    with database.session() as session:
        typesets.store(session, projects.create(session, "P").id, TYPES)
    yield database
    database.close()


def count(database, name="P"):
    with database.session() as session:
        found = projects.find(session, name)
        return projects.counts(session, found.id) if found else None


def test_a_preview_shows_the_first_texts_and_counts_labels_without_storing():
    rows = [row(annotated(f"Ann wrote note {i}.", PER="Ann")) for i in range(50)]
    content = "".join(json.dumps(one) + "\n" for one in rows).encode()
    seen = importing.preview(content, "notes.jsonl")
    assert seen.format == "jsonl"
    assert len(seen.records) == importing.SHOWN
    assert seen.labels == {"PER": 50}
    assert seen.problems == ()


def test_a_preview_lists_what_is_wrong():
    seen = importing.preview(b'{"text": "Ann."}\n{"text": 5}\n', "notes.jsonl")
    assert [problem.line for problem in seen.problems] == [2]


def test_a_file_larger_than_a_batch_is_stored_whole_and_in_order(database, tmp_path):
    rows = [{"text": f"Note {i}."} for i in range(2 * importing.BATCH + 7)]
    source = write_lines(tmp_path / "many.jsonl", rows)
    report = importing.run(database, "P", source)
    assert report.accepted == len(rows)
    assert not report.partial
    with database.session() as session:
        project = projects.get(session, "P")
        ids = texts.ids_to_tag(session, project.id)
        assert [text for _, text in texts.iter_texts(session, ids)] == [r["text"] for r in rows]


def test_a_text_without_suggestions_stays_new(database, tmp_path):
    source = write_lines(
        tmp_path / "mixed.jsonl", [row(annotated("Ann.", PER="Ann")), {"text": "Nobody."}]
    )
    importing.run(database, "P", source, as_="suggestions")
    counts = count(database)
    assert (counts["suggested"], counts["new"]) == (1, 1)


def test_texts_alone_come_in_without_their_spans(database, tmp_path):
    source = write_lines(tmp_path / "gold.jsonl", [row(annotated("Ann wrote.", WHO="Ann"))])
    report = importing.run(database, "P", source, as_="none")
    assert (report.accepted, report.unknown_labels) == (1, {})
    assert count(database)["new"] == 1


def test_a_project_is_made_only_when_something_goes_in(database, tmp_path):
    bad = write_lines(tmp_path / "bad.jsonl", [row(annotated("Ann.", WHO="Ann"))])
    report = importing.run(database, "Q", bad, as_="annotations")
    assert (report.accepted, report.rejected) == (0, 1)
    assert count(database, "Q") is None
    good = write_lines(tmp_path / "good.jsonl", [{"text": "Ann."}])
    importing.run(database, "Q", good)
    assert count(database, "Q")["new"] == 1


def test_a_dry_run_counts_duplicates_within_and_between_batches(database, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 2)
    rows = [{"text": text} for text in ("Ann.", "Bo.", "Ann.", "Cleo.", "Bo.", "Dan.")]
    source = write_lines(tmp_path / "names.jsonl", rows)
    dry = importing.run(database, "P", source, dry_run=True)
    assert sum(count(database).values()) == 0
    real = importing.run(database, "P", source)
    assert (dry.accepted, dry.skipped_duplicates) == (4, 2)
    assert (real.accepted, real.skipped_duplicates) == (4, 2)


def test_a_bound_on_the_entries_is_kept(database, tmp_path):
    source = write_lines(tmp_path / "many.jsonl", [{"text": f"Note {i}."} for i in range(11)])
    report = importing.run(database, "P", source, max_rows=10)
    assert (report.accepted, report.rejected) == (10, 1)
    (told,) = report.problems
    assert "more than 10 entries; split it. What comes after was not read." in told.message


def test_what_stands_before_a_break_is_stored_and_counted(database, tmp_path):
    source = tmp_path / "notes.txt"
    lines = "\n".join(f"Note {i}." for i in range(700))
    source.write_bytes(lines.encode("utf-16") + b"\x00")
    report = importing.run(database, "P", source)
    assert report.accepted == sum(count(database).values()) > 0
    assert (report.rejected, report.partial) == (1, True)
    assert "damaged UTF-16" in report.problems[0].message


def test_a_file_that_cannot_be_read_from_the_start_is_refused(database, tmp_path):
    source = tmp_path / "notes.csv"
    source.write_text("words\nAnn.\n")
    with pytest.raises(FormatError, match="no column"):
        importing.run(database, "P", source)


def test_a_text_that_was_left_out_is_not_counted_as_repaired(database, tmp_path):
    rows = [
        {"text": "Ann.", "spans": [{"start": 0, "end": 3, "label": "PER"}]},
        {"text": " Bo ", "spans": [{"start": 0, "end": 4, "label": "PER"},
                                   {"start": 1, "end": 3, "label": "NOBODY"}]},
        {"text": ""},
    ]  # fmt: skip
    report = importing.run(
        database, "P", write_lines(tmp_path / "a.jsonl", rows), as_="annotations"
    )
    assert (report.accepted, report.repaired, report.rejected) == (1, 0, 2)
    assert [one.line for one in report.problems] == sorted(one.line for one in report.problems)
    assert report.problems[-1].message == "Line 3: The text is empty."


def test_types_are_made_once_however_their_label_is_spelled(database, tmp_path):
    rows = [
        row(annotated("Dune is long.", **{"creative-work": "Dune"})),
        row(annotated("Emma is short.", CREATIVE_WORK="Emma")),
        row(annotated("Ran is loud.", **{"Creative Work": "Ran"})),
    ]
    source = write_lines(tmp_path / "works.jsonl", rows)
    report = importing.run(database, "P", source, as_="annotations", create_types=True)
    assert (report.accepted, report.created_types) == (3, ("CREATIVE_WORK",))
    with database.session() as session:
        project = projects.get(session, "P")
        assert len(entity_types.list_types(session, project.id)) == 4
        gold = [content for _, content in answers.gold(session, project.id)]
    assert {span.label for content in gold for span in content.spans} == {"CREATIVE_WORK"}


def test_half_an_answer_is_no_answer(database):
    intake = Intake(
        database, "P", "works.jsonl", "annotations", create_types=False, dry_run=False, author="me"
    )
    spans = (Span(0, 3, "PER"), Span(10, 14, "WORK"))
    intake.add([Record(AnnotatedText("Ann wrote Dune.", spans), line=4)])
    assert intake.tally.accepted == 0
    assert intake.tally.unknown == {"WORK": 1}
    (problem,) = intake.tally.problems
    assert (problem.kind, problem.line) == ("rejected", 4)
    assert "Line 4" in problem.message and "'WORK'" in problem.message


def test_an_entry_with_two_repairs_counts_once(database):
    intake = Intake(
        database, "P", "x", "suggestions", create_types=False, dry_run=False, author="me"
    )
    intake.tally.note(Problem("repaired", 3, "Line 3: a span was trimmed."))
    intake.tally.note(Problem("repaired", 3, "Line 3: another span was trimmed."))
    assert len(intake.tally.repaired) == 1
    assert len(intake.tally.problems) == 2
