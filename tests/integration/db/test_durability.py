"""`kill -9` at any moment loses nothing that was acknowledged."""

from pathlib import Path

from db import annotations, doctor, projects
from db.session import connect
from db.values import NewSpan
from tests.corpus import Corpus
from tests.integration.db.conftest import Start


def test_no_acknowledged_edit_is_lost_when_the_writer_is_killed(demo: Corpus, start: Start) -> None:
    (text_id,) = demo.add("Ann joined Acme in Oslo and left again.")
    worker = start("edit", demo.database.path, text_id)
    assert worker.stdout
    said = [worker.stdout.readline() for _ in range(60)]
    worker.kill()
    said += worker.stdout.readlines()
    acknowledged = {int(n): int(r) for n, r in (line.split() for line in said if line.strip())}
    with demo.database.session() as s:
        kept = {one.revision for one in annotations.history(s, text_id)}
        assert set(acknowledged.values()) <= kept
        assert len(kept) - len(acknowledged) <= 1, "at most one was kept and not yet said"
        assert doctor.check(s).problems == []
        number, revision = max(acknowledged.items())
        again = annotations.apply_edit(
            s,
            text_id,
            base=revision - 1,
            edit_uid=f"{text_id}-{number}",
            added=[NewSpan(0, 3, "PER")],
        )
        assert again == revision, "sent again, it arrives once"


def test_a_killed_import_goes_on_where_it_stopped(
    demo: Corpus, start: Start, tmp_path: Path
) -> None:
    worker = start("load", demo.database.path, "demo", 0, 100_000)
    assert worker.stdout
    said = [worker.stdout.readline() for _ in range(4)]
    worker.kill()
    said += worker.stdout.readlines()
    batches = len([line for line in said if line.strip()])
    demo.database.close()
    database = connect(tmp_path / "studio.db")
    with database.session() as s:
        assert doctor.check(s).problems == []
        kept = projects.summaries(s)[0].texts
        assert kept - batches * 100 in (0, 100)
    again = start("load", database.path, "demo", 0, kept + 200)
    assert again.wait() == 0
    with database.session() as s:
        assert projects.summaries(s)[0].texts == kept + 200
    database.close()
