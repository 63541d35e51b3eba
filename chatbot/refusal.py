"""Refusals: what is out of scope, what names things the documents do not have, and how to say so helpfully."""

import re
from collections.abc import Sequence

from chatbot.catalog import Catalog
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.gazetteer import english_place
from chatbot.laws import absent_laws, without_laws
from chatbot.nouns import is_noun
from chatbot.phrasing import document_name, join, unit_asked
from chatbot.quantities import quantities
from chatbot.question import Intent, Language, Question, Wanted, without_units
from chatbot.terms import topic_forms
from index.hybrid import Hit
from index.tokens import fold
from ingest.model import SectionKind

_MOST_RELATED = 3
_MOST_PLACES = 5
# 几个小时 | 一个学期: what counts, not what is spoken of
_MEASURED = re.compile(r"(?:[几一每]个?|多少个?)(?:小时|学期|学年|星期|礼拜|钟头)")
#: What a question asks for that is told apart in documents, so that its lack can be named.
_LACKING = {Wanted.MONEY: ("金额", "an amount of money"), Wanted.CONTACT: ("联系方式", "contact details")}
# 2035年 | by 2030
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def out_of_scope(language: Language) -> Draft:
    """A kind word for what is somebody else's business."""
    if language is Language.ZH:
        text = "这个问题不在我的范围内：我只根据收录的教育政策文件回答问题。"
    else:
        text = "That is outside what I can help with: I answer only from the education policy documents served here."
    return Draft(Outcome.OUT_OF_SCOPE, Method.NONE, (Statement(text),))


def unreadable(catalog: Catalog, language: Language) -> Draft:
    """Asks back where a question has no word in it."""
    if language is Language.ZH:
        text = "没有看懂您的问题，请换一种说法。"
    else:
        text = "I could not make out a question; please put it another way."
    return Draft(Outcome.CLARIFY, Method.NONE, (Statement(text),), suggestions=_suggestions(catalog, language))


def vague(question: Question, catalog: Catalog) -> Draft | None:
    """Asks back where a question says nothing of what it is about (谁负责？ 1+1), so that any clause would do.

    None if it says something.
    """
    q = question
    named = q.numbers or q.sections or q.units or q.other_units or q.clauses or q.among or q.document_ids
    counts = _YEAR.search(q.text) or any(quantity.measure for quantity in quantities(fold(q.text)))
    if named or q.topic or counts or catalog.index.places.named_in(q.text).document_ids:
        return None
    if q.language is Language.ZH:
        text = "请说明您问的是哪一项任务、哪个单位或哪方面的内容。"
    else:
        text = "Please say which task, unit or subject you mean."
    return Draft(Outcome.CLARIFY, Method.NONE, (Statement(text),), suggestions=_suggestions(catalog, q.language))


def greeted(catalog: Catalog, language: Language) -> Draft:
    """A kind word back, and what can be asked."""
    titles = join([document_name(document, language) for document in catalog.documents], language)
    if language is Language.ZH:
        text = f"您好！我根据收录的文件回答问题：{titles}。" if titles else "您好！目前还没有收录文件。"
    else:
        text = f"Hello! I answer from the documents served here: {titles}." if titles else "Hello! No documents yet."
    return Draft(Outcome.CLARIFY, Method.NONE, (Statement(text),), suggestions=_suggestions(catalog, language))


def _suggestions(catalog: Catalog, language: Language) -> tuple[str, ...]:
    if not catalog.tasks():
        return ()
    if language is Language.ZH:
        return ("这份清单共有多少项任务？", "第1项任务由哪些单位负责？")
    return ("How many tasks are there?", "Which units are responsible for task 1?")


def vetoed(question: Question, catalog: Catalog, contact: str | None) -> Draft | None:
    """A refusal because the question turns on a place or year that no document mentions; None if it does not."""
    zh = question.language is Language.ZH
    if question.foreign_places and not catalog.index.places.named_in(question.text).document_ids:
        return _elsewhere(question, catalog, contact)
    if question.intent is Intent.METADATA and not question.document_ids:
        unknown = catalog.document_names.unknown_in(fold(question.text))
        if unknown:
            named = join([f"《{name}》" for name in unknown], question.language)
            return not_found(question, catalog, contact, missing=named)
    if laws := absent_laws(question.text, catalog):
        return not_found(question, catalog, contact, missing=join([f"《{law}》" for law in laws], question.language))
    years = [year for year in dict.fromkeys(_YEAR.findall(question.text)) if not catalog.mentions(year)]
    if years and not question.conditions.due:
        return not_found(
            question, catalog, contact, missing=join([f"{y}年" if zh else y for y in years], question.language)
        )
    return None


def _elsewhere(question: Question, catalog: Catalog, contact: str | None) -> Draft:
    """That no document is about the places a question names, and about which places there are some."""
    zh = question.language is Language.ZH
    places = join([p if zh else english_place(p) for p in question.foreign_places], question.language)
    served = list(dict.fromkeys(d.metadata.place.value for d in catalog.documents if d.metadata.place))
    if zh:
        text = f"收录的文件里没有{places}的"
        if served:
            others = "等地" if len(served) > _MOST_PLACES else ""
            text += f"，目前收录的是{join(served[:_MOST_PLACES], Language.ZH)}{others}的文件"
        text += "。"
    else:
        text = f"None of the documents served here is about {places}."
    return Draft(Outcome.NOT_FOUND, Method.NONE, (Statement(text + _whom_to_ask(contact, question.language)),))


def _whom_to_ask(contact: str | None, language: Language) -> str:
    if not contact:
        return ""
    return f"您可以咨询：{contact}。" if language is Language.ZH else f" You could ask: {contact}."


def unmentioned(question: Question, catalog: Catalog) -> list[str]:
    """The things a question speaks of that no document has in any form: what a refusal says is missing.

    Only nouns: other words (打听, 一下) are how people ask. None of an English question, whose words documents may have
    without the dictionary knowing.
    """
    if question.language is Language.EN:
        return []
    text = without_units(_MEASURED.sub(" ", without_laws(question.text)), catalog)
    forms = topic_forms(text, catalog.index, catalog.names_of_documents(question.text))
    absent = [word for word, *others in forms if not any(catalog.mentions(form) for form in (word, *others))]
    return [word for word in absent if is_noun(word)][:_MOST_RELATED]


def not_found(
    question: Question,
    catalog: Catalog,
    contact: str | None,
    hits: Sequence[Hit] = (),
    missing: str = "",
) -> Draft:
    """The documents do not say: what is missing, whom to ask, and the nearest clauses."""
    zh = question.language is Language.ZH
    if not missing and question.other_units:
        missing = join([unit_asked(u, catalog, question.language) for u in question.other_units], question.language)
    absent = [] if missing else unmentioned(question, catalog)
    if missing:
        text = f"现有文件没有关于{missing}的内容" if zh else f"The documents served here say nothing about {missing}"
    elif absent:
        words = join([f"“{word}”" for word in absent], question.language)
        text = f"现有文件没有提到{words}" if zh else f"The documents served here do not mention {words}"
    elif lacking := _LACKING.get(question.wanted):
        text = f"现有文件没有给出{lacking[0]}" if zh else f"The documents served here do not give {lacking[1]}"
    else:
        text = "现有文件没有说明这个问题" if zh else "The documents served here do not say"
    if hits and not missing:
        text += "，以下条文可能相关" if zh else "; the clauses below may be related"
    text += ("。" if zh else ".") + _whom_to_ask(contact, question.language)
    related: dict[str, Ref] = {}
    for hit in hits:
        section = catalog.clauses[hit.passage.clause_id].section
        if section.kind is SectionKind.NUMBERED:
            said = next((s for s in hit.passage.sentences if s.text.rstrip("。") != section.label), None)
            best = (said or hit.passage.sentences[0]).span
            related.setdefault(section.id, Ref(hit.passage.document_id, section.id, best))
    return Draft(Outcome.NOT_FOUND, Method.NONE, (Statement(text),), related=tuple(related.values())[:_MOST_RELATED])
