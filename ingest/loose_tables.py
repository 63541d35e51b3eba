"""Tables of tasks that were pasted as loose lines, a cell a line: 序号 ⏎ 工作任务 ⏎ 责任单位 ⏎ 1 ⏎ 清理河道 ⏎ 市水务局.

Which cells make a row is found by dynamic programming over the lines: of all ways to give each line a column, in the
order of the header, that with the fewest irregularities (a cell left out, a cell of two lines, a cell unlike its
column). A table is read only if there is one such way, it explains the table to its end, and irregularities are rare.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from ingest.columns import UNIT_ROLES, Column
from ingest.loose_headers import TEXTS, Header, Line, find_headers
from ingest.model import Span
from ingest.parts import DATE
from ingest.rows import Cell, Row, Table, cell_at, row_of, says_nothing
from ingest.statements import only_units

#: Longest unit or time that does not look like one.
_SHORT = 40
_FEWEST_NUMBERED, _FEWEST_UNNUMBERED = 2, 3
# 附件3 | 注：各单位每月报送进展
_BEHIND = re.compile(r"附[件表录]|注[:：]|备注[:：]|说明[:：]")
# 2025年底前 | 长期坚持 | 每季度
_WHEN = re.compile(r"\d{4}|[年月日季周]|[前底]|长期|持续|全程|适时|立即|常态")
#: Irregularities by which a way of reading may trail the best one before it is given up.
_MARGIN = 2
#: A unit cell that goes on in the next line ends so.
_GOES_ON = "、，,；;"


@dataclass(frozen=True, slots=True)
class _Step:
    """The line at ``at`` was given the column at ``column``; ``begins`` a row. Steps are a list from last to first."""

    at: int
    column: int
    begins: bool
    before: "_Step | None"


@dataclass(frozen=True, slots=True)
class _State:
    """Between two lines: ``column`` is the next to be filled (0 between rows), ``number`` that of the last row.

    ``open`` says that the line just read may go on in the next one, ``odd`` that a cell of this row is unlike its
    column.
    """

    column: int
    number: int
    open: bool = False
    odd: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the lines up to a state are read best; not ``unique`` if in two ways equally well."""

    cost: int
    rows: int
    unique: bool
    last: _Step | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The lines behind ``header`` up to ``stop`` may be its table."""

    header: Header
    stop: int


def find_loose_tables(text: str, within: Span) -> Iterator[Table]:
    """The tables among the lines ``within``, in order; those that cannot be read have no rows."""
    lines = lines_of(text, within)
    for stretch in stretches(lines):
        header = stretch.header
        rows = tuple(read_rows(text, lines, stretch))
        last = rows[-1].span if rows else lines[header.end - 1].span
        yield Table(Span(lines[header.first].span.start, last.end), rows, loose=True)


def lines_of(text: str, within: Span) -> list[Line]:
    """The lines that say something."""
    return [
        Line(Span(m.start(), m.end()), m[0].strip())
        for m in re.compile(r"[^\n]+").finditer(text, within.start, within.end)
        if m[0].strip()
    ]


def stretches(lines: Sequence[Line]) -> Iterator[Stretch]:
    """Where tables may be, in order: from a header to one of other columns or what stands behind tables."""
    headers = list(find_headers(lines))
    changes = [other.first for header, other in pairwise(headers) if other.names != header.names]
    stops = sorted([*changes, *(n for n, line in enumerate(lines) if _BEHIND.match(line.text)), len(lines)])
    stop = 0
    for header in headers:
        if header.first >= stop:
            stop = stops[bisect_left(stops, header.end)]
            yield Stretch(header, stop)


def read_rows(text: str, lines: Sequence[Line], stretch: Stretch) -> Iterator[Row]:
    """The rows of a stretch; none if they can be told apart in no way or in several."""
    header = stretch.header
    reading = _read(lines, header, stretch.stop)
    if reading is None:
        return
    steps = []
    step = reading.last
    while step is not None:
        steps.append(step)
        step = step.before
    steps.reverse()
    begins = [n for n, step in enumerate(steps) if step.begins]
    above: list[Row] = []
    for first, end in zip(begins, [*begins[1:], len(steps)], strict=True):
        span = Span(lines[steps[first].at].span.start, lines[steps[end - 1].at].span.end)
        cells = [Cell("", Span(span.start, span.start))] * len(header.columns)
        for column in dict.fromkeys(step.column for step in steps[first:end]):
            own = [lines[step.at].span for step in steps[first:end] if step.column == column]
            cells[column] = cell_at(text, Span(own[0].start, own[-1].end))
        if row := row_of(span, header.columns, cells, above):
            above.append(row)
            yield row


def _read(lines: Sequence[Line], header: Header, stop: int) -> _Reading | None:
    """The only best way to read the lines behind ``header``, None if there is none or it leaves rows over."""
    ends: dict[tuple[int, int], _Reading] = {}
    ahead: dict[int, dict[_State, _Reading]] = {header.end: {_State(0, 0): _Reading(0, 0, True, None)}}
    width = len(header.columns)
    for at in range(header.end, stop + 1):
        states = ahead.pop(at, {})
        # Without numbers only complete rows can be told apart.
        dearest = min((reading.cost for reading in states.values()), default=0) + _MARGIN if header.numbered else 0
        for column in range(1, width):
            for state in [s for s in states if s.column == column and states[s].cost < dearest]:
                reading = states[state]
                left_out = _State((column + 1) % width, state.number, odd=state.odd)
                _offer(states, left_out, replace(reading, cost=reading.cost + 1))
        for state, reading in states.items():
            if reading.cost > dearest:
                continue
            if not state.column and reading.rows:
                _offer(ends, (at, state.number), reading)
            if at < stop:
                for end, following, further in _followers(lines, header, at, state, reading):
                    _offer(ahead.setdefault(end, {}), following, further)
        if not ahead:
            break
    if not ends:
        return None
    end, number = min(ends, key=lambda key: (-ends[key].rows, ends[key].cost, -key[0]))
    best = ends[end, number]
    fewest = _FEWEST_NUMBERED if header.numbered else _FEWEST_UNNUMBERED
    if not best.unique or best.rows < fewest or best.cost >= best.rows:
        return None
    return None if _left_over(lines, header, end, stop, number) else best


_Key = TypeVar("_Key")


def _offer(states: dict[_Key, _Reading], state: _Key, reading: _Reading) -> None:
    known = states.get(state)
    if known is None or reading.cost < known.cost:
        states[state] = reading
    elif reading.cost == known.cost:
        states[state] = replace(known, unique=False)


def _followers(
    lines: Sequence[Line], header: Header, at: int, state: _State, reading: _Reading
) -> Iterator[tuple[int, _State, _Reading]]:
    """What the line at ``at`` can be: how far that reads, and what is known there."""
    line, columns = lines[at], header.columns
    before = (state.column or len(columns)) - 1
    goes_on = state.open and columns[before] in UNIT_ROLES and lines[at - 1].text[-1] in _GOES_ON

    def cell(column: int, cost: int, begins: bool = False, rows: int = 0) -> Iterator[tuple[int, _State, _Reading]]:
        odd = _misfit(columns[column], line)
        if odd is None or (odd and state.odd and not begins):
            return
        following = _State(
            (column + 1) % len(columns),
            state.number + rows,
            open=columns[column] in UNIT_ROLES or columns[column] is header.longest_text,
            odd=bool(odd) or (state.odd and not begins),
        )
        step = _Step(at, column, begins, reading.last)
        yield at + 1, following, _Reading(reading.cost + cost + odd, reading.rows + rows, reading.unique, step)

    if header.numbered and line.number == state.number + 1:
        if not state.column:
            yield from cell(0, 0, begins=True, rows=1)
        return
    if state.open:
        yield from cell(before, int(not goes_on))
    if state.column:
        yield from cell(state.column, int(goes_on))
        return
    if repeated := header.again(at, lines):
        yield repeated.end, _State(0, state.number), reading
    if header.numbered and line.groups and at + 1 < len(lines):
        value = lines[at + 1].number
        if value is not None and value in (1, state.number + 1):
            yield at + 1, _State(0, value - 1), reading
    if not header.numbered:
        yield from cell(0, int(goes_on), begins=True, rows=1)
    elif header.covered and reading.rows:
        yield from cell(header.covered, int(goes_on), begins=True)


def _misfit(column: Column, line: Line) -> int | None:
    """0 if a line is what stands in such a column, 1 if it may be, None if it is not."""
    if column is Column.NUMBER:
        return 0
    nothing = says_nothing(line.text)
    if column in TEXTS:
        return int(nothing or (lists_units(line.text) and line.text[-1] != "。"))
    if column is Column.OTHER or nothing:
        return 0
    if lists_units(line.text) if column in UNIT_ROLES else is_time(line.text):
        return 0
    return 1 if len(line.text) <= _SHORT and line.text[-1] not in "。：:" else None


def is_time(text: str) -> bool:
    """Whether a cell says until when: 2025年底前, 长期坚持."""
    return len(text) <= _SHORT and bool(_WHEN.search(text))


@lru_cache(maxsize=4096)
def lists_units(text: str) -> bool:
    """Whether a line is a list of units and nothing else."""
    return "。" not in text[:-1] and only_units(text)


def _left_over(lines: Sequence[Line], header: Header, end: int, stop: int, number: int) -> bool:
    """Whether behind the rows read there is a cell of the table still: the next number, or units that do not sign."""
    for n in range(end, stop):
        if header.numbered and lines[n].number == number + 1:
            return True
        if lists_units(lines[n].text) and not any(DATE.fullmatch(line.text) for line in lines[n + 1 : n + 4]):
            return True
    return False
