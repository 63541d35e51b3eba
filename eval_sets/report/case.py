"""One question of the report: how it was judged and why, what was cited, where it was lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval_sets.funnel import Stage, stage
from eval_sets.judge import COVERED, covered
from eval_sets.legal import legal
from eval_sets.metrics import METRICS, Trial
from eval_sets.metrics.outcomes import expected_outcome
from eval_sets.reasons import Reason, reasons
from eval_sets.report.text import spoken


@dataclass(frozen=True, slots=True)
class Evidence:
    """A string that proves the answer; ``rank`` is how many of search's passages it takes to cover it (None: more than
    there are), ``searched`` whether search was asked."""

    text: str
    cited: bool
    rank: int | None
    searched: bool


@dataclass(frozen=True, slots=True)
class Score:
    """A metric of this one question, as shown."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """What the page shows of one trial."""

    trial: Trial
    expected: str
    lost: Stage | None
    reasons: tuple[Reason, ...]
    evidence: tuple[Evidence, ...]
    scores: tuple[Score, ...]

    @property
    def right(self) -> bool:
        return self.trial.verdict.correct

    @property
    def anchor(self) -> str:
        """The id of its element: no blanks, which an id cannot have."""
        return "case-" + "_".join(legal(self.trial.case.id).split())


def case_view(trial: Trial) -> CaseView:
    """The view of one trial."""
    scores = [(metric, metric.score(trial)) for metric in METRICS]
    return CaseView(
        trial=trial,
        expected=expected_outcome(trial),
        lost=stage(trial),
        reasons=tuple(reasons(trial)),
        evidence=tuple(_evidence(trial, text) for text in trial.case.evidence),
        scores=tuple(Score(spoken(m.name), f"{value:.3g}") for m, value in scores if value is not None),
    )


def wrong_first(trials: Sequence[Trial]) -> list[CaseView]:
    """The views of questions as they were written, wrong ones first, else in order."""
    return sorted((case_view(trial) for trial in trials if trial.noise is None), key=lambda view: view.right)


def _evidence(trial: Trial, text: str) -> Evidence:
    quotes = [citation.quote for citation in trial.answer.citations]
    passages = [passage.text for passage in trial.answer.found or ()]
    rank = next((k for k in range(1, len(passages) + 1) if covered(text, passages[:k]) >= COVERED), None)
    return Evidence(text, covered(text, quotes) >= COVERED, rank, trial.answer.found is not None)
