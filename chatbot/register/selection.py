"""Which tasks a question means: its filters as one value, and the rows that pass them all."""

from dataclasses import dataclass, field, replace

from chatbot.catalog import Catalog, Clause
from chatbot.conditions import Conditions, Due
from chatbot.cues import cues
from chatbot.question import Intent, Question, without_units
from chatbot.target_dates import last_day, targets
from chatbot.terms import topic_forms, words_without_topic
from index.tokens import fold
from ingest.model import Responsibility, Role, Task
from ingest.registry import Unit, UnitKey


@dataclass(frozen=True, slots=True)
class Selection:
    """Filters over the tasks of all documents; each that is empty lets everything pass.

    ``sections`` are ordinals of outermost sections and ``clauses`` ids of sections that tasks stand below; a task has
    every one of ``units`` and, with ``only``, no other; its title or text has a form of every word of ``topic``; it is
    one of ``among``, which an earlier answer named.
    """

    document_ids: tuple[str, ...] = ()
    sections: tuple[int, ...] = ()
    clauses: tuple[str, ...] = ()
    units: tuple[UnitKey, ...] = ()
    only: bool = False
    conditions: Conditions = field(default_factory=Conditions)
    topic: tuple[tuple[str, ...], ...] = ()
    among: tuple[str, ...] = ()

    @classmethod
    def of(cls, question: Question, catalog: Catalog) -> "Selection":
        """The filters of a question; units it denies are units its tasks may not have."""
        conditions, units = question.conditions, question.units
        if question.negated and not conditions.without:
            conditions, units = replace(conditions, without=units), ()
        topic = _topic(question, catalog) if question.intent is Intent.TASKS_WITH else ()
        below = () if topic else tuple(c for c in question.clauses if not catalog.clauses[c].task)
        return cls(
            question.document_ids, question.sections, below, units, question.only, conditions, topic, question.among
        )

    def rows(self, catalog: Catalog) -> list[Clause]:
        """The tasks that pass, in reading order."""
        return [clause for clause in catalog.tasks(self.document_ids) if self.passes(clause, catalog)]

    def passes(self, clause: Clause, catalog: Catalog) -> bool:
        """Whether one task passes every filter."""
        asked = self.conditions
        assert clause.task is not None
        if clause.section.ordinal in asked.besides_numbers or (self.among and clause.section.id not in self.among):
            return False
        if self.sections and part_of(clause) not in self.sections:
            return False
        if self.clauses and not any(clause.section.id.startswith(f"{above}/") for above in self.clauses):
            return False
        if not all(has_unit(key, clause, catalog, asked.role_of(key)) for key in self.units):
            return False
        if any(has_unit(key, clause, catalog) for key in asked.without):
            return False
        if asked.role and not self.units and not any(r.role is asked.role for r in duties(clause.task)):
            return False
        # A list that ends in 等 names some of its units, so that nothing is known of how many there are at most.
        count, open_ended = len(units_of_task(clause, catalog)), clause.task.etc
        if self.only and (open_ended or count != max(1, len(self.units))):
            return False
        if asked.unit_count and not (asked.unit_count.holds(count) and not (open_ended and asked.unit_count.most)):
            return False
        if asked.due and not _is_due(clause.task, asked.due):
            return False
        text = _said(clause) if self.topic else ""
        return all(any(form in text for form in forms) for forms in self.topic)


def duties(task: Task) -> tuple[Responsibility, ...]:
    """Who is responsible for a task, those included that a heading above it names for all tasks below."""
    return (*task.responsible, *task.section_leads)


def has_unit(key: UnitKey, clause: Clause, catalog: Catalog, role: Role | None = None) -> bool:
    """Whether a task makes the unit responsible, in that role if one is given; who leads does not also support."""
    assert clause.task is not None
    roles = {r.role for r in duties(clause.task) if catalog.units.means(key, clause.document.id, r.unit)}
    return bool(roles) if role is None else role in roles and not (role is Role.SUPPORT and Role.LEAD in roles)


def units_of_task(clause: Clause, catalog: Catalog, role: Role | None = None) -> list[Unit]:
    """The units of a task, each once, in printed order; in one role if one is given."""
    assert clause.task is not None
    found = [catalog.units.unit(clause.document.id, r.unit) for r in duties(clause.task) if role in (None, r.role)]
    return list(dict.fromkeys(found))


def part_of(clause: Clause) -> int | None:
    """The ordinal of the outermost numbered section a task stands in."""
    return next((s.ordinal for s in clause.document.path(clause.section.id) if s.ordinal is not None), None)


def _is_due(task: Task, due: Due) -> bool:
    if not due.stated:
        return task.deadline is None
    if due.first is None and due.last is None:
        return task.deadline is not None
    days = [day for text in filter(None, [task.deadline]) if (day := last_day(text))]
    days = days or [target.last for target in targets(task.text)]
    return any((due.first is None or due.first <= day) and (due.last is None or day <= due.last) for day in days)


def _said(clause: Clause) -> str:
    """What a task says, folded: its title in both languages and its text, without its list of units."""
    assert clause.task is not None
    units = clause.task.units_span.of(clause.document.source.text)
    text = clause.task.text.replace(units, " ") if units else clause.task.text
    return fold("\n".join((clause.section.title, clause.section.title_en or "", text)))


def _topic(question: Question, catalog: Catalog) -> tuple[tuple[str, ...], ...]:
    """What tasks have to be about, if the question asks so: words in all their forms, English ones in Chinese too."""
    cue, text = cues(), fold(without_units(question.text, catalog))
    if not cue.found("relates", text):
        return ()
    text = cue.patterns["relates"].sub(" ", text)
    names = catalog.names_of_documents(question.text)
    for name in names:
        text = text.replace(name, " ")
    forms = [tuple(map(fold, words)) for words in topic_forms(text, catalog.index, names)]
    index, skipped = catalog.index, words_without_topic().english
    stems = [stem for stem in index.tokens.english(text) if stem not in skipped]
    return (*forms, *((found.english, *found.chinese) for found in index.bridge.translate(stems)))
