"""Everybody at once: five annotators, an import, a tagger; nobody sees "database is locked"."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from db import annotations, doctor, jobs, leases, projects, review, sifting, texts
from db.errors import Conflict, InUse
from db.session import Database
from db.values import UNFINISHED, NewSpan, Queue, Sieve
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


def correct(database: Database, project_id: int, name: str, texts_: int) -> list[int]:
    """Walk the queue as an editor does: lease, edit, accept, next; returns what was accepted."""
    asked = Queue("random", Sieve(contains="Ann"), name)
    done: list[int] = []
    while len(done) < texts_:
        with database.session() as s:
            text_id = sifting.first(s, project_id, asked)
            if text_id is None or leases.take(s, text_id, name):
                continue
            if leases.status(s, text_id) not in UNFINISHED:  # someone was faster
                leases.release(s, text_id, name)
                continue
            stored = texts.get(s, text_id)
            at = annotations.apply_edit(
                s,
                text_id,
                base=stored.revision,
                edit_uid=f"{name}-{text_id}",
                added=[NewSpan(0, 1, "LOC")],
                author=name,
            )
            annotations.set_status(s, text_id, "accepted", at, f"{name}-{text_id}-done", name)
            leases.release(s, text_id, name)
            review.figures(s, project_id)
        done.append(text_id)
    return done


def test_five_people_walk_one_filtered_queue_while_texts_come_in_and_are_tagged(
    demo: Corpus, start: Start
) -> None:
    demo.add(*(text(-n) for n in range(1, 101)))
    others = [
        start("load", demo.database.path, "demo", 0, 1_000),
        start("tag", demo.database.path, "demo", 2),
    ]
    names = [f"person-{n}" for n in range(5)]
    with ThreadPoolExecutor(5) as pool:
        done = list(pool.map(lambda n: correct(demo.database, demo.project_id, n, 12), names))
    for other in others:
        out, err = other.communicate()
        assert (other.returncode, err) == (0, ""), out
    assert len({text_id for theirs in done for text_id in theirs}) == 60
    for name, theirs in zip(names, done, strict=True):
        for text_id in theirs:
            stored = demo.get(text_id)
            assert (stored.status, stored.revision) == ("accepted", 2)
            assert [(one.code, one.author) for one in stored.spans if one.kind == "human"] == [
                ("LOC", name)
            ]
    with demo.database.session() as s:
        assert review.figures(s, demo.project_id).texts == 60
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
