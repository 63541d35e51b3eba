"""A conversation read from its first turn on: what the last utterance asks, in its parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from chatbot.conversation.asked import TOPIC_WORDS
from chatbot.conversation.borrow import read
from chatbot.conversation.exchange import Exchange, Means, Part
from chatbot.conversation.segments import asks, cores, segments
from chatbot.cues import cues
from chatbot.question import Intent, Language, Question, understand
from chatbot.terms import topic_words
from index.tokens import fold

#: Earlier turns that are read, and by how many at once the oldest are dropped.
MAX_TURNS, _DROPPED = 20, 10
#: Beginnings of conversations remembered.
_REMEMBERED = 512
#: What is said in passing: nothing is borrowed from it.
_PASSING = {Intent.OUT_OF_SCOPE, Intent.GREETING}
#: Intents whose answer other words in a question can keep from being found.
_SEARCHED = {Intent.EXTRACT, Intent.UNITS_OF_TASK, Intent.CLAUSE_CONTENT}


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange; ``answer`` is the client's word and never evidence."""

    question: str
    answer: str | None = None


class Conversations:
    """Reads conversations about one index; threads may share it.

    Remembers what earlier turns were read as: the next turn of a conversation brings the same ones again, and then
    costs its own reading only. What is remembered depends on index and questions alone and is gone with the index.
    """

    def __init__(self, means: Means) -> None:
        self._means = means
        self._earlier = lru_cache(_REMEMBERED)(self._read_earlier)

    def parts(
        self, text: str, history: Sequence[Turn], language: Language | None, document_ids: Sequence[str]
    ) -> tuple[Part, ...]:
        """The questions of an utterance, with what they omit taken from the turns before it; at least one."""
        return _parts(segments(text), self._said(history, document_ids), self._means, language, document_ids)

    def uncut(self, text: str, history: Sequence[Turn], language: Language | None, document_ids: Sequence[str]) -> Part:
        """The utterance read as one question."""
        (part,) = _parts([text], self._said(history, document_ids), self._means, language, document_ids)
        return part

    def _said(self, history: Sequence[Turn], document_ids: Sequence[str]) -> Sequence[Exchange]:
        """What the last turns asked. Long histories lose their oldest turns by tens, so that their reading is found."""
        surplus = max(0, len(history) - MAX_TURNS)
        start = -(-surplus // _DROPPED) * _DROPPED
        return self._earlier(tuple(turn.question for turn in history[start:]), tuple(document_ids))

    def _read_earlier(self, questions: tuple[str, ...], document_ids: tuple[str, ...]) -> tuple[Exchange, ...]:
        """What was asked, a question at a time, latest last; without what tells the service how to answer."""
        if not questions:
            return ()
        *before, latest = questions
        said = self._earlier(tuple(before), document_ids)
        if cues().found("instructs", fold(latest)) and not asks(latest):
            return said
        parts = _parts(segments(latest), said, self._means, None, document_ids)
        return (*said, *(Exchange(part, self._means) for part in parts if part.question.intent not in _PASSING))


def _parts(
    pieces: Sequence[str], before: Sequence[Exchange], means: Means, language: Language | None, ids: Sequence[str]
) -> tuple[Part, ...]:
    """The questions of one utterance, each read after those before it, in the language and document of the first."""
    said = list(before)
    found: list[Part] = []
    for piece in pieces:
        part = _part(piece, said, means, language, ids)
        question = part.question
        if found:
            first = found[0].question
            question = replace(question, language=first.language)
            if not question.document_ids and not question.foreign_places:
                question = replace(question, document_ids=first.document_ids, foreign_places=first.foreign_places)
            part = replace(part, question=question)
        found.append(part)
        said.append(Exchange(part, means))
    return tuple(found)


def _part(piece: str, said: Sequence[Exchange], means: Means, language: Language | None, ids: Sequence[str]) -> Part:
    """One question; if it stands in a story, its own clause first, then with the clause before it, then the whole.

    Its own clause will do where it names all that the story names: tasks, units, titles.
    """
    whole = read(piece, said, means, language, ids)
    wider = _wider(whole, piece, said)
    readings = [whole, wider] if wider else [whole]
    if said and whole.document_ids and not (ids or said[-1].question.document_ids or wider):
        own = means.catalog.documents_in(piece)
        readings += [replace(whole, document_ids=())] if not own else []
    if whole.intent in _SEARCHED:
        alone = [understand(core, means.catalog, whole.language, whole.document_ids) for core in cores(piece)]
        same = [q for q in alone if _names(q) == _names(whole) and _stands_alone(q, means)]
        readings = [*(replace(q, foreign_places=whole.foreign_places) for q in same), *readings]
    return Part(piece, readings[0], tuple(readings[1:]))


def _stands_alone(question: Question, means: Means) -> bool:
    """Whether a question names what it is about or says it: 这会不会影响毕业 and which five are they do not."""
    if any(_names(question)):
        return True
    text = question.text
    for name in means.catalog.names_of_documents(text):
        text = fold(text).replace(name, " ")
    words = [word for word in topic_words(text, means.catalog.index) if len(word) > 1]
    return len(words) >= TOPIC_WORDS


def _names(question: Question) -> tuple[object, ...]:
    return question.numbers, question.clauses, question.units, question.sections


def _wider(question: Question, text: str, said: Sequence[Exchange]) -> Question | None:
    """The words of the question before, then its own: for 车主要罚多少, which names nothing and omits what for."""
    names = question.numbers or question.clauses or question.units or question.sections or question.foreign_places
    if not said or question.intent is not Intent.EXTRACT or names or question.text != text:
        return None
    before = said[-1].question
    elsewhere = question.document_ids and question.document_ids != before.document_ids
    if elsewhere or cues().found("instructs", fold(text)):
        return None
    return replace(question, text=f"{before.text} {question.text}", document_ids=before.document_ids)
