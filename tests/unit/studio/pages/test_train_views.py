"""What the train page says of sources, trainings and runs, from real rows."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db import entity_types, fewshot, jobs, library, projects, runs, texts
from db.library_values import Feature, NewExample
from db.session import Database, connect
from db.set_values import Pick
from engine.types import AnnotatedText, Record, Span
from studio import estimating
from studio.estimating import Wish
from studio.pages import run_views, train_views
from studio.pages.train import queue
from tests.builders import TYPES

ANN = AnnotatedText("Ann joined Acme.", (Span(0, 3, "PER"), Span(11, 15, "ORG")))
WISH = Wish("embedded", "top", 5)
DEV = {
    "from": "folds",
    "texts": 1,
    "micro": {"p": 1.0, "r": 0.5, "f1": 0.667, "low": 0.5, "high": 0.8, "support": 2},
    "types": {},
    "confusion": [["PER", "PER", 1]],
    "kinds": {"missed": 1},
    "mistakes": [],
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(tmp_path / "studio.db")
    yield opened
    opened.close()


@pytest.fixture
def project(database: Database) -> int:
    with database.session() as session:
        made = projects.create(session, "letters")
        for one in TYPES:
            entity_types.add(session, made.id, one)
        texts.add_batch(session, made.id, [Record(ANN)], as_="annotations")
        ids = [row.id for row in texts.page(session, made.id).items]
        fewshot.make(session, made.id, "first", [Pick(ids[0], ("PER",))], k=1, short={"LOC": "No."})
    return made.id


def values(**more: Any) -> dict[str, Any]:
    settings = {"train": "top", "epochs": 5}
    history = [{"epoch": n} for n in range(6)]
    told = {"texts": 1, "seconds": 2.0, "settings": settings, "dev": DEV, "kind": "spans"}
    return told | {"history": history} | more


def test_the_examples_are_true() -> None:
    assert doctest.testmod(train_views).failed == 0


def test_a_set_is_a_source_with_a_card(database: Database, project: int) -> None:
    with database.session() as session:
        ((label, source),) = train_views.sources(session, project)
        card = train_views.data_card(session, project, source, WISH)
        assert train_views.missing(session, project, [label]) is None
    assert source == "set:first@1"
    assert label.startswith("first, version 1")
    assert card is not None
    assert (card["texts"], card["spans"]) == (1, 2)
    told = {one["code"]: (one["spans"], one["short"]) for one in card["types"]}
    assert told == {"PER": (1, ""), "ORG": (1, ""), "LOC": (0, "No.")}
    assert "will not be measured" in card["watched"]
    assert "held out in turn" in train_views._watched(9, 0, 0, False)
    assert "measured on 5 texts" in train_views._watched(9, 8, 5, False)
    assert "on two cores" in card["estimate"]


def test_of_a_library_nothing_is_held_out_and_the_card_says_why(
    database: Database, project: int
) -> None:
    with database.session() as session:
        made = library.create(session, project, "llm", {}, [Feature("Ann left.", None, 1)])
        for number in range(10):
            one = AnnotatedText(f"Ann joined Acme {number}.", ANN.spans)
            library.keep(session, made.id, NewExample(number, 0, one, "llm"))
        library.finish(session, made.id)
        long = replace(WISH, epochs=100)
        card = train_views.data_card(session, project, "library", long)
    assert card is not None
    assert card["texts"] == 10
    assert "cannot tell" in card["watched"]
    once = estimating.seconds(10, replace(long, written=True), [])
    assert card["estimate"] == estimating.words(once)
    assert card["estimate"] != estimating.words(estimating.seconds(10, long, []))


def test_an_unknown_source_has_no_card(database: Database, project: int) -> None:
    with database.session() as session:
        assert train_views.data_card(session, project, "library", WISH) is None


@pytest.mark.parametrize(
    ("add_types", "add_texts", "page"),
    [(False, False, "texts"), (False, True, "types"), (True, True, "annotate")],
)
def test_what_is_missing_comes_with_the_page_that_helps(
    database: Database, add_types: bool, add_texts: bool, page: str
) -> None:
    with database.session() as session:
        made = projects.create(session, "bare").id
        if add_types:
            entity_types.add(session, made, TYPES[0])
        if add_texts:
            texts.add_batch(session, made, [Record(AnnotatedText("Ann."))])
        found = train_views.missing(session, made, train_views.sources(session, made))
    assert found is not None
    assert found["action"]["to"]["page"] == page


def test_a_run_is_told_with_its_scores_and_its_use(database: Database, project: int) -> None:
    with database.session() as session:
        runs.create(
            session, project, "a b", base="embedded", folder="/runs/a b",
            settings={"set": "first@1"}, values=values(),
        )  # fmt: skip
        told = run_views.results(session, "letters")
        later = train_views.data_card(session, project, "set:first@1", WISH)
        assert train_views.free_name(session, project) == "run-1"
    assert [run["name"] for run in told["runs"]] == ["a b"]
    detail = told["detail"]
    assert detail["micro"]["f1"] == 0.667
    assert detail["source"] == "the set first@1"
    shell, pipeline, onnx = (one["lines"] for one in detail["uses"])
    assert "--model '/runs/a b'" in shell
    assert "trust_remote_code=True" in pipeline
    assert onnx == "ner-studio export-onnx -p letters --run 'a b' --out '/runs/a b-onnx'"
    assert "had not seen it" in detail["said"]
    assert later is not None
    assert "your last run" in later["estimate"]


@pytest.mark.parametrize(("concat", "ways"), [(False, 3), (True, 2)])
def test_a_run_of_an_encoder_needs_no_code_of_ours_in_transformers(
    database: Database, project: int, concat: bool, ways: int
) -> None:
    with database.session() as session:
        runs.create(
            session, project, "bert", base="some/encoder", folder="/x", settings={"set": ""},
            values=values(kind="bio", settings={"concat": concat}),
        )  # fmt: skip
        detail = run_views.results(session, "letters", "bert")["detail"]
    assert len(detail["uses"]) == ways
    assert "trust_remote_code" not in str(detail["uses"])


def test_a_run_that_was_not_measured_says_so(database: Database, project: int) -> None:
    with database.session() as session:
        runs.create(
            session, project, "tiny", base="embedded", folder="/x", settings={"set": ""},
            values=values(dev={}),
        )  # fmt: skip
        detail = run_views.results(session, "letters", "tiny")["detail"]
    assert detail["micro"] is None
    assert detail["source"] == "the library"
    assert detail["said"].startswith("Not measured: it learnt from written sentences")


def test_a_training_is_told_without_its_curve(database: Database, project: int) -> None:
    with database.session() as session:
        job = jobs.queue(session, "finetuning", {"name": "n", "set": "first@1"}, project)
        jobs.claim(session, job.id, 1)
        jobs.beat(session, job.id, 1, 2, {"loss": 0.5, "curve": [{}] * 9})
        told = train_views.trainings(session, project)
    assert told["job"]["values"] == {"loss": 0.5}
    assert told["job"]["seconds"] >= 0
    assert told["job"]["kept"] is False


def test_a_training_that_could_do_nothing_is_refused(database: Database, project: int) -> None:
    from types import SimpleNamespace

    from studio.errors import RequestRefused

    frame: Any = SimpleNamespace(database=database)
    with pytest.raises(RequestRefused, match="name"):
        queue(frame, "letters", {"name": "", "set": "first@1"})
    with pytest.raises(RequestRefused, match="place"):
        queue(frame, "letters", {"name": "x", "set": "first@1"})
    with database.session() as session:
        jobs.queue(session, "finetuning", {"name": "n"}, project)
    with pytest.raises(RequestRefused, match="under way"):
        queue(frame, "letters", {"name": "x", "set": "first@1"})
