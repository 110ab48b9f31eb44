"""Grounding: every hard case that a quoted mention can pose."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import in_order
from engine.grounding import Grounded, Mention, ground
from engine.spans import words
from tests.unit.engine import slow_grounding


def places(text: str, *surfaces: str, allow_overlap: bool = False) -> list[tuple[int, str, str]]:
    """Ground bare surfaces; (start, found surface, match) of each, start -1 when ungrounded."""
    found = ground(text, [Mention(s, "X") for s in surfaces], allow_overlap=allow_overlap)
    return [place(text, g) for g in found]


def place(text: str, grounded: Grounded) -> tuple[int, str, str]:
    if grounded.span is None:
        return -1, "", grounded.match
    return grounded.span.start, text[grounded.span.start : grounded.span.end], grounded.match


def test_a_mention_quoted_twice_is_located_twice() -> None:
    text = "Rome is old. Rome is big."
    assert places(text, "Rome", "Rome") == [(0, "Rome", "exact"), (13, "Rome", "exact")]


def test_a_mention_is_not_put_inside_a_longer_one() -> None:
    text = "Paris Hilton flew to Paris. She likes Paris."
    assert places(text, "Paris Hilton", "Paris", "Paris") == [
        (0, "Paris Hilton", "exact"),
        (21, "Paris", "exact"),
        (38, "Paris", "exact"),
    ]


def test_the_longer_mention_keeps_its_place_even_when_listed_last() -> None:
    text = "Paris Hilton flew to Paris."
    assert places(text, "Paris", "Paris Hilton") == [
        (21, "Paris", "exact"),
        (0, "Paris Hilton", "exact"),
    ]


def test_mentions_listed_out_of_order_are_all_located() -> None:
    text = "Ann met Bob in Rome."
    assert places(text, "Rome", "Ann", "Bob") == [
        (15, "Rome", "exact"),
        (0, "Ann", "exact"),
        (8, "Bob", "exact"),
    ]


def test_mentions_listed_by_type_are_all_located() -> None:
    text = "Rome, Ann, Oslo, Bob, Rome"
    assert [start for start, _, _ in places(text, "Ann", "Bob", "Rome", "Oslo", "Rome")] == [
        6,
        17,
        0,
        11,
        22,
    ]


def test_a_country_is_never_a_pronoun() -> None:
    text = "US troops told us to leave the US"
    assert places(text, "US", "US") == [(0, "US", "exact"), (31, "US", "exact")]
    assert places(text, "US", "US", "US")[2] == (-1, "", "ungrounded")
    assert places("they told us to go", "US") == [(-1, "", "ungrounded")]
    assert places("who said it", "WHO", "IT") == [(-1, "", "ungrounded")] * 2


def test_curly_and_straight_quotes_are_the_same() -> None:
    text = "I read O’Reilly’s Guide, “the” book"
    assert places(text, "O'Reilly's Guide") == [(7, "O’Reilly’s Guide", "normalised")]


def test_letters_that_change_length_when_lowered_shift_nothing() -> None:
    text = "İstanbul and İzmir are in Turkey."
    assert places(text, "İzmir", "TURKEY") == [
        (13, "İzmir", "exact"),
        (26, "Turkey", "normalised"),
    ]
    assert places(text, "Istanbul") == [(0, "İstanbul", "fuzzy")]


def test_left_context_tells_the_month_from_the_minister() -> None:
    text = "May I ask whether May will resign?"
    [found] = ground(text, [Mention("May", "PER", left="I ask whether")])
    assert place(text, found) == (18, "May", "exact")
    [found] = ground(text, [Mention("May", "PER", left="… Ask  whether May")])
    assert place(text, found) == (18, "May", "exact")


def test_an_occurrence_number_tells_them_apart_too() -> None:
    text = "May I ask whether May will resign?"
    [found] = ground(text, [Mention("May", "PER", occurrence=2)])
    assert place(text, found) == (18, "May", "exact")


def test_an_occurrence_that_does_not_exist_is_doubtful() -> None:
    text = "May I ask?"
    [found] = ground(text, [Mention("May", "PER", occurrence=2)])
    assert place(text, found) == (0, "May", "ambiguous")


def test_context_that_fits_in_part_decides_but_does_not_forbid() -> None:
    text = "the US army left the US"
    [found] = ground(text, [Mention("US", "LOC", left="they left the")])
    assert place(text, found) == (21, "US", "exact")
    found_both = ground(
        text, [Mention("US", "LOC", left="x"), Mention("US", "LOC", left="left the")]
    )
    assert [place(text, g)[0] for g in found_both] == [4, 21]


def test_a_mention_listed_less_often_than_it_occurs_is_ambiguous() -> None:
    text = "May I ask whether May will resign?"
    assert places(text, "May") == [(0, "May", "ambiguous")]
    assert places("Paris Hilton left Paris for Paris", "Paris Hilton", "Paris") == [
        (0, "Paris Hilton", "exact"),
        (18, "Paris", "ambiguous"),
    ]


def test_a_mention_listed_more_often_than_it_occurs_is_ungrounded_the_last_time() -> None:
    assert places("Rome is old.", "Rome", "Rome") == [
        (0, "Rome", "exact"),
        (-1, "", "ungrounded"),
    ]


def test_nesting_follows_the_project() -> None:
    text = "The Bank of England rose."
    assert places(text, "Bank of England", "England", allow_overlap=True) == [
        (4, "Bank of England", "exact"),
        (12, "England", "exact"),
    ]
    assert places(text, "England", "Bank of England", allow_overlap=True) == [
        (12, "England", "exact"),
        (4, "Bank of England", "exact"),
    ]
    assert places(text, "Bank of England", "England")[1] == (-1, "", "ungrounded")


def test_two_types_on_one_span_need_overlap() -> None:
    text = "Rome rose."
    both = [Mention("Rome", "LOC"), Mention("Rome", "ORG")]
    assert [g.match for g in ground(text, both, allow_overlap=True)] == ["exact", "exact"]
    assert [g.match for g in ground(text, both)] == ["exact", "ungrounded"]


@pytest.mark.parametrize(
    ("text", "surface", "start"),
    [
        ("我在东京都工作。", "东京", 2),
        ("ผมอยู่กรุงเทพครับ", "กรุงเทพ", 6),
        ("삼성전자는 컸다", "삼성전자", 0),
        ("KBS는 컸다", "KBS", 0),
        ("私はソニーの社員です", "ソニー", 2),
    ],
)
def test_writing_without_spaces_has_boundaries_everywhere(
    text: str, surface: str, start: int
) -> None:
    assert places(text, surface) == [(start, surface, "exact")]


def test_a_part_of_a_word_is_no_mention() -> None:
    assert places("The Romeo of Jerome", "Rome") == [(-1, "", "ungrounded")]
    assert places("Annabel", "Ann") == [(-1, "", "ungrounded")]
    assert places("Cafe\u0301 Noir", "Cafe") == [(-1, "", "ungrounded")]


def test_an_invented_mention_stays_visible_and_ungrounded() -> None:
    [found] = ground("Ann met Bob in Rome.", [Mention("John Smith", "PER")])
    assert found == Grounded(Mention("John Smith", "PER"), None, "ungrounded")
    assert found.suggestion("Ann met Bob in Rome.", 0.4).surface == "John Smith"


def test_a_small_slip_is_repaired_and_marked() -> None:
    text = "The Mississippi Delta Blues Festival opened."
    assert places(text, "Missisippi Delta Blues Festival") == [
        (4, "Mississippi Delta Blues Festival", "fuzzy")
    ]


def test_a_slip_in_a_number_is_another_thing() -> None:
    assert places("A Boeing 747-400 landed", "Boeing 737-400") == [(-1, "", "ungrounded")]


def test_a_slip_that_fits_two_places_is_ambiguous() -> None:
    text = "Mississippi Delta, then Mississippi Delta"
    assert places(text, "Missisippi Delta") == [(0, "Mississippi Delta", "ambiguous")]


def test_a_near_match_never_takes_the_place_of_an_exact_one() -> None:
    text = "Mississippi Delta"
    assert [match for _, _, match in places(text, "Missisippi Delta", "Mississippi")] == [
        "ungrounded",
        "exact",
    ]


@pytest.mark.parametrize("surface", ["", "  ", "\u200b", "?!", "\ud800", "x" * 5000])
def test_what_cannot_be_a_mention_is_ungrounded(surface: str) -> None:
    assert places("Ann met Bob.", surface) == [(-1, "", "ungrounded")]


@pytest.mark.parametrize(
    ("text", "surface", "found", "match"),
    [
        ("at Acme\n Corp now", "Acme Corp", "Acme\n Corp", "normalised"),
        ("at Acme now", " Acme ", "Acme", "exact"),
        ("at Acme now", "“Acme”,", "Acme", "normalised"),
        ("x\xa0y\u200bAcme\xadCorp", "AcmeCorp", "Acme\xadCorp", "normalised"),
        ("Cafe\u0301 Noir", "Caf\u00e9 Noir", "Cafe\u0301 Noir", "normalised"),
        ("1939–45 war", "1939-45", "1939–45", "normalised"),
        ("👨🏻\u200d🚒 firemen", "firemen", "firemen", "exact"),
        ("𝒜𝒸𝓂𝑒 Inc", "Acme Inc", "𝒜𝒸𝓂𝑒 Inc", "normalised"),
        ("שלום Acme Corp 2002", "Acme Corp", "Acme Corp", "exact"),
        ("Weiße Rose", "WEISSE ROSE", "Weiße Rose", "normalised"),
    ],
)
def test_spelling_that_means_the_same_is_found(
    text: str, surface: str, found: str, match: str
) -> None:
    assert [(s, m) for _, s, m in places(text, surface)] == [(found, match)]


def test_many_repeats_are_placed_without_delay() -> None:
    text = "the US and " * 500
    found = ground(text, [Mention("US", "LOC")] * 500)
    assert all(g.match == "exact" for g in found)
    assert [g.span.start for g in found if g.span] == list(range(4, len(text), 11))


ALPHABET = st.sampled_from(
    ["Ann", "Bob", "May", "may", "Rome", "İzmir", "O’Neil", "x", "👍🏽", "東京"]
)


@given(st.lists(ALPHABET, max_size=12), st.data())
def test_mentions_listed_for_every_occurrence_are_located_exactly(
    tokens: list[str], data: st.DataObject
) -> None:
    text = " ".join(tokens)
    wanted = data.draw(st.sets(ALPHABET))
    starts = [sum(len(t) + 1 for t in tokens[:i]) for i in range(len(tokens))]
    planted = [(s, t) for s, t in zip(starts, tokens, strict=True) if t in wanted]
    found = ground(text, [Mention(t, "X") for _, t in planted])
    assert [place(text, g) for g in found] == [(s, t, "exact") for s, t in planted]


@given(
    st.text(alphabet="abA ’'-é\u0301東İ\n.", max_size=40),
    st.lists(st.builds(Mention, st.text(alphabet="abA ’é東İ.", max_size=6), st.sampled_from("XY"))),
    st.booleans(),
)
def test_whatever_is_quoted_the_result_is_honest(
    text: str, mentions: list[Mention], allow_overlap: bool
) -> None:
    found = ground(text, mentions, allow_overlap=allow_overlap)
    assert [g.mention for g in found] == mentions
    spans = sorted(g.span for g in found if g.span)
    assert len(set(spans)) == len(spans)
    if not allow_overlap:
        assert not any(a.overlaps(b) for i, a in enumerate(spans) for b in spans[i + 1 :])
    for g in found:
        assert (g.span is None) == (g.match == "ungrounded")
        if g.match == "exact":
            assert place(text, g)[1] == g.mention.surface.strip()


@given(st.text(min_size=1), st.data())
def test_any_run_of_words_of_any_text_is_found_where_it_stands(
    text: str, data: st.DataObject
) -> None:
    spots = words(text)
    if not spots:
        return
    first = data.draw(st.integers(0, len(spots) - 1))
    last = data.draw(st.integers(first, len(spots) - 1))
    surface = text[spots[first][0] : spots[last][1]]
    [found] = ground(text, [Mention(surface, "X", left=text[: spots[first][0]])])
    assert place(text, found)[1] == surface


SPELLED = [
    "Ann",
    "Ann Lee",
    "May",
    "may",
    "US",
    "us",
    "O’Neil",
    "O'Neil",
    "東京",
    "Bank of England",
]
SLIPPED = ["England", "Mississippi Delta", "Missisippi Delta", "1939–45", "1938-45", "“May”", "of"]
QUOTED = st.sampled_from(SPELLED + SLIPPED)


@st.composite
def texts_and_mentions(draw: st.DrawFn) -> tuple[str, list[Mention]]:
    """A text of few words, many of them twice, and what a careless model quotes of it."""
    some = draw(st.lists(QUOTED, min_size=1, max_size=5))
    said = st.sampled_from(some)
    text = draw(st.sampled_from([" ", "  ", ", "])).join(draw(st.lists(said, max_size=14)))
    left = st.one_of(st.just(""), st.lists(said, max_size=3).map(" ".join))
    mention = st.builds(Mention, QUOTED | said, st.sampled_from("XY"), left, st.integers(0, 2))
    in_turn = st.builds(Mention, said, st.just("X"))
    return text, draw(st.lists(mention, max_size=10) | st.lists(in_turn, max_size=10))


@settings(max_examples=400)
@given(texts_and_mentions(), st.booleans())
@example(("Ann Lee, Ann", [Mention("Ann Lee", "X"), Mention("Ann", "X")]), True)
@example(("a b May, c b May", [Mention("May", "X", left="d b")]), False)
@example(("a Missisippi Delta", [Mention("a Mississippi Delta", "X")]), False)
def test_the_result_is_that_of_trying_every_place(
    quoted: tuple[str, list[Mention]], allow_overlap: bool
) -> None:
    text, mentions = quoted
    expected = slow_grounding.ground(text, mentions, allow_overlap=allow_overlap)
    assert ground(text, mentions, allow_overlap=allow_overlap) == expected


def test_a_reply_too_large_for_machine_words_is_grounded_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "Ann met May. May met Ann Lee. Ann left. "
    mentions = [Mention(s, "X") for s in ("May", "Ann", "Ann Lee", "May", "Ann", "Ann")]
    expected = ground(text, mentions)
    monkeypatch.setattr(in_order, "_WORD", 0)
    assert ground(text, mentions) == expected
    assert sum(g.span is not None for g in expected) == 5
