from hypothesis import given
from hypothesis import strategies as st

from db.chunks import chunks
from db.intervals import Intervals

STRETCH = st.tuples(st.integers(0, 30), st.integers(1, 8)).map(lambda p: (p[0], p[0] + p[1]))


@given(st.lists(STRETCH, max_size=20), STRETCH)
def test_what_overlaps_is_found_as_if_each_were_looked_at(
    stretches: list[tuple[int, int]], wanted: tuple[int, int]
) -> None:
    start, end = wanted
    found = Intervals((a, b, (a, b)) for a, b in stretches).over(start, end)
    assert found == sorted((a, b) for a, b in stretches if a < end and b > start)


def test_chunks_leave_nothing_out() -> None:
    assert list(chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunks([])) == []
