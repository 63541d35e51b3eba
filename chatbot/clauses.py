"""Answers from the outline: which number, title, part or neighbour a clause has, and what a section holds."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot.catalog import Catalog, Clause
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import capitalised, task_name
from chatbot.question import Intent, Language, Question


def answer(question: Question, catalog: Catalog) -> Draft | None:
    """The answer to a question about the outline; None if it is none, or names no clause."""
    match question.intent:
        case Intent.LIST_CLAUSES:
            return contents_of(question, catalog)
        case Intent.CLAUSE_TITLE:
            return _titles(question, catalog)
        case Intent.CLAUSE_NUMBER:
            return _numbers(named_clauses(question, catalog), question.language)
        case Intent.SECTION_OF:
            return _section_of(question, catalog)
        case Intent.NEIGHBOUR:
            return _neighbour(question, catalog)
        case _:
            return None


def named_clauses(question: Question, catalog: Catalog, within_sections: bool = True) -> list[Clause]:
    """The clauses a question names, by number first (in the sections it names), else by title."""
    if question.numbers:
        asked = question if within_sections else replace(question, sections=())
        return [c for n in question.numbers for c in tasks_numbered(n, asked, catalog)]
    return [catalog.clauses[clause_id] for clause_id in question.clauses]


def named_tasks(question: Question, catalog: Catalog, within_sections: bool = True) -> list[Clause]:
    """The named clauses that are tasks; a section stands for the tasks in it."""
    tasks: list[Clause] = []
    for clause in named_clauses(question, catalog, within_sections):
        below = [c for c in catalog.tasks([clause.document.id]) if c.section.id.startswith(f"{clause.section.id}/")]
        tasks += [clause] if clause.task else below
    return tasks


def tasks_numbered(number: int, question: Question, catalog: Catalog) -> list[Clause]:
    """What carries a number in the documents asked: tasks, or where there are none articles (第十条).

    A negative number counts from the end of each document: -1 is its last task.
    """
    tasks = catalog.tasks(question.document_ids)
    if question.sections:
        return _numbered_in_sections(number, question, catalog)
    if number < 0:
        return [own[number] for own in by_document(tasks) if len(own) >= -number]
    if tasks:
        return [c for c in tasks if c.section.ordinal == number]
    numbered = [c for c in catalog.clauses.values() if c.section.ordinal == number and c.section.number.endswith("条")]
    return [c for c in numbered if c.document.id in question.document_ids]


def by_document(clauses: Sequence[Clause]) -> list[list[Clause]]:
    """Clauses by document, both in their order: what a document says is answered on its own."""
    found: dict[str, list[Clause]] = {}
    for clause in clauses:
        found.setdefault(clause.document.id, []).append(clause)
    return list(found.values())


def _numbered_in_sections(number: int, question: Question, catalog: Catalog) -> list[Clause]:
    """第三部分第二项: the clause of that number in the section, else the one at that place."""
    found: list[Clause] = []
    for document in catalog.documents:
        if question.document_ids and document.id not in question.document_ids:
            continue
        for top in catalog.top_sections(document):
            children = [c for c in catalog.children(top.section.id) if c.task]
            if top.section.ordinal in question.sections and children:
                by_number = [c for c in children if c.section.ordinal == number]
                found += by_number or children[number - 1 : number]
    return found


def heading_ref(clause: Clause) -> Ref:
    """The place of a clause's number and title; all of it where it prints neither, as table rows that go on."""
    section = clause.section
    return Ref(clause.document.id, section.id, section.heading if len(section.heading) else section.span)


def _item(clause: Clause, language: Language) -> str:
    """A clause in a list: 15.强化体育评价, task 15 “Strengthen …”, 2. “Improve …”."""
    section = clause.section
    if language is Language.ZH:
        return section.label
    name = task_name(section, clause.task is not None, language)
    return name if section.number.isdigit() else f"{section.ordinal}. {name}"


def contents_of(question: Question, catalog: Catalog) -> Draft | None:
    """What a named section holds, counted."""
    parents = [
        clause
        for document in catalog.documents
        if not question.document_ids or document.id in question.document_ids
        for clause in catalog.top_sections(document)
        if clause.section.ordinal in question.sections
    ]
    if question.sections and len({c.document.id for c in parents}) > 1:
        parents = [
            c for c in parents if catalog.children(c.section.id) and any(k.task for k in catalog.children(c.section.id))
        ] or parents
    parents = parents or [catalog.clauses[c] for c in question.clauses if catalog.children(c)][:1]
    statements: list[Statement] = []
    for parent in parents:
        children = catalog.children(parent.section.id)
        if not children:
            continue
        is_zh = question.language is Language.ZH
        if is_zh:
            head = f"“{parent.section.label}”包括{len(children)}项："
        else:
            head = f"{capitalised(task_name(parent.section, False, question.language))} has {len(children)} items: "
        statements.append(Statement(head, (), (f"{len(children)}项" if is_zh else str(len(children)),)))
        for n, child in enumerate(children):
            last = n == len(children) - 1
            end = ("。" if last else "；") if is_zh else ("." if last else "; ")
            statements.append(Statement(_item(child, question.language) + end, (heading_ref(child),)))
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements)) if statements else None


def _titles(question: Question, catalog: Catalog) -> Draft | None:
    """What the tasks of some numbers are called."""
    statements = []
    for clause in named_clauses(question, catalog):
        name = task_name(clause.section, True, question.language)
        section = clause.section
        if question.language is Language.ZH:
            text = (
                f"第{section.number}项任务是“{section.title}”。" if section.number.isdigit() else f"“{section.label}”。"
            )
        else:
            text = f"{capitalised(name).replace(' “', ' is “', 1)}."
        statements.append(Statement(text, (heading_ref(clause),), (section.title,)))
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements)) if statements else None


def _numbers(clauses: Sequence[Clause], language: Language) -> Draft | None:
    """Which number clauses have, and the part they stand in."""
    statements = []
    for clause in clauses[:2]:
        path = list(clause.document.path(clause.section.id))
        part = path[0].label if len(path) > 1 else ""
        name = task_name(clause.section, clause.task is not None, language)
        if language is Language.ZH:
            text = f"“{clause.section.title}”是{name.partition('“')[0] or clause.section.number}" + (
                f"，属于“{part}”。" if part else "。"
            )
        else:
            text = f"It is {name}" + (f", under {task_name(path[0], False, language)}." if part else ".")
        statements.append(Statement(text, (heading_ref(clause),), (name.partition("“")[0],)))
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements)) if statements else None


def _section_of(question: Question, catalog: Catalog) -> Draft | None:
    """The outermost section a clause stands in."""
    statements = []
    for clause in named_clauses(question, catalog)[:2]:
        path = list(clause.document.path(clause.section.id))
        if len(path) < 2:
            continue
        name = task_name(clause.section, clause.task is not None, question.language)
        part = catalog.clauses[path[0].id]
        if question.language is Language.ZH:
            text = f"{name}属于“{part.section.label}”。"
        else:
            title = task_name(part.section, False, question.language)
            text = f"{capitalised(name)} belongs to part {part.section.number}, {title}."
        statements.append(Statement(text, (heading_ref(part), heading_ref(clause)), (part.section.label,)))
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements)) if statements else None


def _neighbour(question: Question, catalog: Catalog) -> Draft | None:
    """What stands before and after the clause named, as many places on as asked, document by document.

    A task stands among the tasks, another clause among those below the same heading.
    """
    statements = []
    for clause, *_ in by_document(named_clauses(question, catalog)):
        parent = clause.section.parent_id
        beside = catalog.children(parent) if parent else catalog.top_sections(clause.document)
        row = catalog.tasks([clause.document.id]) if clause.task else beside
        if clause in row:
            statements += around(clause, row, question)
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements)) if statements else None


def around(clause: Clause, tasks: Sequence[Clause], question: Question) -> list[Statement]:
    """What stands beside a clause in a row of them, as many places on as asked."""
    at, steps = tasks.index(clause), question.steps or (question.step,)
    statements = [
        _step(clause, tasks[at + step], step, question.language) for step in steps if 0 <= at + step < len(tasks)
    ]
    beyond = dict.fromkeys(step > 0 for step in steps if not 0 <= at + step < len(tasks))
    return [*statements, *(_end(clause, len(tasks), at, after, question.language) for after in beyond)]


def _step(clause: Clause, other: Clause, step: int, language: Language) -> Statement:
    target = task_name(other.section, other.task is not None, language)
    number, far = clause.section.number, abs(step)
    if language is Language.ZH:
        number = f"第{number}项" if number.isdigit() else f"“{clause.section.label}”"
        which = f"的第{far}项" if far > 1 else ""
        text = f"{number}{'之后' if step > 0 else '之前'}{which}是{target}。"
    else:
        name = f"task {number}" if number.isdigit() and clause.task else task_name(clause.section, False, language)
        where = "after" if step > 0 else "before"
        text = f"{f'{far} places {where}' if far > 1 else capitalised(where)} {name} comes {target}."
    return Statement(text, (heading_ref(other),), (other.section.title,))


def _end(clause: Clause, count: int, at: int, after: bool, language: Language) -> Statement:
    """That the list ends before the place asked."""
    name = task_name(clause.section, clause.task is not None, language)
    left = count - 1 - at if after else at
    if language is Language.ZH:
        end = f"是{'最后' if after else '第'}一项" if not left else f"{'之后' if after else '之前'}只有{left}项"
        return Statement(f"{name}{end}，共{count}项。", (heading_ref(clause),))
    end = f"is the {'last' if after else 'first'} of {count}" if not left else (
        f"has only {left} {'after' if after else 'before'} it, of {count}"
    )  # fmt: skip
    return Statement(f"{capitalised(name)} {end}.", (heading_ref(clause),))
