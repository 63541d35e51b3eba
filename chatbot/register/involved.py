"""Units over many tasks: all of them, counted, and those with the most or fewest tasks."""

from collections.abc import Sequence
from dataclasses import replace

from chatbot.catalog import Catalog, Clause
from chatbot.clauses import by_document
from chatbot.conditions import Conditions, Extreme
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.phrasing import join, unit_asked
from chatbot.question import Language, Question
from chatbot.register.places import units_ref
from chatbot.register.responsible import printed_unit
from chatbot.register.selection import Selection, units_of_task
from chatbot.register.wording import article, kind_of_unit, listed, no_roles, number_name, scope, tasks_counted
from ingest.model import Task
from ingest.registry import Unit


def involved(question: Question, catalog: Catalog) -> Draft | None:
    """The units of all tasks asked, or those with the most or fewest, document by document; None for no tasks."""
    selection = replace(Selection.of(question, catalog), units=())
    notes: list[Statement] = []
    if selection.conditions.role and not selection.rows(catalog):
        selection = replace(selection, conditions=replace(selection.conditions, role=None))
        notes = [no_roles(question.language)]
    statements = notes
    facts: list[Task] = []
    outcome = Outcome.ANSWERED
    for own in by_document(selection.rows(catalog)):
        held = _tasks_by_unit(own, catalog, selection.conditions)
        if not held:
            continue
        facts += [c.task for c in own if c.task]
        if not selection.conditions.extreme:
            statements += _enumerated(held, selection, catalog, question)
            continue
        best = _extreme(held, selection.conditions)
        if question.units and (question.yes_no or question.presumes):
            holds = all(any(key.meets(own) for unit in best for own in unit.keys) for key in question.units)
            outcome = outcome if holds else Outcome.CORRECTED
            yes, no = ("是的。", "不是。") if question.language is Language.ZH else ("Yes. ", "No. ")
            statements.append(Statement(yes if holds else no))
        statements += _ranked(held, best, selection, catalog, question)
    return Draft(outcome, Method.REGISTER, tuple(statements), tuple(facts)) if facts else None


def _extreme(held: dict[Unit, list[Clause]], asked: Conditions) -> dict[Unit, list[Clause]]:
    """The units with the most, or the fewest, tasks."""
    number = (max if asked.extreme is Extreme.MOST else min)(len(rows) for rows in held.values())
    return {unit: rows for unit, rows in held.items() if len(rows) == number}


def _tasks_by_unit(tasks: Sequence[Clause], catalog: Catalog, asked: Conditions) -> dict[Unit, list[Clause]]:
    """The tasks of each unit, units in order of first mention, the excepted ones left out."""
    held: dict[Unit, list[Clause]] = {}
    for clause in tasks:
        for unit in units_of_task(clause, catalog, asked.role):
            if not any(key.meets(own) for key in asked.besides for own in unit.keys):
                held.setdefault(unit, []).append(clause)
    return held


def _enumerated(
    held: dict[Unit, list[Clause]], selection: Selection, catalog: Catalog, question: Question
) -> list[Statement]:
    """Every unit with the number of its tasks, and where it is first named."""
    language, zh = question.language, question.language is Language.ZH
    first = next(iter(held.values()))[0]
    where, kind = scope(first, selection, catalog, language), kind_of_unit(selection.conditions.role, language)
    but = join([article(unit_asked(k, catalog, language), language) for k in selection.conditions.besides], language)
    if zh:
        head = f"{where}{'除' + but + '外，' if but else ''}{kind}单位共{len(held)}家："
    else:
        counted = f"{len(held)} {kind} unit{'' if len(held) == 1 else 's'}{' besides ' + but if but else ''}"
        head = f"{where}{'there' if where else 'There'} {'is' if len(held) == 1 else 'are'} {counted}: "
    parts = [
        f"{printed_unit(u, rows[0], catalog, language)}（{len(rows)}项）" if zh
        else f"the {printed_unit(u, rows[0], catalog, language)}, {tasks_counted(len(rows))}"
        for u, rows in held.items()
    ]  # fmt: skip
    refs = [[units_ref(rows[0])] for rows in held.values()]
    return [Statement(head, (), (f"{len(held)}家" if zh else str(len(held)),)), *listed(parts, refs, language)]


def _ranked(
    held: dict[Unit, list[Clause]], best: dict[Unit, list[Clause]], selection: Selection, catalog: Catalog,
    question: Question,
) -> list[Statement]:  # fmt: skip
    """The units with the most or fewest tasks, and which tasks these are."""
    language, zh = question.language, question.language is Language.ZH
    most, role = selection.conditions.extreme is Extreme.MOST, selection.conditions.role
    number = len(next(iter(best.values())))
    names = {unit: printed_unit(unit, rows[0], catalog, language) for unit, rows in best.items()}
    where = scope(next(iter(held.values()))[0], selection, catalog, language)
    alone = next(iter(names.values())) if len(best) == 1 else ""
    if zh:
        who = f"是{alone}，" if alone else f"有{len(best)}家，各"
        verb = kind_of_unit(role, language) if role else "承担"
        head = f"{where}{len(held)}家单位中，{verb}任务最{'多' if most else '少'}的{who}{number}项："
    else:
        who = f"the {alone} has" if alone else f"{len(best)} have"
        extreme = f"the {'most' if most else 'fewest'} tasks, {number}{'' if alone else ' each'}"
        head = f"{where}{'of' if where else 'Of'} {len(held)} {kind_of_unit(role, language)} units, {who} {extreme}: "
    parts, refs = [], []
    for unit, rows in best.items():
        for n, clause in enumerate(rows):
            own = "" if alone or n else f"{names[unit]}" if zh else f"the {names[unit]}, "
            parts.append(f"{own}{number_name(clause, language)}")
            refs.append([units_ref(clause)])
    return [Statement(head, (), (f"{number}项" if zh else str(number),)), *listed(parts, refs, language)]
