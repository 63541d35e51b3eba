"""reformqa eval: run golden questions, say what is right and how sure that is, compare runs, hold floors."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import track

from eval_sets import case_commands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatbot.settings import Settings
    from eval_sets.runs import SavedRun
    from eval_sets.selection import Asked, Selection

app = typer.Typer(help="Run golden questions; compare runs; write questions.", invoke_without_command=True)

_out = Console()
_err = Console(stderr=True)

GoldenFiles = Annotated[list[Path] | None, typer.Option("--golden", help="Golden files; the bundled ones by default.")]


@app.callback()
def evaluate(
    context: typer.Context,
    golden: GoldenFiles = None,
    split: Annotated[str | None, typer.Option(help="Only the cases of this split: dev or test.")] = None,
    corpus: Annotated[
        str | None, typer.Option(help="Only the cases of this corpus: bundled, policies or cities.")
    ] = None,
    url: Annotated[str | None, typer.Option(help="Ask a running service instead of this process.")] = None,
    noise: Annotated[bool, typer.Option(help="Ask every question again with typos, width, script and pinyin.")] = False,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Questions at a time; times are then under load.")] = 1,
    resume: Annotated[str | None, typer.Option(help="Go on with a run that was cut short.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write report.html, run.json, summary.json and junit.xml here as well.")
    ] = None,
    compare: Annotated[str | None, typer.Option(help="Compare with this saved run: an id, a folder, or last.")] = None,
    fail_under: Annotated[
        str, typer.Option(help="metric=0.9,kind=0.8,metric:kind=0.7, or a floors.toml: exit 1 if below.")
    ] = "",
    failures: Annotated[int, typer.Option(help="Show this many wrong answers.", min=0)] = 0,
) -> None:
    """Run golden questions, without an LLM unless one is set, and save the run."""
    if context.invoked_subcommand:
        return
    from chatbot.settings import read_settings
    from eval_sets import floors, outputs, terminal
    from eval_sets.comparison import compare as compared
    from eval_sets.noise import Noise
    from eval_sets.opening import open_targets
    from eval_sets.runner import run
    from eval_sets.runs import find
    from eval_sets.selection import Selection, plan, selected

    settings = read_settings()
    chosen = Selection(
        golden=tuple(map(str, golden or ())), split=split, corpus=corpus, noise=noise, url=url, jobs=jobs
    )
    kept = _resumed(settings, resume, chosen) if resume else None
    if kept is not None:
        chosen = kept.manifest.selection
    asked = plan(selected(chosen), list(Noise) if chosen.noise else [])
    wanted = floors.wanted(fail_under, chosen.split, {each.case.type for each in asked})
    other = find(_runs(settings), compare) if compare else None
    if report:
        outputs.check_folder(report)
    with open_targets(asked, settings, chosen.url, _say) as targets:
        kept = _same_plan(kept, asked) if kept else _started(settings, chosen, asked)
        _say(f"run {kept.manifest.id}")
        try:
            with kept.locked():
                steps = run(asked, targets, kept, chosen.jobs)
                for _ in track(steps, "asking", total=len(asked), console=_err, transient=True):
                    pass
                kept.finish()
        except KeyboardInterrupt:
            _say(f"cut short; go on with: reformqa eval --resume {kept.manifest.id}")
            raise typer.Exit(130) from None
    trials = kept.trials()
    outputs.write(kept, kept.folder)
    terminal.show(trials, _out)
    terminal.show_failures(trials, failures, _out)
    _err.print(f"saved in {kept.folder}", highlight=False, soft_wrap=True)
    if report:
        outputs.write(kept, report)
    if other is not None:
        terminal.show_comparison(compared(other, kept), _out)
    missed = floors.breaches(wanted, trials)
    terminal.show_floors(wanted, missed, _err)
    if missed:
        raise typer.Exit(1)


@app.command("compare")
def compare_runs(first: str, second: str) -> None:
    """Compare two saved runs: paired tests, and the questions that changed sides."""
    from chatbot.settings import read_settings
    from eval_sets import terminal
    from eval_sets.comparison import compare as compared
    from eval_sets.runs import find

    folder = _runs(read_settings())
    terminal.show_comparison(compared(find(folder, first), find(folder, second)), _out)


@app.command("runs")
def list_runs() -> None:
    """List the saved runs."""
    from chatbot.settings import read_settings
    from eval_sets import terminal
    from eval_sets.runs import saved

    terminal.show_runs(saved(_runs(read_settings())), _out)


@app.command("report")
def report_run(
    run: str, to: Annotated[Path | None, typer.Option(help="Folder; the run's own by default.")] = None
) -> None:
    """Write report.html, run.json, summary.json and junit.xml of a saved run again, judged by this version's rules."""
    from chatbot.settings import read_settings
    from eval_sets import outputs
    from eval_sets.runs import find

    found = find(_runs(read_settings()), run)
    for path in outputs.write(found, to or found.folder):
        _out.print(str(path), highlight=False, soft_wrap=True)


@app.command("export")
def export_run(
    run: str, framework: Annotated[str, typer.Option("--format", help="ragas or deepeval.")], to: Path
) -> None:
    """Write a saved run in the input format of a framework that judges with a language model."""
    from chatbot.settings import read_settings
    from eval_sets.errors import EvalError
    from eval_sets.exports import Framework, export
    from eval_sets.outputs import write_text
    from eval_sets.runs import find

    if framework not in list(Framework):
        raise EvalError(f"--format {framework}: choose {' or '.join(Framework)}")
    write_text(to, export(find(_runs(read_settings()), run).trials(), Framework(framework)))
    _out.print(str(to), highlight=False, soft_wrap=True)


@app.command("mutations")
def prove_mutations(golden: GoldenFiles = None, split: str = "dev") -> None:
    """Damage the product in known ways; exit 1 unless every metric named for one gets worse beyond its interval."""
    from chatbot.settings import read_settings
    from eval_sets import terminal
    from eval_sets.corpora import BUNDLED, named, open_corpus
    from eval_sets.mutations import MUTATIONS, prove, unharmed
    from eval_sets.selection import Selection, plan, selected

    cases = selected(Selection(golden=tuple(map(str, golden or ())), split=split, corpus=BUNDLED))
    bench = unharmed(plan(cases), open_corpus(named(BUNDLED), read_settings(), _say))
    proofs = list(track(prove(bench), "damaging", console=_err, transient=True, total=len(MUTATIONS)))
    terminal.show_proofs(proofs, _out)
    if not all(proof.named.worse for proof in proofs):
        raise typer.Exit(1)


for _name, _command in (
    ("check", case_commands.check),
    ("new", case_commands.new),
    ("to-excel", case_commands.to_excel),
    ("from-excel", case_commands.from_excel),
):
    app.command(_name)(_command)


def _started(settings: "Settings", chosen: "Selection", asked: "Sequence[Asked]") -> "SavedRun":
    from eval_sets.runs import Manifest, SavedRun, machine, now
    from eval_sets.selection import digest

    started = now()
    manifest = Manifest(
        id=datetime.fromisoformat(started).strftime("%Y-%m-%dT%H-%M-%S"),
        started=started,
        selection=chosen,
        golden={
            str(path) if chosen.golden else path.name: sha256(path.read_bytes()).hexdigest() for path in chosen.files
        },
        plan=digest(asked),
        questions=len(asked),
        machine=machine(),
    )
    return SavedRun.start(_runs(settings), manifest)


def _resumed(settings: "Settings", name: str, given: "Selection") -> "SavedRun":
    """The run to go on with, which knows what it asks; options given beside must be the same."""
    from eval_sets.errors import RunError
    from eval_sets.runs import find
    from eval_sets.selection import Selection

    kept = find(_runs(settings), name, unfinished=True)
    if given not in (Selection(), kept.manifest.selection):
        raise RunError(f"run {kept.manifest.id} was begun with {kept.manifest.selection!r}; leave the options out")
    return kept


def _same_plan(kept: "SavedRun", asked: "Sequence[Asked]") -> "SavedRun":
    from eval_sets.errors import RunError
    from eval_sets.selection import digest

    if kept.manifest.plan != digest(asked):
        raise RunError(f"run {kept.manifest.id} cannot be resumed: its questions have changed since; start a new one")
    return kept


def _runs(settings: "Settings") -> Path:
    return settings.data_dir / "eval" / "runs"


def _say(message: str) -> None:
    _err.print(message, highlight=False)
