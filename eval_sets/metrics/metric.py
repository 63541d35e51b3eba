"""What a metric is: a function of one trial that says where it does not apply, and how its values add up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from inspect import cleandoc

from eval_sets import statistics
from eval_sets.metrics.trial import Trial

Score = Callable[[Trial], float | None]


class Kind(StrEnum):
    """How values add up: a share of cases (Wilson interval) or a mean over cases (bootstrap interval)."""

    SHARE = "share"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Metric:
    """``score`` gives the value of one trial, 0 or 1 for a share, None where the metric does not apply.

    ``paired`` is False where the questions it applies to are chosen by the answer itself, as those that were refused:
    two runs then have different ones, and no question can change sides.
    """

    name: str
    kind: Kind
    score: Score
    higher_is_better: bool = True
    paired: bool = True

    @property
    def definition(self) -> str:
        """What is measured, on what, and where it does not apply."""
        return cleandoc(self.score.__doc__ or "")

    def estimate(self, trials: Sequence[Trial]) -> statistics.Estimate:
        """The value over the trials it applies to, with its interval."""
        values = [value for trial in trials if (value := self.score(trial)) is not None]
        if self.kind is Kind.SHARE:
            return statistics.share(sum(value == 1 for value in values), len(values))
        return statistics.mean(values)


def of_plain_questions(score: Score) -> Score:
    """The same score, not applicable to questions that noise was put in: those measure stability alone."""

    def plain(trial: Trial) -> float | None:
        return None if trial.noise else score(trial)

    plain.__doc__ = score.__doc__
    return plain
