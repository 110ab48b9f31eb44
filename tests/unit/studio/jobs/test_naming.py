"""Mistakes of a run lead to the texts of the project, where they come from one."""

from __future__ import annotations

from pathlib import Path

from db import projects, texts
from db.session import connect
from engine.types import AnnotatedText, Record
from studio.jobs.finetuning import _name_texts


def test_mistakes_name_the_texts_they_were_made_on(tmp_path: Path) -> None:
    database = connect(tmp_path / "studio.db")
    with database.session() as session:
        project = projects.create(session, "letters").id
        texts.add_batch(session, project, [Record(AnnotatedText("Ann."))])
        (row,) = texts.page(session, project).items
        values = {"dev": {"mistakes": [{"text": 1, "kind": "missed"}, {"text": 0}]}}
        _name_texts(session, project, values, ["Written by a model.", "Ann."])
        unmeasured: dict[str, dict[str, object]] = {"dev": {}}
        _name_texts(session, project, unmeasured, [])
    database.close()
    assert values["dev"]["mistakes"] == [
        {"kind": "missed", "text_id": row.id},
        {"text_id": None},
    ]
    assert unmeasured == {"dev": {}}
