"""Figures of a review: shares with their intervals."""

from db.blind import Found
from studio.reviewing import recall


def test_the_types_of_a_tagger_add_up() -> None:
    found = [
        Found("names", "PER", 10, 8),
        Found("names", "LOC", 30, 12),
        Found("llm", "PER", 10, 10),
    ]
    names, llm = recall(found)
    assert (names["tagger"], names["found"], names["spans"], names["recall"]) == (
        "names",
        20,
        40,
        0.5,
    )
    assert [one["code"] for one in names["types"]] == ["PER", "LOC"]
    person, place = names["types"]
    assert person["low"] < 0.8 < person["high"]
    assert place["high"] - place["low"] < person["high"] - person["low"]
    assert (llm["recall"], llm["high"]) == (1.0, 1.0)


def test_without_blind_answers_there_is_nothing_to_say() -> None:
    assert recall([]) == []
