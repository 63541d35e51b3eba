"""Two runs over the same questions: is the difference more than chance, and which questions changed sides?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval_sets.errors import RunError
from eval_sets.metrics import METRICS, Metric, Trial
from eval_sets.runs import SavedRun
from eval_sets.statistics import Estimate, mcnemar, mean


@dataclass(frozen=True, slots=True)
class Change:
    """A question in both runs."""

    first: Trial
    second: Trial


@dataclass(frozen=True, slots=True)
class Paired:
    """A metric over the questions it applies to in both runs.

    ``difference`` is the mean of second minus first with its bootstrap interval; ``p`` of McNemar's exact test, for
    shares (None for means); ``gained`` and ``lost`` count the questions that changed sides. A metric that cannot be
    paired is given for each run over its own questions, without a difference.
    """

    metric: Metric
    first: Estimate
    second: Estimate
    difference: Estimate | None
    gained: int
    lost: int
    p: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """``fixed`` and ``broken``: questions right in one run only; ``unpaired``: ids asked, or worded, in one run only;
    ``differs``: what else than the code differs between the two."""

    first: SavedRun
    second: SavedRun
    paired: tuple[Paired, ...]
    fixed: tuple[Change, ...]
    broken: tuple[Change, ...]
    unpaired: tuple[str, ...]
    differs: tuple[str, ...]


def compare(first: SavedRun, second: SavedRun) -> Comparison:
    """Pair the questions of two runs by id; a question reworded or rejudged in between is not paired.

    Both are judged by this version's rules. Raises RunError if they share no question.
    """
    ours = {trial.case.id: trial for trial in first.trials()}
    theirs = {trial.case.id: trial for trial in second.trials()}
    shared = [name for name in ours if name in theirs and ours[name].case == theirs[name].case]
    if not shared:
        raise RunError(f"runs {first.manifest.id} and {second.manifest.id} share no question")
    changes = [Change(ours[name], theirs[name]) for name in shared]
    plain = [change for change in changes if change.first.noise is None]
    return Comparison(
        first=first,
        second=second,
        paired=tuple(row for metric in METRICS if (row := _paired(metric, changes)) is not None),
        fixed=tuple(c for c in plain if c.second.verdict.correct and not c.first.verdict.correct),
        broken=tuple(c for c in plain if c.first.verdict.correct and not c.second.verdict.correct),
        unpaired=tuple(sorted((set(ours) | set(theirs)) - set(shared))),
        differs=tuple(_differences(first, second)),
    )


def _paired(metric: Metric, changes: Sequence[Change]) -> Paired | None:
    if not metric.paired:
        first = metric.estimate([change.first for change in changes])
        second = metric.estimate([change.second for change in changes])
        return Paired(metric, first, second, None, 0, 0, None) if first.count or second.count else None
    both = [
        (change, a, b)
        for change in changes
        if (a := metric.score(change.first)) is not None and (b := metric.score(change.second)) is not None
    ]
    if not both:
        return None
    gained, lost = sum(b > a for _, a, b in both), sum(b < a for _, a, b in both)
    return Paired(
        metric,
        metric.estimate([change.first for change, _, _ in both]),
        metric.estimate([change.second for change, _, _ in both]),
        mean([b - a for _, a, b in both]),
        gained,
        lost,
        mcnemar(lost, gained) if metric.kind == "share" else None,
    )


def _differences(first: SavedRun, second: SavedRun) -> list[str]:
    a, b = first.manifest, second.manifest
    found = [n for n in ("golden", "selection", "machine") if getattr(a, n) != getattr(b, n)]
    for corpus in a.subjects.keys() & b.subjects.keys():
        one, other = a.subjects[corpus].model_dump(), b.subjects[corpus].model_dump()
        found += [f"{corpus}: {name}" for name in one if one[name] != other[name]]
        found += [f"{corpus}: settings.{name}" for name in _changed(one["settings"], other["settings"])]
    return sorted(found)


def _changed(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    return [name for name in one.keys() & other.keys() if one[name] != other[name] and name != "data_dir"]
