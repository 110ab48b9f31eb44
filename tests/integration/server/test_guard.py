"""Who may ask the studio, and what a page of it may run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from db.session import Database
from studio.server.app import create_app
from studio.settings import Settings
from tests.integration.server.conftest import BASE


@pytest.fixture(scope="module")
def client(lasting: tuple[Settings, Database]) -> Iterator[TestClient]:
    with TestClient(create_app(*lasting), base_url=BASE) as opened:
        yield opened


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860"])
def test_this_machine_is_answered(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"host": host}).json()["status"] == "ok"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:7860", "10.0.0.1", ""])
def test_a_host_that_is_not_ours_is_refused(client: TestClient, host: str) -> None:
    for path in ("/health", "/", "/api/jobs", "/gradio_api/info"):
        assert client.get(path, headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
    ],
)
def test_a_request_from_another_site_is_refused(
    client: TestClient, headers: dict[str, str]
) -> None:
    paths = ("/api/jobs/1/cancel", "/gradio_api/queue/join", "/gradio_api/component_server")
    for path in paths:
        assert client.post(path, content="{}", headers=headers).status_code == 403
    assert client.get("/api/jobs", headers=headers).status_code == 403


def test_our_own_pages_and_scripts_may_write(client: TestClient) -> None:
    assert client.post("/api/jobs/1/cancel", headers={"origin": BASE}).status_code == 404
    assert client.post("/api/jobs/1/cancel").status_code == 404


def test_following_a_link_from_another_site_opens_the_page(client: TestClient) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert client.get("/", headers=headers).status_code == 200


def test_a_body_over_the_cap_is_refused_whatever_it_claims(client: TestClient) -> None:
    big = b"x" * 200_001
    assert client.post("/gradio_api/upload", content=big).status_code == 413

    def chunks():
        for _ in range(21):
            yield b"x" * 10_000

    assert client.post("/gradio_api/queue/join", content=chunks()).status_code >= 400


def test_nothing_from_elsewhere_may_load_and_only_our_inline_scripts_run(
    client: TestClient,
) -> None:
    first, second = client.get("/"), client.get("/")
    policy = first.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce is not None
    assert nonce[1] not in second.headers["content-security-policy"]
    scripts = policy.split("script-src")[1].split(";")[0]
    assert "'unsafe-inline'" not in scripts
    assert "http" not in policy
    assert "frame-ancestors 'none'" in policy
    tags = re.findall(r"<script[^>]*>", first.text)
    assert tags
    assert all(f'nonce="{nonce[1]}"' in tag for tag in tags)


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/", "/health", "/static/app/dom.js", "/static/theme.css", "/nowhere"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "access-control-allow-origin" not in headers


def test_the_address_of_a_page_is_not_read_by_gradio(client: TestClient) -> None:
    answer = client.get("/?project=x&page=texts&text=3&deep_link=../../x")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "path", ["/static/app/../../pyproject.toml", "/static/checkpoints/x", "/docs", "/openapi.json"]
)
def test_nothing_else_of_ours_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_files_of_this_machine_are_not_served(client: TestClient) -> None:
    for path in ("/etc/passwd", "pyproject.toml", "/proc/self/environ"):
        assert client.get(f"/gradio_api/file={path}").status_code in {403, 404}


def test_gradio_shows_no_monitoring(client: TestClient) -> None:
    assert client.get("/monitoring").status_code in {403, 404}
