"""The demo project where a part of it cannot be made."""

from __future__ import annotations

from pathlib import Path

from db import jobs, projects
from db.session import connect
from studio import demo, settings


def test_the_demo_opens_without_what_cannot_be_made(tmp_path: Path) -> None:
    """No texts, no types, no recorded answers: every part fails, and says so in its job."""
    database = connect(tmp_path / "studio.db")
    with database.session() as session:
        project = projects.create(session, demo.NAME)
    assert list(demo.fill(settings.load(db=database.path), database)) == []
    with database.session() as session:
        rows = jobs.list_jobs(session, project.id)
    assert {one.kind: one.status for one in rows} == dict.fromkeys(
        ("library", "mapping", "finetuning"), "failed"
    )
    assert all(one.error for one in rows)
    database.close()
