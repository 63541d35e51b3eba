"""Golden cases: questions with what a right answer must and must not contain, and the sentences that prove it."""

from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError


class GoldenError(Exception):
    """A golden file is missing or a case in it is wrong; the message names file, line and field."""


class Expect(StrEnum):
    """What a case wants to happen."""

    ANSWER = "answer"
    REFUSE = "refuse"
    REFUSE_OR_CORRECT = "refuse_or_correct"
    CORRECT = "correct"


class GoldenCase(BaseModel):
    """One question and its judgement.

    ``must_contain`` holds groups of alternatives, one of each must occur in the answer; ``evidence`` holds verbatim
    substrings of the document, one of which the citations must cover; ``history`` earlier user turns, oldest first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    lang: str
    type: str
    question: str
    answerable: bool
    split: str | None = None
    persona: str | None = None
    author: str | None = None
    date: str | None = None
    document: str | None = None
    history: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    expect: Expect | None = None
    correction: tuple[tuple[str, ...], ...] = ()


def load(path: Path) -> list[GoldenCase]:
    """The cases of one JSON-lines file; raises GoldenError naming the line that is wrong."""
    cases: list[GoldenCase] = []
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise GoldenError(f"golden file {path} cannot be read: {error.strerror}") from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            cases.append(GoldenCase.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise GoldenError(f"{path}:{number}: {where}: {first['msg']}") from error
    ids = [case.id for case in cases]
    if repeated := sorted({i for i in ids if ids.count(i) > 1}):
        raise GoldenError(f"{path}: ids occur more than once: {', '.join(repeated)}")
    return cases


def bundled_files() -> list[Path]:
    """The golden files that ship with the project."""
    folder = Path(str(files("eval_sets").joinpath("golden")))
    return sorted(folder.glob("*.jsonl"))
