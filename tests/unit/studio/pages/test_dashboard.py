"""The next sensible step."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from db.values import STATUSES, Job, Status
from studio.pages.dashboard import next_step


def counts(**given: int) -> dict[Status, int]:
    return {status: given.get(status, 0) for status in STATUSES}


def job(status: Any, done: int = 0, total: int = 0) -> Job:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return Job(
        1, 1, "tagging", {}, status, done, total, {}, "", False, None, None, "", moment, None, None
    )


@pytest.mark.parametrize(
    ("stand", "types", "newest", "page"),
    [
        (counts(), 0, None, "texts"),
        (counts(), 3, None, "texts"),
        (counts(new=5), 0, None, "types"),
        (counts(new=5), 2, None, "tag"),
        (counts(new=5), 2, job("failed"), "tag"),
        (counts(new=5), 2, job("running", 2, 5), "tag"),
        (counts(suggested=5), 2, job("done"), "annotate"),
        (counts(new=1, suggested=5), 2, job("done"), "annotate"),
        (counts(review=1, accepted=9), 2, None, "annotate"),
        (counts(accepted=9, skipped=1), 2, None, "export"),
    ],
)
def test_the_next_step_follows_from_where_the_project_stands(
    stand: dict[Status, int], types: int, newest: Job | None, page: str
) -> None:
    assert next_step(stand, types, newest).page == page


def test_a_running_job_says_how_far_it_is() -> None:
    step = next_step(counts(new=3, suggested=2000), 1, job("running", 2000, 2003))
    assert "2,000 of 2,003" in step.text
