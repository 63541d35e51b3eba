"""Whether the same question in other words, or with noise in it, gets the same answer."""

from eval_sets.metrics.metric import Score
from eval_sets.metrics.trial import Trial
from eval_sets.noise import Noise


def agrees(trial: Trial, base: Trial) -> bool:
    """Both state something from the same clauses, or both refuse."""
    if trial.answer.claims != base.answer.claims:
        return False
    return not trial.answer.claims or _cited_clauses(trial) == _cited_clauses(base)


def _cited_clauses(trial: Trial) -> set[str]:
    return {citation.clause_id or citation.document_id for citation in trial.answer.citations}


def stable_paraphrase(trial: Trial) -> float | None:
    """Share of other wordings (variant_of) that are answered from the same clauses as the first wording, or refused as
    it is. Not applicable: cases that are no variant, errors of the service."""
    if trial.noise or trial.base is None or not (trial.replied and trial.base.replied):
        return None
    return float(agrees(trial, trial.base))


def stable_under(noise: Noise) -> Score:
    """The metric for one kind of noise."""

    def score(trial: Trial) -> float | None:
        if trial.noise is not noise or trial.base is None or not (trial.replied and trial.base.replied):
            return None
        return float(agrees(trial, trial.base))

    score.__doc__ = f"""Share of questions with {noise.value} noise put in (eval_sets/noise.py, seeded) that are
    answered from the same clauses as the clean question, or refused as it is. Not applicable: clean questions,
    questions this noise does not change, errors of the service."""
    return score
