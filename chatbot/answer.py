"""The use case: a question becomes a stream of typed events, the last of which is the whole reply."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain
from time import perf_counter
from typing import TYPE_CHECKING

from chatbot.catalog import Catalog
from chatbot.citations import Citation, Cited, Numbering, cite, markable
from chatbot.conversation import Answered, Conversations, Means, Part, Turn, in_order, joined
from chatbot.curated import Curated, CuratedStore, InMemory
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.drafting import ANSWERS, Drafter
from chatbot.notices import notices, reading_notices
from chatbot.question import Language, Question
from chatbot.spelling import Reading, Spelling
from chatbot.verification import Verifier
from chatbot.waiting import Waiting
from index.encoders import Encoder
from index.hybrid import HybridIndex
from index.reranker import Reranker
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

#: Answers remembered for the questions that follow them.
_REPLAYS = 256


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
        self._verifier = Verifier(self.catalog, encoder)
        self._use(curated)

    def _use(self, curated: CuratedStore) -> None:
        self._store = curated
        self._curated = Curated(curated, self.catalog, self.encoder)
        self.drafter = Drafter(self.index, self.catalog, self.encoder, self._curated, self._contact, self.reranker)
        self._conversations = Conversations(
            Means(self.catalog, self.encoder, lru_cache(_REPLAYS)(self.drafter.answered))
        )

    def with_curated(self, curated: CuratedStore) -> "Answerer":
        """The same with the curated answers of another store."""
        other = copy(self)
        other._use(curated)
        return other

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
        answers = [self.drafter.answered(part) for part in parts]
        if len(parts) > 1 and not any(answer.draft.outcome in ANSWERS for answer in answers):
            # Cutting it has not helped, so it is refused, or answered after all, as one question.
            parts = (self._uncut(ask),)
            answers = [self.drafter.answered(part) for part in parts]
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
