"""The report as one HTML document: the template, its style and script, and the figures, put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from eval_sets.funnel import Stage
from eval_sets.legal import legal
from eval_sets.metrics import Trial
from eval_sets.report import charts, figures, text
from eval_sets.report.case import wrong_first
from eval_sets.report.charts import Bar
from eval_sets.report.figures import Group
from eval_sets.runs import SavedRun, SubjectRecord
from eval_sets.statistics import percentile

_SERIES = ("correct", "correct and cited")
_TILES = ("correct", "cited", "refusal_recall", "false_answers", "verbatim")
#: What a question has to be to get past the stage.
_STEPS = {
    Stage.NOT_RETRIEVED: "Retrieved",
    Stage.NOT_SELECTED: "Selected",
    Stage.NOT_PHRASED: "Phrased",
    Stage.NOT_VERIFIED: "Verified",
}


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of groups with the table of the same figures; ``filter`` is the filter its keys belong to."""

    title: str
    filter: str | None
    svg: Markup
    groups: list[Group]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line on what was judged, one entry where all corpora agree."""

    label: str
    entries: tuple[str, ...]


def render(run: SavedRun, trials: Sequence[Trial]) -> str:
    """The whole document, the same for the same run; it needs neither network nor other files.

    ``trials`` are ``run.trials()``, or some of them; the figures are over these.
    """
    plain = [trial for trial in trials if trial.noise is None]
    times = [trial.answer.milliseconds for trial in plain]
    views = wrong_first(trials)
    bins = figures.latency_bins(plain)
    template = _environment().from_string(_resource("template.html"))
    page = template.render(
        style=Markup(_resource("style.css")),
        script=Markup(_resource("script.js")),
        manifest=run.manifest,
        facts=_facts(run, len(plain), len(trials) - len(plain)),
        figure={name: figures.of(name, trials) for name in _TILES},
        headline=figures.headline(trials),
        latency={percent: percentile(times, percent) for percent in (50, 95, 99)},
        charts=_charts(plain),
        series=_SERIES,
        few=figures.FEW,
        outcomes=figures.outcomes(plain),
        outcome_rows=figures.outcome_rows(plain),
        bins=bins,
        histogram=charts.counts("latency", "How long answers took: questions in each range of time", bins),
        steps=figures.funnel_steps(trials),
        step_names=_STEPS,
        stability=figures.stability(trials),
        answers=len(trials),
        views=views,
        kinds=sorted({trial.case.type for trial in plain}),
        languages=sorted({trial.case.lang for trial in plain}),
        stages=[stage for stage in Stage if any(view.lost is stage for view in views)],
    )
    return page.lstrip()


def _charts(trials: Sequence[Trial]) -> list[Chart]:
    def chart(
        title: str, name: str, filter_: str | None, groups: list[Group], written: Callable[[str], str] = str
    ) -> Chart:
        groups = [replace(group, label=written(group.label)) for group in groups]
        bars = [Bar(f"{group.label} ({group.cases})", (group.correct, group.cited)) for group in groups]
        label = f"Share correct, and correct and cited, {title}"
        return Chart(title, filter_, charts.shares(name, label, _SERIES, bars), groups)

    return [
        chart("by kind of question", "kind", "kind", figures.groups(lambda t: t.case.type, trials), text.spoken),
        chart("by language", "language", "lang", figures.groups(lambda t: t.case.lang, trials), text.tongue),
        chart("by persona", "persona", None, figures.groups(lambda t: t.case.persona, trials, figures.FEW)),
    ]


def _facts(run: SavedRun, questions: int, noisy: int) -> list[Fact]:
    manifest = run.manifest
    asked = f"{questions}" + (f", and {noisy} noisy forms of them" if noisy else "")
    corpora = tuple(f"{name}: {len(each.documents)} documents" for name, each in manifest.subjects.items())
    many = manifest.selection.jobs
    jobs = "one question at a time" if many == 1 else f"{many} questions at a time"
    return [
        Fact("Questions", (asked,)),
        Fact("Split", (manifest.selection.split or "all",)),
        Fact("Corpora", corpora or (text.NONE,)),
        Fact("Code", _each(run, lambda subject: subject.code)),
        Fact("Where", _each(run, lambda subject: subject.where)),
        Fact("Encoder", _each(run, lambda subject: subject.encoder)),
        Fact("Language model", _each(run, lambda subject: subject.llm or "no LLM")),
        Fact("Index generation", _each(run, lambda subject: subject.generation)),
        Fact("Started", (manifest.started.replace("T", " ", 1),)),
        Fact("Machine", (f"{manifest.machine}; {jobs}",)),
    ]


def _each(run: SavedRun, part: Callable[[SubjectRecord], str]) -> tuple[str, ...]:
    """What answered: one entry if all corpora say the same, else one for each."""
    parts = {name: part(subject) for name, subject in run.manifest.subjects.items()}
    if len(set(parts.values())) <= 1:
        return tuple(parts.values())[:1] or (text.NONE,)
    return tuple(f"{name}: {said}" for name, said in parts.items())


def _environment() -> Environment:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_legal
    )
    environment.filters |= {
        "hits": text.hits,
        "language": text.language,
        "milliseconds": text.milliseconds,
        "spoken": text.spoken,
        "tight": text.tight,
        "tongue": text.tongue,
    }
    environment.globals |= {"value_of": text.value, "interval_of": text.interval}
    return environment


def _legal(value: object) -> object:
    return legal(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _resource(name: str) -> str:
    return files("eval_sets.report").joinpath(name).read_text("utf-8")
