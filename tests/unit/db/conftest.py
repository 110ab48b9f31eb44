from collections.abc import Iterator
from pathlib import Path

import pytest

from db import doctor
from db.session import Database, connect
from tests.corpus import Corpus, corpus


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A new database; after each test the doctor must be content with it."""
    database = connect(tmp_path / "studio.db")
    yield database
    with database.session() as session:
        assert doctor.check(session).problems == []
    database.close()


@pytest.fixture
def demo(database: Database) -> Corpus:
    return corpus(database)
