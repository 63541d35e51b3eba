"""A row of a wrapped table: which of its lines make a cell, by what they say and how they fill the columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from ingest.brackets import split
from ingest.column_widths import Print
from ingest.columns import Column
from ingest.filling import fits, fitting
from ingest.labels import DATED
from ingest.loose_headers import TEXTS
from ingest.loose_tables import is_time, lists_units
from ingest.model import Span
from ingest.rows import numbered, says_nothing
from ingest.units import is_unit

SEPARATORS = "、，,；;"
ENDS = "。！？；"
#: No title ends so.
_UNFINISHED = tuple("，、；：")
#: Most lines that a page cuts off a row.
_LONGEST_REST = 14
_LONGEST_TITLE = 60
_SHORTEST_NAME = 3
#: What a text without a full stop, and a name unlike a unit's, count against a reading.
_UNENDED, _UNLIKE = 2, 1

#: The pieces of each column but the number's, in order.
Cells = tuple[tuple["Piece", ...], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """What a line, or the part of it that belongs to one cell, says."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class WrappedRow:
    """A row: ``cells`` on the page it begins on, ``rest`` what stands of them on the next, if anything does."""

    number: Piece
    cells: Cells
    rest: Cells = ()

    @property
    def texts(self) -> list[list[str]]:
        """What the pieces of each cell say."""
        return [[piece.text for piece in cell] for cell in self.whole]

    @property
    def whole(self) -> Cells:
        """The cells with what a page cut off them."""
        return tuple((*own, *more) for own, more in zip(self.cells, self.rest or [()] * len(self.cells), strict=True))


@dataclass(frozen=True, slots=True)
class RowLines:
    """The lines of a row, page by page."""

    number: Piece
    pages: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the ways to read a row's lines; not ``unique`` if another costs as little."""

    cost: int
    row: WrappedRow
    unique: bool = True


class RowReader:
    """Reads rows by how their table is printed, or without knowing it."""

    def __init__(self, columns: Sequence[Column], known: Print | None) -> None:
        self._columns = columns
        self._widths = known.widths if known else None
        self._numbered_titles = known is not None and known.numbered_titles
        #: A title that spans several rows stands in the first.
        self._spanning = tuple(columns[:2]) == (Column.TITLE, Column.DETAIL)

    def row(self, row: RowLines, first: bool = False) -> Reading | None:
        """The best way to read a row; None if there is none. The ``first`` of a table has all its cells."""
        if not row.pages or len(row.pages) > 2 or (len(row.pages) == 2 and self._widths is None):
            return None
        own = _unglued(row.pages[0])
        if len(row.pages) == 1:
            return self._best(row.number, own, (), first)
        best: Reading | None = None
        for rest in self._rests(row.pages[1], 0):
            best = _better(best, self._best(row.number, own, rest, first))
        return best

    def last(self, row: RowLines) -> Reading | None:
        """The last row of a table: how far it goes is not known."""
        best: Reading | None = None
        for end in range(len(self._columns) - 1, len(row.pages[0]) + 1 if row.pages else 0):
            best = _better(best, self.row(RowLines(row.number, (row.pages[0][:end],))))
        if len(row.pages) == 2:
            for end in range(1, len(row.pages[1]) + 1):
                best = _better(best, self.row(RowLines(row.number, (row.pages[0], row.pages[1][:end]))))
        return best

    def _rests(self, pieces: tuple[Piece, ...], column: int) -> Iterator[Cells]:
        """The ways to give what a page cut off to the columns from ``column`` on."""
        if len(pieces) > _LONGEST_REST:
            return
        if column == len(self._columns):
            if not pieces:
                yield ()
            return
        texts = [piece.text for piece in pieces]
        for end in (0, *fitting(texts, self._width(column))):
            for others in self._rests(pieces[end:], column + 1):
                yield (pieces[:end], *others)

    def _width(self, column: int) -> float:
        return self._widths[column] if self._widths else float("inf")

    def _best(self, number: Piece, pieces: tuple[Piece, ...], rest: Cells, first: bool) -> Reading | None:
        """The best way to give ``pieces`` to the columns, in order."""
        count = len(self._columns)
        texts = [piece.text for piece in pieces]
        #: Units are named behind the last sentence.
        units_from = max((n + 1 for n, text in enumerate(texts) if "。" in text), default=0)

        @cache
        def read(at: int, column: int) -> tuple[int, bool, Cells] | None:
            if column == count:
                return (0, True, ()) if at == len(pieces) else None
            best: tuple[int, bool, Cells] | None = None
            for end in ends(at, column):
                further = read(end, column + 1)
                if further is None:
                    continue
                cost = self._cost(column, texts[at:end], [piece.text for piece in rest[column]] if rest else [])
                if cost is None:
                    continue
                total = cost + further[0]
                if best is None or total < best[0]:
                    best = (total, further[1], (pieces[at:end], *further[2]))
                elif total == best[0]:
                    best = (total, False, best[2])
            return best

        def ends(at: int, column: int) -> Iterator[int]:
            text = self._columns[column] in TEXTS
            if self._spanning and column == 0 and not first and not (self._numbered_titles and numbered(texts[0])):
                yield at
            if not text and at < units_from:
                return
            if self._widths is None:
                yield from range(at + 1, len(pieces) + 1)
            else:
                yield from (at + n for n in fitting(texts[at:], self._widths[column]))

        found = read(0, 0)
        return Reading(found[0], WrappedRow(number, found[2], rest), found[1]) if found else None

    def _cost(self, column: int, own: Sequence[str], rest: Sequence[str]) -> int | None:
        if self._widths and rest and not fits([*own, *rest], self._widths[column], page=len(own)):
            return None
        if rest and not own:
            return None
        kind = self._columns[column]
        if kind is Column.DETAIL or (kind is Column.TITLE and not self._spanning):
            return 0 if (*own, *rest)[-1][-1] in ENDS else _UNENDED
        if kind is Column.TITLE:
            said = "".join((*own, *rest))
            if said[-1:] in _UNFINISHED:
                return None
            if self._numbered_titles and own and not numbered(own[0]):
                return None
            return None if len(said) > _LONGEST_TITLE else sum(mark in said for mark in "，。")
        return _time_cost((*own, *rest)) if kind is Column.DEADLINE else _units_cost((*own, *rest))


def _better(one: Reading | None, other: Reading | None) -> Reading | None:
    """The cheaper reading; of two that cost the same, one that says so."""
    if one is None or other is None:
        return one or other
    if one.cost == other.cost:
        return Reading(one.cost, one.row, unique=False)
    return min(one, other, key=lambda reading: reading.cost)


def _unglued(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Pieces with a line cut in two that has the end of a text and the units beside it: 推进开放。市委网信办."""
    at = max((n for n, piece in enumerate(pieces) if "。" in piece.text), default=None)
    if at is None:
        return pieces
    text, _, units = pieces[at].text.rpartition("。")
    if not units or not lists_units(units):
        return pieces
    start, cut = pieces[at].span.start, len(text) + 1
    halves = (
        Piece(Span(start, start + cut), pieces[at].text[:cut]),
        Piece(Span(start + cut, pieces[at].span.end), units),
    )
    return (*pieces[:at], *halves, *pieces[at + 1 :])


@lru_cache(maxsize=4096)
def _time_cost(texts: tuple[str, ...]) -> int | None:
    said = "".join(texts)
    if says_nothing(said):
        return 0 if len(texts) == 1 else None
    return (0 if DATED.fullmatch(said) else _UNLIKE) if is_time(said) else None


@lru_cache(maxsize=16384)
def _units_cost(texts: tuple[str, ...]) -> int | None:
    """What speaks against ``texts`` being one list of units; None if it cannot be one."""
    said = "".join(texts)
    if any(says_nothing(text) for text in texts):
        return 0 if len(texts) == 1 else None
    if any(mark in said for mark in "。：:") or said[-1] in SEPARATORS or said[0] in SEPARATORS:
        return None
    names = list(split(said, SEPARATORS))
    unlike = [not is_unit(name.of(said)) for name in names]
    if unlike[0] or sum(unlike) * 3 > len(unlike):
        return None
    at = 0
    for text in texts[:-1]:
        at += len(text)
        broken = next((name for name in names if name.start < at < name.end), None)
        if broken and _whole(said[broken.start : at]) and _whole(said[at : broken.end]):
            return None
    short = sum(len(name) < _SHORTEST_NAME for name in names)
    return _UNLIKE * (sum(unlike) + short)


# 滨海新区⏎人民政府 | 市交通运输委⏎等市级有关单位: goes on with the name above, though it looks like one itself
_GOES_ON = re.compile(r"(?:人民)?政府|办公[厅室]|管(?:理)?委(?:员)?会|委员会|(?:等|及|有关|相关|所属).*")


def _whole(name: str) -> bool:
    return len(name) >= _SHORTEST_NAME and is_unit(name) and not _GOES_ON.fullmatch(name)
