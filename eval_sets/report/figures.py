"""The figures of the report, counted: groups for the charts, outcomes, latency, the funnel, stability."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval_sets.cases import Expect
from eval_sets.funnel import Stage, funnel
from eval_sets.metrics import METRICS, Metric, Trial, metric
from eval_sets.metrics.outcomes import expected_outcome
from eval_sets.report.charts import Bin
from eval_sets.statistics import Estimate, percentile

#: Personas with fewer questions than this share one bar.
FEW = 5
#: Where latency bins end, in milliseconds: about equal steps of the logarithm.
_EDGES = [step * 10**power for power in range(6) for step in (1, 1.5, 2, 3, 5, 7)]
_FIT = {
    Expect.ANSWER: ("answered",),
    Expect.CORRECT: ("answered", "corrected"),
    Expect.REFUSE: ("not_found", "out_of_scope", "clarify"),
    Expect.REFUSE_OR_CORRECT: ("corrected", "not_found", "out_of_scope", "clarify"),
}
_OUTCOMES = ("answered", "corrected", "not_found", "out_of_scope", "clarify", "error")


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric and its estimate over the whole run."""

    metric: Metric
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind, language or persona; ``key`` is None for a group of what is left over."""

    label: str
    key: str | None
    cases: int
    correct: Estimate
    cited: Estimate


@dataclass(frozen=True, slots=True)
class Cell:
    """How many questions had one outcome; ``fits`` whether it can be right, ``shade`` 0 to 1 within its row."""

    cases: int
    right: int
    fits: bool
    shade: float


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of the questions of which one thing was expected; cells in the order of ``outcomes``."""

    expected: str
    cases: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Questions that got past a stage, and those lost at it."""

    stage: Stage
    passed: int
    lost: int


@dataclass(frozen=True, slots=True)
class Stability:
    """A stability metric and the pairs that disagree."""

    figure: Figure
    disagree: tuple[Trial, ...]


def headline(trials: Sequence[Trial]) -> list[Figure]:
    """Every metric that applied to some trial."""
    figures = [Figure(each, each.estimate(trials)) for each in METRICS]
    return [figure for figure in figures if figure.estimate.value is not None]


def of(name: str, trials: Sequence[Trial]) -> Figure:
    """One metric; raises KeyError if there is none of that name."""
    found = metric(name)
    if found is None:
        raise KeyError(name)
    return Figure(found, found.estimate(trials))


def groups(name: Callable[[Trial], str | None], trials: Sequence[Trial], few: int = 1) -> list[Group]:
    """A group for each value of ``name``, the best first; then all with fewer than ``few`` questions as one, then the
    questions without a value."""
    found: dict[str | None, list[Trial]] = {}
    for trial in trials:
        found.setdefault(name(trial), []).append(trial)
    unnamed = found.pop(None, [])
    rare = [key for key, each in found.items() if len(each) < few]
    kept = [_group(str(key), key, each) for key, each in found.items() if key not in rare]
    kept.sort(key=lambda group: (-(group.correct.value or 0), group.label))
    if rare:
        others = [trial for key in rare for trial in found[key]]
        kept.append(_group(f"other, under {few} each", None, others))
    if unnamed:
        kept.append(_group("none given", None, unnamed))
    return kept


def _group(label: str, key: str | None, trials: Sequence[Trial]) -> Group:
    return Group(label, key, len(trials), of("correct", trials).estimate, of("cited", trials).estimate)


def outcomes(trials: Sequence[Trial]) -> list[str]:
    """The columns of the outcome table: the known ones, then whatever else occurred."""
    return [*_OUTCOMES, *sorted({trial.answer.outcome for trial in trials} - set(_OUTCOMES))]


def outcome_rows(trials: Sequence[Trial]) -> list[OutcomeRow]:
    """A row for each thing that can be expected and was."""
    rows = []
    for expected in (Expect.ANSWER, Expect.CORRECT, Expect.REFUSE, Expect.REFUSE_OR_CORRECT):
        mine = [trial for trial in trials if expected_outcome(trial) == expected]
        if not mine:
            continue
        count = Counter(trial.answer.outcome for trial in mine)
        right = Counter(trial.answer.outcome for trial in mine if trial.verdict.correct)
        cells = tuple(
            Cell(count[each], right[each], each in _FIT[expected], count[each] / len(mine)) for each in outcomes(trials)
        )
        rows.append(OutcomeRow(expected.value, len(mine), cells))
    return rows


def latency_bins(trials: Sequence[Trial]) -> list[Bin]:
    """How many answers took how long, from the fastest bin to the slowest; percentiles stand at their bins."""
    times = [trial.answer.milliseconds for trial in trials]
    if not times:
        return []
    count = Counter(bisect_right(_EDGES, time) for time in times)
    marks: dict[int, list[str]] = {}
    for percent in (50, 95, 99):
        place = percentile(times, percent)
        if place is not None:
            marks.setdefault(bisect_right(_EDGES, place), []).append(f"p{percent}")
    return [
        Bin(" ".join([_bin(number), *marks.get(number, [])]), count[number])
        for number in range(min(count), max(count) + 1)
    ]


def _bin(number: int) -> str:
    if number == 0:
        return f"under {_EDGES[0]} ms"
    if number == len(_EDGES):
        return f"over {_EDGES[-1] / 1000:g} s"
    low, high = _EDGES[number - 1], _EDGES[number]
    return f"{low / 1000:g}–{high / 1000:g} s" if low >= 1000 else f"{low:g}–{high:g} ms"


def funnel_steps(trials: Sequence[Trial]) -> list[Step]:
    """The stages in order, each with what it lost; none if no question is answerable."""
    lost = [each for each in funnel(trials) if each.stage is not Stage.RIGHT]
    left = sum(each.cases for each in funnel(trials))
    steps = []
    for each in lost if left else []:
        left -= each.cases
        steps.append(Step(each.stage, left, each.cases))
    return steps


def stability(trials: Sequence[Trial]) -> list[Stability]:
    """The stability metrics that were measured."""
    return [
        Stability(figure, tuple(trial for trial in trials if figure.metric.score(trial) == 0))
        for figure in headline(trials)
        if figure.metric.name.startswith("stable_")
    ]
