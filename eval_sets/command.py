"""reformqa eval: run golden questions and print accuracy by kind."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

app = typer.Typer(help="Run golden questions and print accuracy by kind.", invoke_without_command=True)


@app.callback()
def evaluate(
    golden: Annotated[list[Path] | None, typer.Option(help="Golden files; the bundled ones by default.")] = None,
    split: Annotated[str | None, typer.Option(help="Only the cases of this split: dev or test.")] = None,
    failures: Annotated[int, typer.Option(help="Show this many wrong answers.", min=0)] = 0,
) -> None:
    """Run golden questions in process, without an LLM."""
    from chatbot.bootstrap import open_services
    from chatbot.settings import read_settings
    from eval_sets.cases import GoldenError, bundled_files, load
    from eval_sets.runner import Share, run, table

    out = Console()
    try:
        cases = [case for path in (golden or bundled_files()) for case in load(path) if split in (None, case.split)]
    except GoldenError as error:
        Console(stderr=True).print(f"error: {error}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from error
    answerer = open_services(read_settings(), lambda message: Console(stderr=True).print(message)).answerer
    steps = track(run(cases, answerer), "asking", total=len(cases), console=Console(stderr=True), transient=True)
    verdicts = list(steps)

    def cell(share: Share) -> str:
        if share.value is None:
            return "–"
        low, high = share.interval()
        return f"{share.hits}/{share.total}  {share.value:.2f} ({low:.2f}–{high:.2f})"

    shown = Table("kind", "correct (95 % Wilson)", "correct and cited", "ms p50")
    for row in table(verdicts):
        shown.add_row(row.kind, cell(row.correct), cell(row.cited), f"{row.milliseconds:.1f}")
    out.print(shown)
    for verdict in [v for v in verdicts if not v.correct][:failures]:
        out.print(f"{verdict.case.id}  {verdict.case.question}\n  {verdict.reply.outcome}: {verdict.reply.answer}\n"
                  f"  missing {verdict.missing} banned {verdict.banned}", markup=False, highlight=False)  # fmt: skip
