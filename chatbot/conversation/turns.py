"""A conversation read from its first turn on: what the last utterance asks, in its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chatbot.catalog import Catalog
from chatbot.conversation.borrow import read
from chatbot.conversation.exchange import Answered, Exchange, Part
from chatbot.conversation.segments import asks, segments
from chatbot.cues import cues
from chatbot.question import Intent, Language, Question
from index.tokens import fold

MAX_TURNS = 20
#: What is said in passing: nothing is borrowed from it.
_PASSING = {Intent.OUT_OF_SCOPE, Intent.GREETING}


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange; ``answer`` is the client's word and never evidence."""

    question: str
    answer: str | None = None


def resolve(
    text: str, history: Sequence[Turn], catalog: Catalog, language: Language | None, document_ids: Sequence[str],
    answer: Callable[[Part], Answered], cut: bool = True,
) -> tuple[Part, ...]:  # fmt: skip
    """The questions of an utterance, with what they omit taken from the turns before it; one where it is not ``cut``.

    The last 20 turns are read again; ``answer`` works out again what an earlier answer named where a question asks
    about it. Turns that tell the service how to answer rather than ask are not read.
    """
    said: list[Exchange] = []
    for turn in history[-MAX_TURNS:]:
        if cues().found("instructs", fold(turn.question)) and not asks(turn.question):
            continue
        for part in _parts(turn.question, said, catalog, None, document_ids, answer):
            if part.question.intent not in _PASSING:
                said.append(Exchange(part, catalog, answer))
    if not cut:
        return (_part(text, said, catalog, language, document_ids),)
    return _parts(text, said, catalog, language, document_ids, answer)


def _parts(
    text: str, before: Sequence[Exchange], catalog: Catalog, language: Language | None, document_ids: Sequence[str],
    answer: Callable[[Part], Answered],
) -> tuple[Part, ...]:  # fmt: skip
    """The questions of one utterance, each read after those before it; all of the document that the first names."""
    said = list(before)
    found: list[Part] = []
    for piece in segments(text):
        part = _part(piece, said, catalog, language, document_ids)
        if found and not part.question.document_ids and not part.question.foreign_places:
            first = found[0].question
            own = replace(part.question, document_ids=first.document_ids, foreign_places=first.foreign_places)
            part = replace(part, question=own)
        if found and language is None and part.question.language is not found[0].question.language:
            part = replace(part, question=replace(part.question, language=found[0].question.language))
        found.append(part)
        said.append(Exchange(part, catalog, answer))
    return tuple(found)


def _part(
    text: str, said: Sequence[Exchange], catalog: Catalog, language: Language | None, document_ids: Sequence[str]
) -> Part:
    """One question, and the wider reading of it where it may depend on what was said before."""
    question = read(text, said, catalog, language, document_ids)
    return Part(text, question, _wider(question, text, said))


def _wider(question: Question, text: str, said: Sequence[Exchange]) -> Question | None:
    """The words of the question before, then its own: for 车主要罚多少, which names nothing and omits what for."""
    names = question.numbers or question.clauses or question.units or question.sections or question.foreign_places
    if not said or question.intent is not Intent.EXTRACT or names or question.text != text:
        return None
    before = said[-1].question
    if (question.document_ids and question.document_ids != before.document_ids) or cues().found(
        "instructs", fold(text)
    ):
        return None
    return replace(question, text=f"{before.text} {question.text}", document_ids=before.document_ids)
