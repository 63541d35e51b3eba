"""The use case: a question becomes a stream of typed events, the last of which is the whole reply."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING

from chatbot import about, clauses, extract, refusal, register
from chatbot.catalog import Catalog
from chatbot.citations import Citation, Cited, Numbering, cite
from chatbot.conversation import Turn, resolve
from chatbot.curated import Curated, CuratedStore, InMemory
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.evidence import (
    THRESHOLD,
    THRESHOLD_IN_NAMED_CLAUSE,
    THRESHOLD_OF_CLAUSE,
    Candidate,
    Selection,
    candidates,
    select,
    select_clause,
)
from chatbot.phrasing import incomplete_notice, status_notice
from chatbot.question import Intent, Language, Question, without_units
from chatbot.terms import topic_forms, topic_words
from chatbot.verification import Verifier
from index.encoders import Encoder
from index.hybrid import Hit, HybridIndex, Query
from index.reranker import Reranker, reranked_search
from ingest.model import Span, Task

if TYPE_CHECKING:  # LangChain takes a second to import, and is needed only where a model is configured
    from chatbot.generators import ChatModel


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to answer: ``language`` None means that of the question, no ``document_ids`` means all documents."""

    question: str
    history: Sequence[Turn] = ()
    language: Language | None = None
    document_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds a stage took."""

    total: float
    understand: float
    retrieve: float
    answer: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The whole answer; ``highlights`` are spans of ``answer``."""

    id: str
    question: str
    language: Language
    outcome: Outcome
    answer: str
    highlights: tuple[Span, ...]
    citations: tuple[Citation, ...]
    facts: tuple[Task, ...]
    notices: tuple[str, ...]
    related: tuple[Citation, ...]
    suggestions: tuple[str, ...]
    method: Method
    timings: Timings


@dataclass(frozen=True, slots=True)
class Started:
    """The first event: what is known before any text."""

    id: str
    language: Language
    method: Method


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the answer's text; the pieces joined are ``Reply.answer``."""

    text: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """The citations, after the text."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """The last event: the whole reply."""

    reply: Reply


Event = Started | Delta | Quotes | Done

_RETRIEVED = 12
_CLAUSE_INTENTS = {Intent.UNITS_OF_TASK, Intent.CLAUSE_NUMBER, Intent.SECTION_OF}
#: Words beyond a task's number and title from which on a question asks of what the task says.
_INSIDE_WORDS = 3


class Answerer:
    """Answers from one index; holds no state between questions, so threads may share it."""

    def __init__(
        self,
        index: HybridIndex,
        encoder: Encoder,
        contact: str | None = None,
        model: "ChatModel | None" = None,
        reranker: Reranker | None = None,
        curated: CuratedStore = InMemory(),  # noqa: B008 (immutable)
    ) -> None:
        self.index = index
        self.catalog = Catalog(index)
        self.encoder = encoder
        self.reranker = reranker
        self._contact = contact
        self._model = model
        self._verifier = Verifier(self.catalog, encoder)
        self._store = curated
        self._curated = Curated(curated, self.catalog, encoder)

    def over(self, index: HybridIndex) -> "Answerer":
        """The same over another index."""
        return Answerer(index, self.encoder, self._contact, self._model, self.reranker, self._store)

    def warm_up(self) -> None:
        """Pay for first-use costs (compiled cues, the encoder's buffers) before the first question."""
        self.reply(Ask("准备好了吗"))

    def reply(self, ask: Ask) -> Reply:
        """The whole reply at once."""
        for event in self.events(ask):
            if isinstance(event, Done):
                return event.reply
        raise AssertionError("the stream ended without a reply")

    def events(self, ask: Ask) -> Iterator[Event]:
        """The reply as a stream: Started, Delta…, Quotes, Done."""
        started = perf_counter()
        answer_id = str(uuid.uuid4())
        question = resolve(ask.question, ask.history, self.catalog, ask.language, ask.document_ids)
        understood = perf_counter()
        draft = self._curated.answer(question) or self._structured(question)
        retrieved = perf_counter()
        if draft is None:
            query = self.index.query(question.text, self.encoder)
            hits = self._retrieve(question, query)
            retrieved = perf_counter()
            draft = self._extract(question, query, hits)
        draft, statements = self._worded(question, draft)
        yield Started(answer_id, question.language, draft.method)
        numbering = Numbering(self.catalog, " " if question.language is Language.EN else "")
        for statement in statements:
            yield from _deltas(numbering.add(statement))
        cited = numbering.cited()
        yield Quotes(cited.citations)
        ended = perf_counter()
        timings = Timings(*(
            round(1000 * seconds, 2)
            for seconds in (ended - started, understood - started, retrieved - understood, ended - retrieved)
        ))  # fmt: skip
        yield Done(self._compose(answer_id, ask.question, question, draft, cited, timings))

    def _worded(self, question: Question, draft: Draft) -> tuple[Draft, Iterable[Statement]]:
        """The model's verified sentences as they come, if there is a model and a first one; else the draft's own."""
        if self._model is not None:
            written = self._model.statements(question, draft, self._verifier)
            if (first := next(written, None)) is not None:
                return replace(draft, statements=(), method=Method.GENERATED), chain([first], written)
        return draft, draft.statements

    def _compose(
        self, answer_id: str, asked: str, question: Question, draft: Draft, cited: Cited, timings: Timings
    ) -> Reply:
        documents = {document.id: document for document in self.catalog.documents}
        return Reply(
            id=answer_id,
            question=asked,
            language=question.language,
            outcome=draft.outcome,
            answer=cited.text,
            highlights=cited.highlights,
            citations=cited.citations,
            facts=draft.facts,
            notices=self._notices(cited.citations, question.language),
            related=tuple(cite(ref, documents, None) for ref in draft.related),
            suggestions=draft.suggestions,
            method=draft.method,
            timings=timings,
        )

    def _notices(self, citations: Sequence[Citation], language: Language) -> tuple[str, ...]:
        used = {citation.document_id for citation in citations}
        notices = []
        for document in self.catalog.documents:
            if document.id not in used:
                continue
            if (notice := status_notice(document, language)) is not None:
                notices.append(notice)
            if document.metadata.ends_mid_sentence:
                notices.append(incomplete_notice(document, language))
        return tuple(notices)

    def _structured(self, question: Question) -> Draft | None:
        """The answer where no search is needed; None where the passages must be read."""
        if question.intent is Intent.OUT_OF_SCOPE:
            return refusal.out_of_scope(question.language)
        if question.intent is Intent.GREETING:
            return refusal.greeted(self.catalog, question.language)
        if not any(character.isalnum() for character in question.text):
            return refusal.unreadable(self.catalog, question.language)
        if (refused := refusal.vetoed(question, self.catalog, self._contact)) is not None:
            return refused
        if question.intent is Intent.METADATA:
            return about.answer(question, self.catalog)
        if question.intent is Intent.LIST_DOCUMENTS:
            return about.documents(self.catalog, question.language)
        if self._asks_of_unknown_unit(question):
            return refusal.not_found(question, self.catalog, self._contact)
        question = self._with_described_task(question)
        if self._asks_inside_clause(question):
            return None
        if question.intent is Intent.CLAUSE_CONTENT and not register.missing_numbers(question, self.catalog):
            named = clauses.named_clauses(question, self.catalog)
            return extract.contents(question, named) if named else None
        return register.answer(question, self.catalog) or clauses.answer(question, self.catalog)

    def _asks_of_unknown_unit(self, question: Question) -> bool:
        """Whether the tasks of a unit are asked that no document mentions."""
        asks = question.intent is Intent.TASKS_OF_UNIT and not question.units
        return asks and not any(self.catalog.mentions(str(unit)) for unit in question.other_units)

    def _with_described_task(self, question: Question) -> Question:
        """劳动教育由体育局负责吗: a claim about a unit and a task that is described rather than named."""
        if question.intent is not Intent.TASKS_OF_UNIT or not question.yes_no or not question.topic:
            return question
        words = topic_forms(without_units(question.text, self.catalog), self.index, ())
        task = self.catalog.task_about(words, question.document_ids)
        return replace(question, intent=Intent.CHECK_UNIT, clauses=(task.section.id,)) if task else question

    def _asks_inside_clause(self, question: Question) -> bool:
        """Whether a question about who is responsible asks of something a numbered task says, not of the task."""
        if question.intent is not Intent.UNITS_OF_TASK or not question.numbers:
            return False
        named = clauses.named_clauses(question, self.catalog)
        titles = "".join(clause.section.title + (clause.section.title_en or "").lower() for clause in named)
        words = topic_words(question.text, self.index)
        return bool(named) and sum(word not in titles for word in words) >= _INSIDE_WORDS

    def _retrieve(self, question: Question, query: Query) -> list[Hit]:
        if not question.numbers:
            return reranked_search(self.index, query, _RETRIEVED, question.document_ids, self.reranker)
        named = {clause.section.id for clause in clauses.named_clauses(question, self.catalog)}
        hits = self.index.search(query, len(self.index.passages), question.document_ids)
        return [hit for hit in hits if hit.passage.clause_id in named]

    def _extract(self, question: Question, query: Query, hits: Sequence[Hit]) -> Draft:
        names = self.catalog.names_of_documents(question.text)
        found = candidates(question, query, hits, self.index, names)
        if question.intent in _CLAUSE_INTENTS and not question.numbers:
            described = self._of_described_clause(question, select_clause(found))
            if described is not None:
                return described
        selection = select([c for c in found if not self._names_units(c)])
        threshold = THRESHOLD_IN_NAMED_CLAUSE if question.numbers else THRESHOLD[question.language]
        if selection.confidence < threshold:
            return refusal.not_found(question, self.catalog, self._contact, hits)
        return extract.quoted(question, selection.chosen, self.catalog)

    def _names_units(self, candidate: Candidate) -> bool:
        """Whether a sentence is a task's bracket of responsible units, which the register answers from."""
        task = self.catalog.clauses[candidate.passage.clause_id].task
        return task is not None and task.units_span.covers(candidate.sentence.span)

    def _of_described_clause(self, question: Question, selection: Selection) -> Draft | None:
        """A register or outline answer for a clause that the question describes without repeating its title."""
        names = self.catalog.names_of_documents(question.text)
        words = topic_forms(question.text, self.index, names)
        clause = self.catalog.task_about(words, question.document_ids)
        if clause is None and selection.confidence >= THRESHOLD_OF_CLAUSE:
            clause = self.catalog.clauses[selection.chosen[0].passage.clause_id]
        if clause is None or clause.task is None:
            return None
        named = replace(question, clauses=(clause.section.id,), numbers=())
        return register.answer(named, self.catalog) or clauses.answer(named, self.catalog)


def _deltas(text: str) -> Iterator[Delta]:
    """The text in pieces that end behind a sentence, so that no marker is cut in two."""
    start = 0
    for at, character in enumerate(text):
        if character in "。；" and at + 1 < len(text) and text[at + 1] != "[":
            yield Delta(text[start : at + 1])
            start = at + 1
    if start < len(text):
        yield Delta(text[start:])
