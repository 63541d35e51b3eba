"""Tasks: numbered clauses that name who is responsible."""

from collections.abc import Iterator

from ingest.clean import CleanText
from ingest.model import Responsibility, Section, SectionKind, Span, Task
from ingest.units import find_unit_bracket, parse_units


def find_tasks(clean: CleanText, sections: tuple[Section, ...]) -> Iterator[Task]:
    """The tasks among ``sections``, in order: those whose own text holds a bracket of responsible units."""
    by_id = {section.id: section for section in sections}
    for section in sections:
        if section.kind is not SectionKind.NUMBERED:
            continue
        own = section.clean_own.of(clean.text)
        bracket = find_unit_bracket(own)
        if bracket is None:
            continue
        content = Span(bracket.start + 1, bracket.end - 1) if own[bracket.start] in "〔（([［【" else bracket
        parsed = parse_units(content.of(own))
        base = section.clean_own.start
        parent = by_id.get(section.parent_id or "")
        title_end = section.clean_heading.start + len(section.clean_heading.of(clean.text).rstrip())
        yield Task(
            clause_id=section.id,
            number=section.number,
            ordinal=section.ordinal,
            title=section.title,
            section=parent.label if parent else "",
            span=_stripped(clean, section.clean_own),
            title_span=clean.offsets.to_source(Span(title_end - len(section.title), title_end)),
            units_span=clean.offsets.to_source(bracket.shifted(base)),
            text=own.strip(),
            responsible=tuple(
                Responsibility(r.unit, r.role, clean.offsets.to_source(r.span.shifted(base + content.start)))
                for r in parsed.responsible
            ),
            deadline=parsed.deadline,
            etc=parsed.etc,
            title_en=section.title_en,
        )


def _stripped(clean: CleanText, span: Span) -> Span:
    own = span.of(clean.text)
    start = span.start + len(own) - len(own.lstrip())
    return clean.offsets.to_source(Span(start, start + len(own.strip())))
