"""Claims about the register: who is responsible, in which role, in which part; and numbers that do not exist."""

import re
from collections.abc import Sequence
from dataclasses import replace

from chatbot.catalog import Catalog, Clause
from chatbot.clauses import by_document, heading_ref, named_tasks, tasks_numbered
from chatbot.cues import cues
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.phrasing import capitalised, document_name, join, responsibility, task_name, unit_asked
from chatbot.question import Intent, Language, Question, without_units
from chatbot.register.listing import content_suggestions
from chatbot.register.places import count_refs, units_ref
from chatbot.register.responsible import units_of
from chatbot.register.selection import duties, has_unit, part_of, units_of_task
from chatbot.register.wording import article, full_name, kind_of_unit
from index.tokens import fold
from ingest.model import Role
from ingest.registry import UnitKey

_ROLES = (Role.LEAD, Role.SUPPORT)
_OF_SECTIONS = {
    Intent.LIST_CLAUSES, Intent.COUNT_TASKS, Intent.TASKS_OF_UNIT, Intent.TASKS_WITH, Intent.UNITS_INVOLVED,
    Intent.UNITS_OF_TASK, Intent.DEADLINES, Intent.COMPARE_UNITS,
}  # fmt: skip


def missing_numbers(question: Question, catalog: Catalog) -> Draft | None:
    """That a task number does not exist, with the range that does, of every document asked."""
    if question.intent is Intent.CHECK_SECTION:
        return None
    absent = [n for n in question.numbers if n >= 0 and not tasks_numbered(n, question, catalog)]
    if not absent:
        return None
    numbers = join([str(n) for n in absent], question.language)
    statements = []
    for tasks in by_document(catalog.tasks(question.document_ids)):
        ordinals = [c.section.ordinal for c in tasks if c.section.ordinal is not None]
        if not ordinals:
            continue
        name = document_name(tasks[0].document, question.language)
        if question.language is Language.ZH:
            text = f"{name}没有第{numbers}项任务：共{len(tasks)}项，编号为第{min(ordinals)}项至第{max(ordinals)}项。"
        else:
            text = (
                f"There is no task {numbers} in {name}: "
                f"it has {len(tasks)} tasks, numbered {min(ordinals)} to {max(ordinals)}."
            )
        statements.append(Statement(text, count_refs(tasks), (str(len(tasks)),)))
    return Draft(Outcome.CORRECTED, Method.REGISTER, tuple(statements)) if statements else None


def missing_sections(question: Question, catalog: Catalog) -> Draft | None:
    """That no document asked has a part of that number, with the parts there are."""
    if question.intent not in _OF_SECTIONS or not question.sections:
        return None
    asked = [d for d in catalog.documents if not question.document_ids or d.id in question.document_ids]
    tops = {d.id: [c for c in catalog.top_sections(d) if c.section.ordinal is not None] for d in asked}
    known = {clause.section.ordinal for own in tops.values() for clause in own}
    absent = [n for n in question.sections if n not in known]
    statements = []
    for document in asked if absent else ():
        parts = tops[document.id]
        if not parts or not catalog.tasks([document.id]):
            continue
        name, numbers = document_name(document, question.language), join([str(n) for n in absent], question.language)
        if question.language is Language.ZH:
            text = f"{name}没有第{numbers}部分：共{len(parts)}个部分，最后一个是“{parts[-1].section.label}”。"
        else:
            last = task_name(parts[-1].section, False, question.language)
            text = f"There is no part {numbers} in {name}: it has {len(parts)} parts, the last is {last}."
        refs = tuple(heading_ref(clause) for clause in (parts[0], parts[-1]))
        statements.append(Statement(text, refs, (str(len(parts)),)))
    return Draft(Outcome.CORRECTED, Method.REGISTER, tuple(statements)) if statements else None


# 由市体育局跟教育局一起负责, where units are blanked out
_MADE_RESPONSIBLE = re.compile(r"由\s+(?:[、和跟与及,]?\s*)*(?:一起|共同|联合)?(?:负责|牵头|主管|承担)")


def false_premise(question: Question, catalog: Catalog) -> Draft | None:
    """The correction of a question that takes for granted that a unit is responsible which is not; None if it does not.

    由市体育局负责的美育评价怎么分工: asked of something else, it says in passing by whom.
    """
    if not question.units or not (question.numbers or question.clauses) or question.intent is Intent.CHECK_UNIT:
        return None
    if not _MADE_RESPONSIBLE.search(without_units(question.text, catalog)):
        return None
    checked = check_unit(replace(question, presumes=True), catalog)
    return checked if checked and checked.outcome is Outcome.CORRECTED else None


def check_unit(question: Question, catalog: Catalog) -> Draft | None:
    """Whether the named units are responsible for the named tasks, by document; a false premise is corrected."""
    tasks = named_tasks(question, catalog)
    if not tasks:
        return None
    verdicts = [_verdict(own, question, catalog) for own in by_document(tasks)]
    outcome = Outcome.ANSWERED if all(holds for holds, _ in verdicts) else Outcome.CORRECTED
    return Draft(
        outcome, Method.REGISTER, tuple(statement for _, said in verdicts for statement in said),
        tuple(c.task for c in tasks if c.task), suggestions=content_suggestions(tasks[:1], question.language),
    )  # fmt: skip


def _verdict(tasks: Sequence[Clause], question: Question, catalog: Catalog) -> tuple[bool, list[Statement]]:
    """Whether what is claimed of each of one document's tasks holds, and who is responsible for them."""
    judged = [_holds(clause, question, catalog) for clause in tasks]
    holds = all(judged)
    statements = [_told(clause, right, question, catalog) for clause, right in zip(tasks, judged, strict=True)]
    because = cues().found("why", fold(question.text)) and not holds and not question.negated
    if not because:
        first = statements[0]
        answer = ("是的。" if holds else "不是。") if question.language is Language.ZH else "Yes. " if holds else "No. "
        statements[0] = Statement(f"{answer}{first.text}", first.refs, first.emphasis)
    return holds, statements


def _holds(clause: Clause, question: Question, catalog: Catalog) -> bool:
    """Whether every unit named is responsible for a task, in the role named, alone if so named; denied if denied."""
    asked = question.conditions
    named = (*question.units, *question.other_units)
    holds = all(has_unit(key, clause, catalog, asked.role_of(key)) for key in named)
    holds = holds and not any(has_unit(key, clause, catalog) for key in asked.without)
    if question.only:
        assert clause.task is not None
        holds = holds and not clause.task.etc and len(units_of_task(clause, catalog)) == len(named)
    return holds is not question.negated


def _told(clause: Clause, right: bool, question: Question, catalog: Catalog) -> Statement:
    """Who is responsible for a task, and how that differs from what was claimed."""
    assert clause.task is not None
    language, zh = question.language, question.language is Language.ZH
    drafted = units_of([clause], catalog, language)
    assert drafted is not None
    (plain,) = drafted.statements
    named = (*question.units, *question.other_units)
    absent = [key for key in named if not has_unit(key, clause, catalog)]
    names = join(list(dict.fromkeys(article(unit_asked(key, catalog, language), language) for key in absent)), language)
    if absent and not question.negated and cues().found("why", fold(question.text)):
        name, who = full_name(clause, catalog, language), responsibility(clause.task, catalog, language)
        if zh:
            text = f"{name}不是由{names}负责，而是{who}。"
        else:
            text = f"{capitalised(name)} is not the responsibility of {names}; it is {who}."
        return Statement(text, plain.refs, plain.emphasis)
    text = plain.text
    if absent:
        text = f"{text.rstrip('。')}，其中没有{names}。" if zh else f"{text} {capitalised(names)} is not among them."
    text += "".join(_other_role(key, clause, question, catalog) for key in named if key not in absent)
    if question.only and not right and not absent:
        text += "责任单位不止所问的。" if zh else " So not only the one you named."
    return Statement(text, (units_ref(clause),), plain.emphasis)


def _other_role(key: UnitKey, clause: Clause, question: Question, catalog: Catalog) -> str:
    """That a responsible unit does not have the role claimed, and which one it has; empty if it has, or none is."""
    assert clause.task is not None
    language, zh = question.language, question.language is Language.ZH
    role = question.conditions.role_of(key)
    if role not in _ROLES or has_unit(key, clause, catalog, role):
        return ""
    kind = kind_of_unit(role, language)
    if role not in {r.role for r in duties(clause.task)}:
        return f"文件没有区分{kind}单位。" if zh else f" The document names no {kind} unit."
    unit = article(unit_asked(key, catalog, language), language)
    other = next((kind_of_unit(r, language) for r in _ROLES if has_unit(key, clause, catalog, r)), "")
    if zh:
        return f"{unit}不是{kind}单位" + (f"，而是{other}单位。" if other else "。")
    return f" {capitalised(unit)} is not a {kind} unit" + (f" but a {other} one." if other else ".")


def check_section(question: Question, catalog: Catalog) -> Draft | None:
    """Whether the named tasks stand in the named part."""
    zh = question.language is Language.ZH
    named = named_tasks(question, catalog, within_sections=False)
    statements, judged = [], []
    for clause in named:
        path = list(clause.document.path(clause.section.id))
        if len(path) < 2:
            continue
        judged.append((part_of(clause) in question.sections) is not question.negated)
        name, part = full_name(clause, catalog, question.language), catalog.clauses[path[0].id]
        if zh:
            text = f"{'是的。' if judged[-1] else '不是。'}{name}属于“{part.section.label}”。"
        else:
            title = task_name(part.section, False, question.language)
            text = (
                f"{'Yes' if judged[-1] else 'No'}. {capitalised(name)} belongs to part {part.section.number}, {title}."
            )
        statements.append(Statement(text, (heading_ref(part), heading_ref(clause)), (part.section.label,)))
    if not statements:
        return None
    outcome = Outcome.ANSWERED if all(judged) else Outcome.CORRECTED
    return Draft(outcome, Method.REGISTER, tuple(statements))
