import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.reverse_ner.config import RetrievalConfig
from engine.reverse_ner.retrieval import Shelf, choose
from engine.types import AnnotatedText
from tests.builders import annotated


def brute_force(near, labels, n, types):
    """Every selection of n examples that covers the wanted types; the one nearest in all."""
    from itertools import combinations

    rows = [row for row in range(len(near)) if near[row] > -np.inf]
    best = {}
    for row in sorted(rows, key=lambda row: -near[row]):
        for label in sorted(labels[row]):
            best.setdefault(label, row)
    wanted = list(best)[:types]
    options = [
        some
        for some in combinations(rows, min(n, len(rows)))
        if all(any(label in labels[row] for row in some) for label in wanted)
    ]
    return max(sum(near[row] for row in some) for some in options) if options else None


examples = st.lists(
    st.tuples(st.integers(-1000, 1000), st.frozensets(st.sampled_from("ABCD"), max_size=1)),
    min_size=1,
    max_size=9,
    unique_by=lambda pair: pair[0],
)


@settings(deadline=None)
@given(examples, st.integers(3, 5), st.integers(0, 3))
def test_the_choice_is_the_nearest_one_that_covers_the_types(pairs, n, types):
    near = np.asarray([value / 1000 for value, _ in pairs], np.float32)
    labels = [label for _, label in pairs]
    chosen = choose(near, labels, RetrievalConfig(n=n, types=types))
    assert len(chosen) == len(set(chosen)) == min(n, len(pairs))
    assert list(near[chosen]) == sorted(near[chosen])
    assert near[chosen].sum() == pytest.approx(brute_force(near, labels, n, types), abs=1e-5)


@settings(deadline=None)
@given(examples, st.integers(1, 6))
def test_without_wanted_types_it_is_the_plain_nearest_neighbours(pairs, n):
    near = np.asarray([value / 1000 for value, _ in pairs], np.float32)
    labels = [label for _, label in pairs]
    chosen = choose(near, labels, RetrievalConfig(n=n, types=0))
    assert chosen == sorted(range(len(near)), key=lambda row: near[row])[-n:]


def test_a_rare_type_takes_the_place_of_the_furthest_example_that_can_be_spared():
    near = np.asarray([0.9, 0.8, 0.7, 0.2], np.float32)
    labels = [frozenset("A"), frozenset("B"), frozenset("A"), frozenset("C")]
    assert choose(near, labels, RetrievalConfig(n=3, types=3)) == [3, 1, 0]
    assert choose(near, labels, RetrievalConfig(n=3, types=2)) == [2, 1, 0]


class Letters:
    """Vectors that count the letters a to h."""

    def embed(self, texts):
        rows = np.asarray([[text.lower().count(c) + 0.01 for c in "abcdefgh"] for text in texts])
        rows = rows.reshape(len(texts), 8)
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


BOOK = (
    annotated("aaa Ann", PER="Ann"),
    annotated("bbb Bo", PER="Bo"),
    annotated("ccc Acme", ORG="Acme"),
    AnnotatedText("ddd"),
)


def test_the_nearest_example_stands_last():
    shelf = Shelf(BOOK, Letters(), RetrievalConfig(n=2, types=0))
    ((*_, last),) = shelf.pick(["bbbb"])
    assert BOOK[last].text == "bbb Bo"


def test_a_text_is_not_helped_by_its_own_answer():
    shelf = Shelf(BOOK, Letters(), RetrievalConfig(n=8))
    (rows,) = shelf.pick(["bbb Bo"])
    assert sorted(rows) == [0, 2, 3]


def test_which_texts_would_use_an_example():
    shelf = Shelf(BOOK, Letters(), RetrievalConfig(n=1, types=0))
    assert shelf.users(["aaaa", "cccc", "aab"], example=0) == [0, 2]


def test_with_shared_examples_the_texts_of_a_cluster_have_the_same():
    texts = ["aaab", "aaac", "aaad", "ccca", "cccd"]
    own = Shelf(BOOK, Letters(), RetrievalConfig(n=2, types=0)).pick(texts)
    shared = Shelf(BOOK, Letters(), RetrievalConfig(n=2, types=0, clusters=2)).pick(texts)
    assert len(set(own)) > 2
    assert len(set(shared)) <= 2


def test_an_empty_library_helps_with_nothing():
    assert Shelf((), Letters()).pick(["abc"]) == [()]
