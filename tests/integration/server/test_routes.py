"""Exports by link and jobs by route."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from fastapi.testclient import TestClient

from db import jobs, projects
from db.session import Database
from studio.file_formats import writable


def test_an_export_downloads_as_the_file_it_is(client: TestClient, project: str) -> None:
    answer = client.get("/api/exports", params={"project": project, "format": "jsonl"})
    assert 'filename="letters.jsonl"' in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["text"] for row in rows] == ["Ann joined Acme."]
    assert {(s["start"], s["end"], s["label"]) for s in rows[0]["spans"]} == {
        (0, 3, "PER"),
        (11, 15, "ORG"),
    }


def test_an_export_with_its_record_is_a_zip(client: TestClient, project: str) -> None:
    answer = client.get("/api/exports", params={"project": project, "about": "true"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        names = zipped.namelist()
        about = json.loads(zipped.read("letters.jsonl.about.json"))
    assert sorted(names) == ["letters.jsonl", "letters.jsonl.about.json"]
    assert about["texts"] == 1


@pytest.mark.parametrize("name", [name for _, name in writable()])
def test_every_format_downloads_as_one_file(client: TestClient, project: str, name: str) -> None:
    answer = client.get(
        "/api/exports", params={"project": project, "format": name, "allow_loss": "true"}
    )
    assert answer.status_code == 200
    assert answer.content
    disposition = answer.headers["content-disposition"]
    if 'filename="letters.zip"' in disposition:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
            assert zipped.testzip() is None
            assert all(not entry.startswith(("/", "..")) for entry in zipped.namelist())
    else:
        assert "letters" in disposition


def test_what_cannot_be_exported_is_said_in_a_sentence(client: TestClient, project: str) -> None:
    missing = client.get("/api/exports", params={"project": "nowhere"})
    assert missing.status_code == 404
    assert "nowhere" in missing.json()["error"]["message"]
    unknown = client.get("/api/exports", params={"project": project, "format": "docx"})
    assert unknown.status_code == 422
    assert "docx" in unknown.json()["error"]["message"]
    lossy = client.get("/api/exports", params={"project": project, "format": "txt"})
    assert lossy.status_code == 422
    assert "nothing was written" in lossy.json()["error"]["message"]
    allowed = client.get(
        "/api/exports", params={"project": project, "format": "txt", "allow_loss": "true"}
    )
    assert allowed.text == "Ann joined Acme.\n"


def test_jobs_are_listed_and_cancelled(
    client: TestClient, database: Database, project: str
) -> None:
    with database.session() as session:
        project_id = projects.get(session, project).id
        job = jobs.queue(session, "tagging", {"tagger": "names"}, project_id)
    listed = client.get("/api/jobs", params={"project": project}).json()["jobs"]
    assert [(row["id"], row["status"]) for row in listed] == [(job.id, "queued")]
    assert client.post(f"/api/jobs/{job.id}/cancel").json()["status"] == "cancelled"
    assert client.get(f"/api/jobs/{job.id}").json()["status"] == "cancelled"
    assert client.get("/api/jobs/99").status_code == 404
    assert client.get("/api/jobs", params={"project": "nowhere"}).status_code == 404
