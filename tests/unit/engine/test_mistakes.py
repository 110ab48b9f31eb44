"""What a tagger gets wrong is named for what it is, once."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from engine.metrics import score
from engine.mistakes import NOTHING, confusion, mistakes
from engine.types import AnnotatedText, Span

TEXT = "Ann Berg joined Acme in Oslo."


def on(*spans: tuple[int, int, str]) -> AnnotatedText:
    return AnnotatedText(TEXT, tuple(Span(*span) for span in spans))


def kinds(gold: AnnotatedText, guess: AnnotatedText) -> list[str]:
    return [one.kind for one in mistakes(gold, guess)]


def test_what_agrees_is_no_mistake() -> None:
    both = on((0, 8, "PER"), (16, 20, "ORG"))
    assert mistakes(both, both) == []


def test_each_mistake_has_its_name() -> None:
    assert kinds(on((0, 8, "PER")), on()) == ["missed"]
    assert kinds(on(), on((0, 8, "PER"))) == ["invented"]
    assert kinds(on((0, 8, "PER")), on((0, 8, "ORG"))) == ["type"]
    assert kinds(on((0, 8, "PER")), on((0, 3, "PER"))) == ["edge"]
    assert kinds(on((0, 8, "PER")), on((0, 3, "ORG"))) == ["both"]


def test_a_span_cut_in_two_is_one_moved_edge_and_one_invented_span() -> None:
    assert kinds(on((0, 8, "PER")), on((0, 3, "PER"), (4, 8, "PER"))) == ["invented", "edge"]


def test_the_pair_that_shares_most_is_one_mistake() -> None:
    found = mistakes(on((0, 8, "PER")), on((0, 3, "PER"), (3, 8, "ORG")))
    assert [(one.kind, one.guess and one.guess.label) for one in found] == [
        ("invented", "PER"),
        ("both", "ORG"),
    ]


def test_confusions_are_counted_and_moved_edges_count_as_found() -> None:
    gold = [on((0, 8, "PER"), (16, 20, "ORG")), on((24, 28, "LOC"))]
    guess = [on((0, 3, "PER"), (16, 20, "LOC")), on()]
    assert confusion(gold, guess) == {
        ("PER", "PER"): 1,
        ("ORG", "LOC"): 1,
        ("LOC", NOTHING): 1,
    }


places = st.builds(
    lambda start, length, label: Span(start, min(start + length, len(TEXT)), label),
    st.integers(0, len(TEXT) - 1),
    st.integers(1, 6),
    st.sampled_from(["PER", "ORG"]),
)
texts = st.lists(places, max_size=5).map(lambda spans: AnnotatedText(TEXT, tuple(spans)))


@given(texts, texts)
def test_mistakes_and_agreement_account_for_every_span(
    gold: AnnotatedText, guess: AnnotatedText
) -> None:
    found = Counter(one.kind for one in mistakes(gold, guess))
    strict = score([gold], [guess], bootstrap=0).micro
    paired = found["type"] + found["edge"] + found["both"]
    assert strict.support == strict.correct + paired + found["missed"]
    assert strict.predicted == strict.correct + paired + found["invented"]
    told = confusion([gold], [guess])
    assert sum(n for (a, _), n in told.items() if a) == strict.support
    assert sum(n for (_, b), n in told.items() if b) == strict.predicted
