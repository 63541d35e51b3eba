"""Dates a document prints of itself: written, printed, published, effective."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from ingest.frame import Frame, Line
from ingest.model import Field, Span
from ingest.numerals import to_int

_DAY = "[0-9０-９]{1,2}"
_HAN_DAY = "[一二三四五六七八九十]{1,3}"
# 2024-05-16 | 2024年5月16日 | 2024/5/16 | 2023 年5 月25 日 | 二〇一六年五月二十日
DATE = (
    rf"(?:(?P<year>[12][0-9]{{3}}|[１２][０-９]{{3}})\s*[-年/.]\s*(?P<month>{_DAY})\s*[-月/.]\s*(?P<day>{_DAY})(?![0-9])\s*日?"
    rf"|(?P<han_year>[一二][〇○ＯO0０零一二三四五六七八九]{{3}})\s*年\s*(?P<han_month>{_HAN_DAY})\s*月\s*(?P<han_day>{_HAN_DAY})\s*日)"
)
_DATE = re.compile(DATE)
# 广州市人民政府办公厅秘书处　2021年12月6日印发
_PRINTED = re.compile(rf"{DATE}\s*(?:印发|印制)$")
# 2026.01.09 | 2024-01-05 10:30
_PAGE_DATE = re.compile(rf"(?=\d{{4}}\s*[-/.]){DATE}(?:\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?$")
_BELOW_PAGE_DATE = re.compile(r"(?:信息|稿件|文章)?来源|字体|字号|浏览|分享|打印")
_OWN_NAME = (
    "(?:法|条例|办法|规定|细则|通知|意见|方案|措施|举措|规则|规程|规范|标准|决定|通告|公告|指引|指南|政策|文件|纲要|计划|目录|"
    "清单|制度|要点|章程|批复|预案)"
)
# 本办法自2023年6月1日起施行 | 现予公布，自公布之日起施行 | 以上政策举措自公布之日起实施
_EFFECTIVE = re.compile(
    rf"(?:(?:本|以上)[一-鿿]{{0,8}}{_OWN_NAME}(?:（[^（）]{{1,8}}）)?|现予[一-鿿]{{2,4}}|(?:公布|发布)(?=[，,\s])|^)[，,]?[^\S\n]*"
    rf"[自从]\s*(?:{DATE}|(?P<act>公布|发布|颁布|印发)之日)\s*起\s*(?:正式|开始)?(?:施行|实施|执行|生效|试行)"
    r"(?=[。；，,;、\s)）]|$)",
    re.MULTILINE,
)
_WIDE_ZERO = str.maketrans("○ＯO0０", "〇〇〇〇〇")


def date_in(field: Field | None) -> Field | None:
    """The first date of a labelled value, with the value's label; None if it holds no date."""
    match = _DATE.search(field.value) if field else None
    if not field or not match:
        return None
    found = _field(match, field.span.start if field.span else 0)
    return replace(found, span=found.span if field.span else None, labelled=field.labelled) if found else None


def dates_of(line: Line) -> Iterator[Field]:
    """The dates of a line, in order."""
    for match in _DATE.finditer(line.text):
        if (found := _field(match, line.span.start)) is not None:
            yield found


def last_date(line: Line) -> Field | None:
    """The date a line ends with; None if it ends otherwise."""
    found = next(iter(list(dates_of(line))[-1:]), None)
    return found if found and found.span and found.span.end == line.span.end else None


def printed_date(frame: Frame) -> Field | None:
    """The date of the imprint, the last line that ends with 印发."""
    for line in reversed(frame.lines):
        match = _PRINTED.search(line.text) if line.text.endswith(("印发", "印制")) else None
        if match and (found := _field(match, line.span.start)) is not None:
            assert found.span is not None
            return replace(found, labelled=Span(found.span.start, line.span.end))
    return None


def page_date(frame: Frame) -> Field | None:
    """The date a site prints between title and source: 2026.01.09, 来源：工业和信息化部."""
    for line, below in pairwise(frame.head):
        match = _PAGE_DATE.match(line.text)
        if match and _BELOW_PAGE_DATE.match(below.text) and (found := _field(match, line.span.start)) is not None:
            return found
    return None


def effective_date(frame: Frame, published: Field | None, printed: Field | None) -> Field | None:
    """When the document says that it takes effect; 自公布之日起 only if the date of that act is printed."""
    acts = []
    for match in _EFFECTIVE.finditer(frame.text):
        if match["act"]:
            acts.append(printed if match["act"] == "印发" else published)
        elif (found := _field(match, 0)) is not None:
            return replace(found, labelled=Span(*match.span()))
    known = next((act for act in acts if act), None)
    return known


def _field(match: re.Match[str], by: int) -> Field | None:
    """The date of a match, ISO 8601; None if there is no such day."""
    name = "han_" if match["han_year"] else ""
    numbers = [
        to_int(match[name + part].translate(_WIDE_ZERO) if name else match[part]) for part in ("year", "month", "day")
    ]
    year, month, day = (number or 0 for number in numbers)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    end = match.end(name + "day")
    tail = match.string[end : match.end()]
    end += len(tail) - len(tail.lstrip()) + 1 if tail.lstrip().startswith("日") else 0
    return Field(f"{year:04}-{month:02}-{day:02}", Span(match.start(name + "year"), end).shifted(by))
