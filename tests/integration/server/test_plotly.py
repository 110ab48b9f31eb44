"""Figures are drawn by the plotly that is installed, from our own origin."""

from __future__ import annotations

from fastapi.testclient import TestClient

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
