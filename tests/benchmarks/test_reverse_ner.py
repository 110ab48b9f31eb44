"""k-medoids at 1 k, 5 k and 50 k texts, and looking up examples.

Run with `make bench`; nothing here asserts a time, the table is for people.
"""

import time

import numpy as np
import pytest

from engine.reverse_ner.config import FeatureConfig, RetrievalConfig
from engine.reverse_ner.features import cluster, silhouette
from engine.reverse_ner.retrieval import choose

pytestmark = pytest.mark.bench


def sentence_vectors(n: int):
    """Unit rows in 384 dimensions around 40 topics, about as spread as sentence vectors are."""
    rng = np.random.default_rng(0)
    topics = rng.normal(size=(40, 384))
    rows = topics[rng.integers(0, 40, n)] + 1.5 * rng.normal(size=(n, 384))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def timed(run):
    start = time.perf_counter()
    found = run()
    return time.perf_counter() - start, found


def test_feature_sentences_of_a_large_corpus(capsys):
    rows = []
    for n in (1_000, 5_000, 50_000):
        vectors = sentence_vectors(n)
        for k in (10, 50):
            seconds, found = timed(lambda v=vectors, k=k: cluster(v, FeatureConfig(k=k)))
            curve, score = timed(lambda v=vectors, f=found: silhouette(v, f))
            rows.append((n, k, seconds, curve, score))
    with capsys.disabled():
        print("\n  texts    k  k-medoids s  silhouette s  silhouette")
        for n, k, seconds, curve, score in rows:
            print(f"{n:7d}  {k:3d}  {seconds:11.2f}  {curve:12.2f}  {score:10.3f}")


def test_choosing_examples(capsys):
    rng = np.random.default_rng(0)
    labels = [frozenset(rng.choice(list("ABCDEF"), 2).tolist()) for _ in range(60)]
    near = rng.random((2_000, 60)).astype(np.float32)
    seconds, _ = timed(lambda: [choose(row, labels, RetrievalConfig()) for row in near])
    with capsys.disabled():
        print(f"\nexamples for 2,000 texts out of 60: {seconds:.2f} s")
