"""Whether search brought the evidence: recall at k and reciprocal rank, against the evidence strings themselves."""

from eval_sets.answers import Found
from eval_sets.judge import COVERED, covered
from eval_sets.metrics.metric import Score
from eval_sets.metrics.trial import Trial
from eval_sets.targets import DEPTH


def _searched(trial: Trial) -> tuple[Found, ...] | None:
    return trial.answer.found if trial.case.answerable and trial.case.evidence else None


def evidence_recall_at(k: int) -> Score:
    """The metric for one depth."""

    def score(trial: Trial) -> float | None:
        found = _searched(trial)
        if found is None:
            return None
        texts = [passage.text for passage in found[:k]]
        return sum(covered(text, texts) >= COVERED for text in trial.case.evidence) / len(trial.case.evidence)

    score.__doc__ = f"""Mean share of a case's evidence strings that the first {k} passages of search cover (80 % of
    their characters). Not applicable: unanswerable cases, follow-ups (search does not know the turns before)."""
    return score


def complete_evidence_at(k: int) -> Score:
    """The metric for one depth."""
    recall = evidence_recall_at(k)

    def score(trial: Trial) -> float | None:
        value = recall(trial)
        return None if value is None else float(value == 1)

    score.__doc__ = f"""Share of cases whose every evidence string the first {k} passages of search cover. Not
    applicable: unanswerable cases, follow-ups."""
    return score


def reciprocal_rank(trial: Trial) -> float | None:
    """Mean reciprocal rank of the first passage that covers an evidence string, 0 if none of the first 10 does
    (Voorhees 1999). Not applicable: unanswerable cases, follow-ups."""
    found = _searched(trial)
    if found is None:
        return None
    for rank, passage in enumerate(found[:DEPTH], 1):
        if any(covered(text, [passage.text]) >= COVERED for text in trial.case.evidence):
            return 1 / rank
    return 0.0
