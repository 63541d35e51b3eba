"""Tasks: numbered clauses and rows of tables that name who is responsible."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.clean import CleanText
from ingest.columns import UNIT_ROLES, Column
from ingest.labels import role_ending
from ingest.model import Responsibility, Role, Section, SectionKind, Span, Task
from ingest.rows import Row
from ingest.statements import Statement, find_statements, first_leads, first_leads_from
from ingest.units import UnitList, parse_units


@dataclass(frozen=True, slots=True)
class _Found:
    """What one clause says of its units, in clean offsets."""

    responsible: tuple[Responsibility, ...]
    deadline: str | None
    etc: bool
    span: Span
    heading_only: bool
    own_line: bool


def find_tasks(clean: CleanText, sections: tuple[Section, ...], rows: Mapping[str, Row]) -> Iterator[Task]:
    """The tasks among ``sections``, in order: those whose own text names responsible units, and the table ``rows``.

    A heading with units whose items have their own is no task: its units are the ``section_leads`` of the items.
    """
    by_id = {section.id: section for section in sections}
    found = _found(clean, sections, rows)
    lifted = _lift(sections, found)
    above = _with_tasks_below(by_id, found, rows)
    for section in sections:
        if section.id in rows:
            yield _row_task(clean, section, rows[section.id], by_id)
        elif section.id in found and not (section.id in above and found[section.id].heading_only):
            yield _task(clean, section, found[section.id], by_id, found, section.id in lifted)


def _found(clean: CleanText, sections: Sequence[Section], rows: Mapping[str, Row]) -> dict[str, _Found]:
    first_from = first_leads_from(clean.text)
    rule: Role | None = None
    found: dict[str, _Found] = {}
    for section in sections:
        if section.kind is not SectionKind.NUMBERED or not section.number or section.id in rows:
            continue
        if section.number.startswith("附"):
            continue
        own = section.clean_own.of(clean.text)
        statements = find_statements(own)
        if not statements:
            continue
        base = section.clean_own.start
        parsed: list[UnitList] = []
        for statement in statements:
            unit_lists = [_parse(own, content, base, statement, rule) for content in statement.contents]
            leads = (first_from is not None and base + statement.span.start >= first_from) or any(
                first_leads(content.of(own)) for content in statement.contents
            )
            parsed += _with_first_leading(unit_lists) if leads else unit_lists
            if statement.for_below and not statement.bare:
                rule = next((r.role for units in unit_lists for r in units.responsible), rule)
        responsible = tuple(
            {(r.unit, r.role): r for units in reversed(parsed) for r in reversed(units.responsible)}.values()
        )
        if not responsible:
            continue
        whole = Span(statements[0].span.start, statements[-1].span.end)
        heading = section.clean_heading.end - base
        found[section.id] = _Found(
            tuple(sorted(responsible, key=lambda r: r.span)),
            next((units.deadline for units in parsed if units.deadline), None),
            any(units.etc for units in parsed),
            whole.shifted(base),
            heading_only=len(statements) == 1
            and not (own[heading : whole.start] + own[whole.end :]).strip(" \n\r\t\u3000。"),
            own_line=not own[own.rfind("\n", 0, whole.start) + 1 : whole.start].strip(),
        )
    return found


def _parse(own: str, content: Span, base: int, statement: Statement, rule: Role | None) -> UnitList:
    text = content.of(own)
    default = rule if rule and statement.bare and role_ending(text) is None else Role.DUTY
    units = parse_units(text, default)
    moved = tuple(replace(r, span=r.span.shifted(base + content.start)) for r in units.responsible)
    return replace(units, responsible=moved)


def _with_first_leading(parsed: list[UnitList]) -> list[UnitList]:
    """The first unit leads, unless a label names another that does."""
    if any(r.role is Role.LEAD for units in parsed for r in units.responsible):
        return parsed
    for n, units in enumerate(parsed):
        if units.responsible:
            first, *others = units.responsible
            return [
                *parsed[:n],
                replace(units, responsible=(replace(first, role=Role.LEAD), *others)),
                *parsed[n + 1 :],
            ]
    return parsed


def _lift(sections: Sequence[Section], found: dict[str, _Found]) -> set[str]:
    """Move units from the last item to the clause above where they close the clause, not the item.

    They do if no other item and not the clause itself has any, and the items are (1) ① 一是, which are steps of a task
    and not tasks, or the units stand on a line of their own. A clause of one item is read like the clauses beside it.
    """
    children: dict[str, list[Section]] = {}
    for section in sections:
        if section.kind is SectionKind.NUMBERED and section.parent_id is not None:
            children.setdefault(section.parent_id, []).append(section)
    lifted: set[str] = set()
    beside: set[str | None] = set()
    lonely: list[Section] = []
    for section in reversed(sections):
        items = children.get(section.id, [])
        if not items or section.id in found or not section.number or section.number.startswith("附"):
            continue
        *others, last = items
        if last.id not in found or any(item.id in found for item in others):
            continue
        step = not last.number.isdigit() and not _HAN_ITEM.match(last.number)
        if step or (others and found[last.id].own_line):
            _move(found, lifted, last.id, section.id)
            if not step:
                beside.add(section.parent_id)
        elif found[last.id].own_line:
            lonely.append(section)
    for section in lonely:
        if section.parent_id in beside:
            _move(found, lifted, children[section.id][-1].id, section.id)
    return lifted


def _move(found: dict[str, _Found], lifted: set[str], below: str, above: str) -> None:
    found[above] = replace(found.pop(below), heading_only=False)
    lifted.discard(below)
    lifted.add(above)


# 一 | （一） | 第三条, not 一是
_HAN_ITEM = re.compile(r"[（(]?[一二三四五六七八九十百]+[）)]?$|第")


def _with_tasks_below(by_id: Mapping[str, Section], found: Mapping[str, _Found], rows: Mapping[str, Row]) -> set[str]:
    above: set[str] = set()
    for task_id in [*found, *rows]:
        parent = by_id[task_id].parent_id
        while parent is not None and parent not in above:
            above.add(parent)
            parent = by_id[parent].parent_id
    return above


def _task(
    clean: CleanText,
    section: Section,
    units: _Found,
    by_id: Mapping[str, Section],
    found: Mapping[str, _Found],
    whole: bool,
) -> Task:
    parent = by_id.get(section.parent_id or "")
    title_end = section.clean_heading.start + len(section.clean_heading.of(clean.text).rstrip())
    text = _trimmed(clean.text, section.clean_span if whole else section.clean_own)
    return Task(
        clause_id=section.id,
        number=section.number,
        ordinal=section.ordinal,
        title=section.title,
        section=parent.label if parent else "",
        span=clean.offsets.to_source(text),
        title_span=clean.offsets.to_source(Span(title_end - len(section.title), title_end)),
        units_span=clean.offsets.to_source(units.span),
        text=text.of(clean.text),
        responsible=_in_source(clean, units.responsible),
        deadline=units.deadline,
        etc=units.etc,
        title_en=section.title_en,
        section_leads=_in_source(clean, tuple(_leads(section, by_id, found))),
    )


def _leads(section: Section, by_id: Mapping[str, Section], found: Mapping[str, _Found]) -> Iterator[Responsibility]:
    parent = by_id.get(section.parent_id or "")
    if parent is not None:
        yield from _leads(parent, by_id, found)
        if parent.id in found and found[parent.id].heading_only:
            yield from found[parent.id].responsible


def _row_task(clean: CleanText, section: Section, row: Row, by_id: Mapping[str, Section]) -> Task:
    responsible: list[Responsibility] = []
    deadline: str | None = None
    etc = False
    for column, cell in row.cells:
        if column is Column.DEADLINE:
            deadline = deadline or cell.text
            continue
        units = parse_units(cell.text, UNIT_ROLES[column])
        responsible += (replace(r, span=cell.place(r.span)) for r in units.responsible)
        deadline, etc = deadline or units.deadline, etc or units.etc
    cells = [cell for column, cell in row.cells if column in UNIT_ROLES]
    units_at = Span(cells[0].span.start, max(cell.end for cell in cells)) if cells else Span(row.span.end, row.span.end)
    parent = by_id.get(section.parent_id or "")
    text = _trimmed(clean.text, row.span)
    return Task(
        clause_id=section.id,
        number=row.number,
        ordinal=row.ordinal,
        title=row.title,
        section=parent.label if parent else "",
        span=clean.offsets.to_source(text),
        title_span=clean.offsets.to_source(row.title_at),
        units_span=clean.offsets.to_source(units_at),
        text=text.of(clean.text),
        responsible=_in_source(clean, tuple(responsible)),
        deadline=deadline,
        etc=etc,
        title_en=section.title_en,
    )


def _in_source(clean: CleanText, responsible: tuple[Responsibility, ...]) -> tuple[Responsibility, ...]:
    return tuple(replace(r, span=clean.offsets.to_source(r.span)) for r in responsible)


def _trimmed(text: str, span: Span) -> Span:
    own = span.of(text)
    start = span.start + len(own) - len(own.lstrip())
    return Span(start, start + len(own.strip()))
