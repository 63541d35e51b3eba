"""Golden cases: questions with what a right answer must and must not contain, and the sentences that prove it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval_sets.errors import GoldenError


class Expect(StrEnum):
    """What a case wants to happen."""

    ANSWER = "answer"
    REFUSE = "refuse"
    REFUSE_OR_CORRECT = "refuse_or_correct"
    CORRECT = "correct"


class GoldenCase(BaseModel):
    """One question and its judgement.

    ``must_contain`` holds groups of alternatives, one of each must occur in the answer; ``evidence`` holds verbatim
    substrings of ``document``, one of which the citations must cover; ``history`` earlier user turns, oldest first;
    ``correction`` what states the truth behind a false premise. ``corpus`` names the documents that are indexed when
    the question is asked (None: whatever is served); ``variant_of`` the case that asks the same in other words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    lang: Literal["zh", "en"]
    type: str = Field(min_length=1)
    question: str = Field(min_length=1)
    answerable: bool
    split: Literal["dev", "test"] | None = None
    persona: str | None = None
    author: str | None = None
    date: str | None = None
    corpus: str | None = None
    document: str | None = None
    variant_of: str | None = None
    history: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    expect: Expect | None = None
    correction: tuple[tuple[str, ...], ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "GoldenCase":
        if self.expect is not None and self.answerable != (self.expect in (Expect.ANSWER, Expect.CORRECT)):
            raise ValueError(f"expect {self.expect.value!r} contradicts answerable {str(self.answerable).lower()}")
        if self.expect is Expect.CORRECT and not self.correction:
            raise ValueError("expect 'correct' needs a correction to look for")
        if any(not text.strip() for group in (*self.must_contain, *self.correction) for text in group or ("",)):
            raise ValueError("a group of alternatives is empty or has a blank alternative, which any answer contains")
        if any(not text.strip() for text in (*self.evidence, *self.must_not_contain)):
            raise ValueError("an evidence or must_not_contain string is blank")
        return self


def load(path: Path) -> list[GoldenCase]:
    """The cases of one JSON-lines file; raises GoldenError naming the line that is wrong."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldenError(f"golden file {path} cannot be read: {error}") from error
    cases: list[GoldenCase] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            cases.append(GoldenCase.model_validate_json(line))
        except ValidationError as error:
            raise GoldenError(f"{path}:{number}: {first_problem(error)}") from error
    return cases


def load_all(paths: Iterable[Path]) -> list[GoldenCase]:
    """The cases of several files, in order; raises GoldenError for an id used twice or a variant of nothing."""
    cases: list[GoldenCase] = []
    at: dict[str, Path] = {}
    for path in paths:
        for case in load(path):
            if case.id in at:
                raise GoldenError(f"{path}: id {case.id} occurs more than once, before in {at[case.id]}; rename one")
            at[case.id] = path
            cases.append(case)
    for case in cases:
        if case.variant_of is not None and case.variant_of not in at:
            raise GoldenError(f"{at[case.id]}: {case.id} is a variant of {case.variant_of}, which no file given has")
    return cases


def dump(cases: Sequence[GoldenCase]) -> str:
    """JSON lines that ``load`` reads back as the same cases; fields left at their default are left out."""
    rows = (case.model_dump(mode="json", exclude_defaults=True) for case in cases)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def validated(fields: Mapping[str, object]) -> GoldenCase:
    """A case from its fields; raises GoldenError naming the first that is wrong."""
    try:
        return GoldenCase.model_validate(fields)
    except ValidationError as error:
        raise GoldenError(f"case {fields.get('id')}: {first_problem(error)}") from error


def first_problem(error: ValidationError) -> str:
    """The first thing wrong, as ``field: what``."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or "the case"
    return f"{where}: {first['msg'].removeprefix('Value error, ')}"


def bundled_files() -> list[Path]:
    """The golden files that ship with the project."""
    folder = Path(str(files("eval_sets").joinpath("golden")))
    return sorted(folder.glob("*.jsonl"))
