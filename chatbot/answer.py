"""The use case: a question becomes a stream of typed events, the last of which is the whole reply."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING

from chatbot import about, clauses, extract, members, more, refusal, register, scope, which_document
from chatbot.catalog import Catalog
from chatbot.citations import Citation, Cited, Numbering, cite, markable
from chatbot.conversation import Answered, Conversations, Means, Part, Turn, in_order, joined
from chatbot.cues import cues
from chatbot.curated import Curated, CuratedStore, InMemory
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.evidence import (
    THRESHOLD,
    THRESHOLD_IN_NAMED_CLAUSE,
    THRESHOLD_OF_CLAUSE,
    Candidate,
    Selection,
    candidates,
    confidence,
    select,
    select_clause,
)
from chatbot.notices import notices, reading_notices
from chatbot.question import Intent, Language, Question, Wanted, without_units
from chatbot.spelling import Reading, Spelling
from chatbot.terms import content_terms, coverage, topic_forms, topic_words
from chatbot.verification import Verifier
from chatbot.waiting import Waiting
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
# “双零择”是哪两个零
_QUOTED = re.compile(r"[“\"'‘「]([^”\"'’」]{2,})[”\"'’」]")
#: What a task's bracket tells, and what is then asked of the register.
_IN_BRACKETS = {Wanted.PERIOD: Intent.DEADLINES, Wanted.WHO: Intent.UNITS_OF_TASK}
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
        curated: CuratedStore = InMemory(),  # noqa: B008 (immutable)
    ) -> None:
        self.index = index
        self.catalog = Catalog(index)
        self.spelling = Spelling(self.catalog)
        self.encoder = encoder
        self.reranker = reranker
        self._contact = contact
        self._model = model
        self._today = today
        self._store = curated
        self._curated = Curated(curated, self.catalog, encoder)
        self._verifier = Verifier(self.catalog, encoder)
        self._conversations = Conversations(Means(self.catalog, encoder, lru_cache(_REPLAYS)(self._answered)))

    def over(self, index: HybridIndex) -> "Answerer":
        """The same over another index."""
        return Answerer(index, self.encoder, self._contact, self._model, self.reranker, self._today, self._store)

    def warm_up(self) -> None:
        """Pay for first-use costs (compiled cues, the encoder's buffers) before the first question."""
        self.reply(Ask("准备好了吗"))

    def reply(self, ask: Ask) -> Reply:
        """The whole reply at once."""
        for event in self.events(ask):
            if isinstance(event, Done):
                return event.reply
        raise AssertionError("the stream ended without a reply")

    def events(self, ask: Ask, waiting: Waiting | None = None) -> Iterator[Event]:
        """The reply as a stream: Started, Delta…, Quotes, Done; ``waiting`` is how a language model is waited for."""
        started = perf_counter()
        answer_id = str(uuid.uuid4())
        asked, reading = ask.question, self.spelling.read(ask.question)
        ask = self._as_meant(ask)
        parts = self.parts(ask)
        understood = perf_counter()
        answers = [self._answered(part) for part in parts]
        if len(parts) > 1 and not any(answer.draft.outcome in _ANSWERS for answer in answers):
            # Cutting it has not helped, so it is refused, or answered after all, as one question.
            parts = (self._uncut(ask),)
            answers = [self._answered(part) for part in parts]
        retrieved = perf_counter()
        question = parts[0].question
        draft, statements = self._worded(parts, answers, waiting)
        numbering = Numbering(self.catalog, " " if question.language is Language.EN else "")
        pieces: Iterable[str] = map(numbering.add, statements)
        if draft.method is not Method.GENERATED:
            pieces = list(pieces)  # what need not be waited for is verified whole before any of it leaves
        yield Started(answer_id, question.language, draft.method)
        for piece in pieces:
            yield from _deltas(piece)
        cited = numbering.cited()
        yield Quotes(cited.citations)
        ended = perf_counter()
        timings = Timings(*(
            round(1000 * seconds, 2)
            for seconds in (ended - started, understood - started, retrieved - understood, ended - retrieved)
        ))  # fmt: skip
        yield Done(self._compose(answer_id, asked, reading, question, draft, cited, timings))

    def parts(self, ask: Ask) -> tuple[Part, ...]:
        """The questions of an utterance, read as they were probably meant, or the one that staff answered as a whole.

        What earlier answers named is worked out again, and remembered.
        """
        ask = self._as_meant(ask)
        parts = self._conversations.parts(ask.question, ask.history, ask.language, ask.document_ids)
        if len(parts) > 1 and self._store.answers() and self._curated.answer((whole := self._uncut(ask)).question):
            return (whole,)
        return parts

    def _uncut(self, ask: Ask) -> Part:
        return self._conversations.uncut(ask.question, ask.history, ask.language, ask.document_ids)

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
        unsaid = draft.outcome is Outcome.NOT_FOUND and draft.related
        if unsaid or draft.outcome is Outcome.OUT_OF_SCOPE:
            for reading in part.wider:
                wider = self._draft(reading)
                if wider.outcome in _ANSWERS and self._has_own_words(part.question, reading, wider):
                    return Answered(reading, wider)
                if draft.outcome is Outcome.OUT_OF_SCOPE:  # out of what was said around it, it is no question yet
                    draft = wider if wider.outcome is Outcome.NOT_FOUND else draft
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
        draft = self._curated.answer(question) or self._structured(question)
        if draft is None:
            query = self.index.query(question.text, self.encoder)
            draft = self._extract(question, query, self._retrieve(question, query))
        return draft

    def _worded(
        self, parts: Sequence[Part], answers: Sequence[Answered], waiting: Waiting | None
    ) -> tuple[Draft, Iterable[Statement]]:
        """One answer to all parts and its statements: where the model writes, its verified sentences as they come.

        Waits for its first one, which decides the method.
        """
        drafts = markable([answer.draft for answer in answers])
        draft = joined(parts, drafts)
        if self._model is None:
            return draft, draft.statements
        end = self._model.deadline()
        written = [
            self._model.statements(answer.question, own, self._verifier, end, waiting)
            for answer, own in zip(answers, drafts, strict=True)
        ]
        for n, statements in enumerate(written):
            if (first := next(statements, None)) is not None:
                written[n] = chain([first], statements)
                said = [_or_else(ours, own.statements) for ours, own in zip(written, drafts, strict=True)]
                return replace(draft, statements=(), method=Method.GENERATED), in_order(parts, drafts, said)
        return draft, draft.statements

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
        if (member := members.answer(question, self.catalog)) is not None:
            return member
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
        if self._out_of_scope(question, query, found):
            return refusal.out_of_scope(question.language)
        if question.intent in _CLAUSE_INTENTS and not question.numbers:
            described = self._of_described_clause(question, select_clause(found))
            if described is not None:
                return described
        if found and (told := self._told_in_bracket(question, found[0])) is not None:
            return told
        selection = select([c for c in found if not self.names_units(c)])
        threshold = THRESHOLD_IN_NAMED_CLAUSE if question.numbers or question.among else THRESHOLD
        if selection.confidence < threshold:
            return refusal.not_found(question, self.catalog, self._contact, hits)
        terms = content_terms(question, query, self.index, names)
        return extract.quoted(question, selection.chosen, terms, self.catalog)

    def _out_of_scope(self, question: Question, query: Query, found: Sequence[Candidate]) -> bool:
        """Whether a question is not the business of the documents."""
        line, cued = scope.line(self.encoder.identity), cues().found("out_of_scope", fold(question.text))
        if line is None:
            return question.intent is Intent.OUT_OF_SCOPE
        best = select(found).chosen
        coverage = best[0].titled_coverage if best else 0.0
        named = bool(question.numbers or question.clauses or question.units or question.document_ids)
        named = named or any(all(map(self.catalog.mentions, words.split())) for words in _QUOTED.findall(question.text))
        seen = scope.Seen(coverage, named, bool(refusal.unmentioned(question, self.catalog)), cued)
        return bool(question.topic) and line.outside(query.vector, seen)

    def _told_in_bracket(self, question: Question, best: Candidate) -> Draft | None:
        """The register's answer where what answers best is a task's bracket: 完成时限：2023年7月底前〕."""
        intent = _IN_BRACKETS.get(question.wanted)
        if intent is None or not self.names_units(best) or confidence(best) < THRESHOLD:
            return None
        return register.answer(replace(question, intent=intent, clauses=(best.passage.clause_id,)), self.catalog)

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


def _or_else(written: Iterator[Statement], own: Sequence[Statement]) -> Iterator[Statement]:
    """What is written; what a draft says itself where nothing is."""
    first = next(written, None)
    yield from own if first is None else chain([first], written)


def _deltas(text: str) -> Iterator[Delta]:
    """The text in pieces that end behind a sentence, so that no marker is cut in two."""
    start = 0
    for at, character in enumerate(text):
        if character in "。；" and at + 1 < len(text) and text[at + 1] != "[":
            yield Delta(text[start : at + 1])
            start = at + 1
    if start < len(text):
        yield Delta(text[start:])
