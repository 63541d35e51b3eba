"""Where a register answer rests: the bracket that names a task's units, its deadline, what a document says it has."""

import re
from collections.abc import Sequence

from chatbot.catalog import Clause
from chatbot.clauses import heading_ref
from chatbot.draft import Ref
from index.tokens import fold
from ingest.model import SectionKind, Span


def units_ref(clause: Clause) -> Ref:
    """Where a task names its units; its heading where a table row names none."""
    assert clause.task is not None
    span = clause.task.units_span
    return Ref(clause.document.id, clause.section.id, span) if len(span) else heading_ref(clause)


def deadline_ref(clause: Clause) -> Ref:
    """Where a task prints its deadline; where it names its units if cleaning changed the wording."""
    assert clause.task is not None
    task, source = clause.task, clause.document.source.text
    at = source.find(task.deadline or "", task.span.start, task.span.end)
    if not task.deadline or at < 0:
        return units_ref(clause)
    return Ref(clause.document.id, clause.section.id, Span(at, at + len(task.deadline)))


def mention_ref(clause: Clause, topic: Sequence[Sequence[str]]) -> Ref:
    """Where a task has the most words of ``topic``, each given by its forms: its heading or the first such sentence."""
    title = fold("\n".join((clause.section.title, clause.section.title_en or "")))
    best, most = heading_ref(clause), sum(any(form in title for form in forms) for forms in topic)
    for passage in clause.document.passages:
        if passage.clause_id != clause.section.id and not passage.clause_id.startswith(f"{clause.section.id}/"):
            continue
        for sentence in passage.sentences:
            has = sum(any(form in fold(sentence.text) for form in forms) for forms in topic)
            if has > most:
                best, most = Ref(clause.document.id, passage.clause_id, sentence.span), has
    return best


def count_refs(tasks: Sequence[Clause]) -> tuple[Ref, ...]:
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
