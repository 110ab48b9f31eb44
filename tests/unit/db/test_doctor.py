"""The doctor's own patients: databases harmed by hand, so not the fixture that must end healthy."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from db import doctor, library
from db.library_values import Feature, NewExample
from db.session import connect
from db.values import DoctorReport
from tests.builders import annotated
from tests.corpus import Corpus, corpus


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Corpus]:
    database = connect(tmp_path / "patient.db")
    demo = corpus(database)
    one = demo.tagged("Ann joined Acme.", PER="Ann", ORG="Acme")
    demo.draw(one, "Ann", "PER")
    demo.reject(one, "Acme")
    demo.undo(one)
    with database.session() as s:
        begun = library.create(s, demo.project_id, "llm", {}, [Feature("Ann joined Acme.", one, 1)])
        cleo = annotated("💩 Cleo left.", PER="Cleo")
        library.keep(s, begun.id, NewExample(0, 0, cleo, "llm", ""))
        library.finish(s, begun.id)
    yield demo
    database.close()


def examine(demo: Corpus) -> DoctorReport:
    with demo.database.session() as s:
        return doctor.check(s)


def harm(demo: Corpus, *statements: str) -> None:
    with closing(sqlite3.connect(demo.database.path)) as driver:
        for name in ("annotation_is_never_changed", "text_body_is_never_changed"):
            driver.execute(f"DROP TRIGGER IF EXISTS {name}")
        for statement in statements:
            driver.execute(statement)
        driver.commit()


def test_a_healthy_database_has_no_problems(patient: Corpus) -> None:
    report = examine(patient)
    assert report.problems == []
    assert report.checked == {
        "texts": 1,
        "spans": 2,
        "suggestions": 2,
        "edits": 3,
        "few_shot_texts": 0,
        "examples": 1,
    }


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE annotation SET surface = 'Bob'", "does not say what the text says"),
        ('UPDATE annotation SET "end" = 99', "lies at 0-99 of a text of 16 characters"),
        ("UPDATE annotation SET start = NULL", "lies at None-3"),
        ("UPDATE suggestion SET surface = 'X' WHERE id = 2", "Suggestion 2 on text 1"),
        ("UPDATE text SET n_spans = 7", "n_spans = 7; its rows say 1"),
        ("UPDATE text SET uncertainty = NULL", "uncertainty = None"),
        ("UPDATE suggestion SET open = 1 - open WHERE id = 1", "Suggestion 1 on text 1 is open"),
        ("UPDATE text_body SET text = 'Ann joined ACME.'", "its print differs"),
        ("UPDATE text_body SET text = 'Bob joined Acme.'", "search index differs"),
        ("DELETE FROM edit WHERE revision = 2", "history has gaps"),
        ("UPDATE annotation SET type_id = 99", "points to a row of entity_type"),
        (
            "UPDATE library_example SET text = 'Cleo'",
            "span 2-6 of example 1 does not lie in a text of 4",
        ),
        (
            "UPDATE library_example SET spans = '[[1, 2, 1]]'",
            "span 1-2 of example 1 holds nothing but white space",
        ),
        (
            "UPDATE library_example SET spans = '[[2, 6, 99]]'",
            "span 2-6 of example 1 has a type that its project does not have",
        ),
        (
            "UPDATE library_example SET made = json_set(made, '$.text', 'Cl')",
            "span 2-6 of example 1 as it was generated does not lie",
        ),
        ("DELETE FROM text_body", "1 texts have lost their characters"),
    ],
)
def test_every_harm_is_found(patient: Corpus, statement: str, said: str) -> None:
    harm(patient, statement)
    assert any(said in problem for problem in examine(patient).problems)


def test_the_store_itself_refuses_to_change_texts_and_answers(patient: Corpus) -> None:
    with closing(sqlite3.connect(patient.database.path)) as driver:
        for statement in ("UPDATE annotation SET start = 1", "UPDATE text_body SET text = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="never changed"):
                driver.execute(statement)
    assert examine(patient).problems == []


def test_many_problems_are_summed_up(patient: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_MOST", 2)
    patient.add("a", "b", "c")
    harm(patient, "UPDATE text SET n_spans = 5")
    report = examine(patient)
    assert len(report.problems) == 3
    assert report.problems[-1] == "2 more problems of these kinds."
