"""Tables that hand out tasks: 序号 | 工作任务 | 牵头单位 | 配合单位 | 完成时限. Cells are separated by tabs."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.columns import Column, read_header
from ingest.filling import glue
from ingest.loose_tables import find_loose_tables
from ingest.model import Span
from ingest.numerals import to_int
from ingest.rows import Cell, Row, Table, cell_at, row_of


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def tabs(self) -> int:
        return self.text.count("\t")


def find_tables(text: str) -> Iterator[Table]:
    """The tables whose header names units and a task, in order; also those pasted as loose lines."""
    at = 0
    for table in _tabbed(text) if "\t" in text else ():
        yield from find_loose_tables(text, Span(at, table.span.start))
        yield table
        at = table.span.end
    yield from find_loose_tables(text, Span(at, len(text)))


def _tabbed(text: str) -> Iterator[Table]:
    lines = [_Line(m.start(), m[0]) for m in re.finditer(r"[^\n]+", text)]
    tabbed = [n for n, line in enumerate(lines) if "\t" in line.text]
    headers = {n: columns for n in tabbed if (columns := read_header(lines[n].text.split("\t")))}
    ordered = [*headers, len(lines)]
    for at, (n, columns) in enumerate(headers.items()):
        rows, end = _rows(text, lines, n + 1, ordered[at + 1], tabbed, columns)
        if rows:
            yield Table(Span(lines[n].start, end), rows)


def _rows(
    text: str, lines: Sequence[_Line], first: int, stop: int, tabbed: Sequence[int], columns: tuple[Column, ...]
) -> tuple[tuple[Row, ...], int]:
    rows: list[Row] = []
    end = lines[first - 1].end
    n = first
    while n < stop:
        line = lines[n]
        width = 1
        if not line.tabs:
            # A paragraph more of the row before, if the table goes on behind it; else the table is over.
            following = bisect_left(tabbed, n)
            if not rows or following == len(tabbed) or tabbed[following] >= min(stop, n + 20) or _begins(line.text):
                break
            if lines[tabbed[following]].tabs < len(columns) // 2:
                break
            n += 1
            continue
        while line.tabs < len(columns) - 1 and n + width < stop and width < 20:
            following_line = lines[n + width]
            if line.tabs + following_line.tabs > len(columns) - 1:
                break
            if line.tabs + following_line.tabs == line.tabs and _begins(following_line.text):
                break
            line = _Line(line.start, text[line.start : following_line.end])
            width += 1
        if line.tabs < len(columns) - 1:
            line, width = lines[n], 1
        if rows:
            rows[-1] = replace(rows[-1], span=Span(rows[-1].span.start, max(rows[-1].span.end, end)))
        row = row_of(Span(line.start, line.end), columns, _cells(text, line, columns), rows)
        n += width
        end = max(end, lines[n - 1].end)
        if row is not None:
            rows.append(row)
    return tuple(rows), end


# 附件3 | 二、改革任务 | 第二章
_BEGINS = re.compile(r"\s*(?:附[件表录]|[一二三四五六七八九十]+、|第.{1,3}[章条]|注[:：])")


def _begins(line: str) -> bool:
    return bool(_BEGINS.match(line))


def _cells(text: str, line: _Line, columns: Sequence[Column]) -> list[Cell]:
    cells = []
    start = line.start
    for piece in line.text.split("\t"):
        cells.append(cell_at(text, Span(start, start + len(piece))))
        start += len(piece) + 1
    if len(cells) == 2 * len(columns):
        return [_continued(cell, rest) for cell, rest in zip(cells, cells[len(columns) :], strict=False)]
    missing = len(columns) - len(cells)
    if missing > 0:
        # Cells that a span covers were left out: those of the first columns, unless the row begins with its number.
        numbered = columns[0] is Column.NUMBER and to_int(cells[0].text) is not None
        blank = Cell("", Span(line.start, line.start))
        cells = [*cells, *[blank] * missing] if numbered else [*[blank] * missing, *cells]
    return cells


def _continued(cell: Cell, rest: Cell) -> Cell:
    """A cell with what stands of it on the next page; a row cut in two has all its columns twice."""
    return Cell(cell.text + glue(cell.text, rest.text) + rest.text, cell.span, rest.span) if rest.text else cell
