"""What an answer is made of before it is numbered, verified and sent: statements, each with the places it rests on."""

from dataclasses import dataclass, field
from enum import StrEnum

from ingest.model import Span, Task


class Outcome(StrEnum):
    """What became of a question (API.md of the contract: the words clients switch on)."""

    ANSWERED = "answered"
    CORRECTED = "corrected"
    NOT_FOUND = "not_found"
    OUT_OF_SCOPE = "out_of_scope"
    CLARIFY = "clarify"


class Method(StrEnum):
    """How an answer came about."""

    REGISTER = "register"
    EXTRACTIVE = "extractive"
    CURATED = "curated"
    GENERATED = "generated"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Ref:
    """A place in a document, in source offsets, and the clause it belongs to (None: the document's head)."""

    document_id: str
    clause_id: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Statement:
    """A piece of plain text and the places that support it.

    To highlight are the first places of the words ``emphasis``, and ``spans`` of ``text``, which depend on what is
    asked: a statement that answers two questions is one statement.
    """

    text: str
    refs: tuple[Ref, ...] = ()
    emphasis: tuple[str, ...] = ()
    spans: tuple[Span, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer in parts; ``facts`` are the register rows it was computed from, ``related`` is for refusals."""

    outcome: Outcome
    method: Method
    statements: tuple[Statement, ...]
    facts: tuple[Task, ...] = ()
    related: tuple[Ref, ...] = ()
    suggestions: tuple[str, ...] = ()
