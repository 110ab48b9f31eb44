"""A set is known before it is made; a text is swapped for one that fits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import clusters, fewshot
from db.session import Database, connect
from engine.errors import TrainingError
from studio import promoting
from studio.errors import RequestRefused
from studio.promoting import Wish
from tests.corpus import Corpus, corpus, suggestion


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = connect(tmp_path / "studio.db")
    yield database
    database.close()


def accepted(demo: Corpus, text: str, **labels: str) -> int:
    (text_id,) = demo.add(text)
    for code, surface in labels.items():
        demo.draw(text_id, surface, code)
    demo.set_status(text_id, "accepted")
    return text_id


def people(demo: Corpus, number: int) -> list[int]:
    return [accepted(demo, f"Ann was here {n} times.", PER="Ann") for n in range(number)]


def test_what_is_planned_is_what_is_made(database: Database) -> None:
    demo = corpus(database, "demo", codes=("PER",))
    people(demo, 9)
    wish = Wish(3, seed=7)
    with database.session() as s:
        plan = promoting.plan(s, demo.project_id, wish)
    made = promoting.promote(database, "demo", "mine", wish)
    with database.session() as s:
        inside = fewshot.members(s, made.id)
    assert [(m.text_id, m.why) for m in inside] == [(p.text_id, p.why) for p in plan.picks]
    assert (made.counts, made.short) == (plan.counts, plan.short) == ({"PER": 3}, {})
    assert made.settings["texts"] == 9


def test_one_more_accepted_text_leaves_most_of_a_set_as_it_was(database: Database) -> None:
    demo = corpus(database, "demo", codes=("PER",))
    people(demo, 20)
    with database.session() as s:
        before = promoting.plan(s, demo.project_id, Wish(5)).picks
    accepted(demo, "Bo was here, too.", PER="Bo")
    with database.session() as s:
        after = promoting.plan(s, demo.project_id, Wish(5)).picks
    assert len({p.text_id for p in after} - {p.text_id for p in before}) <= 1


def test_clusters_take_turns_once_there_are_some(database: Database) -> None:
    demo = corpus(database, "demo", codes=("PER",))
    ids = people(demo, 12)
    with database.session() as s:
        with pytest.raises(RequestRefused, match="no clusters"):
            promoting.plan(s, demo.project_id, Wish(4, by_cluster=True))
        clusters.assign(s, demo.project_id, {id_: int(n >= 10) for n, id_ in enumerate(ids)})
        picks = promoting.plan(s, demo.project_id, Wish(4, by_cluster=True)).picks
    assert sum(pick.text_id in ids[10:] for pick in picks) == 2


def test_texts_that_fill_what_is_short_come_before_those_that_bring_too_much(
    database: Database,
) -> None:
    demo = corpus(database, "demo", codes=("PER", "LAW"))
    people(demo, 2)
    crowd = demo.tagged("Act of Bo, Cleo and Dan.", LAW="Act")
    for tagger, who in enumerate(("Bo", "Cleo", "Dan")):
        demo.tag(
            crowd, suggestion("Act of Bo, Cleo and Dan.", who, "PER", 1.0), tagger=f"t{tagger}"
        )
    plain = demo.tagged("The Act holds.", LAW="Act")
    with database.session() as s:
        plan = promoting.plan(s, demo.project_id, Wish(2))
        found = promoting.fillers(s, demo.project_id, 2, plan.counts, list(plan.short))
    assert [one.candidate.text_id for one in found] == [plain, crowd]
    assert (found[0].fills, found[0].too_much) == (("LAW",), ())
    assert found[1].too_much == ("PER",)


def test_a_text_is_swapped_for_one_that_leaves_nothing_short(database: Database) -> None:
    demo = corpus(database, "demo", codes=("PER", "LOC"))
    both = [accepted(demo, f"Ann saw Oslo {n}.", PER="Ann", LOC="Oslo") for n in range(3)]
    lone = accepted(demo, "Bo left.", PER="Bo")
    crowd = accepted(demo, "Ann, Bo, Cleo.", PER="Ann")
    for who in ("Bo", "Cleo"):
        demo.draw(crowd, who, "PER")
    made = promoting.promote(database, "demo", "mine", Wish(1))
    with database.session() as s:
        (inside,) = {m.text_id for m in fewshot.members(s, made.id)} & set(both)
        found = promoting.replacements(s, made.id, inside)
    offered = [one.text_id for one in found]
    assert set(offered[:2]) == set(both) - {inside}
    assert crowd not in offered
    assert all(one.short == ("LOC",) for one in found if one.text_id == lone)
    swapped = promoting.swap(database, made.id, inside, offered[0])
    assert (swapped.version, swapped.short) == (2, {})
    with pytest.raises(RequestRefused, match="too much of PER"):
        promoting.swap(database, swapped.id, offered[0], crowd)
    with pytest.raises(RequestRefused, match="not in the set"):
        promoting.swap(database, swapped.id, inside, lone)


def test_a_swap_that_leaves_a_type_short_says_so(database: Database) -> None:
    demo = corpus(database, "demo", codes=("PER", "LOC"))
    both = accepted(demo, "Ann saw Oslo.", PER="Ann", LOC="Oslo")
    made = promoting.promote(database, "demo", "mine", Wish(1))
    lone = accepted(demo, "Bo left.", PER="Bo")
    swapped = promoting.swap(database, made.id, both, lone)
    assert set(swapped.short) == {"LOC"}
    assert swapped.short["LOC"].startswith("1 more text has it")


@pytest.mark.parametrize("k", [0, -3])
def test_fewer_than_one_span_a_type_is_refused(database: Database, k: int) -> None:
    demo = corpus(database)
    people(demo, 1)
    with pytest.raises(TrainingError):
        promoting.promote(database, "demo", "mine", Wish(k))
