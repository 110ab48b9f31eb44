"""The whole app in this process, over a real database, asked through HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from db import entity_types, projects, texts
from db.session import Database, connect
from engine.types import AnnotatedText, Record, Span
from studio import settings as studio_settings
from studio.server.app import create_app
from studio.settings import Settings
from tests.builders import TYPES

BASE = "http://127.0.0.1:7860"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(tmp_path / "studio.db")
    yield opened
    opened.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return studio_settings.load(db=tmp_path / "studio.db", upload_bytes=100_000)


@pytest.fixture
def client(settings: Settings, database: Database) -> Iterator[TestClient]:
    with TestClient(create_app(settings, database), base_url=BASE) as opened:
        yield opened


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Database]]:
    """Settings and a database for a module whose tests leave nothing behind: an app is slow."""
    path = tmp_path_factory.mktemp("studio") / "studio.db"
    opened = connect(path)
    yield studio_settings.load(db=path, upload_bytes=100_000), opened
    opened.close()


@pytest.fixture
def project(database: Database) -> str:
    """A project with three types, one accepted text and one new one."""
    accepted = Record(AnnotatedText("Ann joined Acme.", (Span(0, 3, "PER"), Span(11, 15, "ORG"))))
    new = Record(AnnotatedText("Bo lives in Oslo."))
    with database.session() as session:
        made = projects.create(session, "letters")
        for entity_type in TYPES:
            entity_types.add(session, made.id, entity_type)
        texts.add_batch(session, made.id, [accepted], as_="annotations")
        texts.add_batch(session, made.id, [new])
    return made.name
