import hashlib
import json
from pathlib import Path

import pytest

from db import projects
from db.errors import NotFound
from db.session import connect
from studio import exporting, importing, typesets
from studio.errors import ExportRefused, RequestRefused
from tests.builders import TYPES, annotated, row, write_lines


@pytest.fixture
def database(tmp_path):
    """Two accepted texts, one without entities, one suggested, one new."""
    database = connect(tmp_path / "studio.db")
    with database.session() as session:
        typesets.store(session, projects.create(session, "P").id, TYPES)
    gold = [row(annotated("Ann saw Oslo.", PER="Ann", LOC="Oslo")), row(annotated("Nobody."))]
    suggested = [row(annotated("Bo saw Lima.", PER="Bo")), {"text": "Not yet seen."}]
    for as_, rows in (("annotations", gold), ("suggestions", suggested)):
        source = write_lines(tmp_path / f"{as_}.jsonl", rows)
        importing.run(database, "P", source, as_=as_)
    yield database
    database.close()


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_accepted_texts_go_out_and_the_others_are_counted(database, tmp_path):
    out = tmp_path / "out.jsonl"
    report = exporting.run(database, "P", "jsonl", out)
    assert (report.texts, report.spans, report.empty_texts) == (2, 2, 1)
    assert report.left_out == {"new": 1, "suggested": 1}
    assert [one["text"] for one in lines(out)] == ["Ann saw Oslo.", "Nobody."]


def test_all_texts_go_out_when_asked_for_with_their_status(database, tmp_path):
    out = tmp_path / "out.jsonl"
    report = exporting.run(database, "P", "jsonl", out, "all")
    assert (report.texts, report.left_out) == (4, {})
    assert [one["meta"]["status"] for one in lines(out)] == [
        "accepted", "accepted", "suggested", "new",
    ]  # fmt: skip


def test_what_it_takes_to_export_the_same_again_lies_beside_it(database, tmp_path):
    out = tmp_path / "out.jsonl"
    report = exporting.run(database, "P", "jsonl", out)
    about = json.loads((tmp_path / "out.jsonl.about.json").read_text(encoding="utf-8"))
    assert about["sha256"] == {"out.jsonl": hashlib.sha256(out.read_bytes()).hexdigest()}
    assert (about["project"], about["format"], about["only"]) == ("P", "jsonl", "accepted")
    assert [one["code"] for one in about["types"]] == ["PER", "ORG", "LOC"]
    assert report.files == [str(out), str(tmp_path / "out.jsonl.about.json")]


def test_a_format_that_would_lose_labels_is_refused_before_anything_is_written(database, tmp_path):
    out = tmp_path / "out.txt"
    with pytest.raises(ExportRefused, match="nothing was written") as caught:
        exporting.run(database, "P", "txt", out)
    assert len(caught.value.lost) == 2
    assert not out.exists()
    report = exporting.run(database, "P", "txt", out, allow_loss=True)
    assert (report.texts, report.spans, len(report.lost)) == (2, 0, 2)


def test_what_cannot_be_exported_is_refused(database, tmp_path):
    with database.session() as session:
        projects.create(session, "Empty")
    with pytest.raises(NotFound):
        exporting.run(database, "Nobody", "jsonl", tmp_path / "out.jsonl")
    with pytest.raises(RequestRefused, match="no texts"):
        exporting.run(database, "Empty", "jsonl", tmp_path / "out.jsonl")
    with pytest.raises(RequestRefused, match="no export format"):
        exporting.run(database, "P", "pdf", tmp_path / "out.pdf")
    with pytest.raises(RequestRefused, match="no folder"):
        exporting.run(database, "P", "jsonl", tmp_path / "nowhere" / "out.jsonl")
    assert not list(tmp_path.glob("out*"))


@pytest.mark.parametrize(
    "name", ["studio.db", "studio.db-wal", "studio.db-new.db", "studio.runs/1", "studio.jobs/1.log"]
)
def test_nothing_is_written_over_a_database_or_what_belongs_to_it(database, tmp_path, name):
    other = tmp_path / "studio.db-new.db"
    connect(other).close()
    before = other.read_bytes()
    with pytest.raises(RequestRefused, match="is a database, or belongs to one"):
        exporting.run(database, "P", "jsonl", tmp_path / name)
    assert other.read_bytes() == before
    with database.session() as session:
        assert projects.get(session, "P").name == "P"


@pytest.mark.parametrize("place", ["", ".", "/"])
def test_a_place_without_a_name_is_refused(database, place):
    with pytest.raises(RequestRefused, match="is a folder; name a file in it"):
        exporting.run(database, "P", "jsonl", Path(place))
