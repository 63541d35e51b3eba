"""A question, understood: language, intent, and what it names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from chatbot.catalog import Catalog, Clause
from chatbot.conditions import Conditions, exceptions, read_conditions, without_exceptions
from chatbot.cues import cues
from chatbot.numbers import section_numbers, steps_in, task_numbers
from chatbot.terms import topic_words
from index.tokens import fold
from ingest.registry import UnitKey


class Language(StrEnum):
    """What an answer is written in."""

    ZH = "zh"
    EN = "en"


class Intent(StrEnum):
    """What is asked for. The first group is computed from the register and the outline, the last read from passages."""

    UNITS_OF_TASK = "units_of_task"
    TASKS_OF_UNIT = "tasks_of_unit"
    CHECK_UNIT = "check_unit"
    TASKS_WITH = "tasks_with"
    UNITS_INVOLVED = "units_involved"
    COMPARE_TASKS = "compare_tasks"
    COMPARE_UNITS = "compare_units"
    DEADLINES = "deadlines"
    CHECK_SECTION = "check_section"
    COUNT_TASKS = "count_tasks"
    LIST_CLAUSES = "list_clauses"
    LIST_DOCUMENTS = "list_documents"
    WHICH_DOCUMENT = "which_document"
    GREETING = "greeting"
    CLAUSE_CONTENT = "clause_content"
    CLAUSE_TITLE = "clause_title"
    CLAUSE_NUMBER = "clause_number"
    SECTION_OF = "section_of"
    NEIGHBOUR = "neighbour"
    METADATA = "metadata"
    OUT_OF_SCOPE = "out_of_scope"
    BEYOND_LIST = "beyond_list"
    EXTRACT = "extract"


class Wanted(StrEnum):
    """The kind of thing that answers: a sentence without one does not."""

    NUMBER = "number"
    PERIOD = "period"
    FREQUENCY = "frequency"
    WHO = "who"
    MONEY = "money"
    CONTACT = "contact"
    ANY = "any"


class About(StrEnum):
    """A piece of metadata."""

    TITLE = "title"
    ISSUER = "issuer"
    DATE = "date"
    STATUS = "status"
    INDEX_NUMBER = "index_number"
    DOCUMENT_NUMBER = "document_number"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked.

    ``topic`` are its content words beside units; ``numbers`` are task numbers, ``sections`` ordinals of outermost
    sections, ``clauses`` ids of clauses whose title is named; negative ``numbers`` count from the end. ``steps`` are
    the places asked relative to what is named (-1: the one before), ``step`` the first of them. ``only`` and ``common``
    say how several units or tasks combine; ``yes_no`` asks whether, ``presumes`` takes it for granted; ``negated``
    denies; ``conditions`` are what else is asked of tasks. Taken from earlier answers: ``among`` are the clauses it
    keeps to, ``more`` how often it has been asked for more, ``listed`` how many members of a list it asks beyond.
    """

    text: str
    language: Language
    intent: Intent
    wanted: Wanted
    document_ids: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    clauses: tuple[str, ...] = ()
    units: tuple[UnitKey, ...] = ()
    other_units: tuple[UnitKey, ...] = ()
    foreign_places: tuple[str, ...] = ()
    about: tuple[About, ...] = ()
    step: int = 0
    steps: tuple[int, ...] = ()
    only: bool = False
    common: bool = False
    negated: bool = False
    yes_no: bool = False
    presumes: bool = False
    topic: tuple[str, ...] = ()
    conditions: Conditions = field(default_factory=Conditions)
    among: tuple[str, ...] = ()
    more: int = 0
    listed: int = 0


def detect_language(text: str) -> Language:
    """English if its words outnumber half the Han characters; a Chinese name in an English question changes nothing."""
    han = len(re.findall(r"[㐀-鿿]", text))
    latin = len(re.findall(r"[A-Za-z]{2,}", text))
    return Language.EN if latin > han / 2 else Language.ZH


def understand(
    text: str, catalog: Catalog, language: Language | None = None, document_ids: Sequence[str] = ()
) -> Question:
    """Read one self-contained question; ``document_ids`` given by the caller win over documents it names."""
    folded = fold(text).strip()
    rest = without_exceptions(folded)
    units, others = catalog.units_in(folded), catalog.other_units_in(rest)
    conditions = read_conditions(folded, units, task_numbers(exceptions(folded)))
    steps = steps_in(folded)
    documents = tuple(document_ids or catalog.documents_in(folded))
    clauses = catalog.titles_in(without_units(folded, catalog), documents)
    cue = cues()
    question = Question(
        text=text,
        language=language or detect_language(text),
        intent=Intent.EXTRACT,
        wanted=Wanted(cue.first("wants", folded) or Wanted.ANY),
        document_ids=documents,
        numbers=task_numbers(rest),
        sections=section_numbers(folded),
        clauses=tuple(clause.section.id for clause in clauses),
        units=tuple(n.key for n in units if n.key not in (*conditions.without, *conditions.besides)),
        other_units=tuple(named.key for named in others),
        foreign_places=tuple(catalog.foreign_places_in(folded)),
        about=tuple(About(name) for name in cue.all("about", folded)),
        step=next(iter(steps), 0),
        steps=steps,
        only=cue.found("only", folded),
        common=cue.found("common", folded),
        negated=_denies(folded) and not conditions.without,
        yes_no=cue.found("yes_no", folded),
        presumes=cue.found("presumes", folded),
        topic=tuple(topic_words(_without_names(rest, catalog), catalog.index)),
        conditions=conditions,
    )
    return with_intent(question, catalog)


def _denies(folded: str) -> bool:
    """Whether a question denies; twice is not at all (不是没有体育局), and neither is 只有."""
    cue = cues()
    return cue.found("negated", folded) and not cue.found("only", folded) and not cue.found("doubly_negated", folded)


def with_intent(question: Question, catalog: Catalog) -> Question:
    """The question with its intent read from its words and from what it names, borrowed or its own."""
    clauses, folded = [catalog.clauses[clause_id] for clause_id in question.clauses], fold(question.text).strip()
    intent = _intent(question, folded, clauses, _asks_of(clauses, question, catalog))
    if intent is Intent.EXTRACT and not _names(question) and cues().found("out_of_scope", folded):
        intent = Intent.OUT_OF_SCOPE
    return replace(question, intent=intent)


def _names(question: Question) -> bool:
    return bool(question.numbers or question.clauses or question.units)


def _asks_of(clauses: Sequence[Clause], question: Question, catalog: Catalog) -> bool:
    """Whether a question is about the sections it names and nothing besides: 五大机制是哪五个."""
    titles = "".join(fold(c.section.title + (c.section.title_en or "")) for c in clauses)
    besides = [word for word in topic_words(question.text, catalog.index) if word not in titles]
    return not besides and any(catalog.children(clause.section.id) for clause in clauses)


def _intent(q: Question, folded: str, clauses: Sequence[Clause], about_sections: bool) -> Intent:
    """The first that fits, from the most to the least specific."""
    cue = cues()
    asks_units = cue.found("asks_units", folded) and (q.language is Language.ZH or cue.found("duty", folded))
    asks_tasks = cue.found("asks_tasks", folded)
    names_clause = bool(q.numbers or clauses)
    asks_content = cue.found("content", folded)
    if cue.found("greeting", folded):
        return Intent.GREETING
    if q.wanted in (Wanted.CONTACT, Wanted.MONEY) or cue.found("asks_person", folded):
        return Intent.EXTRACT
    if not names_clause and not q.units and not q.document_ids and cue.found("list_documents", folded):
        return Intent.LIST_DOCUMENTS
    if (over_register := _over_register(q, folded, clauses)) is not None:
        return over_register
    # A Chinese title is repeated word for word; in English a task's is sure enough, that of a part is not.
    by_title = len(clauses) == 1 and (clauses[0].task is not None or q.language is Language.ZH)
    if q.step and (q.numbers or (by_title and cue.found("neighbour", folded))):
        return Intent.NEIGHBOUR
    if (q.units or q.other_units) and names_clause and (q.yes_no or cue.found("why", folded)):
        return Intent.CHECK_UNIT
    if (
        q.units
        and not names_clause
        and (not q.topic or _asks_of_tasks(q, folded) or q.only or asks_units or cue.found("duty", folded))
    ):
        return Intent.TASKS_OF_UNIT
    if q.other_units and not names_clause and asks_tasks:
        return Intent.TASKS_OF_UNIT
    if (names_clause or q.topic) and cue.found("section_of", folded):
        return Intent.SECTION_OF
    if asks_units and not (asks_tasks and q.sections):
        return Intent.METADATA if About.ISSUER in q.about and not names_clause else Intent.UNITS_OF_TASK
    if _asks_metadata(q, folded, clauses):
        return Intent.METADATA
    if not q.numbers and not q.units and cue.found("count_tasks", folded):
        return Intent.COUNT_TASKS
    if q.numbers and cue.found("title_of", folded) and not asks_content:
        return Intent.CLAUSE_TITLE
    if not q.numbers and cue.found("number_of", folded):
        return Intent.CLAUSE_NUMBER
    if q.numbers:
        return Intent.CLAUSE_CONTENT if asks_content or len(folded) < _BARE_REFERENCE else Intent.EXTRACT
    lists = cue.found("list", folded) or (bool(q.sections) and asks_content)
    if (lists and (q.sections or clauses)) or (about_sections and asks_content):
        return Intent.LIST_CLAUSES
    if len(clauses) == 1 and clauses[0].task and asks_content:
        return Intent.CLAUSE_CONTENT
    return Intent.EXTRACT


def _over_register(q: Question, folded: str, clauses: Sequence[Clause]) -> Intent | None:
    """What is asked of tasks and units together rather than of one named task; None if nothing is."""
    cue, asked = cues(), q.conditions
    named = len(q.numbers) or len(clauses)
    asks_units, asks_tasks = cue.found("asks_units", folded), cue.found("asks_tasks", folded)
    whether = q.yes_no or q.presumes
    if cue.found("which_document", folded) and not q.numbers:
        return Intent.WHICH_DOCUMENT
    if named and q.sections and whether and cue.found("in_section", folded):
        return Intent.CHECK_SECTION
    if cue.found("difference", folded):
        if named > 1 and (asks_units or q.numbers) and not cue.found("content", folded):
            return Intent.COMPARE_TASKS
        if not named and len(q.units) > 1:
            return Intent.COMPARE_UNITS
    of_tasks = named or q.units or (cue.found("task", folded) and len(q.topic) <= _WORDS_ABOUT_TASKS)
    if cue.found("deadline", folded) and of_tasks and not asked.due:
        return Intent.DEADLINES
    if asked.extreme and (asks_units or asks_tasks or (q.units and whether)) and not named:
        return Intent.TASKS_WITH if cue.found("which_task", folded) else Intent.UNITS_INVOLVED
    if asked.claimed is not None and not named and (whether or cue.found("list", folded)):
        return Intent.TASKS_OF_UNIT if q.units else Intent.COUNT_TASKS
    if asks_tasks and not q.numbers and not q.units and not q.other_units:
        if (q.only or asked.restrict) and not clauses:
            return Intent.TASKS_WITH
        if cue.found("relates", folded) and q.topic:
            return Intent.TASKS_WITH
    if cue.found("all_units", folded) and not named and not q.units and _only_words_of("takes_part", q.topic):
        return Intent.UNITS_INVOLVED
    return None


def _only_words_of(name: str, words: Sequence[str]) -> bool:
    """Whether all of ``words`` (maybe none) are ones of a cue."""
    return all(cues().found(name, word) for word in words)


def _asks_of_tasks(q: Question, folded: str) -> bool:
    """Whether tasks are asked for: 教育局有哪些事要做, but not 教育局能把哪些事交给职教中心代办."""
    cue = cues()
    return cue.found("asks_tasks", folded) and (len(q.topic) <= _WORDS_ABOUT_TASKS or cue.found("relates", folded))


#: A question about a unit with more words of its own than these asks for more than its tasks.
_WORDS_ABOUT_TASKS = 3
#: What takes effect is a rule in a document if the question names none and has more words than these.
_WORDS_ABOUT_DOCUMENTS = 2
#: 第15项任务 alone, with nothing asked of it.
_BARE_REFERENCE = 8


def _asks_metadata(q: Question, folded: str, clauses: Sequence[Clause]) -> bool:
    if not q.about or q.numbers:
        return False
    if q.about == (About.STATUS,):
        return not clauses and (q.yes_no or cues().found("asks_status", folded))
    if not q.document_ids and len(q.topic) > _WORDS_ABOUT_DOCUMENTS and cues().found("takes_effect", folded):
        return False
    return not clauses or q.about != (About.TITLE,)


def without_units(text: str, catalog: Catalog) -> str:
    """The folded text with the units it names blanked out."""
    text = fold(text)
    named = [*catalog.units_in(text), *catalog.other_units_in(text)]
    for n in sorted(named, key=lambda n: -n.start):
        text = text[: n.start] + " " + text[n.end :]
    return text


def _without_names(text: str, catalog: Catalog) -> str:
    """The folded text without the units and documents it names."""
    text = without_units(text, catalog)
    for name in catalog.names_of_documents(text):
        text = text.replace(name, " ")
    return text
