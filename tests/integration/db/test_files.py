"""Files that cannot be used: one plain sentence each, and nothing half-written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from db import backup, doctor, projects, session
from db.errors import AlreadyExists, DbError, NotFound
from db.session import Database, connect, transaction
from tests.corpus import Corpus, corpus


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DbError, match="is a folder"):
        connect(tmp_path)


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ann, " * 1000, encoding="utf-8")
    with pytest.raises(DbError, match="is not a database"):
        connect(path)
    assert path.read_text(encoding="utf-8") == "Dear Ann, " * 1000


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DbError, match="cannot be used"):
        connect(tmp_path / "file" / "studio.db")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    connect(tmp_path / "a" / "b c" / "studio.db").close()
    assert (tmp_path / "a" / "b c" / "studio.db").exists()


def test_a_full_disk_is_said_and_nothing_is_half_written(demo: Corpus) -> None:
    with pytest.raises(DbError, match="no space left"), demo.database.session() as s:
        connection = s.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for n in range(1000):
            projects.create(s, f"{n} " + "x" * 190)
    demo.database.close()
    database = connect(demo.database.path)
    with database.session() as s:
        assert doctor.check(s).problems == []
    database.close()


def test_a_file_that_may_not_be_written_is_said(demo: Corpus) -> None:
    with pytest.raises(DbError, match="cannot be written"), demo.database.session() as s:
        s.connection().exec_driver_sql("PRAGMA query_only = ON")
        projects.create(s, "new")


def test_a_database_held_by_another_program_is_said(
    demo: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(demo.database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DbError, match="held by another"), demo.database.session() as s:
            projects.create(s, "new")
        other.execute("ROLLBACK")
        with demo.database.session() as s:
            projects.create(s, "new")


def test_an_error_takes_back_the_whole_unit_of_work(database: Database) -> None:
    with pytest.raises(AlreadyExists), database.session() as s, transaction(s):
        projects.create(s, "one")
        projects.create(s, "one")
    with database.session() as s:
        assert projects.summaries(s) == []


def test_a_backup_is_whole_while_the_studio_writes(demo: Corpus, tmp_path: Path) -> None:
    demo.add("Ann joined Acme.")
    target = tmp_path / "kept.db"
    with demo.database.session() as s:
        projects.summaries(s)
        assert backup.backup(demo.database.path, target) == target
    demo.add("Bo left.")
    copy = connect(target)
    with copy.session() as s:
        assert doctor.check(s).checked["texts"] == 1
    copy.close()


def test_a_backup_overwrites_nothing_unasked(demo: Corpus, tmp_path: Path) -> None:
    target = tmp_path / "kept.db"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(AlreadyExists):
        backup.backup(demo.database.path, target)
    assert target.read_text(encoding="utf-8") == "mine"
    backup.backup(demo.database.path, target, overwrite=True)
    with pytest.raises(AlreadyExists):
        backup.backup(demo.database.path, demo.database.path, overwrite=True)


@pytest.mark.parametrize("content", [None, b"no database", b""])
def test_what_is_no_backup_is_not_restored(
    demo: Corpus, tmp_path: Path, content: bytes | None
) -> None:
    source = tmp_path / "source.db"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(DbError):
        backup.restore(source, demo.database.path)
    with pytest.raises(DbError):
        backup.backup(source, tmp_path / "target.db")
    assert not (tmp_path / "target.db").exists()
    with demo.database.session() as s:
        assert doctor.check(s).problems == []


def test_a_backup_into_a_missing_folder_is_said(demo: Corpus, tmp_path: Path) -> None:
    with pytest.raises(DbError):
        backup.backup(demo.database.path, tmp_path / "none" / "kept.db")


def test_restoring_brings_the_old_state_back_and_keeps_the_newer_one(
    demo: Corpus, tmp_path: Path
) -> None:
    demo.add("Ann joined Acme.")
    kept = backup.backup(demo.database.path, tmp_path / "kept.db")
    demo.add("Bo left.")
    aside = backup.restore(kept, demo.database.path)
    with demo.database.session() as s:
        assert projects.summaries(s)[0].texts == 1, "whoever has it open goes on with it"
        assert doctor.check(s).problems == []
    assert aside is not None
    newer = connect(aside)
    with newer.session() as s:
        assert projects.summaries(s)[0].texts == 2
    newer.close()
    with pytest.raises(DbError, match="the database itself"):
        backup.restore(demo.database.path, demo.database.path)


def test_a_damaged_database_is_put_aside_by_restoring(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    database = connect(path)
    corpus(database, "mine")
    database.close()
    kept = backup.backup(path, tmp_path / "kept.db")
    path.write_bytes(b"ruined" * 5000)
    aside = backup.restore(kept, path)
    assert aside is not None
    assert aside.read_bytes() == b"ruined" * 5000
    database = connect(path)
    with database.session() as s:
        assert [one.name for one in projects.summaries(s)] == ["mine"]
    database.close()


def test_a_backup_put_in_place_by_hand_serves_many_again(demo: Corpus, tmp_path: Path) -> None:
    kept = backup.backup(demo.database.path, tmp_path / "kept.db")
    database = connect(kept)
    with database.session() as s:
        mode = s.connection().exec_driver_sql("PRAGMA journal_mode").scalar_one()
    assert mode == "wal"
    database.close()


def test_a_backup_restores_where_there_was_nothing(demo: Corpus, tmp_path: Path) -> None:
    kept = backup.backup(demo.database.path, tmp_path / "kept.db")
    assert backup.restore(kept, tmp_path / "new.db") is None
    database = connect(tmp_path / "new.db")
    with database.session() as s:
        assert [one.name for one in projects.summaries(s)] == ["demo"]
    database.close()


def test_nothing_missing_is_backed_up(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        backup.backup(tmp_path / "none.db", tmp_path / "kept.db")
