"""Who is responsible for named tasks: all, those in a role, or those besides somebody."""

from collections.abc import Sequence

from chatbot.catalog import Catalog, Clause
from chatbot.conditions import Conditions
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.phrasing import capitalised, join, responsibility, unit_asked, unit_name
from chatbot.question import Language
from chatbot.register.listing import content_suggestions
from chatbot.register.places import units_ref
from chatbot.register.selection import duties, has_unit, units_of_task
from chatbot.register.wording import article, full_name, kind_of_unit
from ingest.model import Role, Task
from ingest.registry import Unit

_ROLES = (Role.LEAD, Role.SUPPORT)


def units_of(
    tasks: Sequence[Clause], catalog: Catalog, language: Language, asked: Conditions | None = None
) -> Draft | None:
    """Who is responsible for each of ``tasks``, in one role or besides some units if asked so; None for no tasks."""
    if not tasks:
        return None
    asked = asked or Conditions()
    statements = [_some(clause, catalog, language, asked) or _all(clause, catalog, language) for clause in tasks]
    return Draft(
        Outcome.ANSWERED,
        Method.REGISTER,
        tuple(statements),
        tuple(c.task for c in tasks if c.task),
        suggestions=content_suggestions(tasks[:1], language),
    )


def _all(clause: Clause, catalog: Catalog, language: Language) -> Statement:
    assert clause.task is not None
    who = responsibility(clause.task, catalog, language)
    if leads := [unit_name(r.unit, catalog, language) for r in clause.task.section_leads]:
        above = join(leads, language)
        who += f"，所在部分由{above}牵头" if language is Language.ZH else f"; its section is led by {above}"
    name = full_name(clause, catalog, language)
    text = f"{name}{who}。" if language is Language.ZH else f"{capitalised(name)} is {who}."
    units = tuple(dict.fromkeys(unit_name(r.unit, catalog, language) for r in clause.task.responsible))
    return Statement(text, (units_ref(clause),), _emphasis(text, units, clause.task))


def _emphasis(text: str, units: Sequence[str], task: Task) -> tuple[str, ...]:
    joined = "、".join(r.unit for r in task.responsible)
    return (joined,) if joined in text else tuple(units)


def _some(clause: Clause, catalog: Catalog, language: Language, asked: Conditions) -> Statement | None:
    """The units of one task that lead or support, or that are not the excepted ones; None if neither is asked."""
    excepted = [key for key in asked.besides if has_unit(key, clause, catalog)]
    role = asked.role if asked.role in _ROLES else None
    if role is None and not excepted:
        return None
    names = [
        printed_unit(unit, clause, catalog, language)
        for unit in units_of_task(clause, catalog, role)
        if not any(key.meets(own) for key in excepted for own in unit.keys)
    ]
    kind, refs = kind_of_unit(role, language), (units_ref(clause),)
    if excepted:
        asked_for = [unit_asked(key, catalog, language, [clause.document.id]) for key in excepted]
        but = join([article(unit, language) for unit in asked_for], language)
        return Statement(_besides(but, kind, names, clause, catalog, language), refs, tuple(names))
    if not names:
        told = _all(clause, catalog, language).text
        zh = language is Language.ZH
        return Statement(f"没有注明{kind}单位：{told}" if zh else f"No {kind} unit is named: {told}", refs)
    name = full_name(clause, catalog, language)
    if language is Language.ZH:
        text = f"{name}的{kind}单位有{len(names)}家：{join(names, language)}。"
    else:
        counted = f"{len(names)} {kind} unit{'' if len(names) == 1 else 's'}"
        text = f"{capitalised(name)} has {counted}: {join([article(n, language) for n in names], language)}."
    return Statement(text, refs, tuple(names))


def _besides(but: str, kind: str, names: Sequence[str], clause: Clause, catalog: Catalog, language: Language) -> str:
    name, listed = full_name(clause, catalog, language), join(names, language)
    if language is Language.ZH:
        if not names:
            return f"除{but}外，{name}没有其他{kind}单位。"
        return f"除{but}外，{name}的其他{kind}单位有{len(names)}家：{listed}。"
    if not names:
        return f"Besides {but}, {name} has no other {kind} unit."
    return f"Besides {but}, {name} has {len(names)} other {kind} unit{'' if len(names) == 1 else 's'}: {listed}."


def printed_unit(unit: Unit, clause: Clause, catalog: Catalog, language: Language) -> str:
    """The unit as this task prints it."""
    assert clause.task is not None
    own = (r.unit for r in duties(clause.task) if catalog.units.unit(clause.document.id, r.unit) is unit)
    return unit_name(next(own, unit.name), catalog, language)
