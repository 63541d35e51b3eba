"""The outline of a document: its parts, numbered headings and the rows of its task tables become a tree of sections."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.closings import closing_start
from ingest.headings import Heading, find_headings
from ingest.model import Gap, SectionKind, Span
from ingest.parts import Part, find_parts
from ingest.rows import Row, Table
from ingest.tables import find_tables

_PART_RANK, _ROW_RANK = -1, 99


@dataclass(frozen=True, slots=True)
class Node:
    """A section in clean offsets, before it has source offsets and an id of its document.

    ``path`` is the outline path (``("4", "15")``); a second section with the same path gets ``-2``. ``row`` is the
    row of a table that the section is.
    """

    kind: SectionKind
    path: tuple[str, ...]
    number: str
    ordinal: int | None
    title: str
    label: str
    heading: Span
    own: Span
    span: Span
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections in reading order, the holes in their numbering (paths joined by ``/``), and the tables of tasks."""

    nodes: tuple[Node, ...]
    gaps: tuple[Gap, ...]
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """Something that opens a section; a lower rank is further out."""

    start: int
    rank: int
    code: str
    number: str
    ordinal: int | None
    title: str
    label: str
    heading: Span
    counted: bool = False
    row: Row | None = None
    closing: bool = False


def outline(text: str) -> Outline:
    """The outline of clean text; text without any heading becomes one preamble."""
    found = tuple(find_tables(text))
    tables = tuple(table for table in found if table.rows)
    parts = find_parts(text)
    headings, entries = _entries(text, tables, parts.parts, parts.enclosures)
    bounds = [0, *(part.start for part in parts.parts), len(text)]
    starts = [heading.start for heading in headings]
    tabled = [table.span.start for table in tables]
    listed = [span.start for span in parts.enclosures]
    for start, end in pairwise(bounds):
        within = headings[bisect_left(starts, start) : bisect_left(starts, end)]
        at = bisect_left(listed, start)
        enclosed = listed[at] if at < len(listed) and listed[at] < end else None
        first, last = bisect_left(tabled, start), bisect_left(tabled, end)
        rows_end = tables[last - 1].span.end if last > first else None
        at = closing_start(text, within, end, enclosed, rows_end)
        if at < end and text[at:end].strip():
            entries.append(_Entry(at, 0, SectionKind.CLOSING.value, "", None, "", "", Span(at, at), closing=True))
    entries.sort(key=lambda entry: (entry.start, entry.rank))
    nodes, gaps = _tree(text, entries)
    return Outline(nodes, gaps, found)


def _entries(
    text: str, tables: Sequence[Table], parts: Sequence[Part], enclosures: Sequence[Span]
) -> tuple[list[Heading], list[_Entry]]:
    breaks = [part.start for part in parts]
    titles = [part.heading for part in parts]
    starts = [table.span.start for table in tables]
    passed_over = sorted([*enclosures, *titles, *(table.span for table in tables)])
    headings = list(find_headings(text, breaks, _disjoint(passed_over)))
    entries = [
        _Entry(p.start, _PART_RANK, p.code, p.number, p.ordinal, p.title, f"{p.number} {p.title}".strip(), p.heading)
        for p in parts
    ]
    for heading in headings:
        ahead = bisect_left(starts, heading.start)
        cut = heading.until(text, starts[ahead] if ahead < len(starts) else len(text))
        entries.append(
            _Entry(cut.start, cut.level.rank, str(cut.ordinal), cut.number, cut.ordinal, cut.title,
                   cut.span.of(text).strip(), cut.span, counted=True)
        )  # fmt: skip
    for table in tables:
        for row in table.rows:
            heading_end = row.title_at.end if row.title_at.start >= row.span.start else row.span.start
            label = f"{row.number}.{row.title}" if row.number.isdigit() else f"{row.number}{row.title}"
            entries.append(
                _Entry(row.span.start, _ROW_RANK, str(row.ordinal), row.number, row.ordinal, row.title, label,
                       Span(row.span.start, heading_end), row=row)
            )  # fmt: skip
    return headings, entries


def _disjoint(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in spans:
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


def _tree(text: str, entries: Sequence[_Entry]) -> tuple[tuple[Node, ...], tuple[Gap, ...]]:
    nodes: list[Node] = []
    first = entries[0].start if entries else len(text)
    if text[:first].strip():
        kind = SectionKind.PREAMBLE
        nodes.append(Node(kind, (kind.value,), "", None, "", "", Span(0, 0), Span(0, first), Span(0, first)))
    stack: list[tuple[int, tuple[str, ...]]] = []
    taken: dict[tuple[str, ...], int] = {}
    counters: dict[tuple[str, ...], int] = {}
    gaps: list[Gap] = []
    span_ends = _span_ends(entries, len(text))
    own_ends = [*(entry.start for entry in entries[1:]), len(text)][: len(entries)]
    for entry, own_end, span_end in zip(entries, own_ends, span_ends, strict=True):
        while stack and stack[-1][0] >= entry.rank:
            stack.pop()
        parent = stack[-1][1] if stack else ()
        path = plain = (*parent, entry.code)
        while path in taken:
            taken[plain] += 1
            path = (*parent, f"{entry.code}-{taken[plain]}")
        taken[path] = 1
        if entry.counted and entry.ordinal is not None:
            level = (*parent, str(entry.rank))
            previous = counters.get(level)
            if previous is not None and entry.ordinal > previous + 1:
                gaps.append(Gap("/".join(parent), previous, entry.ordinal))
            counters[level] = entry.ordinal
        stack.append((entry.rank, path))
        kind = SectionKind.CLOSING if entry.closing else SectionKind.NUMBERED
        nodes.append(
            Node(kind, path, entry.number, entry.ordinal, entry.title, entry.label, entry.heading,
                 Span(entry.start, own_end), Span(entry.start, span_end), entry.row)
        )  # fmt: skip
    return tuple(nodes), tuple(gaps)


def _span_ends(entries: Sequence[_Entry], end: int) -> Iterator[int]:
    """Where each entry's last descendant ends: at the next entry that is not further in."""
    ends = [end] * len(entries)
    open_now: list[int] = []
    for n, entry in enumerate(entries):
        while open_now and entries[open_now[-1]].rank >= entry.rank:
            ends[open_now.pop()] = entry.start
        open_now.append(n)
    return iter(ends)
