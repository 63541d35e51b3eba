"""Why an answer was judged as it was, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass

from eval_sets.metrics import Trial


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence on the verdict, and the strings it is about."""

    text: str
    terms: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.text} {' | '.join(self.terms)}".rstrip()


def reasons(trial: Trial) -> Iterator[Reason]:
    """What is wrong, or noteworthy, with one answer; none if nothing is."""
    case, answer, verdict = trial.case, trial.answer, trial.verdict
    if answer.status != 200:
        yield Reason(f"The service replied with an error, status {answer.status}:", (answer.error or "",))
    elif case.answerable and not verdict.answered:
        yield Reason(f"The documents answer it, but the outcome is “{answer.outcome.replace('_', ' ')}”.")
    if not case.answerable and not verdict.correct and answer.status == 200:
        yield Reason("It got a statement, but the documents do not say.")
    if verdict.answered or not case.answerable:
        yield from (
            Reason("The answer lacks:" if len(group) == 1 else "The answer has none of:", group)
            for group in verdict.missing
        )
    if verdict.corrected is False and answer.claims:
        truth = tuple(text for group in case.correction for text in group)
        yield Reason("It does not state the fact that corrects the question:", truth)
    if verdict.banned:
        yield Reason("The answer has what it must not have:", verdict.banned)
    if verdict.dump:
        yield Reason("The answer is a dump: far longer than its evidence.")
    if verdict.verbose_quotes:
        yield Reason("The quotes are far longer than the evidence, so they do not count as citing it.")
    elif verdict.correct and verdict.cited is False:
        yield Reason("The answer is right, but its quotes do not cover the evidence.")
