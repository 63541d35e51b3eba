"""Answers from the task register: who is responsible for what, complete and counted."""

import re
from collections.abc import Sequence

from chatbot.catalog import Catalog, Clause
from chatbot.clauses import contents_of, heading_ref, named_tasks, tasks_numbered
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import capitalised, document_name, join, responsibility, task_name, unit_asked, unit_name
from chatbot.question import Intent, Language, Question
from ingest.model import Responsibility, Role, SectionKind, Task
from ingest.registry import UnitKey


def answer(question: Question, catalog: Catalog) -> Draft | None:
    """The answer to a structured question; None if it is none, or names nothing the register knows."""
    missing = missing_numbers(question, catalog)
    if missing is not None:
        return missing
    match question.intent:
        case Intent.UNITS_OF_TASK:
            tasks = named_tasks(question, catalog)
            if question.common and len(tasks) > 1 and (len(question.numbers) > 1 or question.among):
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
    """That a task number does not exist, with the range that does, of every document asked."""
    absent = [n for n in question.numbers if not tasks_numbered(n, question, catalog)]
    if not absent:
        return None
    numbers = join([str(n) for n in absent], question.language)
    statements = []
    for tasks in _by_document(catalog.tasks(question.document_ids)):
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
        statements.append(Statement(text, _count_refs(tasks), (str(len(tasks)),)))
    return Draft(Outcome.CORRECTED, Method.REGISTER, tuple(statements)) if statements else None


def _by_document(clauses: Sequence[Clause]) -> list[list[Clause]]:
    """Clauses by document, both in their order: what a document says is answered on its own."""
    found: dict[str, list[Clause]] = {}
    for clause in clauses:
        found.setdefault(clause.document.id, []).append(clause)
    return list(found.values())


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
    units = [[catalog.units.unit(c.document.id, r.unit) for r in c.task.responsible] for c in tasks if c.task]
    shared = [unit for unit in dict.fromkeys(units[0]) if all(unit in others for others in units[1:])]
    names = join([unit_name(unit.name, catalog, language) for unit in shared], language)
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
    """Whether the named units are responsible for the named tasks, by document; a false premise is corrected."""
    tasks = named_tasks(question, catalog)
    if not tasks:
        return None
    verdicts = [_verdict(tasks, question, catalog) for tasks in _by_document(tasks)]
    outcome = Outcome.ANSWERED if all(holds for holds, _ in verdicts) else Outcome.CORRECTED
    return Draft(
        outcome, Method.REGISTER, tuple(statement for _, said in verdicts for statement in said),
        tuple(c.task for c in tasks if c.task), suggestions=_content_suggestions(tasks[:1], question.language),
    )  # fmt: skip


def _verdict(tasks: Sequence[Clause], question: Question, catalog: Catalog) -> tuple[bool, tuple[Statement, ...]]:
    """Whether what is claimed of one document's tasks holds, and who is responsible for them."""
    drafted = units_of(tasks, catalog, question.language)
    assert drafted is not None
    rows = [(c.document.id, r) for c in tasks if c.task for r in c.task.responsible]
    asked = (*question.units, *question.other_units)

    def named(rows: Sequence[tuple[str, Responsibility]]) -> set[UnitKey]:
        return {key for key in asked for document_id, r in rows if catalog.units.means(key, document_id, r.unit)}

    absent = [key for key in asked if key not in named(rows)]
    holds = not absent
    if question.only:
        holds = holds and all(named([row]) for row in rows)
    if question.lead:
        holds = holds and named([(d, r) for d, r in rows if r.role is Role.LEAD]) >= set(asked)
    if question.negated:
        holds = not holds
    no_lead = question.lead and not any(r.role is Role.LEAD for _, r in rows)
    first = drafted.statements[0]
    names = join([unit_asked(key, catalog, question.language) for key in absent], question.language)
    if question.language is Language.ZH:
        tail = f"，其中没有{names}。" if absent else "。"
        text = f"{'是的' if holds else '不是'}。{first.text.rstrip('。')}{tail}"
        text += "文件没有区分牵头单位。" if no_lead else ""
    else:
        text = f"{'Yes' if holds else 'No'}. {first.text}"
        text += f" The {names} is not among them." if absent else ""
        text += " The document names no lead." if no_lead else ""
    return holds, (Statement(text, first.refs, first.emphasis), *drafted.statements[1:])


def _tasks_of_unit(question: Question, catalog: Catalog) -> Draft | None:
    """The tasks of one unit, or those that all named units share, document by document: every city has its 教育局."""
    if question.other_units and not question.units:
        return None
    sections = set(question.sections)
    rows = [
        clause
        for clause in catalog.tasks(question.document_ids)
        if clause.task
        and (not question.among or clause.section.id in question.among)
        and all(catalog.names_unit(key, clause) for key in question.units) is not question.negated
        and (not question.only or len({r.unit for r in clause.task.responsible}) == len(question.units))
        and (not sections or _top_ordinal(clause, catalog) in sections)
    ]
    if not rows:
        return _no_tasks(question, catalog)
    if question.negated:
        # Of documents that know the unit, if any does.
        know = {c.document.id for c in catalog.tasks() if all(catalog.names_unit(k, c) for k in question.units)}
        rows = [clause for clause in rows if clause.document.id in know] or rows
    several = len(_by_document(catalog.tasks())) > 1
    statements = [s for own in _by_document(rows) for s in _tasks_in_document(own, question, catalog, several)]
    return Draft(
        Outcome.ANSWERED, Method.REGISTER, tuple(statements), tuple(c.task for c in rows if c.task),
        suggestions=_content_suggestions(rows[:2], question.language),
    )  # fmt: skip


def _tasks_in_document(rows: Sequence[Clause], question: Question, catalog: Catalog, several: bool) -> list[Statement]:
    """How many and which tasks of one document; ``several`` documents have tasks, so this one is named."""
    language = question.language
    document = rows[0].document
    names = join([unit_asked(key, catalog, language, [document.id]) for key in question.units], language)
    where = ""
    if several:
        where = document_name(document, language)
        where = f"{where}中，" if language is Language.ZH else f"In {where}, "
    counted = f"{len(rows)} task{'s' if len(rows) > 1 else ''}"
    joint, only = len(question.units) > 1, question.only
    if question.negated and language is Language.ZH:
        head = f"{where}没有{names}的任务共{len(rows)}项："
    elif question.negated:
        head = (
            f"{len(rows)} task{'s' if len(rows) > 1 else ''}{' of ' + where if where else ''} do not name the {names}: "
        )
    elif language is Language.ZH:
        verb = "单独负责" if only and not joint else "共同负责" if joint else "负责或参与负责"
        head = f"{where}{names}{verb}的任务共{len(rows)}项："
    else:
        verb = (
            "is solely responsible for" if only and not joint
            else "are jointly responsible for" if joint else "is responsible, alone or with others, for"
        )  # fmt: skip
        head = f"{where}{'the' if where else 'The'} {names} {verb} {counted}: "
    statements = [Statement(head, (), (f"{len(rows)}项",) if language is Language.ZH else (str(len(rows)),))]
    for n, clause in enumerate(rows):
        last = n == len(rows) - 1
        end = ("。" if last else "；") if language is Language.ZH else "." if last else "; "
        name = task_name(clause.section, True, language).replace("项任务", "项")
        statements.append(Statement(name + end, (_units_ref(clause),)))
    return statements


def _no_tasks(question: Question, catalog: Catalog) -> Draft:
    """That no task has these units alone or together, and what they do have."""
    language, zh = question.language, question.language is Language.ZH
    names = join([unit_asked(key, catalog, language, question.document_ids) for key in question.units], language)
    sections = set(question.sections)
    tasks = catalog.tasks(question.document_ids)
    everything = [c for c in tasks if not sections or _top_ordinal(c, catalog) in sections]
    if question.negated and everything:
        text = (
            f"没有：全部{len(everything)}项任务都有{names}（0项例外）。"
            if zh
            else f"None: all {len(everything)} tasks name the {names}."
        )
        ends = (_units_ref(everything[0]), _units_ref(everything[-1]))
        return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(text, ends),))
    each = []
    for key in question.units:
        rows = [c for c in everything if catalog.names_unit(key, c)]
        name = unit_asked(key, catalog, language, question.document_ids)
        if not rows:
            continue
        if zh:
            text = f"{name}共参与{len(rows)}项" + ("，均与其他单位共同承担。" if question.only else "。")
        else:
            text = f"The {name} takes part in {len(rows)} tasks{', always with others' if question.only else ''}."
        each.append(Statement(text, (_units_ref(rows[0]),)))
    where = join([document_name(catalog.index.document(d), language) for d in question.document_ids], language)
    if zh:
        together = "单独" if question.only else "共同" if len(question.units) > 1 else ""
        head = f"{where}没有由{names}{together}负责的任务（0项）。"
    else:
        together = "alone is" if question.only else "are together" if len(question.units) > 1 else "is"
        head = f"There is no task (0){' in ' + where if where else ''} that {names} {together} responsible for. "
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
