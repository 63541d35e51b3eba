"""One of the members of a section, by its place or by those beside it: the seventh project, the one after, the rest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from chatbot.catalog import Catalog, Clause
from chatbot.clauses import around, contents_of, heading_ref
from chatbot.conditions import exceptions
from chatbot.cues import cues
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import capitalised, document_name, task_name
from chatbot.question import Language, Question
from chatbot.terms import topic_forms, topic_words, words_without_topic
from index.tokens import fold
from ingest.numerals import ENGLISH, HAN, to_int

#: Characters of what members of a section have in common: 工程 of 立德树人工程 and 乡村学校提升工程.
_KIND = 2
_FEWEST = 2
_NUMERAL = rf"(?:{HAN}|\d+)"
# the second of the key projects; second-hand and second language count nothing
_EN_ORDINAL = re.compile(rf"\b({ENGLISH}|\d+(?:st|nd|rd|th))\b(?![- ](?:hand|language|class|half|term|semester|time))")
# 五个转变，第一个是什么
_ALONE = re.compile(rf"第\s*({_NUMERAL})\s*[大个项类]\s*(?=[是叫呢讲说]|分别|[，。？?]|$)")
_EN_ORDINALS = re.compile(r".*(?:th|st|nd|rd|first|second|third)$")
# 除了…还有哪些
_ASKS_REST = re.compile(r"还有|剩下|其余|另外|\b(?:other|else|rest|besides|apart from)\b")


@dataclass(frozen=True, slots=True)
class Group:
    """The members directly below a section, and the noun their titles end in."""

    parent: Clause
    members: tuple[Clause, ...]
    kind: str


def answer(question: Question, catalog: Catalog) -> Draft | None:
    """The member asked for; None if the question asks for none."""
    if question.numbers or question.units or question.other_units:
        return None
    folded = fold(question.text)
    groups = list(_groups(question, catalog))
    for group in groups:
        if (place := _place(folded, group, question)) is not None:
            return _at(group, place, question)
        known = _title(group.parent, catalog)
        if question.steps and (member := _described(group.members, question.text, known, catalog)) is not None:
            return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(around(member, group.members, question)))
    return (
        _rest(folded, question, catalog)
        or _listed(folded, groups, question, catalog)
        or _about(folded, question, catalog)
    )


def _groups(question: Question, catalog: Catalog) -> Iterator[Group]:
    """The groups whose kind the question names, or whose section it names."""
    folded = fold(question.text)
    for clause in catalog.clauses.values():
        if question.document_ids and clause.document.id not in question.document_ids:
            continue
        members = tuple(c for c in catalog.children(clause.section.id) if c.section.title)
        if len(members) >= _FEWEST:
            kind = _kind(members)
            if (kind and kind in folded) or clause.section.id in question.clauses:
                yield Group(clause, members, kind)


def _kind(members: Sequence[Clause]) -> str:
    """The noun that all titles end in; empty if they share none."""
    titles = [fold(member.section.title) for member in members]
    ending = titles[0][-_KIND:]
    return ending if all(title.endswith(ending) for title in titles) else ""


def _place(folded: str, group: Group, question: Question) -> int | None:
    """Which member is asked, counted from 1: 第七大工程, the second of the key projects."""
    if question.language is Language.EN:
        ordinal = _EN_ORDINAL.search(folded) if group.parent.section.id in question.clauses else None
        return to_int(ordinal[1]) if ordinal and _EN_ORDINALS.match(ordinal[1]) else None
    ordinal = re.search(rf"第\s*({_NUMERAL})\s*[大个项类]?(?:重点|主要)?{group.kind}", folded) if group.kind else None
    if ordinal is None and group.parent.section.id in question.clauses:
        ordinal = _ALONE.search(folded)
    return to_int(ordinal[1]) if ordinal else None


def _described(members: Sequence[Clause], text: str, known: str, catalog: Catalog) -> Clause | None:
    """The member whose title has the rarest words of ``text`` beside those in the title ``known``; None if none has,
    or two have as rare ones."""
    index = catalog.index
    asked = topic_forms(text, index, ())
    stems = index.tokens.english(text)
    words = [word for stem in stems for word in index.bridge.translate([stem])]
    # A single character has more senses than the dictionary lists.
    asked += [(word.english, *(form for form in word.chinese if len(form) > 1)) for word in words]
    asked = [forms for forms in asked if forms[0] not in known]

    def weight(forms: Sequence[str], title: str) -> float:
        return max((index.idf(form) for form in forms if form in title), default=0.0)

    scores = [sum(weight(forms, _title(member, catalog)) for forms in asked) for member in members]
    best = max(scores, default=0.0)
    return members[scores.index(best)] if best > 0 and scores.count(best) == 1 else None


def _title(clause: Clause, catalog: Catalog) -> str:
    """A title folded, with the stems of its English gloss."""
    gloss = catalog.index.tokens.english(clause.section.title_en or "")
    return f"{fold(clause.section.title)} {' '.join(gloss)}"


def _at(group: Group, place: int, question: Question) -> Draft:
    """What stands at a place of a group, or that it has fewer members."""
    zh, count, section = question.language is Language.ZH, len(group.members), group.parent.section
    parent = f"“{section.label}”" if zh else task_name(section, False, Language.EN)
    if 0 < place <= count:
        member = group.members[place - 1]
        name = member.section.label if zh else task_name(member.section, False, Language.EN)
        text = f"{parent}的第{place}项是“{name}”。" if zh else f"Number {place} of {parent} is {name}."
        return Draft(
            Outcome.ANSWERED, Method.REGISTER, (Statement(text, (heading_ref(member),), (member.section.title,)),)
        )
    name = document_name(group.parent.document, question.language)
    last = group.members[-1].section
    text = (
        f"{name}的{parent}只列出{count}项，没有第{place}项；最后一项是“{last.label}”。"
        if zh
        else f"In {name}, {parent} lists {count}, no number {place}; the last is {task_name(last, False, Language.EN)}."
    )
    related = tuple(heading_ref(member) for member in group.members[-1:])
    return Draft(Outcome.NOT_FOUND, Method.NONE, (Statement(text, (), (str(count),)),), related=related)


def _rest(folded: str, question: Question, catalog: Catalog) -> Draft | None:
    """除了指导思想和原则还有哪一节: the members of a section beside those named."""
    excepted = exceptions(folded)
    if not excepted or not _ASKS_REST.search(folded):
        return None
    named = [clause for clause in catalog.titles_in(excepted, question.document_ids) if clause.section.parent_id]
    if not named:
        return None
    siblings = catalog.children(named[0].section.parent_id or "")
    words = [word for word in topic_words(excepted, catalog.index) if len(word) > 1]
    rest = [c for c in siblings if not any(word in fold(c.section.title) for word in words)]
    if not rest or len(rest) == len(siblings):
        return None
    zh = question.language is Language.ZH
    labels = [f"“{c.section.label}”" if zh else task_name(c.section, False, Language.EN) for c in rest]
    parent = catalog.clauses[named[0].section.parent_id or ""].section
    head = f"“{parent.label}”下还有{len(rest)}项：" if zh else (
        f"{capitalised(task_name(parent, False, Language.EN))} also has: "
    )  # fmt: skip
    parts = [Statement(head)]
    for n, (clause, label) in enumerate(zip(rest, labels, strict=True), 1):
        end = ("。" if zh else ".") if n == len(rest) else ("；" if zh else "; ")
        parts.append(Statement(label + end, (heading_ref(clause),), (clause.section.title,)))
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(parts))


def _listed(folded: str, groups: Sequence[Group], question: Question, catalog: Catalog) -> Draft | None:
    """实际能看到哪几个工程: all members of the only group whose kind is asked, where nothing else is."""
    if question.language is Language.EN or not cues().found("list", folded):
        return None
    groups = [group for group in groups if group.kind and group.kind in folded]
    counted = [group for group in groups if _counts(folded, group)]
    weak = words_without_topic().weak
    forms = topic_forms(folded, catalog.index, catalog.names_of_documents(folded))
    beside = any(word not in group.kind and word not in weak for group in groups for word, *_ in forms)
    if len(counted) != 1 and (len(groups) != 1 or beside):
        return None
    group = (counted or groups)[0]
    contents = contents_of(replace(question, clauses=(group.parent.section.id,), sections=()), catalog)
    stated = _stated(group)
    if contents is None or stated is None:
        return contents
    return replace(contents, statements=(stated, *contents.statements))


def _stated(group: Group) -> Statement | None:
    """How many members the section says there are, where it has another number of them: a copy that breaks off."""
    count = re.compile(rf"({_NUMERAL})[大个项套类条](?:重点|主要)?{group.kind}")
    for passage in group.parent.document.passages:
        for sentence in passage.sentences if passage.clause_id == group.parent.section.id else ():
            said = count.search(fold(sentence.text))
            if said and to_int(said[1]) != len(group.members):
                text = f"文中说是“{said[0]}”，收录的文本里有{len(group.members)}项。"
                return Statement(text, (Ref(passage.document_id, passage.clause_id, sentence.span),), (said[0],))
    return None


def _counts(folded: str, group: Group) -> bool:
    """Whether the members are asked for by how many they are: 哪五套机制."""
    count = re.search(rf"(?:哪|这)({_NUMERAL})[大个项套类条](?:重点|主要)?{group.kind}", folded)
    return count is not None and to_int(count[1]) == len(group.members)


def _about(folded: str, question: Question, catalog: Catalog) -> Draft | None:
    """Which chapter is about teachers and students: the part of the one document asked whose title says so."""
    if len(question.document_ids) != 1 or question.clauses or not cues().found("which_part", folded):
        return None
    (document,) = (d for d in catalog.documents if d.id in question.document_ids)
    text = cues().patterns["which_part"].sub(" ", folded)
    for name in catalog.names_of_documents(text):
        text = text.replace(name, " ")
    part = _described(catalog.top_sections(document), text, "", catalog)
    if part is None:
        return None
    zh = question.language is Language.ZH
    label = f"“{part.section.label}”" if zh else task_name(part.section, False, Language.EN)
    text = f"是{label}。" if zh else f"It is {label}."
    return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(text, (heading_ref(part),), (part.section.title,)),))
