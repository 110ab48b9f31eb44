"""Figures are drawn by the plotly that is installed, from our own origin."""

from __future__ import annotations

from fastapi.testclient import TestClient

from db import jobs, projects
from db.session import Database

SCRIPT = "/static/plotly/plotly.min.js"


def test_plotly_is_served_from_here_and_travels_once(client: TestClient) -> None:
    answer = client.get(SCRIPT)
    assert answer.status_code == 200
    assert "javascript" in answer.headers["content-type"]
    assert b"plotly.js v" in answer.content[:200]
    again = client.get(SCRIPT, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_nothing_beside_plotly_s_own_files_is_served(client: TestClient) -> None:
    assert client.get("/static/plotly/../__init__.py").status_code == 404
    assert client.get("/static/plotly/%2e%2e/__init__.py").status_code == 404


def test_a_curve_is_read_from_its_job_s_row(
    client: TestClient, database: Database, project: str
) -> None:
    points = [{"fold": 0, "step": 1, "epoch": 1, "at": 0.5, "loss": 0.7, "f1": None}]
    with database.session() as session:
        project_id = projects.get(session, project).id
        job = jobs.queue(session, "finetuning", {}, project_id)
        jobs.claim(session, job.id, 1)
        jobs.beat(session, job.id, 1, 2, {"loss": 0.7, "curve": points})
    answer = client.get(f"/api/jobs/{job.id}/curve").json()
    assert answer == {"id": job.id, "status": "running", "points": points}


def test_a_job_without_a_curve_has_no_points(client: TestClient, database: Database) -> None:
    with database.session() as session:
        job = jobs.queue(session, "tagging", {})
    assert client.get(f"/api/jobs/{job.id}/curve").json()["points"] == []
    assert client.get("/api/jobs/99999/curve").status_code == 404
