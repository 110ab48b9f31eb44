"""Points on a plane: what differs most shows, neighbours stay neighbours, a seed says it all."""

import numpy as np
import pytest

from engine.layout import LayoutConfig, finer, plane, principal


def blobs(per: int, seed: int = 0, width: int = 20) -> tuple[np.ndarray, np.ndarray]:
    """Three far-apart groups of unit rows, and the group of each."""
    random = np.random.default_rng(seed)
    centres = np.eye(width)[:3]
    groups = np.repeat(np.arange(3), per)
    rows = centres[groups] + 0.05 * random.standard_normal((3 * per, width))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), groups


def nearest_shares_group(places: np.ndarray, groups: np.ndarray) -> float:
    apart = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((groups[apart.argmin(1)] == groups).mean())


def test_the_plane_is_the_best_linear_one():
    rows, _ = blobs(20)
    centred = rows - rows.mean(0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    expected = np.abs(centred @ axes[:2].T)
    np.testing.assert_allclose(np.abs(plane(rows)), expected, atol=1e-4)
    assert sizes[1] > sizes[2]


def test_groups_are_apart_on_the_plane_and_in_the_finer_layout():
    rows, groups = blobs(15)
    assert nearest_shares_group(plane(rows), groups) == 1.0
    assert nearest_shares_group(finer(rows), groups) == 1.0


def test_points_beyond_the_cap_go_beside_their_neighbours():
    rows, groups = blobs(30)
    places = finer(rows, LayoutConfig(most=45))
    assert places.shape == (90, 2)
    assert nearest_shares_group(places, groups) == 1.0


def test_the_same_seed_gives_the_same_picture():
    rows, _ = blobs(10)
    np.testing.assert_array_equal(finer(rows), finer(rows))
    np.testing.assert_array_equal(plane(rows), plane(rows.copy()))


@pytest.mark.parametrize("n", [0, 1, 2, 4, 5])
def test_few_points_have_places_too(n: int):
    rows = np.eye(8, dtype=np.float32)[:n]
    assert plane(rows).shape == (n, 2)
    assert finer(rows).shape == (n, 2)
    assert np.isfinite(finer(rows)).all()


def test_equal_points_lie_on_each_other():
    rows = np.ones((6, 4), np.float32) / 2
    np.testing.assert_allclose(plane(rows), 0, atol=1e-6)
    assert principal(rows[:, :1], 2).shape == (6, 1)
    assert plane(rows[:, :1]).shape == (6, 2)
