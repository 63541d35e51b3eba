"""Answers that staff pinned to a question: used when it is asked again, as long as the documents still say so.

A curated answer is the one thing here that people wrote, so it is used for the same question only: every slot equal
(第15项 is not 第16项) and the wording near-identical. It rests on evidence like any other answer, and is withdrawn by
itself when that evidence changes or goes; nobody has to remember to.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from chatbot.catalog import Catalog
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.quantities import Bound, quantities
from chatbot.question import Intent, Language, Question, Wanted, understand
from index.encoders import Encoder
from index.tokens import fold, simplified
from ingest.model import Document, Span

#: Cosine of two questions with equal slots from which on they are one. Of 32,000 pairs of development questions about
#: different facts 334 have equal slots, the nearest of them a cosine of 0.959 (结果怎么用 and 重点评价哪些情况); real
#: paraphrases have 0.92 to 0.98 and cannot be told from those, so what is caught is the question itself, mistyped, in
#: other characters or with a word more (figures in eval_sets/README.md).
SAME_QUESTION = 0.965


@dataclass(frozen=True, slots=True)
class PinnedEvidence:
    """A place an answer rests on, as it was when it was pinned: source offsets, the characters there, and the sha256 of
    the file."""

    document_id: str
    clause_id: str | None
    span: Span
    quote: str
    sha256: str


@dataclass(frozen=True, slots=True)
class PinnedStatement:
    """A piece of the answer and the places it rests on, at least one."""

    text: str
    evidence: tuple[PinnedEvidence, ...]

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"a curated statement needs evidence, this one has none: {self.text!r}")


@dataclass(frozen=True, slots=True)
class CuratedAnswer:
    """What staff answer to ``question``, in its language."""

    id: str
    question: str
    language: Language
    statements: tuple[PinnedStatement, ...]


class CuratedStore(Protocol):
    """Where curated answers are kept."""

    def answers(self) -> Sequence[CuratedAnswer]: ...


@dataclass(frozen=True, slots=True)
class InMemory:
    """Curated answers that are given once and not kept."""

    kept: tuple[CuratedAnswer, ...] = ()

    def answers(self) -> Sequence[CuratedAnswer]:
        """All of them, in order."""
        return self.kept


@dataclass(frozen=True, slots=True)
class Standing:
    """A curated answer over the documents served: its statements, or why it is withdrawn."""

    statements: tuple[Statement, ...]
    withdrawn: str | None = None


def standing(answer: CuratedAnswer, documents: Mapping[str, Document]) -> Standing:
    """Whether the evidence of an answer is still there, and where.

    In a new version of a document a quote may have moved. It is followed where it stands once in the clause of the
    same address, which says that the document still says it there; a quote under another number, or that stands
    twice, is other evidence, and the answer is withdrawn.
    """
    statements = []
    for pinned in answer.statements:
        refs = []
        for evidence in pinned.evidence:
            document = documents.get(evidence.document_id)
            if document is None:
                return Standing((), f"document {evidence.document_id} is gone")
            ref = _place(evidence, document)
            if ref is None:
                return Standing((), f"{evidence.clause_id or evidence.document_id} no longer says “{evidence.quote}”")
            refs.append(ref)
        statements.append(Statement(pinned.text, tuple(refs)))
    return Standing(tuple(statements))


def _place(evidence: PinnedEvidence, document: Document) -> Ref | None:
    """Where the document has the pinned quote; None if it has not, or not in the same clause."""
    text = document.source.text
    if document.source.sha256 == evidence.sha256:
        same = evidence.span.of(text) == evidence.quote
        return Ref(document.id, evidence.clause_id, evidence.span) if same else None
    sections = {section.id: section.own for section in document.sections}
    within = Span(0, len(text)) if evidence.clause_id is None else sections.get(evidence.clause_id)
    if within is None or not evidence.quote or text.count(evidence.quote, within.start, within.end) != 1:
        return None
    start = text.index(evidence.quote, within.start, within.end)
    return Ref(document.id, evidence.clause_id, Span(start, start + len(evidence.quote)))


@dataclass(frozen=True, slots=True)
class Slots:
    """All that two questions must share to be one: what is wanted, of what, and every number."""

    language: Language
    intent: Intent
    wanted: Wanted
    things: tuple[frozenset[object], ...]
    manner: tuple[object, ...]
    quantities: frozenset[tuple[object, str, bool, Bound]]

    @classmethod
    def of(cls, question: Question) -> "Slots":
        """The slots of a question, what it borrows from the turns before it included."""
        q = question
        things = (
            q.document_ids, q.numbers, q.sections, q.clauses, q.units, q.other_units, q.foreign_places, q.about,
            q.among,
        )  # fmt: skip
        return cls(
            q.language, q.intent, q.wanted, tuple(frozenset(thing) for thing in things),
            (q.steps, q.only, q.common, q.negated, q.yes_no, q.presumes, q.conditions, q.more, q.listed),
            frozenset((n.value, n.measure, n.ordinal, n.bound) for n in quantities(fold(q.text))),
        )  # fmt: skip


class Curated:
    """The curated answers of a store over one index. Safe to share between threads if the store is."""

    def __init__(self, store: CuratedStore, catalog: Catalog, encoder: Encoder) -> None:
        self._store = store
        self._catalog = catalog
        self._encoder = encoder
        self._documents = {document.id: document for document in catalog.documents}
        self._slots = lru_cache(_REMEMBERED)(self._read)
        self._vector = lru_cache(_REMEMBERED)(self._encoded)

    def answer(self, question: Question) -> Draft | None:
        """The curated answer to a question, the nearest of those that stand; None if there is none.

        The tasks it rests on are its facts, so that a follow-up finds what it named.
        """
        answers = self._store.answers()
        if not answers:
            return None
        slots = Slots.of(question)
        best, found = SAME_QUESTION, None
        for answer in answers:
            if self._slots(answer.question, answer.language) != slots:
                continue
            cosine = float(self._vector(answer.question) @ self._vector(question.text))
            if cosine >= best and not (stands := standing(answer, self._documents)).withdrawn:
                best, found = cosine, stands
        if found is None:
            return None
        clauses = dict.fromkeys(
            ref.clause_id for statement in found.statements for ref in statement.refs if ref.clause_id
        )
        tasks = (self._catalog.clauses[clause].task for clause in clauses)
        return Draft(Outcome.ANSWERED, Method.CURATED, found.statements, tuple(task for task in tasks if task))

    def _read(self, text: str, language: Language) -> Slots:
        return Slots.of(understand(text, self._catalog, language))

    def _encoded(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._encoder.encode_queries([simplified(text)])[0]
        return vector


#: Questions whose slots and vectors are kept.
_REMEMBERED = 2048
