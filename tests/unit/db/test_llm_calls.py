import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from db import jobs, llm_calls, llm_settings, projects, recorded
from db.columns import now
from db.errors import DbError, Invalid
from db.llm_values import LLMCall, LLMChoice, LLMPrice, LLMReply, LLMTotals
from db.session import Database
from tests.corpus import Corpus

KEY = "a" * 64


def reply(key: str = KEY, text: str = "yes", origin: str = "live") -> LLMReply:
    return LLMReply(
        key=key,
        origin=origin,  # type: ignore[arg-type]
        model="m",
        prompt_version="tagging/v1",
        request={"messages": [{"role": "user", "content": "Ann?"}]},
        text=text,
        answered_by="m-2026",
        usage={"prompt_tokens": 3},
        seconds=0.5,
        mode="schema",
        created_at=now().replace(microsecond=0),
    )


CALL = LLMCall(KEY, "tagging/v1", "m", "http://here/v1", 100, 10, 0.25, 2.0)


def test_an_answer_is_kept_and_never_changed_by_a_later_one(database: Database) -> None:
    with database.session() as s:
        assert llm_calls.find(s, KEY) is None
        llm_calls.keep(s, reply())
        llm_calls.keep(s, reply(text="no"))
        assert llm_calls.find(s, KEY) == reply()


def test_a_bill_counts_paid_calls_and_tells_what_is_unknown(demo: Corpus) -> None:
    with demo.database.session() as s:
        job = jobs.queue(s, "tagging", {}, demo.project_id)
        mine = replace(CALL, job_id=job.id, project_id=demo.project_id)
        kept = replace(mine, cached=True, cost=0.0, seconds=0.0)
        failed = replace(mine, error="no", cost=None, prompt_tokens=None, completion_tokens=None)
        llm_calls.record(s, [mine, mine, kept, failed])
        expected = LLMTotals(2, 1, 1, 200, 20, 0.5, 4.0)
        assert llm_calls.totals(s, job_id=job.id) == expected
        assert llm_calls.totals(s, project_id=demo.project_id) == expected
        assert llm_calls.totals(s, job_id=job.id + 1) == LLMTotals(0, 0, 0, 0, 0, 0, 0.0)
        llm_calls.record(s, [replace(mine, cost=None)])
        assert llm_calls.totals(s, job_id=job.id) == LLMTotals(3, 1, 1, 300, 30, None, 6.0)
        llm_calls.record(s, [replace(mine, purpose="entities/v1")])
        apart = llm_calls.by_purpose(s, demo.project_id)
        assert {purpose: bill.calls for purpose, bill in apart.items()} == {
            "entities/v1": 1,
            "tagging/v1": 3,
        }


def test_it_is_told_where_a_job_that_asked_nobody_had_its_answers(demo: Corpus) -> None:
    with demo.database.session() as s:
        asked, again, replayed, nothing = (
            jobs.queue(s, "tagging", {}, demo.project_id).id for _ in range(4)
        )
        llm_calls.keep(s, reply())
        llm_calls.keep(s, reply("b" * 64, origin="recorded"))
        before = replace(CALL, cached=True)
        llm_calls.record(
            s,
            [
                replace(CALL, job_id=asked),
                replace(before, job_id=asked),
                replace(before, job_id=again),
                replace(before, job_id=replayed, key="b" * 64),
            ],
        )
        told = [llm_calls.from_before(s, one) for one in (asked, again, replayed, nothing)]
    assert told == ["", "known", "recorded", ""]


def test_answers_go_with_the_project_whose_texts_they_quote(demo: Corpus) -> None:
    other, shared, shipped = "b" * 64, "c" * 64, "d" * 64
    with demo.database.session() as s:
        kept = projects.create(s, "kept")
        for key in (KEY, other, shared):
            llm_calls.keep(s, reply(key))
        llm_calls.keep(s, reply(shipped, origin="recorded"))
        mine = replace(CALL, project_id=demo.project_id)
        theirs = replace(CALL, project_id=kept.id)
        llm_calls.record(s, [mine, replace(mine, key=shared), replace(mine, key=shipped)])
        llm_calls.record(s, [replace(theirs, key=other), replace(theirs, key=shared)])
        projects.delete(s, "demo")
        left = [r.key for r in llm_calls.replies(s)]
        assert left == [other, shared, shipped]
        projects.delete(s, "kept")
        assert [r.key for r in llm_calls.replies(s)] == [shipped]
        projects.create(s, "demo")


def test_recorded_answers_come_from_a_file_and_go_back_into_one(
    database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(
        "".join(recorded.lines_of([reply(), reply("b" * 64, "no\n\u2028\x85")])), "utf-8"
    )
    with database.session() as s:
        assert recorded.load_recorded(s, path) == 2
        assert recorded.load_recorded(s, path) == 2
        found = llm_calls.replies(s, origin="recorded")
        assert [r.text for r in found] == ["yes", "no\n\u2028\x85"]
        assert llm_calls.models(s, "recorded") == ["m"]
        assert llm_calls.models(s, "live") == []
        assert "".join(recorded.lines_of(found)) == path.read_text("utf-8")


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "7", "{}", '{"key": "short", "model": "m", "text": "t"}',
     json.dumps({"key": KEY, "model": "m", "text": 7})],
)  # fmt: skip
def test_a_file_with_a_broken_line_puts_nothing_in(
    database: Database, tmp_path: Path, line: str
) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text("".join(recorded.lines_of([reply()])) + line + "\n", "utf-8")
    with database.session() as s, pytest.raises(DbError, match=r"answers\.jsonl, line 2"):
        recorded.load_recorded(s, path)
    with database.session() as s:
        assert llm_calls.replies(s) == []


def test_what_a_person_chose_is_kept_tidily(database: Database) -> None:
    with database.session() as s:
        assert llm_settings.choice(s) == LLMChoice()
        llm_settings.choose(s, LLMChoice(" http://localhost:8000/v1/ ", " tiny ", 4))
        assert llm_settings.choice(s) == LLMChoice("http://localhost:8000/v1", "tiny", 4)


@pytest.mark.parametrize(
    "chosen",
    [
        LLMChoice("localhost:8000"),
        LLMChoice("file:///etc/passwd"),
        LLMChoice("http://"),
        LLMChoice("https://me:secret@host/v1"),
        LLMChoice(concurrency=0),
        LLMChoice(concurrency=1000),
    ],
)
def test_a_choice_that_cannot_work_is_refused_and_no_password_repeated(
    database: Database, chosen: LLMChoice
) -> None:
    with database.session() as s:
        with pytest.raises(Invalid) as caught:
            llm_settings.choose(s, chosen)
        assert "secret" not in str(caught.value)
        assert llm_settings.choice(s) == LLMChoice()


def test_prices_are_written_as_a_whole_and_checked(database: Database) -> None:
    with database.session() as s:
        llm_settings.set_prices(s, [LLMPrice("b", 1, 2), LLMPrice(" a ", 0, 0)])
        assert list(llm_settings.prices(s)) == ["a", "b"]
        refused: list[Callable[[], LLMPrice]] = [
            lambda: LLMPrice(" ", 1, 1),
            lambda: LLMPrice("a", -1, 1),
            lambda: LLMPrice("a", float("nan"), 1),
            lambda: LLMPrice("a", 1, float("inf")),
        ]
        for made in refused:
            with pytest.raises(Invalid):
                llm_settings.set_prices(s, [made()])
        with pytest.raises(Invalid, match="twice"):
            llm_settings.set_prices(s, [LLMPrice("a", 1, 1), LLMPrice("a ", 1, 1)])
        assert list(llm_settings.prices(s)) == ["a", "b"]
        llm_settings.set_prices(s, [])
        assert llm_settings.prices(s) == {}


def test_what_an_endpoint_honours_is_kept_for_each_model_there(database: Database) -> None:
    with database.session() as s:
        assert llm_settings.honours(s, "http://a", "m") is None
        llm_settings.keep_honours(s, "http://a", "m", {"schema": False})
        llm_settings.keep_honours(s, "http://a", "m", {"schema": True})
        assert llm_settings.honours(s, "http://a", "m") == {"schema": True}
        assert llm_settings.honours(s, "http://a", "n") is None
