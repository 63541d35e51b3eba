"""Every metric there is, and tables of them by kind of question, language and persona."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from eval_sets.metrics import economy, grounding, outcomes, retrieval, stability
from eval_sets.metrics.metric import Kind, Metric, Score, of_plain_questions
from eval_sets.metrics.trial import Trial
from eval_sets.noise import Noise
from eval_sets.statistics import Estimate, percentile


def _share(name: str, score: Score, higher_is_better: bool = True) -> Metric:
    return Metric(name, Kind.SHARE, of_plain_questions(score), higher_is_better)


def _mean(name: str, score: Score, higher_is_better: bool = True) -> Metric:
    return Metric(name, Kind.MEAN, of_plain_questions(score), higher_is_better)


METRICS: tuple[Metric, ...] = (
    _share("correct", outcomes.correct),
    _share("cited", outcomes.cited),
    replace(_share("refusal_precision", outcomes.refusal_precision), paired=False),
    _share("refusal_recall", outcomes.refusal_recall),
    _share("false_answers", outcomes.false_answers, higher_is_better=False),
    _share("wrongly_refused", outcomes.wrongly_refused, higher_is_better=False),
    _share("corrections", outcomes.corrections),
    _share("follow_ups", outcomes.follow_ups),
    _share("language", outcomes.language),
    _share("verbatim", grounding.verbatim),
    _mean("citation_recall", grounding.citation_recall),
    _mean("citation_precision", grounding.citation_precision),
    _mean("citation_brevity", grounding.citation_brevity),
    _mean("facts_asked_for", economy.facts_asked_for),
    _mean("answer_length", economy.answer_length, higher_is_better=False),
    _mean("evidence_recall@1", retrieval.evidence_recall_at(1)),
    _mean("evidence_recall@4", retrieval.evidence_recall_at(4)),
    _mean("evidence_recall@10", retrieval.evidence_recall_at(10)),
    _share("complete_evidence@4", retrieval.complete_evidence_at(4)),
    _mean("mrr@10", retrieval.reciprocal_rank),
    _share("stable_paraphrase", stability.stable_paraphrase),
    *(Metric(f"stable_{noise.value}", Kind.SHARE, stability.stable_under(noise)) for noise in Noise),
)


def metric(name: str) -> Metric | None:
    """The metric of that name."""
    return next((found for found in METRICS if found.name == name), None)


@dataclass(frozen=True, slots=True)
class Row:
    """One group of cases: how many, every metric's estimate by name, latency percentiles in milliseconds."""

    group: str
    cases: int
    estimates: dict[str, Estimate]
    latency: dict[str, float | None]


def row(group: str, trials: Sequence[Trial]) -> Row:
    """The figures of one group; latency over plain questions."""
    plain = [trial for trial in trials if trial.noise is None]
    times = [trial.answer.milliseconds for trial in plain]
    latency = {f"p{percent}": percentile(times, percent) for percent in (50, 95, 99)}
    return Row(group, len(plain), {m.name: m.estimate(trials) for m in METRICS}, latency)


def rows_by(name: Callable[[Trial], str | None], trials: Sequence[Trial]) -> list[Row]:
    """A row for each value of ``name``, by name; trials where it is None are in no row."""
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        if (key := name(trial)) is not None:
            groups.setdefault(key, []).append(trial)
    return [row(group, found) for group, found in sorted(groups.items())]
