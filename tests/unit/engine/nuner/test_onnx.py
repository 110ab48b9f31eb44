import numpy as np
import pytest

from engine.errors import OnnxError
from engine.nuner.inference import Window
from engine.nuner.onnx_export import Comparing, Parity, groups, refuse
from engine.nuner.onnx_reader import word_feeds

ZEROS = np.zeros((2, 3), np.float32)


def parity(difference):
    return Parity(difference, 1e-3, 1, 1, 0, 1, 1)


def test_words_that_share_a_sub_token_all_get_the_last_ones_casing():
    windows = [
        Window(0, 0, [2, 7, 8, 3], np.array([1, 1, 2], np.int32), range(3)),
        Window(1, 0, [2, 9, 3], np.array([1], np.int32), range(1)),
    ]
    feeds = word_feeds(windows, [np.array([5, 1, 2]), np.array([3])])
    assert feeds["input_ids"].tolist() == [[2, 7, 8, 3], [2, 9, 3, 0]]
    assert feeds["attention_mask"].tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]
    assert feeds["word_row"].tolist() == [0, 0, 0, 1]
    assert feeds["word_at"].tolist() == [1, 1, 2, 1]
    assert feeds["casings"].tolist() == [1, 1, 2, 3]
    assert all(value.dtype == np.int64 for value in feeds.values())


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (ZEROS, 0),
        (ZEROS - 0.5, 0.5),
        (ZEROS * np.nan, np.inf),
        (ZEROS[:1], np.inf),
        (ZEROS[:, :, None], np.inf),
    ],
)
def test_a_difference_is_the_largest_one_and_infinite_where_nothing_can_be_compared(
    other, difference
):
    comparing = Comparing(lambda _: ZEROS, lambda _: other)
    assert comparing({}) is ZEROS
    assert comparing.differences == [difference]


def test_only_a_difference_within_the_tolerance_is_kept():
    refuse(parity(1e-3))
    for wrong in (1.1e-3, np.inf, np.nan):
        with pytest.raises(OnnxError, match="nothing was kept"):
            refuse(parity(wrong))


def test_texts_are_compared_alone_and_beside_longer_ones():
    assert list(groups(["bb", "a", "ccc"])) == [["bb"], ["a"], ["ccc"], ["a", "ccc"]]
