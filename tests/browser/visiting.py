"""What browser tests do with a studio: start, stop, go to an address, wait until it answers."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Page, expect

from db.session import Database
from tests.builders import TAGGERS

READY = re.compile(r"NER Studio is ready at (\S+)")
ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Studio:
    """A studio under test; `database` is the test's own connection to the same file.

    What it complains of goes to the file `log` where there is one.
    """

    database: Database
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    log: Path | None = None
    url: str = ""
    port: int = 0
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    def start(self) -> None:
        command = [sys.executable, "-m", "studio.cli", "--db", str(self.database.path), "serve"]
        command += ["--port", str(self.port), "--no-open", *self.arguments]
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
            "NER_STUDIO_TAGGERS": json.dumps(TAGGERS),
            **self.environment,
        }
        with self.log.open("a") if self.log else nullcontext() as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := READY.search(line):
                self.url = found[1].rstrip("/")
                self.port = int(self.url.rsplit(":", 1)[1])
                return
        raise AssertionError(f"the studio ended with {self.process.wait()} before it was ready")

    def stop(self, signal_number: int = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(signal_number)
            self.process.wait(timeout=30)
            self.process = None

    def address(self, project: str = "", page: str = "", text: int | str = "") -> str:
        pairs = [("project", project), ("page", page), ("text", str(text))]
        query = "&".join(f"{name}={quote(value)}" for name, value in pairs if value)
        return f"{self.url}/?{query}" if query else f"{self.url}/"


def open_page(visitor: Page, address: str) -> None:
    """Go somewhere and wait until the page answers."""
    visitor.goto(address)
    wait_ready(visitor)


def wait_ready(visitor: Page) -> None:
    """Wait until the page answers to keys and clicks."""
    expect(visitor.locator('[data-testid="app"][data-ready="1"]')).to_be_attached()


def click_page(visitor: Page, name: str) -> None:
    """Open a page from the header and wait until it answers."""
    visitor.get_by_test_id(f"page-{name}").click()
    expect(visitor.locator(f'body[data-page="{name}"][data-ready="1"]')).to_be_attached()
