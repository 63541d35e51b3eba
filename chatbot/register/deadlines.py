"""When tasks have to be done, as their documents print it; a period is never turned into a date."""

from collections.abc import Sequence

from chatbot.catalog import Catalog, Clause
from chatbot.clauses import by_document, named_tasks
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import capitalised, task_name
from chatbot.question import Language, Question
from chatbot.register.places import deadline_ref, units_ref
from chatbot.register.selection import Selection
from chatbot.register.wording import described, full_name, listed, within
from chatbot.target_dates import counts_from_publication, targets
from ingest.model import Sentence


def deadlines(question: Question, catalog: Catalog) -> Draft | None:
    """The deadline of each task that a question names or describes; None if it means none."""
    if question.numbers or question.clauses:
        tasks = named_tasks(question, catalog)
        if not tasks:
            return None
        statements = [s for clause in tasks for s in _of_task(clause, catalog, question.language)]
    else:
        tasks = Selection.of(question, catalog).rows(catalog)
        statements = [s for own in by_document(tasks) for s in _of_document(own, question, catalog)]
    if not statements:
        return None
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements), tuple(c.task for c in tasks if c.task))


def _of_task(clause: Clause, catalog: Catalog, language: Language) -> list[Statement]:
    assert clause.task is not None
    zh, deadline = language is Language.ZH, clause.task.deadline
    name = full_name(clause, catalog, language)
    if deadline:
        text = f"{name}的完成时限是“{deadline}”。" if zh else f"The deadline of {name} is “{deadline}”."
        return [Statement(text, (deadline_ref(clause),), (deadline,))]
    times = _sentences_with_times(clause)
    if zh:
        text = f"{name}没有单独注明完成时限" + ("，文中写明：" if times else "。")
    else:
        text = f"{capitalised(name)} states no deadline of its own" + ("; its text says: " if times else ".")
    if not times:
        return [Statement(text, (units_ref(clause),))]
    ids = clause.document.id, clause.section.id
    return [Statement(text), *(Statement(f"“{s.text}”" + ("" if zh else " "), (Ref(*ids, s.span),)) for s in times)]


def _sentences_with_times(clause: Clause) -> list[Sentence]:
    """The sentences of a task that say by when something is to be done."""
    return [
        sentence
        for passage in clause.document.passages
        if passage.clause_id == clause.section.id
        for sentence in passage.sentences
        if any(targets(sentence.text)) or counts_from_publication(sentence.text)
    ]


def _of_document(tasks: Sequence[Clause], question: Question, catalog: Catalog) -> list[Statement]:
    language, zh = question.language, question.language is Language.ZH
    document = tasks[0].document
    what = described(Selection.of(question, catalog), catalog, language, [document.id])
    where = within(document, catalog, language)
    dated = [clause for clause in tasks if clause.task and clause.task.deadline]
    if zh:
        head = f"{where}{what}共{len(tasks)}项，" + (
            f"注明完成时限的{len(dated)}项：" if dated else "都没有注明完成时限。"
        )
    else:
        head = f"{where}{len(dated)} of {len(tasks)} tasks {what}".rstrip() + (
            f" {'has' if len(dated) == 1 else 'have'} a stated deadline" + (": " if dated else ".")
        )
    if not dated:
        return [Statement(head, (units_ref(tasks[0]),))]
    parts = [f"{task_name(c.section, True, language)}{'：' if zh else ': '}{c.task.deadline}" for c in dated if c.task]
    return [Statement(head), *listed(parts, [[deadline_ref(c)] for c in dated], language)]
