"""The interval of a share."""

from hypothesis import given
from hypothesis import strategies as st

from engine.proportions import interval


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_a_share(counts: tuple[int, int]) -> None:
    hits, trials = counts
    low, high = interval(hits, trials)
    assert 0 <= low <= hits / trials + 1e-12
    assert hits / trials - 1e-12 <= high <= 1


def test_more_trials_make_it_narrower() -> None:
    widths = [high - low for low, high in (interval(n // 2, n) for n in (2, 20, 200, 2_000))]
    assert widths == sorted(widths, reverse=True)


def test_known_values() -> None:
    """R: prop.test(15, 50, correct = FALSE)."""
    low, high = interval(15, 50)
    assert (round(low, 4), round(high, 4)) == (0.191, 0.4375)
