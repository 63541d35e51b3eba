"""What lies beyond an answer: 还有吗, a place past the end of a list, a number that many documents have."""

from collections.abc import Sequence

from chatbot.about import MOST_DOCUMENTS
from chatbot.catalog import Catalog, Clause
from chatbot.clauses import heading_ref, tasks_numbered
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.extract import pages, read_out
from chatbot.phrasing import document_name, task_name
from chatbot.question import Intent, Language, Question

#: What is asked of a task, so that its number must mean one.
_OF_TASKS = {
    Intent.UNITS_OF_TASK, Intent.CHECK_UNIT, Intent.CLAUSE_CONTENT, Intent.CLAUSE_TITLE, Intent.SECTION_OF,
    Intent.NEIGHBOUR, Intent.EXTRACT,
}  # fmt: skip


def left_out(question: Question, answer: Draft, catalog: Catalog) -> Draft:
    """What ``answer`` did not say: of clauses that were quoted, their other sentences, a page each time it is asked.

    What the register gave was complete, so that is said, with the count.
    """
    zh = question.language is Language.ZH
    refs = tuple(dict.fromkeys(ref for statement in answer.statements for ref in statement.refs))
    if not refs:
        return answer
    if answer.method is Method.REGISTER:
        listed = sum(bool(statement.refs) for statement in answer.statements)
        units = {row.unit for task in answer.facts for row in task.responsible}
        if question.intent is Intent.UNITS_OF_TASK and len(answer.facts) == 1:
            text = f"没有了，上面{len(units)}家就是全部责任单位。" if zh else f"No, those {len(units)} are all of them."
        else:
            text = f"没有了，上面{listed}项就是全部。" if zh else f"No, that was all ({listed})."
        return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(text, refs),), answer.facts)
    clauses = [catalog.clauses[c] for c in dict.fromkeys(ref.clause_id for ref in refs if ref.clause_id)]
    rest = [page for clause in clauses for page in pages(clause, [ref.span for ref in refs])]
    if question.more <= len(rest):
        page = rest[question.more - 1]
        return Draft(Outcome.ANSWERED, Method.EXTRACTIVE, (read_out(page, question.language),))
    text = "没有了，相关条文已全部列出。" if zh else "No, that is all the clause says."
    return Draft(Outcome.ANSWERED, Method.EXTRACTIVE, (Statement(text, refs),))


def beyond_list(question: Question) -> Draft:
    """That a list is shorter than the place asked for."""
    if question.language is Language.ZH:
        text = f"上面只列出了{question.listed}项，请说明您问的是哪一项。"
    else:
        text = f"The list above has {question.listed} only; please say which one you mean."
    return Draft(Outcome.CLARIFY, Method.NONE, (Statement(text),))


def which_document(question: Question, catalog: Catalog) -> Draft | None:
    """Asks back where more than three documents have a task of the number; each is named, with what it is there.

    Two cities' task 4 have nothing in common but the number: as answers to one question they would be four answers
    nobody asked for.
    """
    if len(question.numbers) != 1 or question.document_ids or question.intent not in _OF_TASKS:
        return None
    tasks = {clause.document.id: clause for clause in reversed(tasks_numbered(question.numbers[0], question, catalog))}
    if len(tasks) <= MOST_DOCUMENTS:
        return None
    return _options(question, [tasks[d.id] for d in catalog.documents if d.id in tasks])


def _options(question: Question, tasks: Sequence[Clause]) -> Draft:
    zh, number = question.language is Language.ZH, question.numbers[0]
    head = f"有{len(tasks)}份文件都有第{number}项，请问您问的是哪一份？" if zh else (
        f"{len(tasks)} documents have a task {number}; which one do you mean? "
    )  # fmt: skip
    statements, suggestions = [Statement(head)], []
    for n, clause in enumerate(tasks, 1):
        name, task = (
            document_name(clause.document, question.language),
            task_name(clause.section, True, question.language),
        )
        end = ("。" if n == len(tasks) else "；") if zh else ("." if n == len(tasks) else "; ")
        statements.append(Statement(f"{name}{task}{end}" if zh else f"{name}, {task}{end}"))
        suggestions.append(f"{name}：{question.text}" if zh else f"{name}: {question.text}")
    return Draft(
        Outcome.CLARIFY, Method.NONE, tuple(statements), related=tuple(map(heading_ref, tasks)),
        suggestions=tuple(suggestions),
    )  # fmt: skip
