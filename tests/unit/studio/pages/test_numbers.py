"""Number fields: a whole number within bounds, or a sentence."""

import pytest

from studio.errors import RequestRefused
from studio.pages.numbers import whole


def test_a_number_within_bounds_is_taken() -> None:
    assert [whole("Examples", n, 1, 50) for n in (1, 50.0)] == [1, 50]


@pytest.mark.parametrize(
    ("value", "most", "said"),
    [
        (None, 50, "Examples: give a number."),
        (-3, 50, "Examples: from 1 to 50, please; got -3."),
        (51, 50, "Examples: from 1 to 50, please; got 51."),
        (0, None, "Examples: 1 or more, please; got 0."),
    ],
)
def test_any_other_is_refused_in_a_sentence(
    value: float | None, most: int | None, said: str
) -> None:
    with pytest.raises(RequestRefused, match=said):
        whole("Examples", value, 1, most)
