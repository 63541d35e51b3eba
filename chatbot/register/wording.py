"""How answers from the register are worded: names, numbers, what tasks were asked for, lists with a source each."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from chatbot.catalog import Catalog, Clause
from chatbot.conditions import Between, Due
from chatbot.draft import Ref, Statement
from chatbot.phrasing import document_name, join, task_name, unit_asked
from chatbot.question import Language
from chatbot.register.places import units_ref
from chatbot.register.selection import Selection
from ingest.model import Document, Role
from ingest.registry import UnitKey

_ZH_VERB = {Role.LEAD: "牵头", Role.SUPPORT: "配合"}
_EN_VERB = {Role.LEAD: "led by", Role.SUPPORT: "supported by"}


def several(catalog: Catalog) -> bool:
    """Whether more than one document has tasks, so that answers name theirs."""
    return catalog.documents_with_tasks > 1


def within(document: Document, catalog: Catalog, language: Language) -> str:
    """《…》中， or “In …, ” where several documents have tasks; else empty."""
    if not several(catalog):
        return ""
    name = document_name(document, language)
    return f"{name}中，" if language is Language.ZH else f"In {name}, "


def full_name(clause: Clause, catalog: Catalog, language: Language) -> str:
    """A task with its document, where several have tasks: 《…》第15项任务“…”, task 15 “…” of “…”."""
    name = task_name(clause.section, True, language)
    if not several(catalog):
        return name
    document = document_name(clause.document, language)
    return f"{document}{name}" if language is Language.ZH else f"{name} of {document}"


def kind_of_unit(role: Role | None, language: Language) -> str:
    """牵头, 配合, else 责任: what units are called that have a role."""
    if language is Language.ZH:
        return _ZH_VERB.get(role, "责任") if role else "责任"
    return {Role.LEAD: "lead", Role.SUPPORT: "supporting"}.get(role, "responsible") if role else "responsible"


def no_roles(language: Language) -> Statement:
    """That a document does not tell who leads from who supports."""
    zh = language is Language.ZH
    return Statement("文件没有区分牵头和配合单位。" if zh else "The document does not say who leads and who supports. ")


def scope(clause: Clause, selection: Selection, catalog: Catalog, language: Language) -> str:
    """The document, if it needs naming, and the part of it that is asked about: 《…》“四、…”中，."""
    if not selection.sections and not selection.clauses:
        return within(clause.document, catalog, language)
    part = catalog.clauses[next(clause.document.path(clause.section.id)).id]
    name = document_name(clause.document, language) if several(catalog) else ""
    if language is Language.ZH:
        return f"{name}“{part.section.label}”中，"
    return f"In {task_name(part.section, False, language)}{' of ' + name if name else ''}, "


def number_name(clause: Clause, language: Language) -> str:
    """第15项 or task 15 in a sentence that has more than one; other numbering by the printed label."""
    number = clause.section.number
    if number.isascii() and number.isdigit():
        return f"第{number}项" if language is Language.ZH else f"task {number}"
    return f"“{clause.section.label}”"


def tasks_counted(count: int) -> str:
    """1 task, 2 tasks."""
    return f"{count} task{'' if count == 1 else 's'}"


def items(tasks: Sequence[Clause], language: Language, place: Callable[[Clause], Ref] = units_ref) -> list[Statement]:
    """The tasks as a list, each with its ``place``: where its units are named, unless something else was asked."""
    names = [task_name(clause.section, True, language).replace("项任务", "项") for clause in tasks]
    return listed(names, [[place(clause)] for clause in tasks], language)


def listed(parts: Sequence[str], refs: Iterable[Sequence[Ref]], language: Language) -> list[Statement]:
    """Parts of one list, each with its places."""
    zh = language is Language.ZH
    marks = ["；" if zh else "; "] * (len(parts) - 1) + ["。" if zh else "."] * bool(parts)
    return [Statement(p + m, tuple(r)) for p, m, r in zip(parts, marks, refs, strict=True)]


def described(selection: Selection, catalog: Catalog, language: Language, document_ids: Sequence[str] = ()) -> str:
    """The tasks that were asked for: 市教育局牵头、2023年底前完成的任务, tasks led by the …; 任务 alone for all."""
    parts = list(_qualities(selection, catalog, language, document_ids))
    if language is Language.ZH:
        return f"{'、'.join(parts)}的任务" if parts else "任务"
    return join(parts, language)


def excepting(selection: Selection, language: Language) -> str:
    """除第15项外， or “Task 15 aside, ”, if the question excepts tasks."""
    numbers = join([str(n) for n in selection.conditions.besides_numbers], language)
    if not numbers:
        return ""
    return f"除第{numbers}项外，" if language is Language.ZH else f"Task {numbers} aside, "


def _qualities(
    selection: Selection, catalog: Catalog, language: Language, document_ids: Sequence[str]
) -> Iterable[str]:
    zh, asked = language is Language.ZH, selection.conditions

    def named(keys: Iterable[UnitKey]) -> str:
        return join([article(unit_asked(key, catalog, language, document_ids), language) for key in keys], language)

    by_role: dict[Role | None, list[UnitKey]] = {}
    for key in selection.units:
        by_role.setdefault(asked.role_of(key), []).append(key)
    for role, keys in by_role.items():
        if role in _ZH_VERB:
            yield f"{named(keys)}{_ZH_VERB[role]}" if zh else f"{_EN_VERB[role]} {named(keys)}"
        elif zh:
            alone = selection.only and len(selection.units) == 1
            yield f"{named(keys)}{'单独负责' if alone else '共同负责' if len(keys) > 1 else '负责或参与负责'}"
        elif len(keys) > 1:
            yield f"shared by {named(keys)}{' alone' if selection.only else ''}"
        else:
            yield f"that {named(keys)} {'alone ' if selection.only else ''}is responsible for" + (
                "" if selection.only else ", alone or with others"
            )
    if selection.only and not selection.units:
        yield "只有1个责任单位" if zh else "with a single responsible unit"
    elif asked.role in _ZH_VERB and not selection.units:
        yield (
            f"注明{_ZH_VERB[asked.role]}单位"
            if zh
            else f"with a {'lead' if asked.role is Role.LEAD else 'supporting unit'}"
        )
    if asked.without:
        yield f"没有{named(asked.without)}" if zh else f"without {named(asked.without)}"
    if asked.unit_count and not selection.only:
        yield _counted(asked.unit_count, zh)
    if asked.due:
        yield _due(asked.due, zh)
    if selection.topic:
        words = [f"“{readable(forms)}”" for forms in selection.topic]
        yield f"提到{''.join(words)}" if zh else f"that mention {join(words, language)}"


def readable(forms: Sequence[str]) -> str:
    """The form of a word to show: the first one, but no English stem where there is Chinese for it."""
    return next((form for form in forms if not form.isascii()), forms[0])


def article(name: str, language: Language) -> str:
    """The name in a sentence: English units take an article."""
    return name if language is Language.ZH else f"the {name}"


def _counted(number: Between, zh: bool) -> str:
    least, most = number.least, number.most
    if least == most:
        return f"有{least}个责任单位" if zh else f"with {least} responsible unit{'' if least == 1 else 's'}"
    if most is None:
        return f"有{least}个以上（含{least}个）责任单位" if zh else f"with {least} or more responsible units"
    return f"责任单位不超过{most}个" if zh else f"with at most {most} responsible units"


def _due(due: Due, zh: bool) -> str:
    if not due.stated:
        return "没有注明完成时限" if zh else "without a stated deadline"
    if due.first is None and due.last is None:
        return "注明了完成时限" if zh else "with a stated deadline"
    if due.first is None or due.last is None:
        day = due.last or due.first
        assert day is not None
        if zh:
            return f"{zh_date(day)}{'前' if due.last else '后'}完成"
        return f"due {'by' if due.last else 'from'} {day}{'' if due.last else ' on'}"
    return f"{zh_date(due.first)}至{zh_date(due.last)}完成" if zh else f"due between {due.first} and {due.last}"


def zh_date(day: date) -> str:
    """2023年12月31日."""
    return f"{day.year}年{day.month}月{day.day}日"
