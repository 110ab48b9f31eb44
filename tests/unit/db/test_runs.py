import pytest

from db import projects, runs
from db.errors import AlreadyExists, Invalid, NotFound
from tests.corpus import Corpus


def test_a_run_is_kept_with_its_settings_and_scores(demo: Corpus) -> None:
    with demo.database.session() as s:
        made = runs.create(
            s,
            demo.project_id,
            "first",
            base="embedded",
            folder="runs/first",
            settings={"k": 8},
            values={"f1": 0.7},
        )
        assert runs.get(s, demo.project_id, "first") == made
        runs.create(s, demo.project_id, "second", base="x", folder="y", settings={})
        assert [run.name for run in runs.list_runs(s, demo.project_id)] == ["second", "first"]
        with pytest.raises(AlreadyExists):
            runs.create(s, demo.project_id, "first", base="x", folder="y", settings={})
        with pytest.raises(Invalid):
            runs.create(s, demo.project_id, " ", base="x", folder="y", settings={})
        with pytest.raises(NotFound):
            runs.get(s, demo.project_id, "third")
        projects.delete(s, "demo")
