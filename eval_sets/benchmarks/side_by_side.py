"""Pipelines compared: each asked the same golden questions, judged by the evidence in what it retrieved."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter

from eval_sets.benchmarks.peer_process import Measured
from eval_sets.benchmarks.peers import REMEDY, Package, Peer
from eval_sets.cases import GoldenCase
from eval_sets.judge import covered
from eval_sets.statistics import Estimate, mcnemar, percentile, share

#: The type of case that asks for all units of a task, whose evidence a chunk boundary cuts most easily.
UNITS = "units_forward"
#: Characters read at equal cost, about what four chunks of 500 hold.
BUDGET = 1500
#: The pipeline that the others are compared with, case by case.
REFERENCE = "ours"


@dataclass(frozen=True, slots=True)
class Complete:
    """Share of the cases of a kind (all, a language, a type) with every evidence string in what was retrieved."""

    kind: str
    share: Estimate


@dataclass(frozen=True, slots=True)
class Paired:
    """Cases that only the reference, or only this pipeline, has complete evidence for; McNemar's exact p."""

    only_reference: int
    only_this: int
    p: float


@dataclass(frozen=True, slots=True)
class Row:
    """What one pipeline found and cost.

    ``complete`` is over the first ``top`` texts, whose mean length is ``characters``: what a reader or model pays for a
    question. ``in_budget`` is over the first BUDGET characters of the ranking, whatever they are cut into.
    """

    name: str
    what: str
    packages: tuple[Package, ...]
    top: int
    complete: tuple[Complete, ...]
    in_budget: tuple[Complete, ...]
    against_reference: Paired | None
    characters: float
    passages: int
    passages_per_second: float
    ms_p50: float
    ms_p95: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Absent:
    """A pipeline that could not be measured, and why."""

    name: str
    what: str
    reason: str


def eligible(cases: Sequence[GoldenCase], document_ids: Sequence[str], split: str | None) -> list[GoldenCase]:
    """The cases retrieval can be judged by: answerable, with evidence in one of the documents, asked on their own."""
    return [
        case
        for case in cases
        if case.answerable
        and case.evidence
        and not case.history
        and case.corpus in (None, "bundled")
        and case.document in (None, *document_ids)
        and split in (None, case.split)
    ]


def complete(case: GoldenCase, texts: Sequence[str]) -> bool:
    """Whether every evidence string is wholly covered by ``texts``, in runs as the judge counts them."""
    return all(covered(evidence, texts) == 1.0 for evidence in case.evidence)


def compare(
    peers: Sequence[Peer], cases: Sequence[GoldenCase], progress: Callable[[str], None] = lambda name: None
) -> list[Row | Absent]:
    """One row a pipeline, in the order of ``peers``, each measured in a process of its own."""
    rows: list[Row | Absent] = []
    reference: list[bool] | None = None
    for peer in peers:
        progress(peer.name)
        packages = peer.installed()
        if packages is None:
            rows.append(Absent(peer.name, peer.what, REMEDY))
            continue
        measured = _in_own_process(peer, [case.question for case in cases])
        if isinstance(measured, str):
            rows.append(Absent(peer.name, peer.what, measured))
            continue
        found = hits(cases, read(peer, measured))
        if peer.name == REFERENCE:
            reference = found
        rows.append(row(peer, packages, cases, measured, reference))
    return rows


def read(peer: Peer, measured: Measured) -> list[tuple[str, ...]]:
    """What is read for each question: the first texts of the ranking."""
    return [found.texts[: peer.top] for found in measured.retrieved]


def within(texts: Sequence[str], budget: int = BUDGET) -> list[str]:
    """The first ``budget`` characters of a ranking, the last text cut where they end."""
    kept: list[str] = []
    for text in texts:
        if budget > 0:
            kept.append(text[:budget])
            budget -= len(text)
    return kept


def hits(cases: Sequence[GoldenCase], texts: Sequence[Sequence[str]]) -> list[bool]:
    """For each case, whether its evidence is complete in what was read for it."""
    return [complete(case, found) for case, found in zip(cases, texts, strict=True)]


def row(
    peer: Peer,
    packages: tuple[Package, ...],
    cases: Sequence[GoldenCase],
    measured: Measured,
    reference: Sequence[bool] | None,
) -> Row:
    """A pipeline's line; ``reference`` are the hits of the pipeline to compare with, None where it is missing."""
    texts = read(peer, measured)
    found = hits(cases, texts)
    cheap = hits(cases, [within(answer.texts) for answer in measured.retrieved])
    times = [answer.milliseconds for answer in measured.retrieved]
    paired = None
    if reference is not None and peer.name != REFERENCE:
        only_reference = sum(a and not b for a, b in zip(reference, found, strict=True))
        only_this = sum(b and not a for a, b in zip(reference, found, strict=True))
        paired = Paired(only_reference, only_this, mcnemar(only_reference, only_this))

    characters = [sum(map(len, each)) for each in texts]
    return Row(
        name=peer.name,
        what=peer.what,
        packages=packages,
        top=peer.top,
        complete=_by_kind(cases, found),
        in_budget=_by_kind(cases, cheap),
        against_reference=paired,
        characters=sum(characters) / len(characters) if characters else 0.0,
        passages=measured.passages,
        passages_per_second=measured.passages / measured.indexing_seconds,
        ms_p50=percentile(times, 50) or 0.0,
        ms_p95=percentile(times, 95) or 0.0,
        peak_bytes=measured.peak_bytes,
    )


def _by_kind(cases: Sequence[GoldenCase], found: Sequence[bool]) -> tuple[Complete, ...]:
    def kind(name: str, of: Callable[[GoldenCase], bool]) -> Complete:
        counted = [hit for case, hit in zip(cases, found, strict=True) if of(case)]
        return Complete(name, share(sum(counted), len(counted)))

    return (
        kind("all", lambda case: True),
        kind("zh", lambda case: case.lang == "zh"),
        kind("en", lambda case: case.lang == "en"),
        kind(UNITS, lambda case: case.type == UNITS),
    )


def _in_own_process(peer: Peer, questions: Sequence[str]) -> Measured | str:
    """What the process measured, or what it died of."""
    with TemporaryDirectory() as folder:
        result = Path(folder) / "measured.json"
        done = subprocess.run(
            [sys.executable, "-m", "eval_sets.benchmarks.peer_process", peer.name, str(result)],
            input=json.dumps(questions),
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        if done.returncode != 0 or not result.exists():
            last = (done.stderr.strip() or "no message").splitlines()[-1]
            return f"failed with status {done.returncode}: {last}"
        return TypeAdapter(Measured).validate_json(result.read_bytes())
