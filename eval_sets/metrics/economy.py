"""Whether an answer gives what was asked for and no more."""

from eval_sets.judge import fold
from eval_sets.metrics.facts import facts
from eval_sets.metrics.trial import Trial


def facts_asked_for(trial: Trial) -> float | None:
    """Mean share of the facts in an answer (numbers, units; not clause numbers) that were asked for: they stand in
    must_contain, in the correction, or in the question. The rest is over-answering. Not applicable: replies that
    state nothing or no such fact, unanswerable cases."""
    case = trial.case
    if not case.answerable or not trial.answer.claims:
        return None
    given = facts(trial.answer.answer)
    wanted = [text for group in (*case.must_contain, *case.correction) for text in group]
    asked = facts(" ".join((*wanted, *case.history, case.question)))
    return len(given & asked) / len(given) if given else None


def answer_length(trial: Trial) -> float | None:
    """Mean characters of an answer, white space aside, for each character of the evidence. Lower is better. Not
    applicable: replies that state nothing, cases without evidence."""
    needed = sum(len(fold(text)) for text in trial.case.evidence)
    if not trial.answer.claims or not needed:
        return None
    return len(fold(trial.answer.answer)) / needed
