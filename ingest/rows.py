"""A row of a table of tasks: its cells by column, with what spans filled down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.columns import UNIT_ROLES, Column
from ingest.model import Span
from ingest.numerals import to_int


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, and where: ``span`` is without the blanks around it.

    ``rest`` is where it goes on if a page cuts it in two; ``span`` is its first part then, ``text`` both.
    """

    text: str
    span: Span
    rest: Span | None = None

    def place(self, said: Span) -> Span:
        """Where ``text[said]`` stands; from the one part to the other if the cut goes through it."""
        if self.rest is None or said.end <= len(self.span):
            return said.shifted(self.span.start)
        moved = self.rest.end - len(self.text)
        return Span((self.span.start if said.start < len(self.span) else moved) + said.start, moved + said.end)

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.rest.end if self.rest else self.span.end


@dataclass(frozen=True, slots=True)
class Row:
    """A data row: one task. ``number`` and ``title`` are filled down where a span covers them.

    ``span`` is the row in clean text, ``title_at`` where the title is printed (in a row above if it was filled
    down), ``cells`` the columns that say something, as far as they name units or a deadline.
    """

    span: Span
    number: str
    ordinal: int
    title: str
    title_at: Span
    cells: tuple[tuple[Column, Cell], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of tasks in clean text; ``span`` runs from its header to its last row.

    A ``loose`` table has its cells on lines of their own. If it cannot be told which cells make a row it has no rows,
    and ``span`` is its header.
    """

    span: Span
    rows: tuple[Row, ...]
    loose: bool = False


# / | - | 无
_NOTHING = re.compile(r"[/／\-－—–\\无]+")


def cell_at(text: str, span: Span) -> Cell:
    """What ``text[span]`` says as a cell, without the blanks around it; a dash says nothing."""
    said = span.of(text)
    start = span.start + len(said) - len(said.lstrip())
    said = said.strip()
    return (
        Cell("", Span(span.start, span.start))
        if _NOTHING.fullmatch(said)
        else Cell(said, Span(start, start + len(said)))
    )


def says_nothing(text: str) -> bool:
    """Whether a cell prints that there is nobody or nothing: /, 无."""
    return bool(_NOTHING.fullmatch(text))


def numbered(text: str) -> bool:
    """Whether a cell begins with a number of its own: 1.优化企业开办服务."""
    return bool(_LEADING_NUMBER.match(text))


def row_of(span: Span, columns: Sequence[Column], cells: Sequence[Cell], above: Sequence[Row]) -> Row | None:
    """A data row; None for one that groups others (一、重点任务) or says nothing."""
    said = [(column, cell) for column, cell in zip(columns, cells, strict=False) if cell.text]
    if len(said) < 2:
        return None
    by_column: dict[Column, Cell] = {}
    for column, cell in said:
        by_column.setdefault(column, cell)
    title_cell = by_column.get(Column.TITLE)
    number_cell = by_column.get(Column.NUMBER)
    last = above[-1] if above else None
    if title_cell is None and (last is None or (Column.DETAIL not in by_column and number_cell is None)):
        return None
    number = number_cell.text if number_cell else last.number if last and title_cell is None else ""
    if number_cell is None and title_cell is not None and last and Column.NUMBER in columns:
        number = last.number
    ordinal = to_int(number.strip("（）().．、 ")) if number else None
    if ordinal is None:
        ordinal = last.ordinal if last and number and number == last.number else (last.ordinal if last else 0) + 1
    if title_cell is not None:
        title, title_at = _titled(title_cell)
        if Column.NUMBER not in columns and (printed := _LEADING_NUMBER.match(title_cell.text)):
            number = printed[0].strip("（）().．、 ")
            ordinal = to_int(number) or ordinal
    else:
        assert last is not None
        title, title_at = last.title, last.title_at
    handed = tuple((c, x) for c, x in said if c in UNIT_ROLES or c is Column.DEADLINE)
    if not any(c in UNIT_ROLES for c, _ in handed) and number_cell is None and title_cell is None and last:
        handed = last.cells
    return Row(span, number, ordinal, title, title_at, handed)


# 1. | （一） | 3、
_LEADING_NUMBER = re.compile(
    r"(?:[0-9０-９]{1,3}[.．、]|[（(][一二三四五六七八九十0-9]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\s*"
)


def _titled(cell: Cell) -> tuple[str, Span]:
    """The first sentence of a cell, without a number of its own."""
    number = _LEADING_NUMBER.match(cell.text)
    start = number.end() if number else 0
    found = re.search(r"[。；;：:\n]", cell.text[start : start + 60])
    end = start + found.start() if found else min(len(cell.text), start + 60)
    return cell.text[start:end], cell.place(Span(start, end))
