"""Runs of the golden questions, as ``reformqa eval`` leaves them below the data directory."""

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

_log = logging.getLogger(__name__)

#: Below the data directory; a folder a run, with summary.json and report.html once it is finished.
_RUNS = Path("eval", "runs")


class Estimate(BaseModel):
    """A share with its 95 % interval over ``count`` questions; no value where there are none."""

    value: float | None
    low: float
    high: float
    count: int


class Group(BaseModel):
    """Metrics over the questions of one kind."""

    group: str
    cases: int
    metrics: Mapping[str, Estimate]


class _Manifest(BaseModel):
    id: str
    started: datetime
    finished: datetime
    selection: Mapping[str, Any]
    subjects: Mapping[str, Mapping[str, Any]]


class Evaluation(BaseModel):
    """A finished run: figures over all its questions and by kind."""

    manifest: _Manifest
    all: Group
    by_kind: list[Group]


def evaluations(data_dir: Path, limit: int) -> list[Evaluation]:
    """The newest finished runs, newest first; one that cannot be read is left out, and the log says so."""
    found = []
    for folder in sorted((data_dir / _RUNS).glob("*/"), reverse=True):
        try:
            found.append(Evaluation.model_validate_json((folder / "summary.json").read_bytes()))
        except FileNotFoundError:  # not finished, or of an older version
            continue
        except (OSError, ValidationError) as error:
            _log.warning("an evaluation cannot be read: %s: %s", folder.name, type(error).__name__)
        if len(found) == limit:
            break
    return found


def report(data_dir: Path, run_id: str) -> Path | None:
    """The report of a run, if there is one."""
    folders = {folder.name: folder for folder in (data_dir / _RUNS).glob("*/")}
    path = folders[run_id] / "report.html" if run_id in folders else None
    return path if path and path.is_file() else None
