"""One question of the report: how it was judged and why, what was cited, where it was lost."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval_sets.funnel import Stage, stage
from eval_sets.judge import COVERED, covered
from eval_sets.legal import legal
from eval_sets.metrics import METRICS, Trial
from eval_sets.metrics.outcomes import expected_outcome
from eval_sets.report.text import spoken


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence on the verdict, and the strings it is about."""

    text: str
    terms: tuple[str, ...] = ()


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
        reasons=tuple(_reasons(trial)),
        evidence=tuple(_evidence(trial, text) for text in trial.case.evidence),
        scores=tuple(Score(spoken(m.name), f"{value:.3g}") for m, value in scores if value is not None),
    )


def wrong_first(trials: Sequence[Trial]) -> list[CaseView]:
    """The views of questions as they were written, wrong ones first, else in order."""
    return sorted((case_view(trial) for trial in trials if trial.noise is None), key=lambda view: view.right)


def _reasons(trial: Trial) -> list[Reason]:
    case, answer, verdict = trial.case, trial.answer, trial.verdict
    found = []
    if answer.status != 200:
        found.append(Reason(f"The service replied with an error, status {answer.status}:", (answer.error or "",)))
    elif case.answerable and not verdict.answered:
        found.append(Reason(f"The documents answer it, but the outcome is “{spoken(answer.outcome)}”."))
    if not case.answerable and not verdict.correct and answer.status == 200:
        found.append(Reason("It got a statement, but the documents do not say."))
    if verdict.answered or not case.answerable:
        found += [Reason("The answer lacks:" if len(g) == 1 else "The answer has none of:", g) for g in verdict.missing]
    if verdict.corrected is False and answer.claims:
        found.append(Reason("It does not state the fact that corrects the question:", _flat(case.correction)))
    if verdict.banned:
        found.append(Reason("The answer has what it must not have:", verdict.banned))
    if verdict.dump:
        found.append(Reason("The answer is a dump: far longer than its evidence."))
    if verdict.verbose_quotes:
        found.append(Reason("The quotes are far longer than the evidence, so they do not count as citing it."))
    elif verdict.correct and verdict.cited is False:
        found.append(Reason("The answer is right, but its quotes do not cover the evidence."))
    return found


def _flat(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    return tuple(text for group in groups for text in group)


def _evidence(trial: Trial, text: str) -> Evidence:
    quotes = [citation.quote for citation in trial.answer.citations]
    passages = [passage.text for passage in trial.answer.found or ()]
    rank = next((k for k in range(1, len(passages) + 1) if covered(text, passages[:k]) >= COVERED), None)
    return Evidence(text, covered(text, quotes) >= COVERED, rank, trial.answer.found is not None)
