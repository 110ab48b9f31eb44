"""Strict span scores, with seqeval as a second opinion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from engine.errors import EngineError
from engine.metrics import score
from engine.spans import resolve_overlaps, spans_to_bio, words
from engine.types import AnnotatedText, Span

TEXT = "Ann Lee joined Acme in Rome."
GOLD = AnnotatedText(TEXT, (Span(0, 7, "PER"), Span(15, 19, "ORG"), Span(23, 27, "LOC")))


def test_only_equal_edges_and_type_count() -> None:
    guess = AnnotatedText(TEXT, (Span(0, 7, "PER"), Span(15, 19, "LOC"), Span(23, 28, "LOC")))
    scores = score([GOLD], [guess], bootstrap=0)
    assert (scores.micro.support, scores.micro.predicted, scores.micro.correct) == (3, 3, 1)
    assert scores.micro.f1 == pytest.approx(1 / 3)
    assert list(scores.types) == ["LOC", "ORG", "PER"]
    assert (scores.types["LOC"].p, scores.types["LOC"].r) == (0.0, 0.0)
    assert scores.types["PER"].f1 == 1.0
    assert scores.micro.low is None


def test_gold_against_itself_is_one_and_against_nothing_is_zero() -> None:
    assert score([GOLD], [GOLD]).micro.f1 == 1.0
    assert score([GOLD], [AnnotatedText(TEXT)]).micro.f1 == 0.0
    assert score([AnnotatedText(TEXT)], [AnnotatedText(TEXT)]).micro.f1 == 0.0
    assert score([], []).micro.support == 0


def test_texts_must_be_the_same_on_both_sides() -> None:
    with pytest.raises(EngineError, match="Text 2 differs"):
        score([GOLD, GOLD], [GOLD, AnnotatedText("x")])
    with pytest.raises(EngineError, match="2 gold texts cannot be scored on 1 others"):
        score([GOLD, GOLD], [GOLD])


def test_the_interval_holds_the_score_narrows_with_texts_and_follows_the_seed() -> None:
    miss = AnnotatedText(TEXT, GOLD.spans[:1])
    few = score([GOLD] * 10, [GOLD, miss] * 5).micro
    many = score([GOLD] * 1000, [GOLD, miss] * 500).micro
    assert few.low is not None
    assert few.high is not None
    assert many.low is not None
    assert many.high is not None
    assert few.low < few.f1 < few.high
    assert many.high - many.low < few.high - few.low
    assert score([GOLD] * 10, [GOLD, miss] * 5).micro == few


def test_the_interval_equals_a_plain_bootstrap_over_texts() -> None:
    import numpy as np

    miss, empty = AnnotatedText(TEXT, GOLD.spans[:1]), AnnotatedText(TEXT)
    gold = [GOLD, GOLD, empty] * 20
    guess = [GOLD, miss, GOLD] * 20
    counts = np.array([[3, 3, 3], [3, 1, 1], [0, 3, 0]] * 20)
    rng = np.random.default_rng(1)
    sums = counts[rng.integers(0, 60, (4000, 60))].sum(1)
    plain = np.percentile(2 * sums[:, 2] / (sums[:, 0] + sums[:, 1]), (2.5, 97.5))
    ours = score(gold, guess, bootstrap=4000).micro
    assert ours.low is not None
    assert ours.high is not None
    assert [ours.low, ours.high] == pytest.approx(list(plain), abs=0.01)


@st.composite
def annotated(draw: st.DrawFn) -> tuple[AnnotatedText, AnnotatedText]:
    text = draw(st.text(alphabet="ab東- ", max_size=20))
    spots = words(text)
    index = st.integers(0, max(0, len(spots) - 1))
    drawn = st.lists(st.tuples(index, index, st.sampled_from(["PER", "LOC"])), max_size=5)
    both = []
    for _ in range(2):
        pairs = draw(drawn) if spots else []
        spans = [Span(spots[min(a, b)][0], spots[max(a, b)][1], x) for a, b, x in pairs]
        both.append(AnnotatedText(text, tuple(resolve_overlaps(spans))))
    return both[0], both[1]


@given(st.lists(annotated(), min_size=1, max_size=5))
@pytest.mark.filterwarnings("ignore")
def test_on_word_edges_the_scores_equal_seqeval_in_strict_iob2(
    pairs: list[tuple[AnnotatedText, AnnotatedText]],
) -> None:
    ours = score([g for g, _ in pairs], [p for _, p in pairs], bootstrap=0)
    kept = [(g, p) for g, p in pairs if words(g.text)]
    if not any(g.spans for g, _ in kept) or not any(p.spans for _, p in kept):
        return
    tags = [
        [spans_to_bio(words(x.text), x.spans)[0] for x in side] for side in zip(*kept, strict=True)
    ]
    report = classification_report(*tags, mode="strict", scheme=IOB2, output_dict=True)
    for label, mine in {"micro avg": ours.micro, **ours.types}.items():
        theirs = report[label]
        assert mine.p == pytest.approx(theirs["precision"])
        assert mine.r == pytest.approx(theirs["recall"])
        assert mine.f1 == pytest.approx(theirs["f1-score"])
        assert mine.support == theirs["support"]
