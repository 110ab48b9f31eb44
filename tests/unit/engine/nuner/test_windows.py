import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.nuner.inference import Window, cut, sorted_batches

CLS, SEP = 101, 102


def tokens(sizes: list[int]) -> tuple[list[int], np.ndarray]:
    """Sub-token ids (their own number) and the first of each word."""
    at = np.cumsum([1, *sizes])[:-1].astype(np.int32)
    total = sum(sizes)
    return [CLS, *range(1000, 1000 + total), SEP], at


@given(st.lists(st.integers(1, 9), min_size=1, max_size=400), st.integers(24, 64))
def test_every_word_is_scored_exactly_once(sizes, window):
    ids, at = tokens(sizes)
    seen = []
    for part in cut(0, ids, at, window, 10):
        assert part.ids[0] == CLS and part.ids[-1] == SEP
        assert len(part.ids) <= window
        for word in part.keep:
            assert part.ids[part.word_at[word]] == ids[at[part.first + word]]
            seen.append(part.first + word)
    assert seen == list(range(len(sizes)))


def test_a_text_that_fits_is_one_window():
    ids, at = tokens([1] * 20)
    assert [w.keep for w in cut(0, ids, at, 22, 4)] == [range(20)]


def test_a_word_is_scored_where_it_stands_further_from_the_edge():
    ids, at = tokens([1] * 100)
    parts = cut(0, ids, at, 42, 20)
    for part in parts[1:]:
        assert part.keep.start >= 9
    for part in parts[:-1]:
        assert len(part.word_at) - part.keep.stop >= 9


def test_a_text_without_words_has_no_window():
    assert cut(0, [CLS, SEP], np.zeros(0, np.int32), 20, 4) == []


@given(st.lists(st.integers(2, 192), max_size=60), st.integers(200, 1000))
def test_batches_hold_every_window_within_the_budget(lengths, budget):
    windows = [
        Window(i, 0, [0] * n, np.zeros(1, np.int32), range(1)) for i, n in enumerate(lengths)
    ]
    batches = sorted_batches(windows, budget)
    assert sorted(w.text for b in batches for w in b) == list(range(len(lengths)))
    assert all(max(len(w.ids) for w in b) * len(b) <= budget for b in batches)
