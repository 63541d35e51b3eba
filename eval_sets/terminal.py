"""Runs and comparisons as tables in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from eval_sets.comparison import Change, Comparison
from eval_sets.floors import Breach, Floor
from eval_sets.funnel import funnel
from eval_sets.metrics import METRICS, Row, Trial, row, rows_by
from eval_sets.mutations import Effect, Proof
from eval_sets.reasons import reasons
from eval_sets.runs import SavedRun
from eval_sets.statistics import Estimate

_NONE = "–"


def figure(estimate: Estimate) -> str:
    """0.913 (0.87–0.94); a dash where nothing was measured."""
    if estimate.value is None:
        return _NONE
    return f"{estimate.value:.3f} ({estimate.low:.2f}–{estimate.high:.2f})"


def show(trials: Sequence[Trial], out: Console) -> None:
    """Accuracy by kind and language, then every metric, then where questions are lost."""
    kinds = Table("kind", "cases", "correct (95 %)", "and cited (95 %)", "ms p50")
    rows = rows_by(lambda t: t.case.type, trials) + rows_by(lambda t: f"language {t.case.lang}", trials)
    for each in [*rows, row("all", trials)]:
        kinds.add_row(
            escape(each.group), str(each.cases), *(_cell(each, name) for name in ("correct", "cited")), _median(each)
        )
    out.print(kinds)
    total = row("all", trials)
    metrics = Table("metric", "value (95 % interval)", "cases", "better")
    for metric in METRICS:
        if (estimate := total.estimates[metric.name]).value is not None:
            better = "higher" if metric.higher_is_better else "lower"
            metrics.add_row(metric.name, figure(estimate), str(estimate.count), better)
    latency = ", ".join(f"{name} {value:.1f}" for name, value in total.latency.items() if value is not None)
    metrics.add_row("latency in ms", latency or _NONE, str(total.cases), "lower")
    out.print(metrics)
    lost = ", ".join(f"{each.stage.value} {each.cases}" for each in funnel(trials))
    out.print(f"answerable questions: {lost}", highlight=False)


def _cell(each: Row, name: str) -> str:
    return figure(each.estimates[name])


def _median(each: Row) -> str:
    return _NONE if each.latency["p50"] is None else f"{each.latency['p50']:.1f}"


def show_failures(trials: Sequence[Trial], limit: int, out: Console) -> None:
    """The first wrong answers and why they are wrong."""
    for trial in [t for t in trials if t.noise is None and not t.verdict.correct][:limit]:
        said = (f"{trial.case.id}  {trial.case.question}", f"{trial.answer.outcome}: {trial.answer.answer}")
        lines = "\n  ".join((*said, *map(str, reasons(trial))))
        out.print(lines, markup=False, highlight=False, soft_wrap=True)


def show_comparison(comparison: Comparison, out: Console) -> None:
    """Every metric of both runs with its paired difference, then the questions that changed sides."""
    first, second = comparison.first.manifest, comparison.second.manifest
    out.print(
        f"{first.id} → {second.id}; differs: {', '.join(comparison.differs) or 'nothing recorded'}", highlight=False
    )
    name = Column("metric", no_wrap=True)
    table = Table(name, "first", "second", "difference (95 %)", "better/worse", "McNemar p")
    for each in comparison.paired:
        better, worse = (each.gained, each.lost) if each.metric.higher_is_better else (each.lost, each.gained)
        gap = each.difference
        spread = f"{gap.value:+.3f} ({gap.low:+.3f} – {gap.high:+.3f})" if gap else "not paired"
        p = _NONE if each.p is None else f"{each.p:.3g}"
        sides = f"+{better} −{worse}" if gap else _NONE
        table.add_row(each.metric.name, figure(each.first), figure(each.second), spread, sides, p)
    out.print(table)
    _sides("fixed", comparison.fixed, out)
    _sides("broken", comparison.broken, out)
    if comparison.unpaired:
        out.print(f"{len(comparison.unpaired)} questions are in one run only, or were changed", highlight=False)


def _sides(title: str, changes: Sequence[Change], out: Console) -> None:
    out.print(f"{title}: {len(changes)}", highlight=False)
    for change in changes:
        lines = (f"  {change.first.case.id}  {change.first.case.question}",
                 f"    was {change.first.answer.outcome}: {change.first.answer.answer}",
                 f"    now {change.second.answer.outcome}: {change.second.answer.answer}")  # fmt: skip
        out.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def show_floors(floors: Sequence[Floor], missed: Sequence[Breach], out: Console) -> None:
    """Which floors were not reached, or that all were."""
    for breach in missed:
        reached = "nothing was measured" if breach.reached is None else f"{breach.reached:.3f}"
        word = "below" if breach.floor.metric.higher_is_better else "above"
        out.print(
            f"[red]{word} its floor:[/] {breach.floor.name} {reached}, floor {breach.floor.value}", highlight=False
        )
    if floors and not missed:
        out.print(f"all {len(floors)} floors hold", highlight=False)


def show_runs(runs: Sequence[SavedRun], out: Console) -> None:
    """One line a run."""
    table = Table(Column("run", no_wrap=True), "code", "questions", "split", "finished")
    for run in runs:
        manifest = run.manifest
        code = ", ".join(sorted({subject.code for subject in manifest.subjects.values()}))
        table.add_row(
            manifest.id, code, str(manifest.questions), manifest.selection.split or "all", manifest.finished or "no"
        )
    out.print(table)


def show_proofs(proofs: Sequence[Proof], out: Console) -> None:
    """What each mutation did to the metric named for it, and what else left its interval."""
    table = Table("mutation", "named metric", "unharmed (95 %)", "mutated", "shown", "also moved")
    for proof in proofs:
        named = proof.named
        name = named.metric.name + (f":{named.kind}" if named.kind else "")
        others = ", ".join(f"{effect.metric.name} {_moved(effect)}" for effect in proof.others)
        shown = "yes" if named.worse else "NO"
        table.add_row(proof.mutation.name, name, figure(named.before), _value(named), shown, others or _NONE)
    out.print(table)


def _moved(effect: Effect) -> str:
    return f"{effect.before.value or 0:.2f}→{_value(effect)}"


def _value(effect: Effect) -> str:
    return _NONE if effect.after.value is None else f"{effect.after.value:.2f}"
