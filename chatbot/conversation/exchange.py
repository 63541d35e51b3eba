"""What was said before: a question as it was read, and what its answer named, worked out again when needed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from chatbot.catalog import Catalog
from chatbot.draft import Draft, Outcome
from chatbot.question import Intent, Question
from index.encoders import Encoder
from ingest.registry import UnitKey


@dataclass(frozen=True, slots=True)
class Part:
    """One question of an utterance: ``asked`` in its words, ``question`` as it is read.

    ``wider`` are readings with more of what was said around and before it, tried in turn where the documents do not
    answer it alone.
    """

    asked: str
    question: Question
    wider: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A part's answer, and the reading of it that was answered."""

    question: Question
    draft: Draft


class Listed(StrEnum):
    """What an answer listed, so that 第二个 has a meaning."""

    CLAUSES = "clauses"
    UNITS = "units"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class Named:
    """What an answer named, each once and in its order: ids of clauses and documents, units; and which it listed."""

    clauses: tuple[str, ...] = ()
    units: tuple[UnitKey, ...] = ()
    documents: tuple[str, ...] = ()
    listed: Listed = Listed.CLAUSES

    @property
    def count(self) -> int:
        """How many of them it listed."""
        return len(
            {Listed.CLAUSES: self.clauses, Listed.UNITS: self.units, Listed.DOCUMENTS: self.documents}[self.listed]
        )

    @classmethod
    def by(cls, answered: Answered, catalog: Catalog) -> "Named":
        """What an answer names; a refusal names the clauses it offers as related."""
        question, draft = answered.question, answered.draft
        refs = [ref for statement in draft.statements for ref in statement.refs] or list(draft.related)
        clauses = tuple(dict.fromkeys(ref.clause_id for ref in refs if ref.clause_id))
        if draft.facts:
            clauses = tuple(task.clause_id for task in draft.facts)
        documents = tuple(dict.fromkeys(ref.document_id for ref in refs))
        units: Sequence[UnitKey] = question.units
        if question.intent in (Intent.UNITS_OF_TASK, Intent.CHECK_UNIT) and draft.outcome is not Outcome.CLARIFY:
            printed = dict.fromkeys(row.unit for task in draft.facts for row in task.responsible)
            units = [named.key for unit in printed for named in catalog.units_in(unit)[:1]]
        listed = Listed.CLAUSES
        if question.intent is Intent.LIST_DOCUMENTS or draft.outcome is Outcome.CLARIFY or not clauses:
            listed = Listed.DOCUMENTS
        elif question.intent in (Intent.UNITS_OF_TASK, Intent.CHECK_UNIT) and (len(clauses) == 1 or question.common):
            listed = Listed.UNITS
        return cls(clauses, tuple(dict.fromkeys(units)), documents, listed)


@dataclass(frozen=True, slots=True)
class Means:
    """What a conversation is read with; ``answer`` works out again what a part's answer was."""

    catalog: Catalog
    encoder: Encoder
    answer: Callable[[Part], Answered]


class Exchange:
    """A question that was asked, and what its answer named.

    The answer is computed again from the served index, not taken from the client; only when a later question asks about
    it, since most follow-ups need only the question.
    """

    def __init__(self, part: Part, means: Means) -> None:
        self.question = part.question
        self._part, self._means = part, means

    @cached_property
    def named(self) -> Named:
        """What the answer names."""
        return Named.by(self._means.answer(self._part), self._means.catalog)
