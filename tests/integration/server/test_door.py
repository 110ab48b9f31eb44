"""The password: nothing but /health without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from db.session import Database
from studio.errors import RequestRefused
from studio.server import auth
from studio.server.app import create_app
from studio.settings import Settings
from tests.integration.server.conftest import BASE

PASSWORD = "a long pass phrase & more"


@pytest.fixture(scope="module")
def app(lasting: tuple[Settings, Database]) -> FastAPI:
    return create_app(*lasting, PASSWORD)


@pytest.fixture
def stranger(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(auth, "FAILURE_DELAY", 0.0)
    return TestClient(app, base_url=BASE, follow_redirects=False)


def test_a_stranger_sees_only_health_and_the_login_page(stranger: TestClient) -> None:
    assert stranger.get("/health").status_code == 200
    assert "password" in stranger.get("/login").text
    for path in ("/api/jobs", "/static/app/dom.js", "/gradio_api/info", "/config", "/theme.css"):
        assert stranger.get(path).status_code == 401
    for path in ("/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/run/create"):
        assert stranger.post(path, json={"data": []}).status_code == 401


def test_a_page_leads_to_the_login_and_back_to_where_it_was_asked_for(
    stranger: TestClient,
) -> None:
    away = stranger.get("/?project=a%20b&page=texts", headers={"accept": "text/html"})
    assert away.headers["location"] == "/login?project=a%20b&page=texts"
    back = stranger.post(away.headers["location"], data={"password": PASSWORD})
    assert back.status_code == 303
    assert back.headers["location"] == "/?project=a%20b&page=texts"
    cookie = back.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert stranger.get("/api/jobs").json() == {"jobs": []}


def test_a_wrong_password_opens_nothing(stranger: TestClient) -> None:
    for wrong in ("", "a long pass", "ä" * 20, PASSWORD + " "):
        answer = stranger.post("/login", data={"password": wrong})
        assert answer.status_code == 401
        assert "not the password" in answer.text
        assert "set-cookie" not in answer.headers
    assert stranger.post("/login", content=b"x" * 5000).status_code == 413
    assert stranger.get("/api/jobs", headers={"cookie": f"{auth.COOKIE}=x"}).status_code == 401


def test_another_site_cannot_log_a_visitor_in(stranger: TestClient) -> None:
    answer = stranger.post(
        "/login", data={"password": PASSWORD}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403


def test_a_password_is_the_first_line_of_its_file_and_not_short(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("correct horse\nsecond line\n")
    assert auth.read_password(file) == "correct horse"
    for short in ("", "\n", "seven77\n"):
        file.write_text(short)
        with pytest.raises(RequestRefused, match="at least 8"):
            auth.read_password(file)
