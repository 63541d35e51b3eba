"""Answers from the task register: who is responsible for what, complete and counted."""

import re
from collections.abc import Sequence

from chatbot.catalog import Catalog, Clause
from chatbot.clauses import contents_of, heading_ref, named_tasks, tasks_numbered
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import capitalised, document_name, join, responsibility, task_name, unit_name
from chatbot.question import Intent, Language, Question
from ingest.model import Role, SectionKind, Task


def answer(question: Question, catalog: Catalog) -> Draft | None:
    """The answer to a structured question; None if it is none, or names nothing the register knows."""
    missing = missing_numbers(question, catalog)
    if missing is not None:
        return missing
    match question.intent:
        case Intent.UNITS_OF_TASK:
            tasks = named_tasks(question, catalog)
            if question.common and len(tasks) > 1 and len(question.numbers) > 1:
                return _common_units(tasks, catalog, question.language)
            return units_of(tasks, catalog, question.language)
        case Intent.CHECK_UNIT:
            return _check_unit(question, catalog)
        case Intent.TASKS_OF_UNIT:
            return _tasks_of_unit(question, catalog)
        case Intent.COUNT_TASKS:
            return _count(question, catalog)
        case _:
            return None


def missing_numbers(question: Question, catalog: Catalog) -> Draft | None:
    """That a task number does not exist, with the range that does."""
    absent = [n for n in question.numbers if not tasks_numbered(n, question, catalog)]
    if not absent:
        return None
    tasks = catalog.tasks(question.document_ids)
    ordinals = [c.section.ordinal for c in tasks if c.section.ordinal is not None]
    if not ordinals:
        return None
    document = tasks[0].document
    numbers = join([str(n) for n in absent], question.language)
    if question.language is Language.ZH:
        text = (
            f"{document_name(document, question.language)}没有第{numbers}项任务："
            f"共{len(tasks)}项，编号为第{min(ordinals)}项至第{max(ordinals)}项。"
        )
    else:
        text = (
            f"There is no task {numbers} in {document_name(document, question.language)}: "
            f"it has {len(tasks)} tasks, numbered {min(ordinals)} to {max(ordinals)}."
        )
    return Draft(Outcome.CORRECTED, Method.REGISTER, (Statement(text, _count_refs(tasks), (str(len(tasks)),)),))


def _count_refs(tasks: Sequence[Clause]) -> tuple[Ref, ...]:
    """Where a document says how many tasks it has; else its first and last task."""
    document = tasks[0].document
    # 20项具体工作, but not the 20 of 120项
    says = re.compile(rf"(?<!\d){len(tasks)}[项个]")
    for passage in document.passages:
        section = document.section(passage.clause_id)
        if section.kind is SectionKind.PREAMBLE:
            for sentence in passage.sentences:
                if says.search(sentence.text):
                    return (Ref(document.id, section.id, sentence.span),)
    ends = [tasks[0], tasks[-1]] if len(tasks) > 1 else tasks[:1]
    return tuple(heading_ref(clause) for clause in ends)


def _units_ref(clause: Clause) -> Ref:
    assert clause.task is not None
    return Ref(clause.document.id, clause.section.id, clause.task.units_span)


def units_of(tasks: Sequence[Clause], catalog: Catalog, language: Language) -> Draft | None:
    """Who is responsible for each of ``tasks``; None if there are none."""
    if not tasks:
        return None
    several = len({clause.document.id for clause in catalog.tasks()}) > 1
    statements = []
    for clause in tasks:
        assert clause.task is not None
        who = responsibility(clause.task, catalog, language)
        name = task_name(clause.section, True, language)
        where = document_name(clause.document, language) if several else ""
        if language is Language.ZH:
            text = f"{where}{name}{who}。"
        else:
            text = f"{capitalised(name)}{' of ' + where if where else ''} is {who}."
        units = tuple(dict.fromkeys(unit_name(r.unit, catalog, language) for r in clause.task.responsible))
        statements.append(Statement(text, (_units_ref(clause),), _emphasis(text, units, clause.task)))
    return Draft(
        Outcome.ANSWERED,
        Method.REGISTER,
        tuple(statements),
        tuple(c.task for c in tasks if c.task),
        suggestions=_content_suggestions(tasks[:1], language),
    )


def _common_units(tasks: Sequence[Clause], catalog: Catalog, language: Language) -> Draft:
    """The units that every one of ``tasks`` names."""
    units = [[r.unit for r in clause.task.responsible] for clause in tasks if clause.task]
    shared = [unit for unit in units[0] if all(unit in others for others in units[1:])]
    names = join([unit_name(unit, catalog, language) for unit in shared], language)
    numbers = join([clause.section.number for clause in tasks], language)
    if language is Language.ZH:
        text = (
            f"第{numbers}项任务共同的责任单位有{len(shared)}家：{names}。"
            if shared
            else f"第{numbers}项任务没有共同的责任单位。"
        )
    elif shared:
        text = (
            f"Tasks {numbers} have {len(shared)} responsible unit{'s' if len(shared) > 1 else ''} in common: {names}."
        )
    else:
        text = f"Tasks {numbers} have no responsible unit in common."
    refs = tuple(_units_ref(clause) for clause in tasks)
    return Draft(
        Outcome.ANSWERED, Method.REGISTER, (Statement(text, refs, (names,)),), tuple(c.task for c in tasks if c.task)
    )


def _emphasis(text: str, units: Sequence[str], task: Task) -> tuple[str, ...]:
    joined = "、".join(r.unit for r in task.responsible)
    return (joined,) if joined in text else tuple(units)


def _content_suggestions(clauses: Sequence[Clause], language: Language) -> tuple[str, ...]:
    found = []
    for clause in clauses:
        if clause.section.number.isdigit():
            n = clause.section.number
            found.append(f"第{n}项任务的主要内容是什么？" if language is Language.ZH else f"What does task {n} say?")
    return tuple(found)


def _check_unit(question: Question, catalog: Catalog) -> Draft | None:
    """Whether the named units are responsible for the named tasks; a false premise is corrected."""
    tasks = named_tasks(question, catalog)
    if not tasks:
        return None
    drafted = units_of(tasks, catalog, question.language)
    assert drafted is not None
    rows = [r for c in tasks if c.task for r in c.task.responsible]
    responsible = {r.unit for r in rows}
    asked = (*question.units, *question.other_units)
    absent = [unit for unit in asked if unit not in responsible]
    holds = not absent
    if question.only:
        holds = holds and responsible == set(asked)
    if question.lead:
        holds = holds and {r.unit for r in rows if r.role is Role.LEAD} >= set(asked)
    if question.negated:
        holds = not holds
    first = drafted.statements[0]
    names = join([unit_name(u, catalog, question.language) for u in absent], question.language)
    if question.language is Language.ZH:
        tail = f"，其中没有{names}。" if absent else "。"
        text = f"{'是的' if holds else '不是'}。{first.text.rstrip('。')}{tail}"
        text += "文件没有区分牵头单位。" if question.lead and not any(r.role is Role.LEAD for r in rows) else ""
    else:
        text = f"{'Yes' if holds else 'No'}. {first.text}"
        text += f" The {names} is not among them." if absent else ""
        text += " The document names no lead." if question.lead and not any(r.role is Role.LEAD for r in rows) else ""
    statements = (Statement(text, first.refs, first.emphasis), *drafted.statements[1:])
    outcome = Outcome.ANSWERED if holds else Outcome.CORRECTED
    return Draft(outcome, Method.REGISTER, statements, drafted.facts, suggestions=drafted.suggestions)


def _tasks_of_unit(question: Question, catalog: Catalog) -> Draft | None:
    """The tasks of one unit, or those that all named units share."""
    language = question.language
    if question.other_units and not question.units:
        return None
    sections = set(question.sections)
    rows = [
        clause
        for clause in catalog.tasks(question.document_ids)
        if clause.task
        and (set(question.units) <= {r.unit for r in clause.task.responsible}) is not question.negated
        and (not question.only or len({r.unit for r in clause.task.responsible}) == len(question.units))
        and (not sections or _top_ordinal(clause, catalog) in sections)
    ]
    names = join([unit_name(u, catalog, language) for u in question.units], language)
    if not rows:
        return _no_tasks(question, names, catalog)
    joint, only = len(question.units) > 1, question.only
    if question.negated and language is Language.ZH:
        head = f"没有{names}的任务共{len(rows)}项："
    elif question.negated:
        head = f"{len(rows)} task{'s' if len(rows) > 1 else ''} do not name the {names}: "
    elif language is Language.ZH:
        verb = "单独负责" if only and not joint else "共同负责" if joint else "负责或参与负责"
        head = f"{names}{verb}的任务共{len(rows)}项："
    else:
        verb = (
            "is solely responsible for" if only and not joint
            else "are jointly responsible for" if joint else "is responsible, alone or with others, for"
        )  # fmt: skip
        head = f"The {names} {verb} {len(rows)} task{'s' if len(rows) > 1 else ''}: "
    statements = [Statement(head, (), (f"{len(rows)}项",) if language is Language.ZH else (str(len(rows)),))]
    for n, clause in enumerate(rows):
        end = ("。" if n == len(rows) - 1 else "；") if language is Language.ZH else "." if n == len(rows) - 1 else "; "
        name = task_name(clause.section, True, language).replace("项任务", "项")
        statements.append(Statement(name + end, (_units_ref(clause),)))
    return Draft(
        Outcome.ANSWERED, Method.REGISTER, tuple(statements), tuple(c.task for c in rows if c.task),
        suggestions=_content_suggestions(rows[:2], language),
    )  # fmt: skip


def _no_tasks(question: Question, names: str, catalog: Catalog) -> Draft:
    """That no task has these units alone or together, and what they do have."""
    if question.negated:
        everything = catalog.tasks(question.document_ids)
        zh = question.language is Language.ZH
        text = (
            f"没有：全部{len(everything)}项任务都有{names}（0项例外）。"
            if zh
            else f"None: all {len(everything)} tasks name the {names}."
        )
        ends = (_units_ref(everything[0]), _units_ref(everything[-1]))
        return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(text, ends),))
    each = []
    for unit in question.units:
        rows = [c for c in catalog.tasks() if c.task and unit in {r.unit for r in c.task.responsible}]
        name = unit_name(unit, catalog, question.language)
        if question.language is Language.ZH:
            each.append(
                Statement(
                    f"{name}共参与{len(rows)}项，均与其他单位共同承担。"
                    if question.only
                    else f"{name}共参与{len(rows)}项。",
                    (_units_ref(rows[0]),),
                )
            )
        else:
            each.append(
                Statement(
                    f"The {name} takes part in {len(rows)} tasks{', always with others' if question.only else ''}.",
                    (_units_ref(rows[0]),),
                )
            )
    if question.language is Language.ZH:
        head = f"没有由{names}{'单独' if question.only else '共同'}负责的任务（0项）。"
    else:
        head = f"There is no task (0) that {names} {'alone is' if question.only else 'are together'} responsible for. "
    return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(head), *each))


def _top_ordinal(clause: Clause, catalog: Catalog) -> int | None:
    path = list(clause.document.path(clause.section.id))
    return path[0].ordinal if path else None


def _count(question: Question, catalog: Catalog) -> Draft | None:
    """How many tasks and sections the documents have."""
    if question.clauses or question.sections:
        return contents_of(question, catalog)
    statements = []
    for document in catalog.documents:
        if question.document_ids and document.id not in question.document_ids:
            continue
        tasks = catalog.tasks([document.id])
        if not tasks:
            continue
        tops = catalog.top_sections(document)
        name = document_name(document, question.language)
        if question.language is Language.ZH:
            text = f"{name}共有{len(tasks)}项任务，分为{len(tops)}个部分。"
        else:
            text = f"{capitalised(name)} has {len(tasks)} tasks in {len(tops)} actions (parts)."
        statements.append(Statement(text, _count_refs(tasks), (f"{len(tasks)}项", f"{len(tops)}个部分")))
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements)) if statements else None
