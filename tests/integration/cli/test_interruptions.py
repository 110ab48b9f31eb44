"""Jobs that are killed, cancelled or break down, and are taken up again."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from db import jobs
from db.session import connect
from studio.jobs import runner
from tests.builders import TAGGERS
from tests.integration.cli.conftest import ROOT

TEXTS = 40


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Look again and again until it holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


@pytest.fixture
def slow(project):
    """A project that the slow tagger takes four seconds for."""
    shell = project(TEXTS)
    shell.environment["TEST_TAGGER_SECONDS"] = "0.1"
    return shell


def the_job(shell) -> dict:
    (job,) = shell("jobs", "list", "--json").json["jobs"]
    return job


def begun(shell) -> int:
    """How many texts the only job has through, read from the row itself."""
    database = connect(shell.db)
    try:
        with database.session() as session:
            job = jobs.latest(session, None) or next(iter(jobs.list_jobs(session)), None)
            return job.done if job else 0
    finally:
        database.close()


def tagged(shell) -> list[tuple[int, str]]:
    """Text and surface of every suggestion."""
    contents = shell.contents()
    return sorted((row[1], str(row)) for row in contents["suggestion"])


def start_tagging(shell) -> subprocess.Popen[str]:
    process = shell.start("tag", "-p", "P", "--tagger", "slow", "--json")
    wait_for(lambda: process.poll() is not None or begun(shell) > 0)
    assert process.poll() is None, process.communicate()
    return process


def check_whole(shell) -> None:
    """Every text is tagged exactly once."""
    (summary,) = shell("project", "list", "--json").json["projects"]
    assert summary["texts"] == TEXTS
    texts = [text_id for text_id, _ in tagged(shell)]
    assert len(texts) == 3 * TEXTS
    assert len(set(texts)) == TEXTS
    assert shell("doctor", "--json").json["problems"] == []


def test_a_killed_job_is_found_interrupted_and_resumed_without_losing_or_repeating_a_text(slow):
    process = start_tagging(slow)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = tagged(slow)
    job = the_job(slow)
    assert job["status"] == "interrupted"
    assert 0 < job["done"] < TEXTS
    assert len(kept) >= 3 * job["done"]
    done = slow("jobs", "resume", job["id"], "--json").json["jobs"]
    assert [(j["id"], j["status"], j["done"]) for j in done] == [(job["id"], "done", TEXTS)]
    assert done[0]["values"]["texts"] == TEXTS
    assert set(kept) <= set(tagged(slow))
    check_whole(slow)


def test_an_interrupt_cancels_the_job_and_says_how_to_go_on(slow):
    process = start_tagging(slow)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert json.loads(out)["error"]["kind"] == "cancelled"
    job = the_job(slow)
    assert f"jobs resume {job['id']}" in err.splitlines()[-1]
    assert job["status"] == "cancelled"
    assert slow("jobs", "resume", job["id"]).code == 0
    check_whole(slow)


def test_a_job_is_cancelled_from_another_process(slow):
    process = start_tagging(slow)
    job = the_job(slow)
    assert job["status"] == "running"
    assert slow("jobs", "cancel", job["id"]).code == 0
    process.communicate(timeout=60)
    assert process.returncode == 1
    assert the_job(slow)["status"] == "cancelled"


def test_a_job_that_breaks_down_says_why_and_can_be_resumed(project):
    shell = project(3)
    done = shell("tag", "-p", "P", "--tagger", "broken")
    assert done.code == 1
    job = the_job(shell)
    assert job["status"] == "failed"
    assert "a wire came loose" in job["error"]
    assert shell("jobs", "resume", job["id"]).code == 1


def test_a_running_job_is_not_taken_twice(slow):
    process = start_tagging(slow)
    slow("jobs", "resume", the_job(slow)["id"]).refused()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


@pytest.fixture
def environment(monkeypatch) -> Iterator[None]:
    """What a job's own process needs to find the taggers of the tests."""
    monkeypatch.setenv("NER_STUDIO_TAGGERS", json.dumps(TAGGERS))
    monkeypatch.setenv("TEST_TAGGER_SECONDS", "0.1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    yield


def test_a_job_in_a_process_of_its_own_goes_on_where_a_killed_one_stopped(slow, environment):
    database = connect(slow.db)
    with database.session() as session:
        settings = {"tagger": "slow", "only": "new"}
        job = jobs.queue(session, "tagging", settings, project_id=1)
    process = runner.start(database, job.id)
    wait_for(lambda: begun(slow) > 0)
    process.kill()
    process.wait()
    with database.session() as session:
        (interrupted,) = jobs.mark_interrupted(session)
    assert interrupted.id == job.id
    runner.resume_and_start(database, job.id)

    def ended() -> bool:
        with database.session() as session:
            return jobs.get(session, job.id).status == "done"

    wait_for(ended)
    database.close()
    check_whole(slow)


def test_a_job_that_breaks_down_in_its_own_process_leaves_a_traceback_beside_the_database(
    project, environment
):
    shell = project(1)
    database = connect(shell.db)
    job = runner.queue_and_start(database, "tagging", {"tagger": "broken"}, 1)

    def ended() -> bool:
        with database.session() as session:
            return jobs.get(session, job.id).status == "failed"

    wait_for(ended)
    log = shell.folder / "studio.jobs" / f"{job.id}.log"
    wait_for(lambda: "RuntimeError: a wire came loose" in log.read_text())
    database.close()
