"""Headers of tables that were pasted a cell a line: short lines that name columns, 序号 ⏎ 工作任务 ⏎ 责任单位."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.columns import Column, column_of, read_header
from ingest.model import Span
from ingest.numerals import to_int

_LONGEST_NAME, _LONGEST_HEADER = 20, 10
# 1 | 2. | （三） | 四、
_NUMBER = re.compile(r"[（(]?(?:[0-9０-９]{1,4}|[一二三四五六七八九十]{1,3})[)）]?[.．、]?")
# 一、优化环境: stands above the rows of its group
_GROUP = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|第.{1,3}[章部]).{2,40}")
#: Columns that say what is to be done.
TEXTS = (Column.TITLE, Column.DETAIL)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something, without the blanks around it; ``span`` is with them."""

    span: Span
    text: str

    @property
    def name(self) -> str:
        """What it names if it is a header cell."""
        return re.sub(r"\s", "", self.text)

    @property
    def number(self) -> int | None:
        """Its value if it is a number and nothing else: 1, 2., （三）."""
        return to_int(self.text.strip("（）().．、 ")) if _NUMBER.fullmatch(self.text) else None

    @property
    def groups(self) -> bool:
        """Whether it may stand above rows that belong together: 一、优化环境."""
        return bool(_GROUP.fullmatch(self.text))


@dataclass(frozen=True, slots=True)
class Header:
    """Lines ``first`` up to ``end`` name the columns."""

    first: int
    end: int
    names: tuple[str, ...]
    columns: tuple[Column, ...]

    def again(self, at: int, lines: Sequence[Line]) -> "Header | None":
        """The same header at line ``at``, as pages repeat it."""
        end = at + self.end - self.first
        same = end <= len(lines) and all(
            line.name == name for line, name in zip(lines[at:end], self.names, strict=True)
        )
        return replace(self, first=at, end=end) if same else None

    @property
    def numbered(self) -> bool:
        return self.columns[0] is Column.NUMBER

    @property
    def longest_text(self) -> Column:
        """The column whose cells may have several paragraphs."""
        return Column.DETAIL if Column.DETAIL in self.columns else Column.TITLE

    @property
    def covered(self) -> int:
        """How many leading columns a cell spanning several rows leaves out; 0 if rows cannot be told apart then."""
        leading = next(n for n, column in enumerate(self.columns) if column not in (Column.NUMBER, Column.TITLE))
        return leading if self.numbered and self.columns[leading] is Column.DETAIL else 0


def find_headers(lines: Sequence[Line]) -> Iterator[Header]:
    """Runs of short lines that name columns: from 序号 to the first number, else all that are names."""
    last: Header | None = None
    n = 0
    while n < len(lines):
        header = last.again(n, lines) if last else None
        header = header or _header(lines, n)
        if header:
            yield header
            last = header
        n = header.end if header else n + 1


def _header(lines: Sequence[Line], first: int) -> Header | None:
    if len(lines[first].text) > _LONGEST_NAME:
        return None
    begins = column_of(lines[first].name)
    if begins is not Column.NUMBER and begins not in TEXTS:
        return None
    end = first + 1
    while end < min(len(lines), first + _LONGEST_HEADER) and len(lines[end].text) <= _LONGEST_NAME:
        if lines[end].number is not None or lines[end].groups:
            break
        if begins is not Column.NUMBER and column_of(lines[end].name) is Column.OTHER:
            break
        end += 1
    names = tuple(line.name for line in lines[first:end])
    columns = read_header(names)
    return Header(first, end, names, columns) if columns else None
