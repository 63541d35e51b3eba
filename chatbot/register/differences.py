"""What several tasks, or two units, have in common and what only one of them has."""

from collections.abc import Iterator, Sequence

from chatbot.catalog import Catalog, Clause
from chatbot.clauses import by_document, named_tasks
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.phrasing import capitalised, join, task_name, unit_asked, unit_name
from chatbot.question import Language, Question
from chatbot.register.places import deadline_ref, units_ref
from chatbot.register.selection import Selection, units_of_task
from chatbot.register.wording import article, items, number_name, tasks_counted, within
from ingest.registry import Unit


def common_units(question: Question, catalog: Catalog) -> Draft | None:
    """The units that all the named tasks of a document have, document by document; None for fewer than two tasks."""
    own = [tasks for tasks in by_document(named_tasks(question, catalog)) if len(tasks) > 1]
    return _draft(own, [_common(tasks, catalog, question.language) for tasks in own])


def between_tasks(question: Question, catalog: Catalog) -> Draft | None:
    """The units the named tasks share, those that only one of them has, and their deadlines where these differ."""
    own = [tasks for tasks in by_document(named_tasks(question, catalog)) if len(tasks) > 1]
    language = question.language
    return _draft(own, [statement for tasks in own for statement in _differences(tasks, catalog, language)])


def _draft(own: Sequence[Sequence[Clause]], statements: Sequence[Statement]) -> Draft | None:
    facts = tuple(clause.task for tasks in own for clause in tasks if clause.task)
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements), facts) if statements else None


def _differences(tasks: Sequence[Clause], catalog: Catalog, language: Language) -> Iterator[Statement]:
    zh = language is Language.ZH
    shared = _shared(tasks, catalog)
    yield _common(tasks, catalog, language)
    for clause in tasks:
        own = [unit_name(u.name, catalog, language) for u in units_of_task(clause, catalog) if u not in shared]
        name, said = task_name(clause.section, True, language), join(own, language)
        if zh:
            text = f"{name}另有{len(own)}家：{said}。" if own else f"{name}没有其他责任单位。"
        else:
            text = f"{capitalised(name)} has {f'{len(own)} more: {said}' if own else 'no other'}."
        yield Statement(text, (units_ref(clause),), (said,))
    deadlines = [clause.task.deadline for clause in tasks if clause.task]
    if len(set(deadlines)) == 1:
        return
    for clause, deadline in zip(tasks, deadlines, strict=True):
        name = number_name(clause, language)
        if zh:
            text = f"{name}的完成时限是{deadline}。" if deadline else f"{name}没有注明完成时限。"
        else:
            text = f"The deadline of {name} is {deadline}." if deadline else f"No deadline is stated for {name}."
        yield Statement(text, (deadline_ref(clause),))


def _common(tasks: Sequence[Clause], catalog: Catalog, language: Language) -> Statement:
    shared = _shared(tasks, catalog)
    where = within(tasks[0].document, catalog, language)
    numbers = join([number_name(clause, language) for clause in tasks], language)
    names = join([unit_name(unit.name, catalog, language) for unit in shared], language)
    refs = tuple(units_ref(clause) for clause in tasks)
    if language is Language.ZH:
        said = f"共同的责任单位有{len(shared)}家：{names}" if shared else "没有共同的责任单位"
        return Statement(f"{where}{numbers}{said}。", refs, (names,))
    counted = f"{len(shared) or 'no'} responsible unit{'' if len(shared) < 2 else 's'} in common"
    text = f"{where}{numbers if where else capitalised(numbers)} have {counted}{f': {names}' if shared else ''}."
    return Statement(text, refs, (names,))


def _shared(tasks: Sequence[Clause], catalog: Catalog) -> list[Unit]:
    """The units of all of ``tasks``, in the order the first prints them."""
    first, *others = (units_of_task(clause, catalog) for clause in tasks)
    return [unit for unit in first if all(unit in other for other in others)]


def between_units(question: Question, catalog: Catalog) -> Draft | None:
    """The tasks two units share and those that only one has, document by document; None if no document knows either."""
    own, language = Selection.of(question, catalog), question.language
    first, second = (
        Selection(own.document_ids, own.sections, own.clauses, (key,), conditions=own.conditions).rows(catalog)
        for key in question.units[:2]
    )
    either = [clause for clause in catalog.tasks(own.document_ids) if clause in first or clause in second]
    statements: list[Statement] = []
    for tasks in by_document(either):
        document = tasks[0].document
        one, other = (
            article(unit_asked(key, catalog, language, [document.id]), language) for key in question.units[:2]
        )
        both = [c for c in tasks if c in first and c in second]
        groups = {
            join([one, other], language): both,
            one: [c for c in tasks if c not in second],
            other: [c for c in tasks if c not in first],
        }
        for who, rows in groups.items():
            where = within(document, catalog, language) if rows is both else ""
            statements += [
                Statement(_group_head(where, who, len(rows), rows is both, language)),
                *items(rows, language),
            ]
    return _draft(by_document(either), statements)


def _group_head(where: str, who: str, count: int, together: bool, language: Language) -> str:
    if language is Language.ZH:
        verb = f"{who}共同参与" if together else f"只有{who}参与"
        return f"{where}{verb}的任务{count}项{'：' if count else '。'}"
    share = "share" if together else "alone has"
    return f"{where}{who if where else capitalised(who)} {share} {tasks_counted(count)}{': ' if count else '. '}"
