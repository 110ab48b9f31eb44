import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import update

from db import jobs, projects
from db.columns import now
from db.errors import InUse, Invalid, NotFound
from db.session import Database, transaction
from db.tables import JOB
from tests.corpus import Corpus


def dead_pid() -> int:
    """The number of a process that has just ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_job_goes_from_queued_to_done(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {"tagger": "embedded"}, demo.project_id)
        assert (job.status, job.settings, job.started_at) == (
            "queued",
            {"tagger": "embedded"},
            None,
        )
        assert jobs.claim(s, job.id, os.getpid()).status == "running"
        assert jobs.beat(s, job.id, 3, 10, {"per_second": 2.5}, log="three\n") is False
        job = jobs.get(s, job.id)
        assert (job.done, job.total, job.values, job.log) == (3, 10, {"per_second": 2.5}, "three\n")
        done = jobs.finish(s, job.id, {"texts": 10})
        assert (done.status, done.values, done.pid) == ("done", {"texts": 10}, None)
        assert done.finished_at is not None


def test_only_one_process_gets_a_job(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)
        jobs.claim(s, job.id, 1)
        with pytest.raises(InUse, match="is running"):
            jobs.claim(s, job.id, 2)
        with pytest.raises(NotFound):
            jobs.claim(s, 99, 1)


def test_a_running_job_learns_that_it_should_end(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)
        jobs.claim(s, job.id, os.getpid())
        assert jobs.request_cancel(s, job.id).status == "running"
        assert jobs.beat(s, job.id, 1, 2) is True
        assert jobs.cancelled(s, job.id).status == "cancelled"
        assert jobs.request_cancel(s, job.id).status == "cancelled"


def test_a_job_that_has_not_begun_is_cancelled_at_once(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)
        assert jobs.request_cancel(s, job.id).status == "cancelled"
        with pytest.raises(InUse):
            jobs.claim(s, job.id, 1)


@pytest.mark.parametrize(("gone", "silent"), [(True, False), (False, True)])
def test_a_job_whose_process_is_gone_or_silent_is_interrupted(
    demo: Corpus, gone: bool, silent: bool
) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)
        jobs.claim(s, job.id, dead_pid() if gone else os.getpid())
        if silent:
            with transaction(s):
                long_ago = now() - timedelta(hours=1)
                s.connection().execute(
                    update(JOB).where(JOB.c.id == job.id).values(heartbeat=long_ago)
                )
        assert [one.id for one in jobs.mark_interrupted(s)] == [job.id]
        assert jobs.get(s, job.id).status == "interrupted"
        assert jobs.beat(s, job.id, 1, 2) is True, "were it alive, it would stop"
        assert jobs.get(s, job.id).status == "interrupted"


def test_a_process_that_ended_unnoticed_is_gone(demo: Corpus) -> None:
    process = subprocess.Popen([sys.executable, "-c", "print()"], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.read()
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)
        jobs.claim(s, job.id, process.pid)
        while not (marked := jobs.mark_interrupted(s)):
            pass
        assert [one.id for one in marked] == [job.id]
    process.wait()


def test_a_job_that_works_is_left_alone(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)
        jobs.queue(s, "tagging", {}, demo.project_id)
        jobs.claim(s, job.id, os.getpid())
        assert jobs.mark_interrupted(s) == []


def test_an_ended_job_can_be_resumed_and_keeps_what_it_did(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {"a": 1}, demo.project_id)
        with pytest.raises(Invalid, match="is queued"):
            jobs.resume(s, job.id)
        jobs.claim(s, job.id, os.getpid())
        jobs.beat(s, job.id, 4, 9)
        jobs.fail(s, job.id, "It broke.")
        assert jobs.get(s, job.id).error == "It broke."
        again = jobs.resume(s, job.id)
        assert (again.status, again.done, again.error, again.cancel) == ("queued", 4, "", False)
        jobs.claim(s, job.id, os.getpid())
        jobs.finish(s, job.id)
        with pytest.raises(Invalid, match="is done"):
            jobs.resume(s, job.id)


def test_jobs_are_listed_newest_first(demo: Corpus) -> None:
    with demo.database.session() as s:
        other = projects.create(s, "other")
        one = jobs.queue(s, "tagging", {}, demo.project_id)
        two = jobs.queue(s, "finetune", {}, demo.project_id)
        three = jobs.queue(s, "pretrain", {})
        assert [job.id for job in jobs.list_jobs(s)] == [three.id, two.id, one.id]
        assert [job.id for job in jobs.list_jobs(s, demo.project_id)] == [two.id, one.id]
        assert [job.id for job in jobs.list_jobs(s, limit=1)] == [three.id]
        assert jobs.latest(s, demo.project_id) == two
        assert jobs.latest(s, demo.project_id, "tagging") == one
        assert jobs.latest(s, other.id) is None
        assert jobs.latest(s, None) == three


def test_a_log_keeps_its_end(database: Database) -> None:
    with database.session() as s:
        job = jobs.queue(s, "pretrain", {})
        jobs.claim(s, job.id, os.getpid())
        for n in range(30):
            jobs.beat(s, job.id, n, 30, log=f"{n} " + "x" * 1000)
        log = jobs.get(s, job.id).log
    assert len(log) <= 20_000
    assert "\n29 x" in log
