import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.nuner.config import DecodeConfig
from engine.nuner.decoding import WordSpan, calibrate, candidates, choose, decode, uncalibrate

NONE_BROADER = np.zeros((2, 2), bool)
FIRST_BROADER = np.array([[False, False], [True, False]])
RAW = DecodeConfig(finer_ratio=0.5)
NO_SEAMS = DecodeConfig(seam=2.0)


def scores(words: int, kinds: int = 2) -> np.ndarray:
    return np.full((3, words, kinds), 0.01, np.float32)


def put(array: np.ndarray, first: int, last: int, kind: int, value: float) -> None:
    array[0, first : last + 1, kind] = value
    array[1, first, kind] = value
    array[2, last, kind] = value


def test_a_run_of_words_becomes_one_span():
    given = scores(6)
    put(given, 1, 3, 0, 0.9)
    found = decode(given, NONE_BROADER, RAW, 0.4)
    assert [(s.first, s.last, s.kind) for s in found] == [(1, 3, 0)]
    assert found[0].score == pytest.approx(0.9, abs=1e-3)


def test_neighbours_of_one_type_stay_two_where_a_start_says_so():
    given = scores(4)
    put(given, 0, 1, 0, 0.9)
    put(given, 2, 3, 0, 0.9)
    found = decode(given, NONE_BROADER, RAW, 0.4)
    assert [(s.first, s.last) for s in found] == [(0, 1), (2, 3)]


def test_a_finer_type_wins_over_a_broader_one_that_is_surer():
    given = scores(3)
    put(given, 1, 1, 0, 0.9)
    put(given, 1, 1, 1, 0.6)
    assert [s.kind for s in decode(given, FIRST_BROADER, RAW, 0.4)] == [1]
    assert [s.kind for s in decode(given, NONE_BROADER, RAW, 0.4)] == [0]


def test_a_finer_type_that_hardly_fires_does_not_win():
    given = scores(3)
    put(given, 1, 1, 0, 0.9)
    put(given, 1, 1, 1, 0.2)
    assert [s.kind for s in decode(given, FIRST_BROADER, RAW, 0.4)] == [0]


def test_a_finer_type_keeps_the_score_of_the_mention():
    span = choose([WordSpan(0, 0, 0, 0.9), WordSpan(0, 0, 1, 0.6)], FIRST_BROADER, 0.4, 0.5)
    assert span == [WordSpan(0, 0, 1, 0.9)]


def test_nothing_is_found_in_a_text_without_words():
    assert decode(scores(0), NONE_BROADER, RAW, 0.4) == []


@given(st.integers(0, 2**32 - 1), st.integers(1, 14))
def test_spans_never_overlap_and_candidates_match_brute_force(seed, words):
    given = np.random.default_rng(seed).random((3, words, 2), dtype=np.float32)
    kept = decode(given, NONE_BROADER, RAW, 0.5)
    assert all(a.last < b.first for a, b in itertools.pairwise(kept))
    brute = {
        (i, j, k)
        for k in range(2)
        for i in range(words)
        for j in range(i, words)
        if (given[0, i : j + 1, k] >= 0.25).all()
        and np.cbrt(given[1, i, k] * given[2, j, k] * given[0, i : j + 1, k].mean()) >= 0.5 + 1e-5
    }
    assert brute <= {(s.first, s.last, s.kind) for s in candidates(given, 0.5, NO_SEAMS)}


@given(st.floats(0.01, 0.99), st.floats(0.2, 3), st.floats(-2, 2))
def test_a_threshold_means_the_same_in_either_scale(value, slope, offset):
    config = DecodeConfig(slope=slope, offset=offset)
    assert uncalibrate(calibrate(value, config), config) == pytest.approx(value, abs=1e-4)
