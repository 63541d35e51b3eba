"""Tables that hand out tasks: 序号 | 工作任务 | 牵头单位 | 配合单位 | 完成时限. Cells are separated by tabs."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ingest.model import Role, Span
from ingest.numerals import to_int


class Column(StrEnum):
    """What a column holds; a task's text is in TITLE, DETAIL or both."""

    NUMBER = "number"
    TITLE = "title"
    DETAIL = "detail"
    LEAD = "lead"
    SUPPORT = "support"
    DUTY = "duty"
    DEADLINE = "deadline"
    OTHER = "other"


UNIT_ROLES = {Column.LEAD: Role.LEAD, Column.SUPPORT: Role.SUPPORT, Column.DUTY: Role.DUTY}

_OFFICE = "(?:单位|部门|主体|机构)"
_HEADERS = (
    # 序号 | 编号
    (Column.NUMBER, re.compile(r"序号|编号|项号|任务序号")),
    # 市卫健委内牵头处室 | 责任人 | 联系人: nobody that a register names
    (Column.OTHER, re.compile(r".*(?:处室|科室|股室|联系人|责任人|联系电话|责任领导|负责人)")),
    # 完成时限 | 时间进度
    (
        Column.DEADLINE,
        re.compile(
            r".{0,4}(?:完成|办理|办结|工作|整改)?(?:时限|时间|期限|时间节点)|时间(?:进度|要求|安排|节点)"
            r"|(?:时间|推进|工作)?(?:进度|安排)(?:要求)?"
        ),
    ),
    # 牵头单位 | 牵头（责任）部门
    (Column.LEAD, re.compile(rf".{{0,6}}(?:牵头|主办).{{0,6}}{_OFFICE}?")),
    (Column.SUPPORT, re.compile(rf".{{0,6}}(?:配合|协办|协助|参与|参加|协同).{{0,6}}{_OFFICE}")),
    (
        Column.DUTY,
        re.compile(
            rf".{{0,6}}(?:责任|负责|主责|承办|落实|实施).{{0,4}}{_OFFICE}(?:及.{{0,4}})?|(?:责任|任务|职责)?分工|责任"
        ),
    ),
    # 主要内容 | 具体措施
    (
        Column.DETAIL,
        re.compile(
            r"(?:主要|工作|具体|重点|任务|改革|措施|详细|实施)*(?:内容|措施|举措|要求|做法|目标|内容及要求)"
            r"|任务描述|(?:具体|细化)任务"
        ),
    ),
    # 工作任务 | 重点任务 | 工作事项 | 项目名称
    (Column.TITLE, re.compile(r".{0,6}(?:任务|事项|项目|指标|工作|类别|名称|清单|措施)(?:名称)?")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, and where: ``span`` is without the blanks around it."""

    text: str
    span: Span


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
    """A table of tasks in clean text; ``span`` runs from its header to its last row."""

    span: Span
    rows: tuple[Row, ...]


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
    """The tables whose header names units and a task, in order."""
    if "\t" not in text:
        return
    lines = [_Line(m.start(), m[0]) for m in re.finditer(r"[^\n]+", text)]
    tabbed = [n for n, line in enumerate(lines) if "\t" in line.text]
    headers = {n: columns for n in tabbed if (columns := _columns(lines[n].text))}
    ordered = [*headers, len(lines)]
    for at, (n, columns) in enumerate(headers.items()):
        rows, end = _rows(text, lines, n + 1, ordered[at + 1], tabbed, columns)
        if rows:
            yield Table(Span(lines[n].start, end), rows)


def _columns(line: str) -> tuple[Column, ...]:
    """The columns of a header line; empty if it is none, that is names no units or no task."""
    cells = [re.sub(r"[\s　]", "", cell) for cell in line.split("\t")]
    if len(cells) < 3 or any(len(cell) > 20 for cell in cells):
        return ()
    columns = tuple(_column(cell) for cell in cells)
    units = any(column in UNIT_ROLES for column in columns)
    if Column.TITLE not in columns and Column.DETAIL in columns:
        first = columns.index(Column.DETAIL)
        columns = (*columns[:first], Column.TITLE, *columns[first + 1 :])
    return columns if units and Column.TITLE in columns else ()


def _column(name: str) -> Column:
    return next((column for column, pattern in _HEADERS if pattern.fullmatch(name)), Column.OTHER)


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
        row = _row(line, columns, rows)
        n += width
        end = max(end, lines[n - 1].end)
        if row is not None:
            rows.append(row)
    return tuple(rows), end


# 附件3 | 二、改革任务 | 第二章
_BEGINS = re.compile(r"\s*(?:附[件表录]|[一二三四五六七八九十]+、|第.{1,3}[章条]|注[:：])")


def _begins(line: str) -> bool:
    return bool(_BEGINS.match(line))


def _row(line: _Line, columns: tuple[Column, ...], above: Sequence[Row]) -> Row | None:
    """A data row; None for a line that groups rows (一、重点任务) or says nothing."""
    cells = list(_cells(line))
    missing = len(columns) - len(cells)
    if missing > 0:
        # Cells that a span covers were left out: those of the first columns, unless the row begins with its number.
        numbered = columns[0] is Column.NUMBER and to_int(cells[0].text) is not None
        blank = Cell("", Span(line.start, line.start))
        cells = [*cells, *[blank] * missing] if numbered else [*[blank] * missing, *cells]
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
    return Row(Span(line.start, line.end), number, ordinal, title, title_at, handed)


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
    return cell.text[start:end], Span(cell.span.start + start, cell.span.start + end)


# / | - | 无
_NOTHING = re.compile(r"[/／\-－—–\\无]+")


def _cells(line: _Line) -> Iterator[Cell]:
    start = line.start
    for piece in line.text.split("\t"):
        body = piece.strip()
        at = start + len(piece) - len(piece.lstrip())
        yield Cell("", Span(start, start)) if _NOTHING.fullmatch(body) else Cell(body, Span(at, at + len(body)))
        start += len(piece) + 1
