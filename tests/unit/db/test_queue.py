import pytest

from db import suggestions, texts
from db.errors import NotFound
from db.values import Order, Place
from engine.types import Suggestion, Tagged
from tests.corpus import Corpus, suggestion


@pytest.fixture
def ranked(demo: Corpus) -> list[int]:
    """Seven texts, in the order in which a person should see them."""
    words = ["sure", "unsure", "coin", "none", "untagged", "coin too", "untagged too"]
    ids = dict(zip(words, demo.add(*(f"{word} Ann" for word in words)), strict=True))
    for word, score in (("sure", 0.99), ("unsure", 0.7), ("coin", 0.5), ("coin too", 0.5)):
        demo.tag(ids[word], suggestion(f"{word} Ann", "Ann", "PER", score))
    demo.tag(ids["none"])
    order = ["coin", "coin too", "unsure", "none", "sure", "untagged", "untagged too"]
    return [ids[word] for word in order]


def walk(demo: Corpus, order: Order = "uncertainty", **how: object) -> list[int]:
    seen: list[int] = []
    with demo.database.session() as s:
        at = texts.next_in_queue(s, demo.project_id, order=order, **how)  # type: ignore[arg-type]
        while at is not None:
            seen.append(at)
            at = texts.next_in_queue(
                s,
                demo.project_id,
                after_text_id=at,
                order=order,
                **how,  # type: ignore[arg-type]
            )
    return seen


def test_the_least_certain_comes_first_and_the_untagged_last(
    demo: Corpus, ranked: list[int]
) -> None:
    assert walk(demo) == ranked
    assert walk(demo, "position") == sorted(ranked)


def test_the_way_back_is_the_way_there(demo: Corpus, ranked: list[int]) -> None:
    for order, expected in (("uncertainty", ranked), ("position", sorted(ranked))):
        back, at = [], expected[-1]
        with demo.database.session() as s:
            while at is not None:
                back.append(at)
                at = texts.previous_in_queue(s, demo.project_id, before_text_id=at, order=order)
        assert back == expected[::-1]


def test_positions_count_from_one(demo: Corpus, ranked: list[int]) -> None:
    for order, expected in (("uncertainty", ranked), ("position", sorted(ranked))):
        with demo.database.session() as s:
            places = [texts.queue_position(s, text_id, order=order) for text_id in expected]
        assert places == [Place(n, 7) for n in range(1, 8)]


def test_a_text_keeps_its_place_while_a_person_works_on_it(demo: Corpus, ranked: list[int]) -> None:
    demo.draw(ranked[0], "Ann", "PER")
    demo.draw(ranked[5], "Ann", "PER")
    assert walk(demo) == ranked


def test_after_a_finished_text_comes_the_one_that_followed_it(
    demo: Corpus, ranked: list[int]
) -> None:
    demo.set_status(ranked[2], "accepted", accept_open=True)
    with demo.database.session() as s:
        following = texts.next_in_queue(s, demo.project_id, after_text_id=ranked[2])
        assert following == ranked[3]
        assert texts.queue_position(s, ranked[2]) == Place(0, 6)
        assert texts.queue_position(s, ranked[3]) == Place(3, 6)
    assert walk(demo) == [*ranked[:2], *ranked[3:]]
    assert walk(demo, status=["accepted"]) == [ranked[2]]


def test_an_ambiguous_or_unlocated_mention_comes_first(demo: Corpus, ranked: list[int]) -> None:
    sure = ranked[4]
    with demo.database.session() as s:
        tagging = suggestions.start_tagging(s, demo.project_id, "llm", "1", {})
        lost = Suggestion(None, "PER", "Anne", 0.99, "ungrounded")
        suggestions.write_batch(s, tagging, [(sure, Tagged("sure Ann", (lost,)))])
    assert set(walk(demo)[:3]) == {ranked[0], ranked[1], sure}


def test_an_unknown_text_has_no_place(demo: Corpus) -> None:
    with demo.database.session() as s:
        for act in (
            lambda: texts.next_in_queue(s, demo.project_id, after_text_id=99),
            lambda: texts.previous_in_queue(s, demo.project_id, before_text_id=99),
            lambda: texts.queue_position(s, 99),
        ):
            with pytest.raises(NotFound):
                act()
        assert texts.next_in_queue(s, demo.project_id) is None
