"""Answers from the outline: which number, title, part or neighbour a clause has, and what a section holds."""

from collections.abc import Sequence

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


def named_clauses(question: Question, catalog: Catalog) -> list[Clause]:
    """The clauses a question names, by number first, else by title."""
    if question.numbers:
        return [c for n in question.numbers for c in tasks_numbered(n, question, catalog)]
    return [catalog.clauses[clause_id] for clause_id in question.clauses]


def named_tasks(question: Question, catalog: Catalog) -> list[Clause]:
    """The named clauses that are tasks; a section stands for the tasks in it."""
    tasks: list[Clause] = []
    for clause in named_clauses(question, catalog):
        tasks += [clause] if clause.task else [c for c in catalog.children(clause.section.id) if c.task]
    return tasks


def tasks_numbered(number: int, question: Question, catalog: Catalog) -> list[Clause]:
    """What carries a number in the documents asked: tasks, or where there are none articles (第十条)."""
    tasks = catalog.tasks(question.document_ids)
    if question.sections:
        return _numbered_in_sections(number, question, catalog)
    if tasks:
        return [c for c in tasks if c.section.ordinal == number]
    numbered = [c for c in catalog.clauses.values() if c.section.ordinal == number and c.section.number.endswith("条")]
    return [c for c in numbered if c.document.id in question.document_ids]


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
    """The place of a clause's number and title."""
    return Ref(clause.document.id, clause.section.id, clause.section.heading)


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
    """The task before or after the one named."""
    clause = next(iter(named_clauses(question, catalog)), None)
    if clause is None:
        return None
    tasks = catalog.tasks([clause.document.id])
    at = tasks.index(clause) + question.step
    name = task_name(clause.section, True, question.language)
    zh = question.language is Language.ZH
    if not 0 <= at < len(tasks):
        end = ("最后" if question.step > 0 else "第") + "一项" if zh else "last" if question.step > 0 else "first"
        text = f"{name}是{end}，共{len(tasks)}项。" if zh else f"{capitalised(name)} is the {end} of {len(tasks)}."
        return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(text, (heading_ref(clause),)),))
    other = tasks[at]
    target = task_name(other.section, True, question.language)
    if zh:
        text = f"第{clause.section.number}项{'之后' if question.step > 0 else '之前'}是{target}。"
    else:
        text = f"{'After' if question.step > 0 else 'Before'} task {clause.section.number} comes {target}."
    return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(text, (heading_ref(other),), (other.section.title,)),))
