"""The queue as the browser asks for it: orders, filters, leases, notes, figures."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from db import projects
from db.session import Database
from db.values import ProjectSettings
from tests.corpus import Corpus, corpus, suggestion


@pytest.fixture
def demo(database: Database) -> Corpus:
    return corpus(database, "letters")


def overview(client: TestClient, **asked: object) -> dict[str, Any]:
    answer = client.get("/api/queue", params={"project": "letters", **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_filter_holds_for_the_start_the_count_and_the_neighbours(
    client: TestClient, demo: Corpus
) -> None:
    ids = [demo.tagged(f"{name} left.", PER=name) for name in ("Ann", "Bo", "Cleo")]
    demo.draw(ids[1], "left", "LOC")
    asked = {"type": "LOC", "order": "position", "status": "all"}
    found = overview(client, **asked)
    assert (found["first"], found["matching"]) == (ids[1], 1)
    assert found["only"] == {"edited": 1, "flagged": 0, "unlocated": 0, "blind": 0}
    assert [one["code"] for one in found["kinds"]] == ["PER", "ORG", "LOC"]
    text = client.get(f"/api/texts/{ids[0]}", params=asked).json()
    assert (text["next"], text["position"], text["total"]) == (ids[1], 0, 1)
    band = overview(client, score="80-100", contains="cleo")
    assert (band["first"], band["matching"]) == (ids[2], 1)
    assert overview(client, only="edited,flagged")["first"] is None


@pytest.mark.parametrize(
    "wrong", [{"score": "80"}, {"score": "-1-50"}, {"only": "nothing"}, {"order": "up"}]
)
def test_a_filter_that_is_none_is_refused(
    client: TestClient, demo: Corpus, wrong: dict[str, str]
) -> None:
    assert client.get("/api/queue", params={"project": "letters", **wrong}).status_code == 422


def test_taggers_are_compared_and_texts_shuffled_for_everybody(
    client: TestClient, demo: Corpus
) -> None:
    one, two = demo.add("Ann left.", "Bo left.")
    for tagger in ("first", "second"):
        demo.tag(one, suggestion("Ann left.", "Ann", "PER"), tagger=tagger)
        demo.tag(two, *[suggestion("Bo left.", "Bo", "PER")][: tagger == "first"], tagger=tagger)
    found = overview(client)
    assert (found["taggers"], found["compared"]) == (["first", "second"], [])
    assert (found["seed"], found["clustered"]) == (0, False)
    address = "/api/queue/choice?project=letters"
    chosen = client.post(address, json={"compared": ["first", "second"], "seed": 5})
    assert (chosen.json()["compared"], chosen.json()["seed"]) == (["first", "second"], 5)
    assert overview(client, order="disagreement")["first"] == two
    assert client.post(address, json={"compared": ["first", "first"]}).status_code == 422
    assert client.post(address, json={"seed": 6}).json()["compared"] == ["first", "second"]


def test_a_text_that_one_browser_has_is_not_offered_to_another(
    client: TestClient, demo: Corpus
) -> None:
    ids = demo.add("one", "two")
    claim = f"/api/texts/{ids[0]}/lease"
    free = {"other": None, "status": "new"}
    assert client.post(claim, json={"holder": "ann"}).json() == free
    other = client.post(claim, json={"holder": "bo"}).json()["other"]
    assert other["since"].startswith("20")
    found = overview(client, holder="bo")
    assert (found["first"], found["held"]) == (ids[1], 1)
    assert client.post(claim, json={"holder": "bo", "force": True}).json() == free
    client.post(f"/api/texts/{ids[0]}/release", json={"holder": "bo"})
    assert overview(client, holder="ann")["first"] == ids[0]
    assert client.post(claim, json={"holder": ""}).status_code == 422


def test_a_note_is_kept_and_found_again(client: TestClient, demo: Corpus) -> None:
    one, two = demo.add("one", "two")
    evil = "<img src=x onerror=alert(1)> ${x} {{y}}"
    answer = client.put(f"/api/texts/{two}/note", json={"flagged": True, "note": evil})
    assert answer.json() == {"flagged": True, "note": evil}
    text = client.get(f"/api/texts/{two}").json()
    assert (text["flagged"], text["note"]) == (True, evil)
    assert overview(client, only="flagged")["first"] == two
    client.put(f"/api/texts/{two}/note", json={"flagged": False})
    assert overview(client, only="flagged")["first"] is None
    assert client.put("/api/texts/999/note", json={"flagged": True}).status_code == 404
    assert one


def test_figures_say_how_the_review_goes(client: TestClient, demo: Corpus) -> None:
    text_id = demo.tagged("Ann left Acme.", PER="Ann", ORG="Acme")
    demo.reject(text_id, "Acme")
    demo.set_status(text_id, "accepted", accept_open=True, seconds=4.0)
    found = client.get("/api/queue/figures", params={"project": "letters"}).json()
    assert (found["accept_rate"], found["texts"], found["typical"]) == (0.5, 1, 4.0)
    assert found["actions"]["rejected"] == 1
    assert (found["blind"], found["recall"]) == ({"texts": 0, "accepted": 0}, [])


def test_recall_on_the_blind_slice_comes_with_its_interval(
    client: TestClient, database: Database, demo: Corpus
) -> None:
    with database.session() as session:
        projects.set_settings(session, demo.project_id, ProjectSettings(blind_share=1.0))
    text_id = demo.tagged("Ann left Acme.", PER="Ann")
    demo.draw(text_id, "Ann", "PER")
    demo.draw(text_id, "Acme", "ORG")
    demo.set_status(text_id, "accepted")
    found = client.get("/api/queue/figures", params={"project": "letters"}).json()
    assert str(found["blind"]) == "{'texts': 1, 'accepted': 1}", "numbers, not true and false"
    (line,) = found["recall"]
    assert (line["tagger"], line["found"], line["spans"]) == ("embedded", 1, 2)
    assert 0 < line["low"] < line["recall"] < line["high"] < 1
    assert [(one["code"], one["recall"]) for one in line["types"]] == [("PER", 1.0), ("ORG", 0.0)]
    assert client.get(f"/api/texts/{text_id}").json()["blind"] is True
