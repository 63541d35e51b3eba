"""Intervals and paired tests: what a number from few questions is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, sqrt

import numpy as np

#: Two-sided 95 % of the normal distribution.
_Z = 1.959964
_RESAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value over ``count`` cases with its 95 % interval; ``value`` is None, and the interval 0 to 1, for no cases."""

    value: float | None
    low: float
    high: float
    count: int

    def excludes(self, value: float) -> bool:
        """Whether ``value`` lies outside the interval."""
        return not self.low <= value <= self.high


def share(hits: int, total: int) -> Estimate:
    """``hits / total`` with the Wilson score interval (Wilson 1927)."""
    if not total:
        return Estimate(None, 0.0, 1.0, 0)
    p = hits / total
    centre = (p + _Z**2 / (2 * total)) / (1 + _Z**2 / total)
    half = _Z * sqrt(p * (1 - p) / total + _Z**2 / (4 * total**2)) / (1 + _Z**2 / total)
    # At the ends the bounds are 0 and 1 exactly; rounding would miss them.
    low, high = 0.0 if hits == 0 else centre - half, 1.0 if hits == total else centre + half
    return Estimate(p, low, high, total)


def mean(values: Sequence[float], seed: int = 0) -> Estimate:
    """The mean with its percentile bootstrap interval (Efron 1979), 2,000 resamples, the same for the same values.

    Of a handful of values, or of equal ones, the interval is too narrow: it cannot know what it has not seen.
    """
    if not values:
        return Estimate(None, 0.0, 1.0, 0)
    sample = np.asarray(values, np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(sample), (_RESAMPLES, len(sample)))
    low, high = np.percentile(sample[drawn].mean(1), (2.5, 97.5))
    return Estimate(float(sample.mean()), float(low), float(high), len(sample))


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p for paired outcomes (McNemar 1947, binomial form): the counts right in one run alone."""
    discordant = only_first + only_second
    tail = sum(comb(discordant, k) for k in range(min(only_first, only_second) + 1))
    return min(1.0, float(2 * tail / 2**discordant))


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The value that ``percent`` of the others do not exceed, linear between neighbours; None for no values."""
    return float(np.percentile(np.asarray(values), percent)) if values else None
