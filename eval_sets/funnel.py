"""Where an answerable question is lost: not retrieved, retrieved not selected, selected not phrased, phrased not
verified."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from eval_sets.judge import COVERED, covered
from eval_sets.metrics.grounding import citation_recall
from eval_sets.metrics.trial import Trial


class Stage(StrEnum):
    """The first stage that failed, or that none did."""

    NOT_RETRIEVED = "not retrieved"
    NOT_SELECTED = "retrieved, not selected"
    NOT_PHRASED = "selected, not phrased"
    NOT_VERIFIED = "phrased, not verified"
    RIGHT = "right and verified"


@dataclass(frozen=True, slots=True)
class Lost:
    """How many answerable questions got as far as a stage, and no further."""

    stage: Stage
    cases: int


def stage(trial: Trial) -> Stage | None:
    """Where one question was lost; None for unanswerable cases and noisy questions.

    Retrieved: search's first ten passages, or the citations, cover some evidence (what the register computes needs no
    search; for follow-ups search is not asked). Selected: the citations cover it. Phrased: the answer is judged
    correct. Verified: every quote is verbatim and every statement supported.
    """
    case, answer = trial.case, trial.answer
    if not case.answerable or trial.noise or not case.evidence:
        return None
    quotes = [citation.quote for citation in answer.citations]
    if not _cover(case.evidence, quotes):
        found = [passage.text for passage in answer.found or ()]
        unknown = answer.found is None
        return Stage.NOT_SELECTED if unknown or _cover(case.evidence, found) else Stage.NOT_RETRIEVED
    if not trial.verdict.correct:
        return Stage.NOT_PHRASED
    recall = citation_recall(trial)
    if not all(quote.verbatim for quote in answer.citations) or (recall is not None and recall < 1):
        return Stage.NOT_VERIFIED
    return Stage.RIGHT


def _cover(evidence: Sequence[str], texts: Sequence[str]) -> bool:
    return any(covered(text, texts) >= COVERED for text in evidence)


def funnel(trials: Sequence[Trial]) -> list[Lost]:
    """The count of every stage, in order."""
    stages = [stage(trial) for trial in trials]
    return [Lost(each, stages.count(each)) for each in Stage]
