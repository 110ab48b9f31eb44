import numpy as np
import pytest

from engine.errors import TaggingError
from engine.reverse_ner.config import FeatureConfig
from engine.reverse_ner.features import (
    cluster,
    distances,
    eligible,
    feature_sentences,
    nearest,
    silhouette,
    silhouette_curve,
)


class Planted:
    """Texts that begin with the same word lie close together."""

    def embed(self, texts):
        words = sorted({text.split()[0] for text in texts})
        rng = np.random.default_rng(0)
        middle = {word: rng.normal(size=16) for word in words}
        rows = [middle[t.split()[0]] + 0.05 * rng.normal(size=16) for t in texts]
        out = np.asarray(rows, np.float32).reshape(len(texts), 16)
        return out / np.linalg.norm(out, axis=1, keepdims=True)


def planted(groups: int = 4, each: int = 30) -> list[str]:
    return [f"Group{g} has sentence number {i} in it." for i in range(each) for g in range(groups)]


def blobs(groups: int, each: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    middles = rng.normal(size=(groups, 8))
    rows = np.repeat(middles, each, 0) + 0.02 * rng.normal(size=(groups * each, 8))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_each_planted_group_gets_a_medoid_of_its_own():
    texts = planted()
    found = feature_sentences(texts, Planted(), FeatureConfig(k=4))
    assert sorted(text.split()[0] for text in found.texts) == [f"Group{g}" for g in range(4)]
    for text, at in zip(texts, found.clusters, strict=True):
        assert found.texts[at].split()[0] == text.split()[0]
    assert found.silhouette > 0.8
    assert [texts[row] for row in found.rows] == list(found.texts)


def test_the_same_seed_gives_the_same_medoids():
    vectors = np.random.default_rng(1).normal(size=(300, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    one, two = (cluster(vectors, FeatureConfig(k=7, seed=3)) for _ in range(2))
    assert one.medoids.tolist() == two.medoids.tolist()
    assert one.labels.tolist() == two.labels.tolist()


def test_medoids_beat_random_rows_by_total_distance():
    vectors = np.random.default_rng(2).normal(size=(400, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    apart = distances(vectors)
    found = cluster(vectors, FeatureConfig(k=5)).medoids
    rng = np.random.default_rng(0)
    others = [rng.choice(400, 5, replace=False) for _ in range(50)]
    assert apart[:, found].min(1).sum() < min(apart[:, o].min(1).sum() for o in others)


def test_a_large_corpus_is_clustered_on_a_sample_and_the_rest_assigned():
    vectors = blobs(3, 100)
    found = cluster(vectors, FeatureConfig(k=3, exact=60))
    assert len(found.labels) == 300
    assert all(len(set(found.labels[g * 100 : g * 100 + 100].tolist())) == 1 for g in range(3))
    assert found.labels.tolist() == nearest(vectors, vectors[found.medoids]).tolist()


def test_fewer_texts_than_k_are_all_feature_sentences():
    texts = ["One short text is here now.", "Another short text is here now."]
    found = feature_sentences(texts, Planted(), FeatureConfig(k=10))
    assert found.texts == tuple(texts)
    assert found.silhouette == 0.0


def test_blank_double_and_extreme_texts_are_no_feature_sentences():
    texts = ["", "Too short.", "A text of a good length, no doubt.", "word " * 100]
    texts += ["a text of a GOOD length,  no doubt."]
    assert eligible(texts, FeatureConfig(k=1)) == [2]


def test_where_too_few_have_the_right_length_the_length_does_not_count():
    assert eligible(["Oslo?", "Lima?", "A text of a good length, no doubt."]) == [0, 1, 2]


def test_without_any_text_there_is_nothing_to_choose_from():
    with pytest.raises(TaggingError, match="import some"):
        feature_sentences(["", " "], Planted())


def test_the_silhouette_curve_is_highest_at_the_number_of_groups():
    curve = silhouette_curve(blobs(4, 40), [2, 3, 4, 6, 9, 500])
    assert max(curve, key=curve.__getitem__) == 4
    assert set(curve) == {2, 3, 4, 6, 9}


def test_the_silhouette_is_that_of_the_textbook():
    vectors = blobs(3, 20)
    found = cluster(vectors, FeatureConfig(k=3))
    apart = distances(vectors)
    values = []
    for i, own in enumerate(found.labels):
        same = [j for j, at in enumerate(found.labels) if at == own and j != i]
        a = apart[i, same].mean()
        b = min(apart[i, found.labels == other].mean() for other in set(found.labels) - {own})
        values.append((b - a) / max(a, b))
    assert silhouette(vectors, found) == pytest.approx(np.mean(values), abs=1e-4)
