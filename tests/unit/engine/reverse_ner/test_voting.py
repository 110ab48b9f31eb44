"""Votes against tables that were counted by hand."""

from engine.grounding import Mention, ground
from engine.reverse_ner.config import TaggingConfig
from engine.reverse_ner.voting import count, self_consistency, two_stage

TEXT = "Ann Lee of Acme Oslo met Bo in Oslo."


def samples(*listed: list[tuple[str, str]]):
    return [ground(TEXT, [Mention(text, label) for text, label in one]) for one in listed]


def shown(votes):
    return [(one.surface, one.label, one.votes, one.score) for one in votes]


FIVE = samples(
    [("Ann Lee", "PER"), ("Acme", "ORG"), ("Bo", "PER")],
    [("Ann Lee", "PER"), ("Acme Oslo", "ORG"), ("Bo", "PER")],
    [("Ann Lee", "PER"), ("Acme Oslo", "ORG"), ("Bo", "ORG")],
    [("Ann", "PER"), ("Acme Oslo", "ORG"), ("Bo", "LOC")],
    [("Ann Lee", "PER"), ("Acme", "LOC")],
)
"""
place      | types by sample | votes a type     | named by
Ann Lee    | P P P . P       | PER 4            | 4
Ann        | . . . P .       | PER 1            | 1
Acme       | O . . . L       | ORG 1, LOC 1     | 2
Acme Oslo  | . O O O .       | ORG 3            | 3
Bo         | P P O L .       | PER 2, ORG 1, LOC 1 | 4
"""


def test_every_place_and_type_is_counted():
    assert shown(count(TEXT, FIVE)) == [
        ("Ann", "PER", 1, 0.2),
        ("Ann Lee", "PER", 4, 0.8),
        ("Acme", "LOC", 1, 0.2),
        ("Acme", "ORG", 1, 0.2),
        ("Acme Oslo", "ORG", 3, 0.6),
        ("Bo", "LOC", 1, 0.2),
        ("Bo", "ORG", 1, 0.2),
        ("Bo", "PER", 2, 0.4),
    ]


def test_self_consistency_keeps_what_half_of_the_samples_say():
    kept = self_consistency(count(TEXT, FIVE))
    assert shown(kept) == [("Ann Lee", "PER", 4, 0.8), ("Acme Oslo", "ORG", 3, 0.6)]


def test_the_two_stage_vote_settles_the_place_first_and_then_its_type():
    assert shown(two_stage(TEXT, FIVE)) == [
        ("Ann Lee", "PER", 4, 0.8),
        ("Acme Oslo", "ORG", 3, 0.6),
        ("Bo", "PER", 2, 0.4),
    ]


def test_half_of_an_even_number_is_enough_for_both():
    four = samples([("Bo", "PER")], [("Bo", "PER")], [], [])
    assert shown(self_consistency(count(TEXT, four))) == [("Bo", "PER", 2, 0.5)]
    assert shown(two_stage(TEXT, four)) == [("Bo", "PER", 2, 0.5)]
    three = samples([("Bo", "PER")], [], [])
    assert self_consistency(count(TEXT, three)) == []
    assert two_stage(TEXT, three) == []


def test_of_what_overlaps_the_higher_score_and_then_the_longer_span_stays():
    two = samples([("Acme", "ORG")], [("Acme Oslo", "ORG")])
    assert shown(self_consistency(count(TEXT, two))) == [("Acme Oslo", "ORG", 1, 0.5)]
    three = samples([("Acme", "ORG")], [("Acme", "ORG"), ("Bo", "PER")], [("Acme Oslo", "ORG")])
    low = TaggingConfig(keep=0.3)
    assert [one.surface for one in self_consistency(count(TEXT, three), low)] == ["Acme", "Bo"]


def test_where_a_project_allows_overlap_both_stay():
    two = samples([("Acme", "ORG")], [("Acme Oslo", "ORG")])
    kept = self_consistency(count(TEXT, two), allow_overlap=True)
    assert [one.surface for one in kept] == ["Acme", "Acme Oslo"]


def test_a_sample_votes_once_however_often_it_lists_a_mention():
    [sample] = samples([("Bo", "PER")])
    assert shown(count(TEXT, [[*sample, *sample]])) == [("Bo", "PER", 1, 1.0)]


def test_a_sample_that_gives_one_place_two_types_names_it_once():
    both = [*samples([("Bo", "PER")])[0], *samples([("Bo", "ORG")])[0]]
    assert two_stage(TEXT, [both, [], []]) == []


def test_votes_are_counted_on_places_and_not_on_words():
    two = samples([("Oslo", "LOC"), ("Oslo", "LOC")], [("Oslo", "LOC"), ("Oslo", "LOC")])
    assert [(one.span.start, one.votes) for one in count(TEXT, two)] == [(16, 2), (31, 2)]


def test_a_mention_that_is_not_in_the_text_is_voted_on_too_and_stays_visible():
    two = samples([("Zoe", "PER")], [("Zoe", "PER"), ("Kim", "PER")])
    kept = self_consistency(count(TEXT, two))
    assert [(v.surface, v.votes, v.span) for v in kept] == [("Kim", 1, None), ("Zoe", 2, None)]
    suggestion = kept[1].suggestion()
    assert (suggestion.match, suggestion.score, suggestion.span) == ("ungrounded", 1.0, None)


def test_the_match_is_how_most_samples_were_located():
    two = samples([("Oslo", "LOC"), ("Oslo", "LOC")], [("Oslo", "LOC")], [("Oslo", "LOC")])
    matches = {(v.span.start, v.match) for v in count(TEXT, two)}
    assert (16, "ambiguous") in matches
