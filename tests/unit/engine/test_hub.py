"""Models by name: the machine first, the hub once, and a sentence when neither has it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine import hub
from engine.errors import CheckpointError


class Hub(ThreadingHTTPServer):
    """A hub that knows one model, and the paths it was asked for."""

    asked: list[str]


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Hub)
        self.server.asked.append(self.path)
        known = self.path.startswith("/api/models/someone/known")
        body = json.dumps({"id": "someone/known"} if known else {"error": "Not found"}).encode()
        self.send_response(200 if known else 404)
        if not known:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub(("127.0.0.1", 0), Answers)
    server.asked = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known = "huggingface_hub.constants."
    monkeypatch.setattr(f"{known}ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(f"{known}HF_HUB_DISABLE_TELEMETRY", True)
    yield server
    server.shutdown()
    server.server_close()


def refusing(from_hub: bool) -> str:
    if from_hub:
        return "fetched"
    raise CheckpointError("not in the cache")


def test_what_the_machine_has_is_taken_without_asking() -> None:
    calls = []

    def load(from_hub: bool) -> str:
        calls.append(from_hub)
        return "cached"

    assert hub.found("someone/known", load) == "cached"
    assert calls == [False]


def test_what_the_hub_has_is_fetched(server: Hub) -> None:
    assert hub.found("someone/known", refusing) == "fetched"
    assert [path.split("?")[0] for path in server.asked] == ["/api/models/someone/known"]


def test_what_the_hub_does_not_have_is_said(server: Hub) -> None:
    with pytest.raises(CheckpointError, match=r"'someone/else', and neither has the Hugging Face"):
        hub.found("someone/else", refusing)
    with pytest.raises(CheckpointError, match="neither has the Hugging Face hub"):
        hub.found("not a name/at/all", refusing)


def test_a_hub_that_does_not_answer_is_asked_once(server: Hub) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(CheckpointError, match="the Hugging Face hub does not answer"):
        hub.found("someone/known", refusing)


def test_a_folder_is_never_looked_for_on_the_hub(server: Hub, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="not in the cache"):
        hub.found(str(tmp_path), refusing)
    assert server.asked == []
