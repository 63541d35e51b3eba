"""Intervals and tests against published or hand-computed values."""

import pytest

from eval_sets.statistics import mcnemar, mean, percentile, share


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_wilson_intervals(hits: int, total: int, low: float, high: float) -> None:
    """81 of 263 is the example of Newcombe (1998), Statistics in Medicine 17:857."""
    estimate = share(hits, total)
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=1e-4)
    assert estimate.value == (hits / total if total else None)


def test_all_right_and_all_wrong_stay_inside_their_intervals() -> None:
    assert all(not share(n, n).excludes(1.0) and not share(0, n).excludes(0.0) for n in range(1, 400))


@pytest.mark.parametrize(("first", "second", "p"), [(0, 0, 1.0), (1, 9, 22 / 1024), (9, 1, 22 / 1024), (5, 5, 1.0)])
def test_mcnemar_is_the_two_sided_binomial(first: int, second: int, p: float) -> None:
    assert mcnemar(first, second) == pytest.approx(p)


def test_the_bootstrap_is_the_same_every_time_and_holds_the_mean() -> None:
    values = [0.0, 0.25, 1.0, 1.0, 0.5]
    assert mean(values) == mean(values)
    estimate = mean(values)
    assert estimate.value == pytest.approx(0.55)
    assert 0.0 < estimate.low < 0.55 < estimate.high < 1.0


def test_the_bootstrap_agrees_with_the_normal_interval_of_a_large_sample() -> None:
    estimate = mean([0.0, 1.0] * 500)
    assert (estimate.low, estimate.high) == pytest.approx((0.5 - 0.031, 0.5 + 0.031), abs=0.004)


def test_nothing_measured_has_no_value() -> None:
    assert (share(0, 0).value, mean([]).value, percentile([], 50)) == (None, None, None)


def test_percentiles_are_linear_between_neighbours() -> None:
    assert percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.5
