"""What the span editor asks and sends: texts, edits with revisions, the queue."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from db.session import Database
from tests.corpus import Corpus, corpus

TEXT = "💩 Ann left Acme for Oslo."
_uids = (f"edit-{n:08}" for n in count(1))


@pytest.fixture
def demo(database: Database) -> Corpus:
    return corpus(database, "letters & co")


def post(client: TestClient, text_id: int, route: str, **body: Any) -> Response:
    body = {"base": 0, "edit_uid": next(_uids), **body}
    return client.post(f"/api/texts/{text_id}/{route}", json=body)


def span(surface: str, code: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(surface)
    return {"start": start, "end": start + len(surface), "code": code, **more}


def test_a_text_comes_with_its_spans_types_and_neighbours(client: TestClient, demo: Corpus) -> None:
    text_id = demo.tagged(TEXT, PER="Ann", LOC="Oslo")
    (other,) = demo.add("Nothing here.")
    found = client.get(f"/api/texts/{text_id}", params={"order": "position"}).json()
    assert found["text"] == TEXT
    assert (found["project"], found["number"], found["revision"]) == ("letters & co", 1, 0)
    assert (found["status"], found["can_undo"], found["can_redo"]) == ("suggested", False, False)
    assert [(TEXT[s["start"] : s["end"]], s["code"], s["kind"]) for s in found["spans"]] == [
        ("Ann", "PER", "suggestion"),
        ("Oslo", "LOC", "suggestion"),
    ]
    assert found["spans"][0]["score"] == 0.9
    assert [type_["code"] for type_ in found["types"]] == ["PER", "ORG", "LOC"]
    assert (found["next"], found["previous"]) == (other, None)
    assert (found["position"], found["total"], found["allow_overlap"]) == (1, 2, False)


def test_the_last_text_that_waits_leads_to_the_first(client: TestClient, demo: Corpus) -> None:
    first, last = demo.add("one", "two")
    asked = {"order": "position", "status": "open"}
    assert client.get(f"/api/texts/{last}", params=asked).json()["next"] == first
    asked["status"] = "all"
    assert client.get(f"/api/texts/{last}", params=asked).json()["next"] is None


def test_an_edit_adds_removes_and_rejects_in_one_revision(client: TestClient, demo: Corpus) -> None:
    text_id = demo.tagged(TEXT, PER="Ann", LOC="Oslo")
    ann, oslo = (s["id"] for s in client.get(f"/api/texts/{text_id}").json()["spans"])
    added = [span("Ann", "PER", suggestion_id=ann), span("Acme", "ORG")]
    saved = post(client, text_id, "edits", added=added, rejected=[oslo], seconds=2.5).json()
    assert (saved["revision"], saved["status"], saved["can_undo"]) == (1, "review", True)
    assert demo.spans(text_id) == [("Ann", "PER", "accepted"), ("Acme", "ORG", "missed")]
    human = [s["id"] for s in saved["spans"]]
    again = post(client, text_id, "edits", base=1, removed=[human[1], int(human[0][1:])]).json()
    assert [(s["code"], s["kind"]) for s in again["spans"]] == [("PER", "suggestion")]


def test_the_same_edit_sent_twice_is_saved_once(client: TestClient, demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    uid = next(_uids)
    first = post(client, text_id, "edits", edit_uid=uid, added=[span("Ann", "PER")])
    again = post(client, text_id, "edits", edit_uid=uid, added=[span("Ann", "PER")])
    assert first.json() == again.json()
    assert first.json()["revision"] == 1


def test_an_edit_on_an_old_revision_answers_what_is_there_now(
    client: TestClient, demo: Corpus
) -> None:
    (text_id,) = demo.add(TEXT)
    demo.draw(text_id, "Oslo", "LOC")
    refused = post(client, text_id, "edits", added=[span("Ann", "PER")])
    assert refused.status_code == 409
    now = refused.json()
    assert (now["revision"], now["error"]["kind"]) == (1, "conflict")
    assert [s["code"] for s in now["spans"]] == ["LOC"]
    assert demo.spans(text_id) == [("Oslo", "LOC", "created")]


def test_undo_and_redo_without_anything_to_turn_change_nothing(
    client: TestClient, demo: Corpus
) -> None:
    (text_id,) = demo.add(TEXT)
    assert post(client, text_id, "undo").json()["revision"] == 0
    post(client, text_id, "edits", added=[span("Ann", "PER")])
    undone = post(client, text_id, "undo", base=1).json()
    assert (undone["spans"], undone["can_undo"], undone["can_redo"]) == ([], False, True)
    redone = post(client, text_id, "redo", base=2).json()
    assert [s["code"] for s in redone["spans"]] == ["PER"]


def test_accepting_a_text_accepts_what_is_suggested(client: TestClient, demo: Corpus) -> None:
    text_id = demo.tagged(TEXT, PER="Ann")
    saved = post(client, text_id, "status", status="accepted", accept_open=True).json()
    assert (saved["status"], [s["kind"] for s in saved["spans"]]) == ("accepted", ["human"])


@pytest.mark.parametrize(
    "body",
    [
        {"added": [{"start": 0, "end": 99, "code": "PER"}]},
        {"added": [{"start": 3, "end": 3, "code": "PER"}]},
        {"added": [{"start": -1, "end": 3, "code": "PER"}]},
        {"added": [{"start": "0", "end": 3, "code": "PER"}]},
        {"added": [{"start": 0.5, "end": 3, "code": "PER"}]},
        {"added": [{"start": True, "end": 3, "code": "PER"}]},
        {"added": [{"start": 0, "end": 3, "code": "NOPE"}]},
        {"removed": [999]},
        {"removed": ["a1; drop table"]},
        {"rejected": ["s9x"]},
        {"edit_uid": "short"},
        {"edit_uid": "<script>alert(1)</script>"},
        {"base": -1},
        {"base": "0"},
        {"seconds": -5},
        {"unknown": 1},
    ],
)
def test_an_edit_that_does_not_fit_is_refused_and_changes_nothing(
    client: TestClient, demo: Corpus, body: dict[str, Any]
) -> None:
    (text_id,) = demo.add(TEXT)
    assert post(client, text_id, "edits", **body).status_code == 422
    assert client.get(f"/api/texts/{text_id}").json()["revision"] == 0


def test_a_suggestion_that_a_later_tagging_replaced_does_not_stop_an_edit(
    client: TestClient, demo: Corpus
) -> None:
    (text_id,) = demo.add(TEXT)
    added = [span("Ann", "PER", suggestion_id="s999")]
    assert post(client, text_id, "edits", added=added, rejected=["s998"]).status_code == 200
    assert demo.spans(text_id) == [("Ann", "PER", "created")]


def test_other_bodies_and_other_texts_are_refused(client: TestClient, demo: Corpus) -> None:
    (text_id,) = demo.add(TEXT)
    body = '{"base": 0, "edit_uid": "edit-xxxxxxxx"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        sent = client.post(
            f"/api/texts/{text_id}/undo", content=body, headers={"content-type": kind}
        )
        assert sent.status_code == 422
    assert client.post(f"/api/texts/{text_id}/status", json={"base": 0}).status_code == 422
    assert post(client, text_id, "status", status="done").status_code == 422
    assert post(client, 999, "edits").status_code == 404
    assert "999" in client.get("/api/texts/999").json()["error"]["message"]
    foreign = {"origin": "http://evil.example", "content-type": "application/json"}
    sent = client.post(f"/api/texts/{text_id}/edits", content=body, headers=foreign)
    assert sent.status_code == 403


def test_the_queue_says_where_it_begins_and_how_much_there_is(
    client: TestClient, demo: Corpus
) -> None:
    ids = demo.add("one", "two", "three")
    demo.set_status(ids[0], "accepted")
    asked = {"project": "letters & co", "order": "position"}
    found = client.get("/api/queue", params=asked).json()
    assert (found["first"], found["types"]) == (ids[1], 3)
    assert found["counts"] == {"new": 2, "suggested": 0, "review": 0, "accepted": 1, "skipped": 0}
    accepted = client.get("/api/queue", params={**asked, "status": "accepted"}).json()
    assert accepted["first"] == ids[0]
    assert client.get("/api/queue", params={**asked, "position": 3}).json() == {"text": ids[2]}
    for nowhere in (0, 4, -1):
        missing = client.get("/api/queue", params={**asked, "position": nowhere})
        assert missing.status_code == 404
    assert client.get("/api/queue", params={"project": "nowhere"}).status_code == 404
