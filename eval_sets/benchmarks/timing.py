"""Things timed in turns, so that what else the machine does falls on all of them."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from eval_sets.statistics import Estimate

_RESAMPLES = 2000
_AT_LEAST = 5

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Turns:
    """Milliseconds of each turn, in order; ``baseline`` is as long as ``subject``, or empty where there is none."""

    subject: tuple[float, ...]
    baseline: tuple[float, ...] = ()


def take_turns(subject: Work, baseline: Work | None = None, seconds: float = 2.0) -> Turns:
    """``interleave`` of a subject and its baseline, if it has one."""
    return Turns(*interleave([subject] if baseline is None else [subject, baseline], seconds))


def interleave(works: Sequence[Work], seconds: float = 2.0) -> list[tuple[float, ...]]:
    """Milliseconds of each work: A B A B … for about ``seconds``, five times at the least, after one run of each that
    is not counted."""
    for work in works:
        work()
    times: list[list[float]] = [[] for _ in works]
    gc.collect()
    ends = perf_counter() + seconds
    while len(times[0]) < _AT_LEAST or perf_counter() < ends:
        for work, spent in zip(works, times, strict=True):
            started = perf_counter()
            work()
            spent.append(1000 * (perf_counter() - started))
    return [tuple(spent) for spent in times]


def ratio(turns: Turns, seed: int = 0) -> Estimate | None:
    """Median of the subject over median of the baseline; None without one.

    The interval is the percentile bootstrap (Efron 1979) over turns, a turn of both drawn together: below 1 is faster.
    """
    if not turns.baseline:
        return None
    times = np.array([turns.subject, turns.baseline])
    drawn = np.random.default_rng(seed).integers(0, times.shape[1], (_RESAMPLES, times.shape[1]))
    medians = np.median(times[:, drawn], axis=2)
    low, high = np.percentile(medians[0] / medians[1], (2.5, 97.5))
    middle = np.median(times, axis=1)
    return Estimate(float(middle[0] / middle[1]), float(low), float(high), times.shape[1])
