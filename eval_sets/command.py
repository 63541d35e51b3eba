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
    from chatbot.settings import Settings
    from eval_sets.cases import GoldenCase
    from eval_sets.noise import Noise
    from eval_sets.runs import SavedRun
    from eval_sets.targets import Target

app = typer.Typer(help="Run golden questions; compare runs; write questions.", invoke_without_command=True)

_out = Console()
_err = Console(stderr=True)

GoldenFiles = Annotated[list[Path] | None, typer.Option("--golden", help="Golden files; the bundled ones by default.")]


@app.callback()
def evaluate(
    context: typer.Context,
    golden: GoldenFiles = None,
    split: Annotated[str | None, typer.Option(help="Only the cases of this split: dev or test.")] = None,
    corpus: Annotated[str | None, typer.Option(help="Only the cases of this corpus: bundled or policies.")] = None,
    url: Annotated[str | None, typer.Option(help="Ask a running service instead of this process.")] = None,
    noise: Annotated[bool, typer.Option(help="Ask every question again with typos, width, script and pinyin.")] = False,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Questions at a time; times are then under load.")] = 1,
    resume: Annotated[str | None, typer.Option(help="Go on with a run that was cut short.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html, run.json and junit.xml here as well.")] = None,
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
    from eval_sets.cases import bundled_files, load_all
    from eval_sets.comparison import compare as compared
    from eval_sets.errors import EvalError
    from eval_sets.noise import Noise
    from eval_sets.runner import plan, run
    from eval_sets.runs import find

    settings = read_settings()
    paths = golden or bundled_files()
    cases = [case for case in load_all(paths) if split in (None, case.split) and corpus in (None, case.corpus)]
    if not cases:
        raise EvalError(f"no case of split {split!r} and corpus {corpus!r} in {', '.join(map(str, paths))}")
    other = find(_runs(settings), compare) if compare else None
    noises = list(Noise) if noise else []
    asked = plan(cases, noises)
    kept = _kept(settings, paths, split, noises, len(asked), jobs, resume)
    targets = _Targets(settings, url, cases)
    for _ in track(run(asked, targets.of, kept, jobs), "asking", total=len(asked), console=_err, transient=True):
        pass
    kept.finish()
    trials = kept.trials()
    outputs.write(kept, kept.folder)
    terminal.show(trials, _out)
    terminal.show_failures(trials, failures, _out)
    _err.print(f"saved as {kept.manifest.id} in {kept.folder}", highlight=False, soft_wrap=True)
    if report:
        outputs.write(kept, report)
    if other is not None:
        terminal.show_comparison(compared(other, kept), _out)
    wanted = floors.wanted(fail_under, split, trials)
    missed = floors.breaches(wanted, trials)
    terminal.show_floors(wanted, missed, _err)
    if missed:
        raise typer.Exit(1)


class _Targets:
    """Opens, for each corpus, what answers its questions, and checks that their evidence is there to be found."""

    def __init__(self, settings: "Settings", url: str | None, cases: "list[GoldenCase]") -> None:
        self._settings, self._url, self._cases = settings, url, cases

    def of(self, corpus: str) -> "Target":
        """The target of one corpus; raises GoldenError for evidence that its documents do not hold."""
        from eval_sets.corpora import named, unfounded
        from eval_sets.errors import GoldenError
        from eval_sets.runner import SERVED

        target = self._open(corpus)
        if self._url and corpus != SERVED and target.texts != named(corpus).texts:
            _say(f"note: {self._url} serves other documents than corpus {corpus}, for which its cases were written")
        problems = unfounded([case for case in self._cases if (case.corpus or SERVED) == corpus], target.texts)
        if problems:
            shown = "\n  ".join(problems[:10])
            raise GoldenError(
                f"{len(problems)} cases cannot be judged against what is indexed:\n  {shown}\n"
                "index their documents ('reformqa ingest'), choose others (--corpus), or correct the cases"
            )
        return target

    def _open(self, corpus: str) -> "Target":
        from chatbot.bootstrap import open_services
        from eval_sets.corpora import named, open_corpus
        from eval_sets.runner import SERVED
        from eval_sets.targets import AtUrl, InProcess

        if self._url:
            return AtUrl(self._url)
        if corpus == SERVED:
            return InProcess(open_services(self._settings, _say))
        return InProcess(open_corpus(named(corpus), self._settings, _say))


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
    """Write report.html, run.json and junit.xml of a saved run again, judged by this version's rules."""
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
    from eval_sets.runs import find

    if framework not in list(Framework):
        raise EvalError(f"--format {framework}: choose {' or '.join(Framework)}")
    to.write_text(export(find(_runs(read_settings()), run).trials(), Framework(framework)), "utf-8")
    _out.print(str(to), highlight=False, soft_wrap=True)


@app.command("mutations")
def prove_mutations(golden: GoldenFiles = None, split: str = "dev") -> None:
    """Damage the product in known ways; exit 1 unless every metric named for one gets worse beyond its interval."""
    from chatbot.settings import read_settings
    from eval_sets import terminal
    from eval_sets.cases import bundled_files, load_all
    from eval_sets.corpora import BUNDLED, named, open_corpus
    from eval_sets.mutations import prove, unharmed
    from eval_sets.runner import plan

    cases = [case for case in load_all(golden or bundled_files()) if case.split == split and case.corpus == BUNDLED]
    bench = unharmed(plan(cases), open_corpus(named(BUNDLED), read_settings(), _say))
    proofs = list(track(prove(bench), "damaging", console=_err, transient=True, total=8))
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


def _kept(
    settings: "Settings",
    paths: list[Path],
    split: str | None,
    noise: "list[Noise]",
    cases: int,
    jobs: int,
    resume: str | None,
) -> "SavedRun":
    """The run to fill: a new one, or the one to resume, if it was begun with the same questions."""
    from eval_sets.errors import RunError
    from eval_sets.runs import Manifest, SavedRun, find, machine, now

    golden = {path.name: sha256(path.read_bytes()).hexdigest() for path in paths}
    if resume:
        kept = find(_runs(settings), resume)
        was = kept.manifest
        if (was.golden, was.split, was.noise) != (golden, split, noise):
            raise RunError(f"run {was.id} was begun with other questions (golden files, split or noise); start anew")
        return kept
    started = now()
    name = datetime.fromisoformat(started).strftime("%Y-%m-%dT%H-%M-%S")
    manifest = Manifest(
        id=name, started=started, golden=golden, split=split, noise=noise, cases=cases, jobs=jobs, machine=machine()
    )
    return SavedRun.start(_runs(settings), manifest)


def _runs(settings: "Settings") -> Path:
    return settings.data_dir / "eval" / "runs"


def _say(message: str) -> None:
    _err.print(message, highlight=False)
