"""What a question takes from those before it: exactly what it omits. A new topic takes nothing.

Each rule is one way of omitting something, tried from the most to the least explicit. Rules read cues, not parses:
what people leave out is said by few and fixed words (呢, 它, 其中, the second one), and whether anything is left of a
question beside them is decided by the documents' own words (``topic_words``): 第二个转变是什么 is no place in a list.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot.catalog import Catalog
from chatbot.conversation.asked import TOPIC_WORDS, Asked
from chatbot.conversation.exchange import Exchange, Listed, Means, Named
from chatbot.conversation.picks import Pick, pick
from chatbot.conversation.segments import asks
from chatbot.conversation.substitute import substituted
from chatbot.cues import cues
from chatbot.question import About, Intent, Language, Question, Wanted, understand, with_intent, without_units
from chatbot.terms import topic_words
from index.tokens import fold
from ingest.registry import UnitKey

#: Intents that a question has when nothing in it says what is wanted.
_WEAK = {Intent.EXTRACT, Intent.CLAUSE_CONTENT, Intent.COUNT_TASKS, Intent.NEIGHBOUR}
#: Intents whose answer may have to be looked for in passages, so that the topic must stand in the text.
_SEARCHED = {Intent.EXTRACT, Intent.UNITS_OF_TASK, Intent.CLAUSE_NUMBER, Intent.SECTION_OF}
#: Intents that ask of clauses as such, and so can be asked of the clauses an earlier answer quoted.
_OF_CLAUSES = {
    Intent.UNITS_OF_TASK, Intent.CHECK_UNIT, Intent.CLAUSE_NUMBER, Intent.CLAUSE_TITLE, Intent.SECTION_OF,
    Intent.CLAUSE_CONTENT,
}  # fmt: skip
#: Intents whose answer is a list, so that 一共几项 counts it.
_LISTS = {Intent.TASKS_OF_UNIT, Intent.LIST_CLAUSES, Intent.COUNT_TASKS}
#: Kinds of things wanted that no other intent than reading answers.
_READ = {Wanted.PERIOD, Wanted.FREQUENCY, Wanted.MONEY, Wanted.CONTACT}
#: How many answers are worked out again to find the list that 第三个 counts in.
_REPLAYED = 4

# 不是15，是16 | no, I meant task 16
_CORRECTION = re.compile(
    r"^(?:打错了|说错了|写错了|不是|不对|错了|no\b|not\b|sorry\b|i meant|i mean)[^，,。]*[，,。]?\s*"
    r"(?:不是[^，,。]*[，,。]\s*)?(?:我?(?:是|说的是|问的是|要问的是)|i meant|i mean|make that)\s*(?P<rest>.+)$",
    re.I,
)
# 15 | 十六
_BARE_NUMBER = re.compile(r"^[\d〇零一二两三四五六七八九十百]+[。.!！]?$")
# 第15项任务 | task 15
_ADDRESS = re.compile(r"第\s*\S{1,4}?\s*(?:项|条|个)(?:任务)?|(?:task|item)\s*\S+", re.I)
_LANGUAGES = {"english": Language.EN, "chinese": Language.ZH}


def read(
    text: str, said: Sequence[Exchange], means: Means, language: Language | None, document_ids: Sequence[str]
) -> Question:
    """The question with what it omits taken from what was said before it, latest last."""
    catalog = means.catalog
    wanted, rest = _answer_in(text)
    language = language or wanted
    if not said:
        return understand(rest or text, catalog, language, document_ids)
    meant = _meant(text, said, catalog)
    returned, said = len(meant) < len(said), meant
    if wanted and not topic_words(rest, catalog.index) and understand(rest, catalog).intent in _WEAK:
        return replace(said[-1].question, language=language or wanted)
    corrected = _CORRECTION.match(rest.strip())
    asked = corrected["rest"] if corrected else rest
    if corrected and _BARE_NUMBER.match(asked.strip()) and said[-1].question.numbers:
        asked = f"第{asked.strip(' 。.!！')}项"
    spoken_of = said[-1].question.document_ids or said[-1].named.documents if corrected else ()
    question = understand(asked, catalog, language, document_ids or catalog.documents_in(asked) or spoken_of)
    if question.intent in (Intent.OUT_OF_SCOPE, Intent.GREETING):
        return question
    reading = Asked(asked, fold(asked).strip(), question, said, catalog, means.encoder, bool(corrected), returned)
    borrowed = next((read for rule in _RULES if (read := rule(reading)) is not None), None)
    if borrowed is not None and not (borrowed.numbers or borrowed.clauses or borrowed.units):
        return _in_document_spoken_of(borrowed, said[-1])
    return _task_spoken_of(borrowed or question, said[-1], catalog)


def _in_document_spoken_of(question: Question, before: Exchange) -> Question:
    """What borrows of a question and names nothing is asked of the one document that its answer rested on."""
    if question.document_ids or question.foreign_places or len(before.named.documents) != 1:
        return question
    return replace(question, document_ids=before.named.documents)


def _task_spoken_of(question: Question, before: Exchange, catalog: Catalog) -> Question:
    """Task 4 of the document that the answer before rested on, where several documents have a task 4."""
    if not question.numbers or question.document_ids or question.foreign_places:
        return question
    having = {c.document.id for c in catalog.tasks() if c.section.ordinal in question.numbers}
    if len(having) < 2 or len(before.named.documents) != 1 or before.named.documents[0] not in having:
        return question
    return replace(question, document_ids=before.named.documents)


def _answer_in(text: str) -> tuple[Language | None, str]:
    """The language it asks to be answered in (用英文再说一遍, in Chinese please), and the text without asking that."""
    folded = fold(text).strip()
    for name, language in _LANGUAGES.items():
        pattern = cues().patterns[f"answer_in.{name}"]
        if pattern.search(folded):
            return language, pattern.sub(" ", folded).strip(" ，,。.?？!！")
    return None, text


def _meant(text: str, said: Sequence[Exchange], catalog: Catalog) -> Sequence[Exchange]:
    """回到刚才第15项: what was said up to the latest question about what is named here; else all of it."""
    folded = fold(text)
    if not cues().found("goes_back", folded):
        return said
    question = understand(cues().patterns["goes_back"].sub(" ", folded), catalog)
    for at in range(len(said), 0, -1):
        other = said[at - 1].question
        names = set(question.numbers) & set(other.numbers) or set(question.units) & set(other.units)
        documents = set(question.document_ids) & set(other.document_ids)
        if names or set(question.clauses) & set(other.clauses) or set(question.topic) & set(other.topic):
            return said[:at]
        if documents and not (question.numbers or question.units or question.clauses):
            return said[:at]
    return said[:-1] if len(said) > 1 and not (question.numbers or question.units or question.clauses) else said


def _more(a: Asked) -> Question | None:
    """还有吗: the question before once more, for what its answer left out."""
    if a.names_thing or not cues().found("more", a.folded):
        return None
    return replace(a.before, language=a.question.language, more=a.before.more + 1)


def _picked(a: Asked) -> Question | None:
    """上面说的第二个, the last of those: a member of the list that an answer gave.

    The list is the latest that is long enough: 第二个呢 and then 第三个呢 count in the same one. 第二项 alone is the
    document's own number.
    """
    place = pick(a.folded)
    points = cues().found("points_at_list", a.folded)
    if (
        a.question.step
        or place is None
        or (place.own_number and (a.returned or not points))
        or not (points or a.bare(place.rest))
    ):
        return None
    if a.question.units or a.question.sections:
        return None
    if not points and (counted := _counted_in(a.before, a.catalog)) is not None:
        return replace(a.before, text=f"{counted.rest} {a.text}", language=a.question.language)
    answered = [(exchange.question, exchange.named) for exchange in a.said[: -_REPLAYED - 1 : -1]]
    lists = [(question, named) for question, named in answered if named.count > 1] or answered
    for question, named in lists:
        if members := place.of(named):
            return _of_members(a, place, question, named, members)
    length = max((named.count for _, named in lists[:1]), default=0)
    return replace(a.question, intent=Intent.BEYOND_LIST, numbers=(), clauses=(), listed=length) if length else None


def _counted_in(before: Question, catalog: Catalog) -> Pick | None:
    """五个转变，第一个是什么: the place that the question before named among the parts of a section."""
    parts = [len(catalog.children(clause_id)) for clause_id in before.clauses]
    return pick(fold(before.text)) if max(parts, default=0) > 1 and not before.numbers else None


def _of_members(a: Asked, place: Pick, listing: Question, named: Named, members: Sequence[object]) -> Question:
    """The question asked of members of a list: units, documents or clauses."""
    kind = place.kind or named.listed
    asked = replace(a.question, numbers=(), clauses=(), step=0)
    if kind is Listed.UNITS:
        keys = tuple(member for member in members if isinstance(member, UnitKey))
        return _settled(replace(asked, units=keys, document_ids=named.documents), Intent.TASKS_OF_UNIT, a.catalog)
    ids = tuple(str(member) for member in members)
    if kind is Listed.DOCUMENTS:
        if a.bare(place.rest) and asked.intent is Intent.EXTRACT:
            return _moved(listing, ids, a)
        return with_intent(replace(asked, document_ids=ids), a.catalog)
    documents = tuple(dict.fromkeys(a.catalog.clauses[clause_id].document.id for clause_id in ids))
    asked = with_intent(replace(asked, clauses=ids, document_ids=documents), a.catalog)
    if asked.intent is Intent.EXTRACT and not a.bare(place.rest):
        return replace(asked, among=ids)
    weak = Intent.UNITS_OF_TASK if listing.intent is Intent.UNITS_OF_TASK else Intent.CLAUSE_CONTENT
    return _settled(asked, weak, a.catalog)


def _settled(question: Question, weak: Intent, catalog: Catalog) -> Question:
    """With the intent its words and names give it, ``weak`` where they say nothing."""
    question = with_intent(question, catalog)
    return replace(question, intent=weak) if question.intent in _WEAK else question


def _among(a: Asked) -> Question | None:
    """其中哪些由教育局负责, 每一项都有的是哪两家, 它们分别由谁负责: asked of all that an answer named."""
    several = cues().found("points_at_several", a.folded)
    if a.question.numbers or a.question.clauses or not (several or cues().found("among", a.folded)):
        return None
    named = next((n for e in a.said[: -_REPLAYED - 1 : -1] if len((n := e.named).clauses) > 1), None)
    if named is None:
        return None
    tasks = tuple(clause_id for clause_id in named.clauses if a.catalog.clauses[clause_id].task)
    if not tasks:
        return None
    if a.question.units:
        return replace(a.question, intent=Intent.TASKS_OF_UNIT, among=tasks, document_ids=named.documents)
    asked = with_intent(replace(a.question, clauses=tasks, document_ids=named.documents), a.catalog)
    if cues().found("content", a.folded):
        return replace(asked, intent=Intent.CLAUSE_CONTENT)
    if asked.intent is not Intent.UNITS_OF_TASK:
        return None
    return replace(asked, among=tasks if asked.common else ())


def _claim(a: Asked) -> Question | None:
    """你刚才说是财政局负责，对吧: a unit claimed of the task before. What was said is looked up, never believed."""
    named = a.before.numbers or a.before.clauses
    units = a.question.units or a.question.other_units
    if not units or a.question.numbers or a.question.clauses or a.question.sections:
        return None
    said_so = cues().found("says_said", a.folded)
    claims = said_so or a.question.presumes or a.question.yes_no
    if not claims or cues().found("asks_tasks", a.folded) or not a.bare(_unsaid(a)):
        return None
    clauses = a.before.clauses
    if not named:
        clauses = tuple(c for c in a.named.clauses if a.catalog.clauses[c].task)
        if a.before.intent not in _SEARCHED or len(clauses) != 1:
            return None
    return replace(
        a.question, intent=Intent.CHECK_UNIT, numbers=a.before.numbers, clauses=clauses, sections=a.before.sections,
        document_ids=a.question.document_ids or a.before.document_ids,
    )  # fmt: skip


def _unsaid(a: Asked) -> str:
    """The text without units, without saying that it was said, and without asking whether that is right."""
    text = cues().patterns["says_said"].sub(" ", without_units(a.text, a.catalog))
    return cues().patterns["presumes"].sub(" ", text)


def _other_document(a: Asked) -> Question | None:
    """那济南的呢, 另一份文件怎么说: what was wanted before, of another document."""
    if a.names_thing and not a.question.document_ids:
        return None
    if cues().found("other_document", a.folded):
        rest = cues().patterns["other_document"].sub(" ", a.folded)
        others = tuple(d.id for d in a.catalog.documents if d.id not in (a.named.documents or a.before.document_ids))
        return _moved(a.before, others, a) if others and a.bare(rest) else None
    named = bool(a.question.document_ids or a.question.foreign_places)
    if named and not a.names_thing and (a.elliptic or not asks(a.folded)) and a.question.intent in _WEAK:
        rest = a.folded
        for place in a.question.foreign_places:
            rest = rest.replace(place, " ")
        if a.bare(rest) and a.question.document_ids != a.before.document_ids:
            return _moved(a.before, a.question.document_ids, a)
    return None


def _moved(before: Question, document_ids: Sequence[str], a: Asked) -> Question:
    """The question before, read again for other documents: its clauses were those of the documents it was asked of."""
    text = before.text
    for name in a.catalog.names_of_documents(text):
        text = fold(text).replace(name, "")
    again = understand(text, a.catalog, a.question.language, document_ids)
    again = replace(
        again, numbers=before.numbers, sections=before.sections, units=before.units, other_units=before.other_units,
        foreign_places=a.question.foreign_places, intent=before.intent,
    )  # fmt: skip
    return again if again.intent is before.intent else replace(again, intent=before.intent)


def _named_now(a: Asked) -> Question | None:
    """那第16项呢: what was wanted before, of what is named now; with a question of its own it is one of its own."""
    if not a.names_thing:
        return None
    question = a.question
    bare = a.bare(_ADDRESS.sub(" ", without_units(cues().patterns["goes_back"].sub(" ", a.folded), a.catalog)))
    asks_content = question.intent is Intent.CLAUSE_CONTENT and cues().found("content", a.folded)
    moves_on = bool(question.numbers and question.step)
    if question.intent in _WEAK and not asks_content and not moves_on and (a.elliptic or bare):
        return _same_question(question, a.before)
    if a.elliptic and question.intent is a.before.intent is Intent.TASKS_OF_UNIT:
        return replace(question, conditions=question.conditions.or_those_of(a.before.conditions))
    return question


def _neighbour(a: Asked) -> Question | None:
    """下一项呢, and the one after that: what stands beside the clause before, which may be named by its title only."""
    if not a.question.step or a.before.numbers or a.question.numbers or not a.bare(_without_steps(a.folded)):
        return None
    read = a.before.intent is Intent.EXTRACT  # what it named is where the answer was looked for
    clauses = [a.catalog.clauses[c] for c in (() if read else a.before.clauses) or a.named.clauses[-1:]]
    if not clauses:
        return None
    clause = clauses[-1]
    beside = (
        a.catalog.tasks([clause.document.id]) if clause.task else a.catalog.children(clause.section.parent_id or "")
    )
    at = beside.index(clause) + a.question.step if clause in beside else -1
    asked = replace(a.question, document_ids=(clause.document.id,))
    if not 0 <= at < len(beside):
        return replace(asked, clauses=(clause.section.id,), intent=Intent.NEIGHBOUR) if clause.task else None
    asked = replace(asked, clauses=(beside[at].section.id,), step=0)
    weak = a.before.intent if a.before.intent in _OF_CLAUSES else Intent.CLAUSE_CONTENT
    return _settled(asked, weak, a.catalog)


def _without_steps(folded: str) -> str:
    """What is asked beside "the next one", and beside what it is called."""
    for name in ("next", "previous", "title_of"):
        folded = cues().patterns[name].sub(" ", folded)
    return folded


def _pointed(a: Asked) -> Question | None:
    """它什么时候完成: what is wanted now, of what was named before."""
    bare, intent = not topic_words(a.text, a.catalog.index), a.question.intent
    if not (a.points_back or bare) or intent is Intent.LIST_DOCUMENTS:
        return None
    if intent is Intent.METADATA:
        documents = a.before.document_ids or (a.named.documents if a.points_back else ())
        return replace(a.question, document_ids=a.question.document_ids or documents)
    if intent is Intent.COUNT_TASKS and a.before.intent not in _LISTS and not a.points_back:
        return None
    if bare and a.before.intent is Intent.METADATA and a.question.wanted is Wanted.PERIOD:
        return replace(a.before, about=(About.DATE,), text=a.text, language=a.question.language)
    return _same_thing(a, bare)


def _topic(a: Asked) -> Question | None:
    """那美育呢: what was wanted before, of a topic that is no name; 优质教育覆盖率呢 says itself what it is about."""
    if not a.elliptic or a.complete or a.question.intent not in _WEAK:
        return None
    question, before = a.question, a.before
    intent = before.intent if before.intent in _SEARCHED else question.intent
    text = question.text
    if intent is Intent.EXTRACT and len(topic_words(text, a.catalog.index)) < TOPIC_WORDS:
        text = substituted(before.text, text, a.catalog.index, a.encoder) or f"{before.text} {text}"
    documents = question.document_ids or before.document_ids
    wanted = before.wanted if question.wanted is Wanted.ANY else question.wanted
    return replace(question, text=text, intent=intent, wanted=wanted, document_ids=documents)


_RULES: Sequence[Callable[[Asked], Question | None]] = (
    _more, _picked, _among, _claim, _other_document, _named_now, _neighbour, _pointed, _topic,
)  # fmt: skip


def _same_question(question: Question, before: Question) -> Question:
    """What was wanted before, of what is named now."""
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
        foreign_places=question.foreign_places or (() if question.document_ids else before.foreign_places),
    )


def _same_thing(a: Asked, bare: bool) -> Question:
    """What is wanted now, of what was named before; 下一项呢？ moves on from it.

    Where the question before named nothing but its answer quotes one task, that is the task asked of.
    """
    question, before, catalog = a.question, a.before, a.catalog
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
        foreign_places=question.foreign_places or (() if question.document_ids else before.foreign_places),
    )
    borrowed = with_intent(borrowed, catalog)
    if question.wanted in _READ:
        borrowed = replace(borrowed, intent=Intent.EXTRACT)
    elif (bare or question.step) and borrowed.intent in _WEAK and not cues().found("content", a.folded):
        borrowed = replace(borrowed, intent=before.intent)
    one = cues().found("points_at_one", a.folded) and not question.step
    if not (numbers or borrowed.clauses) and (one or not borrowed.units):
        quoted = tuple(c for c in a.named.clauses if catalog.clauses[c].task)
        of_quoted = with_intent(replace(borrowed, units=question.units, clauses=quoted), catalog)
        dated = of_quoted.intent is Intent.DEADLINES and _has_deadline(quoted[:1], catalog)
        if len(quoted) == 1 and (dated or of_quoted.intent in _OF_CLAUSES):
            return replace(of_quoted, document_ids=(catalog.clauses[quoted[0]].document.id,))
    reads_passages = borrowed.intent is Intent.EXTRACT or (borrowed.intent in _SEARCHED and not borrowed.clauses)
    if reads_passages and not borrowed.numbers:
        borrowed = replace(borrowed, text=f"{before.text} {question.text}")
    return borrowed


def _has_deadline(clause_ids: Sequence[str], catalog: Catalog) -> bool:
    tasks = [catalog.clauses[clause_id].task for clause_id in clause_ids]
    return all(task is not None and task.deadline for task in tasks)
