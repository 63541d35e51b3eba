"""Follow-ups: what a short question borrows from the turns before it. A new topic borrows nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.catalog import Catalog
from chatbot.cues import cues
from chatbot.question import Intent, Language, Question, detect_language, understand
from chatbot.terms import topic_words
from index.tokens import fold

MAX_TURNS = 20
#: Intents whose answer is looked for in passages, so that the topic must stand in the text.
_RETRIEVED = {Intent.EXTRACT, Intent.UNITS_OF_TASK, Intent.CLAUSE_NUMBER, Intent.SECTION_OF}


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange; ``answer`` is the client's word and never evidence."""

    question: str
    answer: str | None = None


# 不是15，是16 | 我是说第16项
_CORRECTION = re.compile(r"^(?:不是|不对|错了|no\b|not\b|i meant|i mean)[^，,。]*[，,。]\s*(?P<rest>.+)$", re.I)


def resolve(
    text: str, history: Sequence[Turn], catalog: Catalog, language: Language | None, documents: Sequence[str]
) -> Question:
    """The question with what it omits taken from the latest turns that name it."""
    corrected = _CORRECTION.match(text.strip()) if history else None
    question = understand(corrected["rest"] if corrected else text, catalog, language, documents)
    if not history:
        return question
    elliptic = bool(corrected or cues().found("elliptic", fold(text).strip()))
    points_back = bool(cues().found("points_back", fold(text))) or says_nothing(text, catalog)
    names_thing = bool(question.numbers or question.clauses or question.units or question.sections)
    if not (elliptic or points_back or (question.step and not names_thing)):
        return question
    if question.intent is Intent.OUT_OF_SCOPE:
        return question
    before = _replay(history[-MAX_TURNS:], catalog, documents)
    if before is None:
        return question
    if names_thing and (elliptic or question.intent is Intent.EXTRACT) and not points_back:
        return _same_question(question, before, text)
    return _same_thing(question, before, text, catalog)


def _replay(history: Sequence[Turn], catalog: Catalog, documents: Sequence[str]) -> Question | None:
    """The last earlier question as it was understood then, its own follow-ups resolved."""
    resolved: Question | None = None
    for n, turn in enumerate(history):
        current = resolve(turn.question, [], catalog, None, documents)
        if n and resolved is not None:
            current = (
                resolve(turn.question, history[:n][-1:], catalog, None, documents)
                if resolved.text == history[n - 1].question
                else _follow(turn.question, resolved, catalog, documents)
            )
        resolved = current
    return resolved


def _follow(text: str, before: Question, catalog: Catalog, documents: Sequence[str]) -> Question:
    return resolve(text, [Turn(before.text)], catalog, None, documents)


def _same_question(question: Question, before: Question, text: str) -> Question:
    """那第16项呢？: the earlier intent, asked of what this question names."""
    if question.intent in (Intent.EXTRACT, Intent.CLAUSE_CONTENT, before.intent) or question.units:
        intent = before.intent
        if (
            question.units
            and not question.numbers
            and not question.clauses
            and before.intent in (Intent.UNITS_OF_TASK, Intent.CLAUSE_CONTENT)
        ):
            intent = Intent.TASKS_OF_UNIT
        if (question.numbers or question.clauses) and not question.units and before.intent is Intent.TASKS_OF_UNIT:
            intent = Intent.UNITS_OF_TASK
        question = replace(question, intent=intent, wanted=before.wanted, only=before.only or question.only)
    if question.intent is Intent.EXTRACT:
        topic = _topic_without_names(before)
        question = replace(question, text=f"{text} {topic}", wanted=before.wanted)
    if not question.document_ids:
        question = replace(question, document_ids=before.document_ids)
    return replace(question, language=_language(question, text))


def _same_thing(question: Question, before: Question, text: str, catalog: Catalog) -> Question:
    """它什么时候完成？: this intent, asked of what the earlier question named."""
    question = replace(
        question,
        numbers=question.numbers or before.numbers,
        clauses=question.clauses or before.clauses,
        sections=question.sections or before.sections,
        units=question.units or (() if question.numbers or before.numbers or before.clauses else before.units),
        document_ids=question.document_ids or before.document_ids,
    )
    if question.step and question.numbers:
        moved = tuple(n + question.step for n in question.numbers[-1:])
        intent = (
            before.intent
            if question.intent in (Intent.EXTRACT, Intent.NEIGHBOUR) and before.intent is not Intent.EXTRACT
            else question.intent
        )
        return replace(question, numbers=moved, clauses=(), step=0, intent=intent, language=_language(question, text))
    if (
        question.intent in (Intent.EXTRACT, Intent.COUNT_TASKS)
        and says_nothing(text, catalog)
        and before.intent is not Intent.EXTRACT
    ):
        question = replace(question, intent=before.intent, only=question.only or before.only)
    if question.intent in _RETRIEVED and not question.numbers and not question.clauses:
        question = replace(question, text=f"{before.text} {text}")
    return replace(question, language=_language(question, text))


def says_nothing(text: str, catalog: Catalog) -> bool:
    """Whether a question has no word of its own topic: 一共几项？ 为什么？ how many?"""
    return not topic_words(text, catalog.index)


def _topic_without_names(before: Question) -> str:
    return re.sub(r"第\s*\S{1,4}\s*(项|条|个)(任务)?|(?:task|item)\s*\S+", " ", before.text, flags=re.I)


def _language(question: Question, text: str) -> Language:
    return question.language if question.language else detect_language(text)
