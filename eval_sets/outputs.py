"""What is made of a finished run: run.json for programs, junit.xml for CI, report.html for people, and summary.json,
which is run.json without the questions, for lists of runs."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval_sets.errors import EvalError
from eval_sets.funnel import funnel, stage
from eval_sets.junit import junit
from eval_sets.metrics import METRICS, Row, Trial, row, rows_by
from eval_sets.runs import SavedRun


def write(run: SavedRun, folder: Path) -> list[Path]:
    """Write all four into ``folder``; returns their paths."""
    from eval_sets.report import render  # its libraries take a moment to import

    trials = run.trials()
    check_folder(folder)
    whole = as_json(run, trials)
    contents = {
        "run.json": _json(whole),
        "summary.json": _json({name: value for name, value in whole.items() if name != "trials"}),
        "junit.xml": junit(trials),
        "report.html": render(run, trials).encode("utf-8"),
    }
    paths = []
    for name, data in contents.items():
        path = folder / name
        path.write_bytes(data)
        paths.append(path)
    return paths


def check_folder(folder: Path) -> None:
    """Make the folder; raises EvalError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EvalError(f"{folder} cannot be made ({error.strerror}); name a folder that can be written") from error


def write_text(path: Path, text: str) -> None:
    """Write a file; raises EvalError where that cannot be."""
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise EvalError(f"{path} cannot be written: {error.strerror}") from error


def as_json(run: SavedRun, trials: Sequence[Trial]) -> dict[str, Any]:
    """Manifest, figures of all groups, the funnel, and every question with its answer, verdict and metrics.

    What search found is left out: it is the bulk, and answers.jsonl has it.
    """
    return {
        "manifest": run.manifest.model_dump(mode="json"),
        "all": _figures(row("all", trials)),
        "by_kind": [_figures(each) for each in rows_by(lambda t: t.case.type, trials)],
        "by_language": [_figures(each) for each in rows_by(lambda t: t.case.lang, trials)],
        "by_persona": [_figures(each) for each in rows_by(lambda t: t.case.persona, trials)],
        "funnel": {each.stage.value: each.cases for each in funnel(trials)},
        "trials": [_trial(trial) for trial in trials],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8")


def _figures(each: Row) -> dict[str, Any]:
    estimates = {name: asdict(estimate) for name, estimate in each.estimates.items()}
    return {"group": each.group, "cases": each.cases, "metrics": estimates, "latency_ms": each.latency}


def _trial(trial: Trial) -> dict[str, Any]:
    values = {metric.name: metric.score(trial) for metric in METRICS}
    return {
        "case": trial.case.model_dump(mode="json", exclude_defaults=True),
        "noise": trial.noise,
        "answer": trial.answer.model_dump(mode="json", exclude={"found"}),
        "verdict": asdict(trial.verdict),
        "lost": stage(trial),
        "metrics": {name: value for name, value in values.items() if value is not None},
    }
