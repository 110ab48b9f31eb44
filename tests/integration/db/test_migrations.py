import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from db import doctor, tables
from db.errors import DbError
from db.migrations import FOLDER, HEAD
from db.session import connect
from db.upgrade import upgrade
from tests.corpus import corpus

ROOT = Path(__file__).parents[3]
STEP = """
from alembic import op
import os, signal
revision = "9999"
down_revision = "{head}"

def upgrade():
    op.execute("CREATE TABLE extra (id INTEGER PRIMARY KEY)")
    op.execute("UPDATE project SET name = 'changed'")
    {then}
"""


def schema(path: Path) -> dict[str, object]:
    """What SQLite says of our tables and indexes, the search index aside."""
    found: dict[str, object] = {}
    with closing(sqlite3.connect(path)) as driver:
        names = driver.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('table', 'index')"
            " AND name NOT LIKE 'text_search%' AND name NOT LIKE 'sqlite_%'"
            " AND name != 'alembic_version'"
        ).fetchall()
        for kind, name, sql in names:
            if kind == "index":
                found[name] = "".join(str(sql).replace('"', "").split()).lower()
                continue
            found[name] = [
                driver.execute(f"PRAGMA table_info({name})").fetchall(),
                sorted(row[2:] for row in driver.execute(f"PRAGMA foreign_key_list({name})")),
                sorted(row[1:] for row in driver.execute(f"PRAGMA index_list({name})")),
                "AUTOINCREMENT" in str(sql),
            ]
    return found


def more_steps(tmp_path: Path, then: str = "pass") -> Path:
    """Our migrations, and one more."""
    folder = tmp_path / "steps of tomorrow"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    step = STEP.format(head=HEAD, then=then)
    (folder / "versions" / "9999_extra.py").write_text(step, encoding="utf-8")
    return folder


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as driver:
        return [row[0] for row in driver.execute("SELECT name FROM sqlite_master")]


def test_the_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    connect(tmp_path / "migrated.db").close()
    pool = create_engine(f"sqlite:///{tmp_path / 'made.db'}")
    tables.PROJECT.metadata.create_all(pool)
    pool.dispose()
    assert schema(tmp_path / "migrated.db") == schema(tmp_path / "made.db")


def test_head_names_the_newest_step() -> None:
    newest = max(path.name for path in (FOLDER / "versions").glob("[0-9]*.py"))
    assert newest.startswith(f"{HEAD}_")


def test_a_file_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    upgrade(path, head="0001")
    with closing(sqlite3.connect(path)) as driver:
        driver.executescript(
            """
            INSERT INTO project (name, settings, created_at)
                VALUES ('old', '{}', '2025-01-01T00:00:00.000+00:00');
            INSERT INTO text (project_id, position, sha256, status, revision, source, blind,
                    flagged, note, seconds, created_at, updated_at, n_suggestions, n_unlocated,
                    n_spans)
                VALUES (1, 0, '559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd',
                    'new', 0, '', 0, 0, '', 0, '2025-01-01T00:00:00.000+00:00',
                    '2025-01-01T00:00:00.000+00:00', 0, 0, 0);
            INSERT INTO text_body (text_id, text, meta) VALUES (1, 'A', '{}');
            """
        )
    database = connect(path)
    with database.session() as s:
        report = doctor.check(s)
    assert (report.problems, report.checked["texts"]) == ([], 1)
    database.close()


def test_an_existing_file_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    database = connect(path)
    corpus(database, "mine")
    database.close()
    kept = upgrade(path, folder=more_steps(tmp_path), head="9999")
    assert kept == tmp_path / "studio.db.before-9999"
    assert "extra" in names(path)
    assert "extra" not in names(kept)
    with closing(sqlite3.connect(kept)) as driver:
        assert driver.execute("SELECT name FROM project").fetchall() == [("mine",)]


def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    database = connect(path)
    corpus(database, "mine")
    database.close()
    before = schema(path)
    with pytest.raises(RuntimeError, match="half-way"):
        upgrade(path, folder=more_steps(tmp_path, "raise RuntimeError('half-way')"), head="9999")
    assert schema(path) == before
    with closing(sqlite3.connect(path)) as driver:
        assert driver.execute("SELECT name FROM project").fetchall() == [("mine",)]
    connect(path).close()


def test_a_step_that_breaks_references_is_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    database = connect(path)
    corpus(database, "mine")
    database.close()
    folder = more_steps(tmp_path, "op.execute('DELETE FROM project')")
    with pytest.raises(DbError, match="without their parent"):
        upgrade(path, folder=folder, head="9999")
    database = connect(path)
    with database.session() as s:
        assert doctor.check(s).problems == []
    database.close()


def test_a_process_killed_in_the_middle_of_a_migration_leaves_the_file_as_it_was(
    tmp_path: Path,
) -> None:
    path = tmp_path / "studio.db"
    connect(path).close()
    folder = more_steps(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    code = (
        "import sys; from pathlib import Path; from db.upgrade import upgrade;"
        "upgrade(Path(sys.argv[1]), folder=Path(sys.argv[2]), head='9999')"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, str(path), str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    database = connect(path)
    with database.session() as s:
        assert doctor.check(s).problems == []
    database.close()
    assert "extra" not in names(path)


def test_a_file_from_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    upgrade(path, folder=more_steps(tmp_path), head="9999")
    before = path.read_bytes()
    with pytest.raises(DbError, match="newer version of NER Studio"):
        connect(path)
    assert path.read_bytes() == before


def test_a_database_of_another_program_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("CREATE TABLE bookmarks (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(DbError, match="another program"):
        connect(path)
    assert path.read_bytes() == before


def test_the_package_works_from_any_folder(tmp_path: Path) -> None:
    """As an installed wheel would: packages elsewhere, in a path with blanks and a percent sign."""
    packages = tmp_path / "100% site packages"
    for name in ("db", "engine"):
        shutil.copytree(
            ROOT / name, packages / name, ignore=shutil.ignore_patterns("__pycache__", "nuner")
        )
    code = (
        "from pathlib import Path; from db.session import connect; connect(Path('my data/a b.db'))"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(packages)},
        cwd=tmp_path,
        check=True,
    )
    assert "text_body" in names(tmp_path / "my data" / "a b.db")
