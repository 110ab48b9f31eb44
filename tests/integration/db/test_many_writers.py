"""Everybody at once: five annotators, an import, a tagger; nobody sees "database is locked"."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from db import annotations, doctor, jobs, projects, texts
from db.errors import Conflict, InUse
from db.session import Database
from db.values import NewSpan
from tests.corpus import Corpus
from tests.integration.db.conftest import Start
from tests.integration.db.worker import text

EDITS = 25


def annotate(database: Database, text_id: int) -> int:
    """Make EDITS edits on one text, as a browser would; returns the last revision."""
    revision = 0
    for number in range(EDITS):
        with database.session() as s:
            revision = annotations.apply_edit(
                s,
                text_id,
                base=revision,
                edit_uid=f"{text_id}-{number}",
                added=[NewSpan(number, number + 2, "PER")],
            )
            assert texts.get(s, text_id).revision == revision
    return revision


def test_five_annotators_an_import_and_a_tagger_do_not_disturb_each_other(
    demo: Corpus, start: Start
) -> None:
    ids = demo.add(*(text(-n) for n in range(1, 101)))
    others = [
        start("load", demo.database.path, "demo", 0, 2_000),
        start("tag", demo.database.path, "demo", 3),
    ]
    with ThreadPoolExecutor(5) as pool:
        last = list(pool.map(lambda i: annotate(demo.database, i), ids[:5]))
    for other in others:
        out, err = other.communicate()
        assert (other.returncode, err) == (0, ""), out
    assert last == [EDITS] * 5
    with demo.database.session() as s:
        assert projects.summaries(s)[0].texts == 2_100
        assert doctor.check(s).problems == []


def test_of_many_who_edit_one_revision_one_wins_and_the_others_hear_of_it(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann joined Acme.")

    def attempt(number: int) -> int | None:
        try:
            with demo.database.session() as s:
                return annotations.apply_edit(
                    s, text_id, base=0, edit_uid=f"e{number}", added=[NewSpan(0, 3, "PER")]
                )
        except Conflict as conflict:
            assert conflict.current_revision == 1
            return None

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(attempt, range(8)))
    assert sorted(results, key=str) == [1] + [None] * 7
    assert len(demo.spans(text_id)) == 1


def test_the_same_edit_sent_many_times_at_once_arrives_once(demo: Corpus) -> None:
    (text_id,) = demo.add("Ann joined Acme.")
    with ThreadPoolExecutor(8) as pool:
        results = list(
            pool.map(lambda _: demo.draw(text_id, "Ann", "PER", base=0, edit_uid="e"), range(8))
        )
    assert results == [1] * 8


def test_a_job_is_claimed_once_however_many_try(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)

    def attempt(pid: int) -> bool:
        try:
            with demo.database.session() as s:
                jobs.claim(s, job.id, pid)
        except InUse:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(1, 9))) == 1


def test_a_blank_file_may_be_opened_by_many_at_once(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "new" / "studio.db"
    workers = [start("open", path) for _ in range(4)]
    for worker in workers:
        out, err = worker.communicate()
        assert (worker.returncode, out, err) == (0, "0\n", "")
    assert not list(path.parent.glob("*.before-*")), "nothing to keep of a blank file"
