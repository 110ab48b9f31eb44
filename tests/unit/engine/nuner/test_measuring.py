"""What a run scores and gets wrong is told as JSON, the surest mistakes first."""

from __future__ import annotations

import json

from engine.nuner.measuring import AROUND, WORST, measured, said
from engine.types import AnnotatedText, Span, Suggestion, Tagged

TEXT = "Ann Berg joined Acme in Oslo."
GOLD = AnnotatedText(TEXT, (Span(0, 8, "PER"), Span(16, 20, "ORG"), Span(24, 28, "LOC")))


def test_scores_confusions_and_mistakes_are_told_together() -> None:
    found = measured([GOLD], [[[0, 8, "PER", 0.9], [16, 20, "LOC", 0.7], [9, 15, "ORG", 0.95]]])
    assert json.loads(json.dumps(found)) == found
    assert found["micro"]["support"] == 3
    assert found["micro"]["correct"] == 1
    assert set(found["types"]) == {"PER", "ORG", "LOC"}
    assert ["ORG", "LOC", 1] in found["confusion"]
    assert ["LOC", "", 1] in found["confusion"]
    assert found["kinds"] == {"missed": 1, "invented": 1, "type": 1}
    assert [one["kind"] for one in found["mistakes"]] == ["invented", "type", "missed"]


def test_a_mistake_shows_what_stands_around_it() -> None:
    (one,) = measured([GOLD], [[[0, 3, "PER", 0.8], [16, 20, "ORG", 1], [24, 28, "LOC", 1]]])[
        "mistakes"
    ]
    assert (one["kind"], one["text"], one["score"]) == ("edge", 0, 0.8)
    assert one["before"] + one["surface"] + one["after"] == TEXT
    assert one["surface"] == "Ann Berg"
    assert one["guess"] == {"start": 0, "end": 3, "code": "PER", "surface": "Ann"}


def test_no_more_than_the_worst_are_kept_and_all_are_counted() -> None:
    long = AnnotatedText("x" * AROUND * 4 + " " + TEXT, ())
    spans = [[n, n + 1, "PER", n / 1000] for n in range(100)]
    found = measured([long], [spans])
    assert len(found["mistakes"]) == WORST
    assert found["kinds"] == {"invented": 100}
    assert found["mistakes"][0]["score"] == 0.099
    assert found["mistakes"][0]["after"] == "x" * AROUND + " …"


def test_what_stands_around_a_mistake_is_cut_between_words() -> None:
    filler = "seven " * 30
    long = AnnotatedText(f"{filler}Ann {filler}", ())
    (one,) = measured([long], [[[180, 183, "PER", 1]]])["mistakes"]
    assert one["before"] == "… " + "seven " * 10
    assert one["after"] == " seven" * 10 + " …"


def test_only_located_spans_are_said() -> None:
    located = Suggestion(Span(0, 3, "PER"), "PER", "Ann", 0.123456)
    lost = Suggestion(None, "PER", "Bo", 0.9, "ungrounded")
    assert said(Tagged(TEXT, (located, lost))) == [[0, 3, "PER", 0.1235]]
