"""Saved runs: a folder each, with what was asked of what, every answer as it came, and the outputs made from them.

<data dir>/eval/runs/2026-11-22T14-30-05/
  manifest.json   what was judged, with which questions; ``finished`` is null while a run can be resumed
  answers.jsonl   one line a question, appended as answers come
  run.json, junit.xml, report.html   made at the end, and made again by ``reformqa eval report``
"""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval_sets.answers import Answer
from eval_sets.cases import GoldenCase, first_problem
from eval_sets.errors import RunError
from eval_sets.judge import judge
from eval_sets.metrics import Trial
from eval_sets.noise import Noise
from eval_sets.targets import Subject

FORMAT = 1


class Asked(BaseModel):
    """One question of a run: a case of a corpus, as written or with noise in it."""

    model_config = ConfigDict(frozen=True)

    case: GoldenCase
    corpus: str
    noise: Noise | None = None


class Line(BaseModel):
    """One line of answers.jsonl."""

    asked: Asked
    answer: Answer


class SubjectRecord(BaseModel):
    """What answered the questions of one corpus (targets.Subject)."""

    where: str
    code: str
    generation: str
    encoder: str
    llm: str | None
    documents: dict[str, str]
    settings: dict[str, Any]


class Manifest(BaseModel):
    """What a run is; ``golden`` maps file names to sha256, ``subjects`` corpora to what answered their questions."""

    format: int = FORMAT
    id: str
    started: str
    finished: str | None = None
    golden: dict[str, str]
    split: str | None
    noise: list[Noise] = Field(default_factory=list)
    cases: int
    jobs: int
    machine: str
    subjects: dict[str, SubjectRecord] = Field(default_factory=dict)


class SavedRun:
    """One run's folder; reading never changes it."""

    def __init__(self, folder: Path) -> None:
        """Raises RunError if there is no run, or one of another format."""
        self.folder = folder
        path = folder / "manifest.json"
        try:
            self.manifest = Manifest.model_validate_json(path.read_bytes())
        except OSError as error:
            raise RunError(f"{folder} is no saved run: {path.name} cannot be read ({error.strerror})") from error
        except ValidationError as error:
            raise RunError(f"{path} is damaged: {first_problem(error)}; run the evaluation again") from error
        if self.manifest.format != FORMAT:
            raise RunError(f"{folder} has format {self.manifest.format}, this version reads {FORMAT}; run it again")

    @classmethod
    def start(cls, folder: Path, manifest: Manifest) -> "SavedRun":
        """A new run's folder; a run of the same second gets a number."""
        number, chosen = 1, folder / manifest.id
        while chosen.exists():
            number += 1
            chosen = folder / f"{manifest.id}-{number}"
        chosen.mkdir(parents=True)
        _write(chosen / "manifest.json", manifest.model_copy(update={"id": chosen.name}))
        return cls(chosen)

    def lines(self) -> list[Line]:
        """Answers so far, in the order they came; a last line cut short by a crash is left out."""
        path = self.folder / "answers.jsonl"
        if not path.exists():
            return []
        rows = path.read_bytes().split(b"\n")
        found = []
        for number, row in enumerate(rows, 1):
            if not row:
                continue
            try:
                found.append(Line.model_validate_json(row))
            except ValidationError as error:
                if number == len(rows):
                    break
                raise RunError(f"{path}:{number} is damaged: {first_problem(error)}; run it again") from error
        return found

    def append(self, line: Line) -> None:
        """Keep one answer."""
        with (self.folder / "answers.jsonl").open("ab") as file:
            file.write(line.model_dump_json().encode() + b"\n")

    def keep_whole_lines(self) -> None:
        """Cut off a line that a crash left unfinished, so that appending starts on a line of its own."""
        path = self.folder / "answers.jsonl"
        if path.exists() and (data := path.read_bytes()) and not data.endswith(b"\n"):
            path.write_bytes(data[: data.rfind(b"\n") + 1])

    def answered_by(self, corpus: str, subject: Subject) -> None:
        """Note what answers a corpus; raises RunError if a resumed run was begun with something else."""
        record = SubjectRecord.model_validate(asdict(subject))
        before = self.manifest.subjects.get(corpus)
        if before is not None and before != record:
            changed = [name for name in SubjectRecord.model_fields if getattr(before, name) != getattr(record, name)]
            raise RunError(f"run {self.manifest.id} cannot be resumed: {', '.join(changed)} changed; start a new one")
        self._update(subjects={**self.manifest.subjects, corpus: record})

    def finish(self) -> None:
        """Mark as complete."""
        self._update(finished=now())

    def _update(self, **fields: object) -> None:
        self.manifest = self.manifest.model_copy(update=fields)
        _write(self.folder / "manifest.json", self.manifest)

    def trials(self) -> list[Trial]:
        """Every answer judged by this version's rules, in the order of the questions."""
        return judged(sorted(self.lines(), key=lambda line: _order(line.asked)))


def judged(lines: Sequence[Line]) -> list[Trial]:
    """Trials in the order of ``lines``, each linked to the trial it is a variant of."""
    plain = {line.asked.case.id: _trial(line, None) for line in lines}
    return [_trial(line, plain.get(line.asked.case.variant_of or "")) for line in lines]


def _trial(line: Line, base: Trial | None) -> Trial:
    verdict = judge(line.asked.case, line.answer)
    return Trial(line.asked.case, line.answer, verdict, line.asked.noise, base)


def _order(asked: Asked) -> tuple[str, str]:
    return asked.case.id, asked.noise or ""


def find(folder: Path, name: str) -> SavedRun:
    """The run ``name``: a path, an id, or ``last``, the newest finished one; raises RunError if there is none."""
    if name == "last":
        finished = [run for run in saved(folder) if run.manifest.finished]
        if not finished:
            raise RunError(f"no finished run in {folder}; run 'reformqa eval' first")
        return finished[-1]
    path = Path(name)
    if path.is_dir():
        return SavedRun(path)
    if (folder / name).is_dir():
        return SavedRun(folder / name)
    known = ", ".join(run.manifest.id for run in saved(folder)[-5:]) or "none"
    raise RunError(f"no run {name!r}: neither a folder nor one of {folder} (newest: {known})")


def saved(folder: Path) -> list[SavedRun]:
    """Every readable run of a folder, oldest first."""
    return list(_readable(sorted(folder.iterdir()) if folder.is_dir() else []))


def _readable(paths: Sequence[Path]) -> Iterator[SavedRun]:
    for path in paths:
        try:
            yield SavedRun(path)
        except RunError:
            continue


def now() -> str:
    """Local time to the second, with offset."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def machine() -> str:
    """What the figures were made on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _write(path: Path, manifest: Manifest) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(manifest.model_dump_json(indent=1), "utf-8")
    part.replace(path)
