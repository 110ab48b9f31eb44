"""What the editor asks and sends about steps over all texts of a project."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient

from db.session import Database
from tests.corpus import Corpus, corpus

_uids = (f"bulk-{n:08}" for n in count(1))


@pytest.fixture
def demo(database: Database) -> Corpus:
    return corpus(database, "letters & co")


def ask(client: TestClient, route: str = "/preview", **more: Any) -> Any:
    body = {"project": "letters & co", "surface": "Acme", "code": "ORG", **more}
    return client.post(f"/api/bulk{route}", json=body)


def turn(client: TestClient, bulk_id: int, way: str) -> Any:
    return client.post(f"/api/bulk/{bulk_id}/{way}", json={"edit_uid": next(_uids)}).json()


def test_a_step_is_looked_at_done_taken_back_and_done_again(
    client: TestClient, demo: Corpus
) -> None:
    one = demo.tagged("💩 Acme one", ORG="Acme")
    two, three = demo.add("Acme two", "Acme three")
    seen = ask(client, limit=2).json()
    assert (seen["hits"], seen["texts"], seen["suggestions"]) == (3, 3, 1)
    assert [(hit["number"], hit["before"], hit["suggested"]) for hit in seen["shown"]] == [
        (1, "💩 ", "ORG"),
        (2, "", None),
    ]
    assert [hit["text"] for hit in ask(client, after=seen["next"]).json()["shown"]] == [three]
    do = {"deed": "label", "all": True, "but": [[two, 0]], "as_of": seen["as_of"]}
    done = ask(client, "", edit_uid=next(_uids), **do).json()
    assert (done["texts"], done["spans"], done["left"]) == (2, 2, [])
    assert done["step"]["undone"] is False
    state = client.get(f"/api/texts/{one}").json()
    assert (state["can_undo"], state["undo_bulk"]) == (True, done["bulk_id"])
    assert client.get(f"/api/texts/{two}").json()["undo_bulk"] is None
    undone = turn(client, done["bulk_id"], "undo")
    assert (undone["texts"], undone["step"]["undone"]) == (2, True)
    assert demo.spans(one) == [("Acme", "ORG", "suggestion")]
    assert client.get(f"/api/texts/{three}").json()["redo_bulk"] == undone["bulk_id"]
    again = turn(client, undone["bulk_id"], "redo")
    assert (again["texts"], again["step"]["id"]) == (2, done["bulk_id"])
    assert demo.spans(three) == [("Acme", "ORG", "created")]
    steps = client.get("/api/bulk", params={"project": "letters & co"}).json()["steps"]
    assert [(one["surface"], one["code"], one["undone"]) for one in steps] == [
        ("Acme", "ORG", False)
    ]


def test_what_makes_no_sense_is_refused(client: TestClient, demo: Corpus) -> None:
    demo.add("Acme")
    assert ask(client, project="nobody's").status_code == 404
    assert ask(client, code="NOPE").status_code == 422
    assert ask(client, surface="").status_code == 422
    assert ask(client, limit=100_000).status_code == 422
    assert client.get("/api/bulk/12").status_code == 404
    foreign = {"origin": "https://evil.example"}
    body = {"project": "letters & co", "surface": "Acme", "code": "ORG"}
    assert client.post("/api/bulk/preview", json=body, headers=foreign).status_code == 403
