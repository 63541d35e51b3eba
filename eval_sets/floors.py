"""Floors: what a run must reach to be released, by metric, by kind of question, or by both."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from eval_sets.errors import FloorError
from eval_sets.metrics import METRICS, Metric, Trial, metric


@dataclass(frozen=True, slots=True)
class Floor:
    """``value`` is the least of ``metric`` over ``kind`` (None: all); the most, for metrics where lower is better."""

    name: str
    metric: Metric
    kind: str | None
    value: float


@dataclass(frozen=True, slots=True)
class Breach:
    """A floor that was not reached; ``reached`` is None where nothing was measured."""

    floor: Floor
    reached: float | None


def parse(text: str, kinds: Collection[str]) -> list[Floor]:
    """``correct=0.9,number=0.8,cited:list=0.7``: a metric, one of ``kinds`` (its ``correct``), a metric of a kind.

    Raises FloorError for a name that is neither, or a value that is no number.
    """
    pairs = (part.partition("=") for part in text.split(",") if part.strip())
    return [_floor(name.strip(), value.strip(), kinds) for name, _, value in pairs]


def wanted(text: str, split: str | None, kinds: Collection[str]) -> list[Floor]:
    """The floors of ``--fail-under``: written out, or those of a split in a .toml file; raises FloorError."""
    if not text.endswith(".toml"):
        return parse(text, kinds)
    if split is None:
        raise FloorError(f"{text} keeps its floors by split; give --split too")
    return read(Path(text), split, kinds)


def read(path: Path, split: str, kinds: Collection[str]) -> list[Floor]:
    """The floors of one table of a TOML file."""
    try:
        tables: Mapping[str, object] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise FloorError(f"floors in {path} cannot be read: {error}") from error
    rows = tables.get(split)
    if not isinstance(rows, dict):
        raise FloorError(f"{path} has no floors for {split!r}; it has {', '.join(tables)}")
    return [_floor(name, str(value), kinds) for name, value in rows.items()]


def _floor(name: str, value: str, kinds: Collection[str]) -> Floor:
    first, _, second = name.partition(":")
    found, kind = metric(first), second or None
    if found is None and not second and first in kinds:
        found, kind = metric("correct"), first
    if found is None or (kind is not None and kind not in kinds):
        raise FloorError(
            f"{name!r} is no metric ({', '.join(m.name for m in METRICS)}) and no kind of question of this run "
            f"({', '.join(sorted(kinds))}); write metric=0.9, kind=0.9 or metric:kind=0.9"
        )
    try:
        number = float(value)
    except ValueError as error:
        raise FloorError(f"{name}={value}: {value!r} is no number") from error
    if not isfinite(number):
        raise FloorError(f"{name}={value}: a floor must be a finite number")
    return Floor(name, found, kind, number)


def breaches(floors: Sequence[Floor], trials: Sequence[Trial]) -> list[Breach]:
    """The floors not reached, in order; a metric that applied to nothing reaches no floor."""
    found = []
    for floor in floors:
        of_kind = [trial for trial in trials if floor.kind in (None, trial.case.type)]
        value = floor.metric.estimate(of_kind).value
        if value is None or (value < floor.value if floor.metric.higher_is_better else value > floor.value):
            found.append(Breach(floor, value))
    return found
