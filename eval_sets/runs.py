"""Saved runs: a folder each, with what was asked of what, every answer as it came, and the outputs made from them.

<data dir>/eval/runs/2026-11-22T14-30-05/
  manifest.json   what was judged, with which questions; ``finished`` is null while a run can be resumed
  answers.jsonl   one line a question, appended as answers come
  run.json, summary.json, junit.xml, report.html   made at the end, and made again by ``reformqa eval report``
"""

import fcntl
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from eval_sets.answers import Answer
from eval_sets.cases import first_problem
from eval_sets.errors import RunError
from eval_sets.judge import judge
from eval_sets.metrics import Trial
from eval_sets.selection import Asked, Selection
from eval_sets.targets import Subject

FORMAT = 2


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
    """What a run is: what was chosen, the sha256 of the plan and of the golden files it was made from, and for each
    corpus what answered its questions."""

    format: int = FORMAT
    id: str
    started: str
    finished: str | None = None
    selection: Selection = Selection()
    golden: dict[str, str] = Field(default_factory=dict)
    plan: str
    questions: int
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

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the run for this process; raises RunError while another one fills it."""
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise RunError(f"run {self.manifest.id} is being filled by another process; wait for it") from error
            yield

    @classmethod
    def start(cls, folder: Path, manifest: Manifest) -> "SavedRun":
        """A new run's folder; a run of the same second gets a number."""
        for number in count(1):
            chosen = folder / (manifest.id if number == 1 else f"{manifest.id}-{number}")
            try:
                chosen.mkdir(parents=True)
                break
            except FileExistsError:
                continue
        _write(chosen / "manifest.json", manifest.model_copy(update={"id": chosen.name}))
        return cls(chosen)

    def lines(self) -> list[Line]:
        """Answers so far, in the order they came, one a question; a last line cut short by a crash is left out."""
        path = self.folder / "answers.jsonl"
        if not path.exists():
            return []
        rows = path.read_bytes().split(b"\n")
        found: dict[str, Line] = {}
        for number, row in enumerate(rows, 1):
            if not row:
                continue
            try:
                line = Line.model_validate_json(row)
                found.setdefault(line.asked.case.id, line)
            except ValidationError as error:
                if number == len(rows):
                    break
                raise RunError(f"{path}:{number} is damaged: {first_problem(error)}; run it again") from error
        return list(found.values())

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
        """Every answer judged by this version's rules, by the id of its case."""
        return judged(sorted(self.lines(), key=lambda line: line.asked.case.id))


def judged(lines: Sequence[Line]) -> list[Trial]:
    """Trials in the order of ``lines``, each linked to the trial it is a variant of."""
    plain = {line.asked.case.id: _trial(line, None) for line in lines}
    return [_trial(line, plain.get(line.asked.case.variant_of or "")) for line in lines]


def _trial(line: Line, base: Trial | None) -> Trial:
    verdict = judge(line.asked.case, line.answer)
    return Trial(line.asked.case, line.answer, verdict, line.asked.noise, base)


def find(folder: Path, name: str, unfinished: bool = False) -> SavedRun:
    """The run ``name``: a path, an id, or ``last``, the newest; of those ``unfinished`` or not.

    Raises RunError if there is none.
    """
    if name == "last":
        fitting = [run for run in saved(folder) if (run.manifest.finished is None) == unfinished]
        if not fitting:
            raise RunError(f"no {'un' if unfinished else ''}finished run in {folder}; run 'reformqa eval' first")
        return fitting[-1]
    path = Path(name)
    if path.is_dir():
        return SavedRun(path)
    if (folder / name).is_dir():
        return SavedRun(folder / name)
    known = ", ".join(run.manifest.id for run in saved(folder)[-5:]) or "none"
    raise RunError(f"no run {name!r}: neither a folder nor one of {folder} (newest: {known})")


def saved(folder: Path) -> list[SavedRun]:
    """Every readable run of a folder, oldest first."""
    found = _readable(sorted(folder.iterdir()) if folder.is_dir() else [])
    return sorted(found, key=lambda run: (run.manifest.started, len(run.manifest.id), run.manifest.id))


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
