"""Tables of tasks whose cells a page has wrapped, so that a cell is several lines: 清理河 ⏎ 道。⏎ 市水 ⏎ 务局.

Rows begin where the numbers count on. Which lines of a row make a cell follows from what the cells say (texts end with
a full stop; a break inside a unit's name is a wrap, one between two whole names without 、 is not) and from how lines
fill the columns, whose widths are learned from the rows themselves. A table is read only if every row can be read, and
in one best way.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.brackets import split
from ingest.column_widths import printed_as
from ingest.columns import UNIT_ROLES, Column
from ingest.loose_headers import TEXTS, Header, Line
from ingest.loose_tables import lists_units
from ingest.model import Span
from ingest.parts import DATE
from ingest.rows import says_nothing
from ingest.wrapped_rows import ENDS, SEPARATORS, Piece, RowLines, RowReader, WrappedRow

_FEWEST_ROWS = 2
_LONGEST_ROW = 80  # lines


def read_wrapped(text: str, lines: Sequence[Line], header: Header, stop: int) -> tuple[WrappedRow, ...]:
    """The rows behind ``header`` in ``lines`` of ``text``; none if they cannot be told apart or can in several ways."""
    layout = _layout(header)
    if layout is None:
        return ()
    body = _Body(text, lines, header, stop)
    chains = list(body.rows())
    if len(chains) < _FEWEST_ROWS:
        return ()
    blocks = RowReader((Column.DETAIL, *layout.tail), None)
    learned = (blocks.row(row) for row in chains[:-1])
    sure = [reading.row.texts for reading in learned if reading and reading.unique]
    known = printed_as(sure, len(layout.texts))
    if known is None:
        return ()
    reader = RowReader(layout.columns, known)
    *whole, last = chains
    readings = [reader.row(row, first=n == 0) for n, row in enumerate(whole)]
    readings.append(reader.last(last))
    if any(reading is None or not reading.unique for reading in readings):
        return ()
    rows = tuple(reading.row for reading in readings if reading)
    return () if body.left_over(rows[-1]) or not _proven(layout, rows) else rows


@dataclass(frozen=True, slots=True)
class _Layout:
    texts: tuple[Column, ...]
    tail: tuple[Column, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return (*self.texts, *self.tail)


def _layout(header: Header) -> _Layout | None:
    """The columns if a number is followed by one or two texts, and those by units and times; None if not."""
    if not header.numbered:
        return None
    behind = header.columns[1:]
    texts = tuple(column for column in behind[:2] if column in TEXTS)
    tail = behind[len(texts) :]
    known = all(column in UNIT_ROLES or column is Column.DEADLINE for column in tail)
    units = any(column in UNIT_ROLES for column in tail)
    return _Layout(texts, tail) if texts and behind[0] in TEXTS and known and units else None


def _proven(layout: _Layout, rows: Sequence[WrappedRow]) -> bool:
    """Whether behind each text without a full stop a unit begins that another row names too, or nothing stands."""
    names = Counter(name for row in rows for name in {name for cell in _units(layout, row) for name in _names(cell)})
    for row in rows:
        first = _units(layout, row)[0]
        ended = row.whole[len(layout.texts) - 1][-1].text[-1] in ENDS
        if not (ended or says_nothing(first)) and (layout.tail[0] not in UNIT_ROLES or names[_names(first)[0]] < 2):
            return False
    return True


def _units(layout: _Layout, row: WrappedRow) -> list[str]:
    """What the cells behind the texts say."""
    return ["".join(piece.text for piece in cell) for cell in row.whole[len(layout.texts) :]]


def _names(units: str) -> list[str]:
    return [name.of(units) for name in split(units, SEPARATORS)]


class _Body:
    """The lines of a table in pages, which repeated headers begin."""

    def __init__(self, text: str, lines: Sequence[Line], header: Header, stop: int) -> None:
        self._text = text
        self._lines: list[tuple[int, Line]] = []
        at, page = header.end, 0
        while at < stop:
            if repeated := header.again(at, lines):
                at, page = repeated.end, page + 1
                continue
            self._lines.append((page, lines[at]))
            at += 1

    def rows(self) -> Iterator[RowLines]:
        """The rows, whose numbers count on from 1, the last one with all that follows."""
        starts: list[int] = []
        at = 0
        while at < len(self._lines):
            if self._lines[at][1].number != len(starts) + 1:
                if not starts:
                    return
                at += 1
                continue
            starts.append(at)
            at += 1
        for start, end in pairwise([*starts, len(self._lines)]):
            own = self._lines[start + 1 : min(end, start + 1 + _LONGEST_ROW)]
            pages: dict[int, tuple[Piece, ...]] = dict.fromkeys((page for page, _ in own), ())
            for page, line in own:
                pages[page] = (*pages[page], piece_of(self._text, line))
            yield RowLines(piece_of(self._text, self._lines[start][1]), tuple(pages.values()))

    def left_over(self, last: WrappedRow) -> bool:
        """Whether behind the last row there are units still that do not sign the text."""
        end = max(piece.span.end for cell in (*last.cells, *last.rest) for piece in cell)
        behind = [line for _, line in self._lines if line.span.start >= end]
        return any(
            lists_units(line.text) and not any(DATE.fullmatch(after.text) for after in behind[n + 1 : n + 4])
            for n, line in enumerate(behind)
        )


def piece_of(text: str, line: Line) -> Piece:
    """A line of ``text`` without the blanks around it."""
    start = text.index(line.text, line.span.start)
    return Piece(Span(start, start + len(line.text)), line.text)
