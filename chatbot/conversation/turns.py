"""A conversation read from its first turn on: what the last utterance asks, in its parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.conversation.borrow import read
from chatbot.conversation.exchange import Exchange, Means, Part
from chatbot.conversation.segments import asks, cores, segments
from chatbot.cues import cues
from chatbot.question import Intent, Language, Question, understand
from index.tokens import fold

MAX_TURNS = 20
#: What is said in passing: nothing is borrowed from it.
_PASSING = {Intent.OUT_OF_SCOPE, Intent.GREETING}
#: Intents whose answer other words in a question can keep from being found.
_SEARCHED = {Intent.EXTRACT, Intent.UNITS_OF_TASK, Intent.CLAUSE_CONTENT}


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange; ``answer`` is the client's word and never evidence."""

    question: str
    answer: str | None = None


def resolve(
    text: str, history: Sequence[Turn], means: Means, language: Language | None, document_ids: Sequence[str]
) -> tuple[Part, ...]:
    """The questions of an utterance, with what they omit taken from the turns before it; at least one.

    The last 20 turns are read again. Turns that tell the service how to answer rather than ask are not.
    """
    return _parts(segments(text), earlier(history, means, document_ids), means, language, document_ids)


def uncut(
    text: str, history: Sequence[Turn], means: Means, language: Language | None, document_ids: Sequence[str]
) -> Part:
    """The utterance read as one question."""
    (part,) = _parts([text], earlier(history, means, document_ids), means, language, document_ids)
    return part


def earlier(history: Sequence[Turn], means: Means, document_ids: Sequence[str]) -> list[Exchange]:
    """What was asked before, a question at a time, latest last."""
    said: list[Exchange] = []
    for turn in history[-MAX_TURNS:]:
        if asks(turn.question) or not cues().found("instructs", fold(turn.question)):
            parts = _parts(segments(turn.question), said, means, None, document_ids)
            said += [Exchange(part, means) for part in parts if part.question.intent not in _PASSING]
    return said


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
    if whole.intent in _SEARCHED:
        alone = [understand(core, means.catalog, whole.language, whole.document_ids) for core in cores(piece)]
        same = [q for q in alone if _names(q) == _names(whole)]
        readings = [*(replace(q, foreign_places=whole.foreign_places) for q in same), *readings]
    return Part(piece, readings[0], tuple(readings[1:]))


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
