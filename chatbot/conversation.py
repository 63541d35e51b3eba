"""Follow-ups: what a short question borrows from the turns before it. A new topic borrows nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.catalog import Catalog
from chatbot.cues import cues
from chatbot.question import Intent, Language, Question, Wanted, understand, with_intent, without_units
from chatbot.terms import topic_words
from index.tokens import fold

MAX_TURNS = 20
#: Intents that a question has when nothing in it says what is wanted.
_WEAK = {Intent.EXTRACT, Intent.CLAUSE_CONTENT, Intent.COUNT_TASKS, Intent.NEIGHBOUR}
#: Intents whose answer may have to be looked for in passages, so that the topic must stand in the text.
#: A follow-up with this many words of its own says what it is about.
_TOPIC_WORDS = 2
_SEARCHED = {Intent.EXTRACT, Intent.UNITS_OF_TASK, Intent.CLAUSE_NUMBER, Intent.SECTION_OF}

# 不是15，是16 | no, I meant task 16
_CORRECTION = re.compile(
    r"^(?:不是|不对|错了|no\b|not\b|i meant|i mean)[^，,。]*[，,。]?\s*(?:是|i meant|i mean)\s*(?P<rest>.+)$", re.I
)
# 15 | 十六
_BARE_NUMBER = re.compile(r"^[\d〇零一二两三四五六七八九十百]+[。.!！]?$")
# 第15项任务 | task 15
_ADDRESS = re.compile(r"第\s*\S{1,4}?\s*(?:项|条|个)(?:任务)?|(?:task|item)\s*\S+", re.I)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange; ``answer`` is the client's word and never evidence."""

    question: str
    answer: str | None = None


def resolve(
    text: str, history: Sequence[Turn], catalog: Catalog, language: Language | None, document_ids: Sequence[str]
) -> Question:
    """The question with what it omits taken from the turns before it, which are read again, not trusted."""
    before: Question | None = None
    for turn in history[-MAX_TURNS:]:
        current = _read(turn.question, before, catalog, None, document_ids)
        if current.intent is not Intent.OUT_OF_SCOPE:
            before = current
    return _read(text, before, catalog, language, document_ids)


def _read(
    text: str, before: Question | None, catalog: Catalog, language: Language | None, document_ids: Sequence[str]
) -> Question:
    if before is None:
        return understand(text, catalog, language, document_ids)
    corrected = _CORRECTION.match(text.strip())
    asked = corrected["rest"] if corrected else text
    if corrected and _BARE_NUMBER.match(asked.strip()) and before.numbers:
        asked = f"第{asked.strip(' 。.!！')}项"
    question = understand(asked, catalog, language, document_ids)
    if question.intent is Intent.OUT_OF_SCOPE:
        return question
    elliptic = bool(corrected) or cues().found("elliptic", fold(text).strip())
    names_thing = bool(question.numbers or question.clauses or question.units or question.sections)
    if names_thing:
        bare = not topic_words(_ADDRESS.sub(" ", without_units(asked, catalog)), catalog.index)
        if question.intent in _WEAK and (elliptic or bare):
            return _same_question(question, before)
        if elliptic and question.intent is before.intent is Intent.TASKS_OF_UNIT:
            return replace(question, conditions=question.conditions.or_those_of(before.conditions))
        return question
    points_back = cues().found("points_back", fold(text)) or bool(question.step)
    bare = not topic_words(asked, catalog.index)
    if points_back or bare:
        return _same_thing(question, before, bare, catalog)
    if elliptic and question.intent in _WEAK:
        return _same_wanted(question, before, catalog)
    return question


def _same_wanted(question: Question, before: Question, catalog: Catalog) -> Question:
    """那美育呢？: what was wanted before, of a topic that is no name; one word alone keeps the words before it."""
    intent = before.intent if before.intent in _SEARCHED else question.intent
    text = question.text
    if intent is Intent.EXTRACT and len(topic_words(text, catalog.index)) < _TOPIC_WORDS:
        text = f"{before.text} {text}"
    documents = question.document_ids or before.document_ids
    wanted = before.wanted if question.wanted is Wanted.ANY else question.wanted
    return replace(question, text=text, intent=intent, wanted=wanted, document_ids=documents)


def _same_question(question: Question, before: Question) -> Question:
    """那第16项呢？: what was wanted before, of what is named now."""
    intent = before.intent
    if question.units and not (question.numbers or question.clauses) and intent is not Intent.TASKS_OF_UNIT:
        intent = Intent.TASKS_OF_UNIT
    elif (question.numbers or question.clauses) and not question.units and intent is Intent.TASKS_OF_UNIT:
        intent = Intent.UNITS_OF_TASK
    text = question.text
    if intent is Intent.EXTRACT:
        text = f"{text} {_ADDRESS.sub(' ', before.text)}"
    return replace(
        question,
        text=text,
        intent=intent,
        wanted=before.wanted,
        only=question.only or before.only,
        conditions=question.conditions.or_those_of(before.conditions),
        document_ids=question.document_ids or before.document_ids,
    )


def _same_thing(question: Question, before: Question, bare: bool, catalog: Catalog) -> Question:
    """它什么时候完成？: what is wanted now, of what was named before; 下一项呢？ moves on from it."""
    numbers = before.numbers
    if question.step and numbers:
        numbers = (numbers[-1] + question.step,)
    borrowed = replace(
        question,
        numbers=numbers,
        clauses=() if question.step else before.clauses,
        sections=before.sections,
        units=before.units if not numbers and not before.clauses else (),
        only=question.only or before.only,
        step=0 if before.numbers else question.step,
        document_ids=question.document_ids or before.document_ids,
    )
    borrowed = with_intent(borrowed, catalog)
    if (bare or question.step) and borrowed.intent in _WEAK and not cues().found("content", fold(question.text)):
        borrowed = replace(borrowed, intent=before.intent)
    reads_passages = borrowed.intent is Intent.EXTRACT or (borrowed.intent in _SEARCHED and not borrowed.clauses)
    if reads_passages and not borrowed.numbers:
        borrowed = replace(borrowed, text=f"{before.text} {question.text}")
    return borrowed
