"""Which tasks, and how many: of units, in roles, by deadline, by topic, without units; document by document."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chatbot.catalog import Catalog, Clause
from chatbot.clauses import by_document, contents_of, heading_ref
from chatbot.conditions import Extreme
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.phrasing import capitalised, document_name, join, unit_asked
from chatbot.question import Language, Question
from chatbot.register.places import count_refs, deadline_ref, mention_ref, units_ref
from chatbot.register.selection import Selection, duties, has_unit, units_of_task
from chatbot.register.wording import article, described, excepting, items, no_roles, scope, tasks_counted, within
from ingest.model import Document, Role


def tasks_that(question: Question, catalog: Catalog) -> Draft | None:
    """The tasks a question describes; None if it names only units that no document makes responsible."""
    if question.other_units and not question.units:
        return None
    selection = Selection.of(question, catalog)
    if not question.units and question.conditions.besides:
        selection = replace(selection, units=question.conditions.besides)
    if selection.conditions.extreme and not selection.units:
        return _most_units(selection, catalog, question.language)
    rows = selection.rows(catalog)
    roleless: list[Clause] = []
    if not rows and (selection.conditions.role or selection.conditions.roles):
        any_role = replace(selection, conditions=replace(selection.conditions, role=None, roles=()))
        roleless = [c for c in any_role.rows(catalog) if not _tells_roles(c, catalog)]
        if roleless and selection.units:
            return _listed(roleless, any_role, question, catalog, roleless=True)
    if not rows:
        return None if selection.topic else _none(selection, question, catalog)
    if selection.conditions.without and not selection.units:
        # Of documents that know the unit, if any does.
        know = {
            c.document.id for c in catalog.tasks() if any(has_unit(k, c, catalog) for k in selection.conditions.without)
        }
        rows = [clause for clause in rows if clause.document.id in know] or rows
    return _listed(rows, selection, question, catalog)


def _tells_roles(clause: Clause, catalog: Catalog) -> bool:
    """Whether the document says of any task who leads or supports."""
    own = catalog.tasks([clause.document.id])
    return any(r.role in (Role.LEAD, Role.SUPPORT) for c in own if c.task for r in duties(c.task))


def _listed(
    rows: Sequence[Clause], selection: Selection, question: Question, catalog: Catalog, roleless: bool = False
) -> Draft:
    statements: list[Statement] = []
    judged = []
    for own in by_document(rows):
        head = _head(own, selection, question, catalog)
        if roleless:
            statements.append(no_roles(question.language))
        claimed = selection.conditions.claimed
        if claimed is not None and (question.yes_no or question.presumes):
            judged.append(len(own) == claimed)
            head = f"{_verdict(judged[-1], claimed, question.language)}{head}"
        emphasis = f"{len(own)}项" if question.language is Language.ZH else str(len(own))
        statements.append(Statement(head, (), (emphasis,)))
        statements += items(own, question.language, _place_of(selection))
    silent = [d for d in question.document_ids if d not in {c.document.id for c in rows} and catalog.tasks([d])]
    for document_id in silent:
        alone = replace(question, document_ids=(document_id,))
        statements += _none(replace(selection, document_ids=(document_id,)), alone, catalog).statements
    outcome = Outcome.CORRECTED if judged and not any(judged) else Outcome.ANSWERED
    return Draft(
        outcome, Method.REGISTER, tuple(statements), tuple(c.task for c in rows if c.task),
        suggestions=content_suggestions(rows[:2], question.language),
    )  # fmt: skip


def _place_of(selection: Selection) -> Callable[[Clause], Ref]:
    """What shows that a task was meant: the place that mentions the topic, its deadline, or its units."""
    if selection.topic:
        return lambda clause: mention_ref(clause, selection.topic)
    return deadline_ref if selection.conditions.due else units_ref


def _verdict(holds: bool, claimed: int, language: Language) -> str:
    if language is Language.ZH:
        return "是的。" if holds else f"不是{claimed}项。"
    return "Yes. " if holds else f"No, not {claimed}. "


def _head(rows: Sequence[Clause], selection: Selection, question: Question, catalog: Catalog) -> str:
    """How many tasks of one document: 《…》中，市教育局牵头的任务共3项："""
    document, language = rows[0].document, question.language
    opening = f"{scope(rows[0], selection, catalog, language)}{excepting(selection, language)}"
    what = described(selection, catalog, language, [document.id])
    if language is Language.ZH:
        return f"{opening}{what}共{len(rows)}项："
    plain = selection.units and not selection.conditions.restrict and not selection.conditions.roles
    if plain and not selection.topic:
        names = join([unit_asked(key, catalog, language, [document.id]) for key in selection.units], language)
        joint, only = len(selection.units) > 1, selection.only
        verb = (
            "is solely responsible for" if only and not joint
            else "are jointly responsible for" if joint else "is responsible, alone or with others, for"
        )  # fmt: skip
        return f"{opening}{'the' if opening else 'The'} {names} {verb} {tasks_counted(len(rows))}: "
    are = "is" if len(rows) == 1 else "are"
    return f"{opening}{'there' if opening else 'There'} {are} {tasks_counted(len(rows))} {what}: ".replace(" : ", ": ")


def _none(selection: Selection, question: Question, catalog: Catalog) -> Draft:
    """That there is no such task, and how many there are of what was asked one by one."""
    language, zh = question.language, question.language is Language.ZH
    asked = selection.conditions
    if asked.without and not selection.units:
        everything = replace(selection, conditions=replace(asked, without=())).rows(catalog)
        if everything:
            return _all_have(everything, selection, question, catalog)
    where = join([document_name(catalog.index.document(d), language) for d in question.document_ids], language)
    what = described(selection, catalog, language, question.document_ids)
    but = excepting(selection, language)
    if zh:
        head = f"{but}{where}没有{what}（0项）。{_why_none(selection, catalog, language)}"
    else:
        head = f"{but}{'there' if but else 'There'} are no tasks (0){' in ' + where if where else ''} {what}. "
        head += _why_none(selection, catalog, language)
    each = []
    for key in selection.units:
        only_it = Selection(selection.document_ids, selection.sections, selection.clauses, (key,))
        rows = only_it.rows(catalog)
        if not rows:
            continue
        name = unit_asked(key, catalog, language, question.document_ids)
        if zh:
            text = f"{name}共参与{len(rows)}项" + ("，均与其他单位共同承担。" if question.only else "。")
        else:
            text = (
                f"The {name} takes part in {tasks_counted(len(rows))}{', always with others' if question.only else ''}."
            )
        each.append(Statement(text, (units_ref(rows[0]),)))
    return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(head.rstrip() if not each else head), *each))


def _why_none(selection: Selection, catalog: Catalog, language: Language) -> str:
    """That the documents asked tell no roles or no deadlines at all, where that is why nothing is found."""
    zh, asked = language is Language.ZH, selection.conditions
    tasks = [clause for clause in catalog.tasks(selection.document_ids) if clause.task]
    if asked.due and asked.due.stated and not any(clause.task and clause.task.deadline for clause in tasks):
        return "文件没有为任务注明完成时限。" if zh else "The documents state no deadlines for tasks. "
    if (asked.role or asked.roles) and not any(_tells_roles(clause, catalog) for clause in tasks):
        return no_roles(language).text
    return ""


def _all_have(rows: Sequence[Clause], selection: Selection, question: Question, catalog: Catalog) -> Draft:
    """That no task is without the units, because every one names them."""
    language = question.language
    names = join(
        [
            article(unit_asked(k, catalog, language, question.document_ids), language)
            for k in selection.conditions.without
        ],
        language,
    )
    if language is Language.ZH:
        text = f"没有：全部{len(rows)}项任务都有{names}（0项例外）。"
    else:
        text = f"None: all {len(rows)} tasks name {names}."
    return Draft(Outcome.ANSWERED, Method.REGISTER, (Statement(text, (units_ref(rows[0]), units_ref(rows[-1]))),))


def _most_units(selection: Selection, catalog: Catalog, language: Language) -> Draft | None:
    """The tasks with the most, or the fewest, responsible units."""
    most = selection.conditions.extreme is Extreme.MOST
    statements: list[Statement] = []
    facts = []
    for own in by_document(selection.rows(catalog)):
        counts = [len(units_of_task(clause, catalog)) for clause in own]
        best = (max if most else min)(counts)
        rows = [clause for clause, count in zip(own, counts, strict=True) if count == best]
        where = within(own[0].document, catalog, language)
        if language is Language.ZH:
            head = f"{where}责任单位最{'多' if most else '少'}的任务共{len(rows)}项，每项{best}个单位："
        else:
            lead = (
                f"{where}{'the' if where else 'The'} {'most' if most else 'fewest'} responsible units of one task are"
            )
            head = f"{lead} {best}, which {tasks_counted(len(rows))} {'has' if len(rows) == 1 else 'have'}: "
        statements += [Statement(head, (), (str(best),)), *items(rows, language)]
        facts += [c.task for c in rows if c.task]
    return Draft(Outcome.ANSWERED, Method.REGISTER, tuple(statements), tuple(facts)) if statements else None


def count(question: Question, catalog: Catalog) -> Draft | None:
    """How many tasks and sections the documents have; a number taken for granted is confirmed or corrected."""
    if question.clauses or question.sections:
        return _section_count(question, catalog)
    statements, judged = [], []
    for document in catalog.documents:
        if question.document_ids and document.id not in question.document_ids:
            continue
        tasks = catalog.tasks([document.id])
        if not tasks:
            if document.id in question.document_ids:
                statements += _chapters(document, catalog, question.language)
            continue
        tops = catalog.top_sections(document)
        name = document_name(document, question.language)
        if question.language is Language.ZH:
            text = f"{name}共有{len(tasks)}项任务，分为{len(tops)}个部分。"
        else:
            text = f"{capitalised(name)} has {len(tasks)} tasks in {len(tops)} actions (parts)."
        claimed = question.conditions.claimed
        if claimed is not None:
            judged.append(len(tasks) == claimed)
            text = f"{_verdict(judged[-1], claimed, question.language)}{text}"
        statements.append(Statement(text, count_refs(tasks), (f"{len(tasks)}项", f"{len(tops)}个部分")))
    if not statements:
        return None
    return Draft(
        Outcome.CORRECTED if judged and not any(judged) else Outcome.ANSWERED, Method.REGISTER, tuple(statements)
    )


def _chapters(document: Document, catalog: Catalog, language: Language) -> list[Statement]:
    """How many chapters and articles a document without tasks has, else how many parts; nothing if it has neither."""
    numbered = [c for c in catalog.clauses.values() if c.document.id == document.id]
    counted = {
        kind: own for kind in ("章", "条") if (own := [c for c in numbered if c.section.number.endswith(kind)])
    } or {"部分": catalog.top_sections(document)}
    if not any(counted.values()):
        return []
    name, zh = document_name(document, language), language is Language.ZH
    kinds = {"章": "章" if zh else "chapters", "条": "条" if zh else "articles", "部分": "个部分" if zh else "parts"}
    parts = [f"{len(own)}{'' if zh else ' '}{kinds[kind]}" for kind, own in counted.items()]
    refs = tuple(dict.fromkeys(heading_ref(end) for own in counted.values() for end in (own[0], own[-1])))
    text = f"{name}共有{join(parts, language)}。" if zh else f"{capitalised(name)} has {join(parts, language)}."
    return [Statement(text, refs, tuple(parts))]


def _section_count(question: Question, catalog: Catalog) -> Draft | None:
    """What a section holds; a number taken for granted is judged by the tasks in it."""
    selection = Selection.of(question, catalog)
    rows, claimed = selection.rows(catalog), question.conditions.claimed
    if any(clause.section.depth > 2 for clause in rows):
        return _listed(rows, selection, question, catalog)
    contents = contents_of(question, catalog)
    if contents is None or claimed is None:
        return contents
    holds = any(len(own) == claimed for own in by_document(rows))
    first, *others = contents.statements
    judged = replace(first, text=f"{_verdict(holds, claimed, question.language)}{first.text}")
    return replace(contents, outcome=Outcome.ANSWERED if holds else Outcome.CORRECTED, statements=(judged, *others))


def content_suggestions(clauses: Sequence[Clause], language: Language) -> tuple[str, ...]:
    """Questions about what tasks say."""
    numbers = [clause.section.number for clause in clauses if clause.section.number.isdigit()]
    zh = language is Language.ZH
    return tuple(f"第{n}项任务的主要内容是什么？" if zh else f"What does task {n} say?" for n in numbers)
