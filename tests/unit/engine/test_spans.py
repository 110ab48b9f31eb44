"""Words, overlaps and tags."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.spans import (
    Scheme,
    bio_to_spans,
    resolve_overlaps,
    snap,
    spans_to_bio,
    split_tag,
    words,
)
from engine.types import Span


def surfaces(text: str) -> list[str]:
    return [text[start:end] for start, end in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ann's 3.5 m_x", ["Ann", "'", "s", "3", ".", "5", "m", "_", "x"]),
        ("O’Reilly-Ltd", ["O", "’", "Reilly", "-", "Ltd"]),
        ("Cafe\u0301 Noir", ["Cafe\u0301", "Noir"]),
        ("in 東京都", ["in", "東", "京", "都"]),
        ("カ\u3099ラ々", ["カ\u3099", "ラ", "々"]),
        ("한국어 조선", ["한국어", "조선"]),
        ("สวัสดีครับ", ["สวัสดีครับ"]),
        ("हिन्दी क्ष", ["हिन्दी", "क्ष"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("x\xa0y\u200bAcme\xadCorp", ["x", "y", "\u200b", "Acme\xadCorp"]),
        ("a\xad b\u200d", ["a", "\xad", "b", "\u200d"]),
        ("👨🏻\u200d🚒 and 👍🏽", ["👨🏻\u200d🚒", "and", "👍🏽"]),
        ("❤️hi🇫🇷🇩🇪", ["❤️", "hi", "🇫🇷", "🇩🇪"]),
        ("1️⃣*️⃣", ["1️⃣", "*️⃣"]),
        ("=\u0338a", ["=\u0338", "a"]),
        ("\u0301a", ["\u0301a"]),
        ("\ufeffAcme", ["\ufeff", "Acme"]),
        ("𝒜𝒸𝓂𝑒 Inc", ["𝒜𝒸𝓂𝑒", "Inc"]),
        ("שלום Acme", ["שלום", "Acme"]),
        ("a\r\n  b", ["a", "b"]),
        ("\x00\ud800a", ["\x00", "\ud800", "a"]),
        ("", []),
        (" \t\u3000\n", []),
    ],
)
def test_words_follow_the_stated_rule(text: str, expected: list[str]) -> None:
    assert surfaces(text) == expected


@given(st.text())
def test_words_hold_every_character_but_white_space_once_and_in_order(text: str) -> None:
    found = words(text)
    assert all(start < end for start, end in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert "".join(surfaces(text)) == "".join(text.split())


@given(st.text(alphabet="ab1é\u0301東 -\u200d❤\ufe0f"))
def test_a_word_read_alone_is_that_one_word(text: str) -> None:
    assert all(words(s) == [(0, len(s))] for s in surfaces(text))


def test_a_very_long_word_is_one_word() -> None:
    assert words("a\u0301" * 200_000) == [(0, 400_000)]


@pytest.mark.parametrize(
    ("text", "drawn", "expected"),
    [
        ("He joined Acme, then left.", (11, 15), "Acme"),
        ("He joined Acme, then left.", (9, 12), "Acme"),
        ("the “Guide” to", (3, 12), "Guide"),
        ("(Acme) rocks", (0, 6), "Acme"),
        ("by Acme (UK), it", (3, 13), "Acme (UK)"),
        ("Acme) rocks", (0, 5), "Acme"),
        ("in the U.S. now", (7, 11), "U.S."),
        ("C# and AT&T", (0, 2), "C#"),
        ("in 東京都。", (4, 7), "京都"),
    ],
)
def test_snapping_takes_whole_words_and_trims_punctuation(
    text: str, drawn: tuple[int, int], expected: str
) -> None:
    found = snap(text, *drawn)
    assert found is not None
    assert text[slice(*found)] == expected


@pytest.mark.parametrize("text", ["   ", "...", "", "()"])
def test_snapping_nothing_gives_nothing(text: str) -> None:
    assert snap(text, 0, len(text)) is None


def test_on_overlap_the_higher_score_wins_then_the_longer_span() -> None:
    short, long, apart = Span(0, 3, "A"), Span(0, 7, "B"), Span(8, 9, "C")
    assert resolve_overlaps([short, long, apart]) == [long, apart]
    assert resolve_overlaps([short, long, apart], [0.9, 0.5, 0.1]) == [short, apart]
    assert resolve_overlaps([]) == []


spans_on_thirty = st.lists(
    st.tuples(st.integers(0, 29), st.integers(1, 8), st.sampled_from("AB")).map(
        lambda t: Span(t[0], min(30, t[0] + t[1]), t[2])
    )
)


@given(spans_on_thirty)
def test_resolved_spans_never_overlap_and_every_dropped_one_overlaps_a_kept_one(
    spans: list[Span],
) -> None:
    kept = resolve_overlaps(spans)
    assert kept == sorted(kept)
    assert not any(a.overlaps(b) for a, b in pairwise(kept))
    assert all(s in kept or any(s.overlaps(k) for k in kept) for s in spans)


def test_spans_off_the_word_edges_and_overlapping_ones_are_lost_with_a_reason() -> None:
    spans = [Span(0, 3, "PER"), Span(0, 7, "ORG"), Span(8, 10, "LOC")]
    tags, lost = spans_to_bio(words("Ann Lee Rome"), spans)
    assert tags == ["B-ORG", "I-ORG", "O"]
    assert [(x.span, x.reason) for x in lost] == [
        (spans[0], "it overlaps another span"),
        (spans[2], "its edges are not the edges of words"),
    ]


CASES: list[tuple[Scheme, str]] = [
    ("iob1", "I-PER I-PER O I-LOC B-LOC"),
    ("iob2", "B-PER I-PER O B-LOC B-LOC"),
    ("ioe2", "I-PER E-PER O E-LOC E-LOC"),
    ("iobes", "B-PER E-PER O S-LOC S-LOC"),
    ("bilou", "B-PER L-PER O U-LOC U-LOC"),
]


@pytest.mark.parametrize(("scheme", "tags"), CASES)
def test_all_five_schemes_say_the_same_thing(scheme: Scheme, tags: str) -> None:
    expected = [Span(0, 7, "PER"), Span(15, 19, "LOC"), Span(20, 25, "LOC")]
    found = words("Ann Lee joined Rome Paris")
    assert bio_to_spans(found, tags.split(), scheme) == expected
    assert bio_to_spans(found, tags.split()) == expected


def test_an_inside_tag_without_a_beginning_opens_a_span() -> None:
    spots = [(0, 1), (2, 3), (4, 5)]
    assert bio_to_spans(spots, ["O", "I-A", "I-B"], "iob2") == [Span(2, 3, "A"), Span(4, 5, "B")]


@pytest.mark.parametrize("tag", ["X-PER", "B", "", "B-", "PER", "L-PER", "B- "])
def test_a_tag_outside_the_scheme_is_refused(tag: str) -> None:
    with pytest.raises(EngineError, match="is not a tag of the scheme iob2"):
        split_tag(tag, "iob2")


def test_tags_and_words_must_be_as_many() -> None:
    with pytest.raises(EngineError, match="2 words cannot carry 1 tags"):
        bio_to_spans([(0, 1), (2, 3)], ["O"])


@given(st.text(alphabet="ab 東-\u0301", max_size=40), st.data())
def test_spans_on_word_edges_survive_tagging(text: str, data: st.DataObject) -> None:
    spots = words(text)
    if not spots:
        return
    index = st.integers(0, len(spots) - 1)
    drawn = data.draw(st.lists(st.tuples(index, index, st.sampled_from(["PER", "X-Y"]))))
    spans = resolve_overlaps(
        [Span(spots[min(a, b)][0], spots[max(a, b)][1], label) for a, b, label in drawn]
    )
    tags, lost = spans_to_bio(spots, spans)
    assert not lost
    assert bio_to_spans(spots, tags, "iob2") == spans
