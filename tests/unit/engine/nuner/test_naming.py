import numpy as np
import pytest
import torch

from engine.nuner.broader import broader_matrix
from engine.nuner.checkpoint import Bundle
from engine.nuner.concepts import Taxonomy
from engine.nuner.config import CASINGS, DecodeConfig
from engine.nuner.corpus import is_handle
from engine.nuner.inference import Prepared
from engine.nuner.named import DIM, asks_for_names, dim_plain
from engine.nuner.rest import KINDS, WEIGHT, add_rest, rest_kinds, rest_types

LOWER, CAPITAL = CASINGS.index("lower"), CASINGS.index("capitalised")


def prepared(*casings: int) -> Prepared:
    return Prepared([(i, i + 1) for i in range(len(casings))], np.array(casings, np.int64))


def bundle(*names: str, above: dict[str, tuple[str, ...]]) -> Bundle:
    """Known concepts with sentence vectors that are all at right angles."""
    taxonomy = Taxonomy(dict.fromkeys(names, ()) | above)
    vectors = torch.eye(len(names))
    return Bundle(None, DecodeConfig(), taxonomy, names, vectors, "", {})  # type: ignore[arg-type]


def test_a_type_that_takes_what_is_left_is_known_by_its_name():
    assert rest_types(["person", "Miscellaneous entity", "other", "mother"]) == [1, 2]


def test_the_rest_leaves_out_what_another_type_stands_for():
    known = bundle("event", "film", "creative work", above={"film": ("creative work",)})
    vectors = torch.tensor([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
    kinds = rest_kinds(["creative work", "other"], vectors, known)
    assert torch.equal(kinds, known.vectors[:1])


def test_a_kind_of_rest_counts_only_from_a_word_with_a_capital():
    scores = np.zeros((3, 2, 3), np.float32)
    scores[:, :, 2] = 0.9
    out = add_rest(prepared(LOWER, CAPITAL), scores, 2, [1])
    assert out.shape == (3, 2, 2)
    assert out[1, 0, 1] == 0
    assert out[1, 1, 1] == pytest.approx(0.9 * WEIGHT)
    assert (out[:, :, 0] == 0).all()


def test_the_kinds_of_rest_are_told_once_each():
    assert len(set(KINDS)) == len(KINDS)


def test_definitions_that_ask_for_names_are_told_from_those_that_do_not():
    given = ["A named settlement.", "The title of a film.", "A prepared plate.", ""]
    assert asks_for_names(given).tolist() == [True, True, False, False]


def test_a_lower_case_word_starts_a_name_with_less_certainty():
    scores = np.ones((3, 2, 2), np.float32)
    out = dim_plain(prepared(LOWER, CAPITAL), scores, np.array([True, False]))
    assert out[1, 0, 0] == pytest.approx(DIM**3)
    assert out[1, 0, 1] == out[1, 1, 0] == out[0, 0, 0] == 1


def test_a_text_without_capitals_is_taken_as_it_is():
    scores = np.ones((3, 2, 1), np.float32)
    assert (dim_plain(prepared(LOWER, LOWER), scores, np.array([True])) == 1).all()


def test_broader_types_are_found_through_what_the_checkpoint_knows():
    known = bundle("politician", "person", "city", above={"politician": ("person",)})
    matrix = broader_matrix(["Politician", "person", "city"], known.vectors, known)
    assert matrix.tolist() == [[False, True, False], [False] * 3, [False] * 3]


def test_an_account_is_told_from_a_name():
    assert is_handle("thanks @ann", 7)
    assert is_handle("thanks @ ann", 9)
    assert not is_handle("mail me, Ann", 9)
