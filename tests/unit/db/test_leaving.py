from typing import Any

from db import annotations
from db.leaving import _AT_ONCE
from engine.types import AnnotatedText, Record
from tests.corpus import Corpus, suggestion


def records(demo: Corpus, only: Any = "accepted") -> list[Record]:
    with demo.database.session() as s:
        return list(annotations.records(s, demo.project_id, only))


def test_accepted_texts_leave_with_their_human_spans_and_nothing_else(demo: Corpus) -> None:
    done = demo.tagged("Ann joined Acme.", PER="Ann", ORG="Acme")
    demo.draw(done, "Ann", "PER")
    demo.reject(done, "Acme")
    demo.set_status(done, "accepted")
    draft = demo.tagged("Bo left.", PER="Bo")
    demo.draw(draft, "Bo", "PER")
    (record,) = records(demo)
    assert (record.id, record.content.text) == (str(done), "Ann joined Acme.")
    assert [(one.start, one.end, one.label) for one in record.content.spans] == [(0, 3, "PER")]


def test_all_texts_leave_with_what_is_on_them_and_say_where_they_stand(demo: Corpus) -> None:
    text_id = demo.tagged("Bank of Oslo hired Ann.", LOC="Oslo", PER="Ann")
    text = demo.get(text_id).text
    demo.tag(text_id, suggestion(text, "Bank of Oslo", "ORG", 0.95), tagger="llm")
    demo.add("Nobody.")
    found = records(demo, "all")
    assert [one.meta["status"] for one in found] == ["suggested", "new"]
    content = found[0].content
    assert [(content.surface(one), one.label) for one in content.spans] == [
        ("Bank of Oslo", "ORG"),
        ("Ann", "PER"),
    ]


def test_the_status_is_no_part_of_gold(demo: Corpus) -> None:
    (text_id,) = demo.add("Nobody.")
    demo.set_status(text_id, "accepted")
    assert records(demo)[0].meta == {}


def test_texts_leave_in_order_of_import_across_batches(demo: Corpus) -> None:
    ids = demo.add(*(f"text {n}" for n in range(_AT_ONCE + 3)))
    assert [int(one.id) for one in records(demo, "all")] == ids
    assert records(demo) == []


def test_the_store_can_be_written_while_texts_leave(demo: Corpus) -> None:
    ids = demo.add("a", "b")
    with demo.database.session() as s:
        for record in annotations.records(s, demo.project_id, "all"):
            annotations.set_status(s, int(record.id), "accepted", 0, f"uid {record.id}")
    with demo.database.session() as s:
        gold = list(annotations.gold(s, demo.project_id))
    assert gold == [(ids[0], AnnotatedText("a")), (ids[1], AnnotatedText("b"))]
