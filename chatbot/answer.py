"""The use case: a question becomes a stream of typed events, the last of which is the whole reply."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING

from chatbot import about, clauses, extract, more, refusal, register, which_document
from chatbot.catalog import Catalog
from chatbot.citations import Citation, Cited, cite, markable, number
from chatbot.conversation import Answered, Conversations, Means, Part, Turn, joined
from chatbot.draft import Draft, Method, Outcome
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
from chatbot.notices import notices, reading_notices
from chatbot.question import Intent, Language, Question, without_units
from chatbot.spelling import Reading, Spelling
from chatbot.terms import content_terms, coverage, topic_forms, topic_words
from index.encoders import Encoder
from index.hybrid import Hit, HybridIndex, Query
from index.reranker import Reranker, reranked_search
from index.tokens import fold
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

#: Passages whose sentences are read.
RETRIEVED = 20
_ANSWERS = {Outcome.ANSWERED, Outcome.CORRECTED}
_CLAUSE_INTENTS = {Intent.UNITS_OF_TASK, Intent.CLAUSE_NUMBER, Intent.SECTION_OF}
#: Words beyond a task's number and title from which on a question asks of what the task says.
_INSIDE_WORDS = 3
#: Answers remembered for the questions that follow them.
_REPLAYS = 256
#: Share of a question's own words that an answer must have which was found with the words of the question before it.
_OWN_SHARE = 0.3


class Answerer:
    """Answers from one index; threads may share it.

    ``today`` is read once an answer, to say which of the times it cites have passed. Remembers, for follow-ups, what it
    drafted last. Drafts depend on index and question alone and are gone with the index, so that what was deleted is not
    in them.
    """

    def __init__(
        self,
        index: HybridIndex,
        encoder: Encoder,
        contact: str | None = None,
        model: "ChatModel | None" = None,
        reranker: Reranker | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.index = index
        self.catalog = Catalog(index)
        self.spelling = Spelling(self.catalog)
        self.encoder = encoder
        self.reranker = reranker
        self._contact = contact
        self._model = model
        self._today = today
        self._conversations = Conversations(Means(self.catalog, encoder, lru_cache(_REPLAYS)(self._answered)))

    def over(self, index: HybridIndex) -> "Answerer":
        """The same over another index."""
        return Answerer(index, self.encoder, self._contact, self._model, self.reranker, self._today)

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
        asked, reading = ask.question, self.spelling.read(ask.question)
        ask = self._as_meant(ask)
        parts = self.parts(ask)
        understood = perf_counter()
        answers = [self._answered(part) for part in parts]
        if len(parts) > 1 and not any(answer.draft.outcome in _ANSWERS for answer in answers):
            # Cutting it has not helped, so it is refused, or answered after all, as one question.
            parts = (self._conversations.uncut(ask.question, ask.history, ask.language, ask.document_ids),)
            answers = [self._answered(part) for part in parts]
        retrieved = perf_counter()
        if self._model is not None:
            answers = [replace(a, draft=self._model.word(a.question, a.draft, self.catalog)) for a in answers]
        question, draft = parts[0].question, joined(parts, answers)
        cited = number(markable(draft.statements), self.catalog, " " if question.language is Language.EN else "")
        yield Started(answer_id, question.language, draft.method)
        yield from _deltas(cited)
        yield Quotes(cited.citations)
        ended = perf_counter()
        timings = Timings(*(
            round(1000 * seconds, 2)
            for seconds in (ended - started, understood - started, retrieved - understood, ended - retrieved)
        ))  # fmt: skip
        yield Done(self._compose(answer_id, asked, reading, question, draft, cited, timings))

    def parts(self, ask: Ask) -> tuple[Part, ...]:
        """The questions of an utterance; what earlier answers named is worked out again, and remembered."""
        ask = self._as_meant(ask)
        return self._conversations.parts(ask.question, ask.history, ask.language, ask.document_ids)

    def _as_meant(self, ask: Ask) -> Ask:
        """The request with all questions in it read as they were probably meant; read twice, it is the same."""
        history = tuple(replace(turn, question=self.spelling.read(turn.question).text) for turn in ask.history)
        return replace(ask, question=self.spelling.read(ask.question).text, history=history)

    def _answered(self, part: Part) -> Answered:
        """A part's answer; where the documents do not answer it alone, that of the first wider reading they answer.

        A wider reading has words of what was said around or before, whose answer it would find again: so what it finds
        must have some of the part's own words.
        """
        draft = self._draft(part.question)
        if draft.outcome is Outcome.NOT_FOUND and draft.related:
            for reading in part.wider:
                wider = self._draft(reading)
                if wider.outcome in _ANSWERS and self._has_own_words(part.question, reading, wider):
                    return Answered(reading, wider)
        return Answered(part.question, draft)

    def _has_own_words(self, question: Question, reading: Question, draft: Draft) -> bool:
        """Whether what a draft rests on has, by weight, the words a question does not share with what it borrows."""
        borrowed = set(self.index.tokens.cut(reading.text.replace(question.text, " ")))
        names = self.catalog.names_of_documents(question.text)
        terms = content_terms(question, self.index.query(question.text, self.encoder), self.index, names)
        own = [term for term in terms if not borrowed & set(term.forms)]
        refs = [ref for statement in draft.statements for ref in statement.refs]
        texts = [ref.span.of(self.index.document(ref.document_id).source.text) for ref in refs]
        return not own or coverage(own, fold("\n".join(texts))) >= _OWN_SHARE

    def _draft(self, question: Question) -> Draft:
        """The answer to one question, before any language model words it."""
        if question.more:
            return more.left_out(question, self._draft(replace(question, more=0)), self.catalog)
        draft = self._structured(question)
        if draft is None:
            query = self.index.query(question.text, self.encoder)
            draft = self._extract(question, query, self._retrieve(question, query))
        return draft

    def _compose(
        self, answer_id: str, asked: str, reading: Reading, question: Question, draft: Draft, cited: Cited,
        timings: Timings,
    ) -> Reply:  # fmt: skip
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
            notices=(
                *reading_notices(reading.telling, question.language),
                *notices(cited.citations, question, self.catalog, self._today()),
            ),
            related=tuple(cite(ref, documents, None) for ref in draft.related),
            suggestions=draft.suggestions,
            method=draft.method,
            timings=timings,
        )

    def _structured(self, question: Question) -> Draft | None:
        """The answer where no search is needed; None where the passages must be read."""
        if question.intent is Intent.OUT_OF_SCOPE:
            return refusal.out_of_scope(question.language)
        if question.intent is Intent.BEYOND_LIST:
            return more.beyond_list(question)
        if question.intent is Intent.GREETING:
            return refusal.greeted(self.catalog, question.language)
        if not any(character.isalnum() for character in question.text):
            return refusal.unreadable(self.catalog, question.language)
        if (refused := refusal.vetoed(question, self.catalog, self._contact)) is not None:
            return refused
        if (unclear := more.which_document(question, self.catalog)) is not None:
            return unclear
        if question.intent is Intent.METADATA:
            return about.answer(question, self.catalog)
        if question.intent is Intent.WHICH_DOCUMENT:
            return which_document.answer(question, self.catalog)
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
        if question.intent not in (Intent.UNITS_OF_TASK, Intent.DEADLINES) or not question.numbers:
            return False
        named = clauses.named_clauses(question, self.catalog)
        titles = "".join(clause.section.title + (clause.section.title_en or "").lower() for clause in named)
        words = topic_words(question.text, self.index)
        return bool(named) and sum(word not in titles for word in words) >= _INSIDE_WORDS

    def _retrieve(self, question: Question, query: Query) -> list[Hit]:
        if not question.numbers and not question.among:
            return reranked_search(self.index, query, RETRIEVED, question.document_ids, self.reranker)
        named = set(question.among) or {clause.section.id for clause in clauses.named_clauses(question, self.catalog)}
        hits = self.index.search(query, len(self.index.passages), question.document_ids)
        return [hit for hit in hits if hit.passage.clause_id in named]

    def _extract(self, question: Question, query: Query, hits: Sequence[Hit]) -> Draft:
        names = self.catalog.names_of_documents(question.text)
        found = candidates(question, query, hits, self.index, names)
        if question.intent in _CLAUSE_INTENTS and not question.numbers:
            described = self._of_described_clause(question, select_clause(found))
            if described is not None:
                return described
        selection = select([c for c in found if not self.names_units(c)])
        threshold = THRESHOLD_IN_NAMED_CLAUSE if question.numbers or question.among else THRESHOLD
        if selection.confidence < threshold:
            return refusal.not_found(question, self.catalog, self._contact, hits)
        return extract.quoted(question, selection.chosen, self.catalog)

    def names_units(self, candidate: Candidate) -> bool:
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


def _deltas(cited: Cited) -> Iterator[Delta]:
    """The text in pieces that end behind a sentence, so that no marker is cut in two."""
    start = 0
    for at, character in enumerate(cited.text):
        if character in "。；" and at + 1 < len(cited.text) and cited.text[at + 1] != "[":
            yield Delta(cited.text[start : at + 1])
            start = at + 1
    if start < len(cited.text):
        yield Delta(cited.text[start:])
