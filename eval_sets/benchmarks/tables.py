"""Results as tables for people."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Column, Table

from eval_sets.benchmarks import places
from eval_sets.benchmarks.desk import DeskReport
from eval_sets.benchmarks.encoder import Cost
from eval_sets.benchmarks.growth import Growth
from eval_sets.benchmarks.load import LoadReport, Open
from eval_sets.benchmarks.load_series import MS_P95, Series
from eval_sets.benchmarks.pages import PagesReport
from eval_sets.benchmarks.retrieval import Channel
from eval_sets.benchmarks.side_by_side import BUDGET, Absent, Row
from eval_sets.benchmarks.speed import Speed
from eval_sets.benchmarks.verifier import HALVES, OfModel, OfSentences
from eval_sets.reading.speed import ReadingSpeed
from eval_sets.reading.table import Line
from eval_sets.statistics import Estimate


def show_peers(rows: Sequence[Row | Absent], cases: int, out: Console) -> None:
    """One column a pipeline, one line a measure; then what each is made of, or why it was not measured."""
    measured = [row for row in rows if isinstance(row, Row)]
    table = Table(
        "", title=f"{cases} golden questions: all evidence in the first texts (95 % Wilson), at equal length, and cost"
    )
    for row in measured:
        table.add_column(f"{row.name}\ntop {row.top}", justify="right")
    for n, kind in enumerate(measured[0].complete if measured else ()):
        table.add_row(f"{kind.kind} ({kind.share.count})", *(_share(row.complete[n].share) for row in measured))
    table.add_row("only ours : only it", *map(_paired, measured))
    for n, kind in enumerate(measured[0].in_budget if measured else ()):
        shares = (_share(row.in_budget[n].share) for row in measured)
        table.add_row(f"{kind.kind}, first {BUDGET} characters", *shares)
    for name, cells in (
        ("characters a question", [f"{row.characters:.0f}" for row in measured]),
        ("passages", [str(row.passages) for row in measured]),
        ("passages a second", [f"{row.passages_per_second:.1f}" for row in measured]),
        ("ms p50", [f"{row.ms_p50:.1f}" for row in measured]),
        ("ms p95", [f"{row.ms_p95:.1f}" for row in measured]),
        ("peak memory, MB", [f"{row.peak_bytes / 1e6:.0f}" for row in measured]),
    ):
        table.add_row(name, *cells)
    out.print(table)
    for found in rows:
        made_of = (
            found.reason if isinstance(found, Absent) else ", ".join(f"{p.name} {p.version}" for p in found.packages)
        )
        out.print(f"{found.name}: {found.what} ({made_of})", markup=False, highlight=False, soft_wrap=True)


def _paired(row: Row) -> str:
    paired = row.against_reference
    return f"{paired.only_reference} : {paired.only_this}\np {paired.p:.2g}" if paired else "–"


def show_retrieval(channels: Sequence[Channel], out: Console, title: str | None = None) -> None:
    """One line a channel."""
    table = Table("channel", "recall@1 (95 %)", "recall@5", "recall@10", "mrr@10", "ndcg@10", "ms p50", title=title)
    for c in channels:
        first = f"{c.recall_1.value:.4f} ({c.recall_1.low:.3f}–{c.recall_1.high:.3f})"
        scores = (c.recall_5, c.recall_10, c.mrr_10, c.ndcg_10)
        table.add_row(c.name, first, *(f"{score:.4f}" for score in scores), f"{c.ms_p50:.2f}")
    out.print(table)


def show_growth(growth: Growth, out: Console) -> None:
    """One line a figure."""
    found = growth.searched
    table = Table("index", f"{growth.passages:,} passages, {growth.sentences:,} sentences")
    for name, shown in (
        ("encoding, from what the real ones took", f"{growth.encode_seconds / 60:.0f} min"),
        ("build without encoding", f"{growth.build_seconds:.1f} s"),
        ("save", f"{growth.save_seconds:.1f} s"),
        ("disk", f"{growth.disk_bytes / 1e6:.0f} MB"),
        ("load", f"{found.load_seconds:.1f} s"),
        ("resident, mapped files included", f"{found.resident_bytes / 1e6:.0f} MB"),
        ("search on one core, ms p50, p95", f"{found.search_ms[0]:.1f}, {found.search_ms[1]:.1f}"),
        ("encode a question on one core, ms p50, p95", f"{found.query_ms[0]:.1f}, {found.query_ms[1]:.1f}"),
    ):
        table.add_row(name, shown)
    out.print(table)


def show_desk(found: DeskReport, out: Console) -> None:
    """One line a figure."""
    table = Table("staff desk", f"{found.questions:,} answers, {found.topics:,} topics, {found.engine}")
    table.add_row("database", f"{found.bytes / 1e6:.0f} MB")
    table.add_row("written", f"{found.questions / found.write_seconds:,.0f} a second")
    table.add_row("sorting the whole inbox", f"{found.sort_seconds:.1f} s")
    for cost in found.costs:
        table.add_row(f"{cost.what}, ms p50 (first)", f"{cost.ms_p50:.1f} ({cost.ms_first:.1f})")
    out.print(table)


def show_pages(found: PagesReport, out: Console) -> None:
    """One line a wait."""
    title = f"processor slowed {found.slowdown} times, {found.rounds} rounds, ms p50 (longest)"
    table = Table("phone", title)
    for wait in found.waits:
        table.add_row(wait.what, f"{wait.ms_p50:,.0f} ({wait.ms_max:,.0f})")
    table.add_row("first page: bytes sent", f"{found.bytes:,}")
    table.add_row("reader: document", f"{found.document}, {found.characters:,} characters")
    out.print(table)


def show_places(lines: Sequence[places.Line], out: Console) -> None:
    """One line a kind of question, half and search."""
    table = Table("question", "half", "asked", "search", "R@1 (95 %)", "R@5", "R@10", "MRR@10", "right document first")
    for line in lines:
        shares = (line.at_1, line.within_5, line.within_10, line.mrr_10, line.right_document)
        count = str(line.at_1.count)
        table.add_row(
            line.kind, line.half, count, line.search, *map(_share, shares), end_section=line.search == places.BARE
        )
    out.print(table)


def show_reading(lines: Sequence[Line], details: bool, out: Console) -> None:
    """One line a measure, or one a document and measure with what is wrong."""
    table = Table("measure", "document", "precision", "recall", "F1", "right", "found", "wanted")
    for line in lines:
        figures = (line.tally.precision, line.tally.recall, line.tally.f1)
        counts = (line.tally.right, line.tally.found, line.tally.wanted)
        shown = ["–" if figure is None else f"{figure:.3f}" for figure in figures]
        table.add_row(line.measure, line.document, *shown, *map(str, counts))
    out.print(table)
    for line in lines if details else ():
        for miss in line.misses:
            out.print(f"{line.measure}, {line.document}: {miss}", markup=False, highlight=False, soft_wrap=True)


def show_reading_speed(measured: ReadingSpeed, out: Console) -> None:
    """One line a length."""
    table = Table("characters", "seconds", "characters a second", "time a character")
    for pace, growth in ((measured.short, 1.0), (measured.long, measured.growth)):
        table.add_row(f"{pace.characters:,}", f"{pace.seconds:.2f}", f"{pace.per_second:,.0f}", f"{growth:.2f}")
    out.print(table)


def show_encoder(costs: Sequence[Cost], out: Console) -> None:
    """One line an engine and number of threads; a ratio below 1: the bundled encoder is faster."""
    table = Table(
        "threads", "engine", "question ms", Column("ours × (95 %)", overflow="fold"), "passages/s",
        Column("ours × (95 %)", overflow="fold"), "cosine to float32",
    )  # fmt: skip
    for c in costs:
        table.add_row(
            str(c.threads), c.engine, f"{c.question_ms:.1f}", _ratio(c.question_ratio), f"{c.passages_per_second:.2f}",
            _ratio(c.passage_ratio), f"{c.cosine:.4f}",
        )  # fmt: skip
    out.print(table)


def _ratio(estimate: Estimate | None) -> str:
    return f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})" if estimate else "–"


def show_speed(results: Sequence[Speed], out: Console) -> None:
    """One line a stage; a ratio below 1 is faster than the baseline."""
    table = Table("stage", "ms", "a second", "× baseline (95 %)", Column("baseline", overflow="fold"))
    for s in results:
        table.add_row(
            s.stage,
            "–" if s.ms is None else f"{s.ms:.2f} a {s.item}",
            "–" if s.per_second is None else f"{s.per_second:,.0f} {s.unit}",
            _ratio(s.ratio),
            s.note or "none" if s.baseline_ms is None else f"{s.baseline}: {s.baseline_ms:.2f}",
        )
    out.print(table, markup=False)


def show_load(found: LoadReport, out: Console) -> None:
    """One line a measure, the errors and what to do about them."""
    how = f"{found.plan.rate:g} arrivals a second" if isinstance(found.plan, Open) else f"{found.plan.clients} clients"
    table = Table(f"{how}, {found.seconds:.1f} s", "", title=found.url)
    for name, number in (
        ("questions", found.questions),
        ("answered", found.answered),
        ("answered a second", found.answered_per_second),
        ("ms p50", found.ms_p50),
        ("ms p90", found.ms_p90),
        ("ms p95", found.ms_p95),
        ("ms p99", found.ms_p99),
        ("ms max", found.ms_max),
        ("of which sent late, p99", found.sent_late_ms_p99),
        ("ms of the client's processor", found.client_cpu_ms),
        *((kind.name, kind.count) for kind in found.kinds),
        ("turned away (429)", found.rate_limited),
        *((f"failed: {error.name}", error.count) for error in found.errors),
    ):
        shown = "–" if number is None else str(number) if isinstance(number, int) else f"{number:.1f}"
        table.add_row(name, shown)
    out.print(table)
    if found.hint:
        out.print(found.hint, markup=False, highlight=False)


def show_loads(found: Series, out: Console) -> None:
    """One line a load; a service that was not started here tells nothing of its costs."""
    columns = (
        "load",
        "questions",
        "answered",
        "a second",
        "ms p50",
        "p95",
        "max",
        "else",
        "p95",
        "CPU ms",
        "encoder",
        "MB",
    )
    table = Table(*columns)
    for step in found.steps:
        told, cost = step.report, step.cost
        how = f"{told.plan.rate:g} a second" if isinstance(told.plan, Open) else f"{told.plan.clients} clients"
        failed = ", ".join(f"{error.name}: {error.count}" for error in told.errors) or "none"
        times = [_whole(ms) for ms in (told.ms_p50, told.ms_p95, told.ms_max)]
        costs = (
            [f"{cost.processor_ms:.1f}", f"{cost.encoder_share:.2f}", f"{cost.memory_mb:.0f}"] if cost else ["–"] * 3
        )
        counts = [str(told.questions), str(told.answered), f"{told.answered_per_second:.1f}"]
        table.add_row(how, *counts, *times, failed, _whole(told.failed_ms_p95), *costs)
    out.print(table)
    carried = "none" if found.highest is None else f"{found.highest:g} a second"
    out.print(f"highest rate with p95 at most {MS_P95:g} ms and nothing but answers: {carried}")


def _whole(milliseconds: float | None) -> str:
    return "–" if milliseconds is None else f"{milliseconds:.0f}"


def _share(estimate: Estimate) -> str:
    if estimate.value is None:
        return "–"
    return f"{estimate.value:.2f} ({estimate.low:.2f}–{estimate.high:.2f})"


def show_verifier(found: OfSentences, details: bool, out: Console) -> None:
    """One line a kind and language, of the half nothing was fitted on (``details``: both, and what is wrong)."""
    table = Table("kind", "language", "half", "sentences", "stopped (95 %)", "reasons", title="Sentences stopped")
    for line in found.lines:
        if details or line.half == HALVES[1]:
            reasons = ", ".join(f"{reason} {count}" for reason, count in line.reasons.items())
            table.add_row(line.kind, line.language, line.half, str(line.stopped.count), _share(line.stopped), reasons)
    out.print(table)
    for wrong in found.wrong if details else ():
        verdict = f"stopped: {wrong.reason}" if wrong.reason else "passed"
        out.print(f"{wrong.kind} ({wrong.made}), {verdict}: {wrong.text}", markup=False, highlight=False)


def show_model(found: OfModel, out: Console) -> None:
    """What was written and shown, and how many answers are right."""
    table = Table("", "", title=f"{found.questions} questions answered by quotation, worded by the model")
    table.add_row("sentences written, shown", f"{found.written}, {found.shown}")
    table.add_row("not shown", ", ".join(f"{reason} {count}" for reason, count in found.reasons.items()) or "none")
    table.add_row("cut short (time, errors)", str(found.early))
    table.add_row("answers quoted after all", str(found.quoted_instead))
    for name, right in found.right.items():
        table.add_row(f"right, {name}", _share(right))
    out.print(table)
