"""What stands around the body of a document: its lines, and where the body begins."""

import re
from dataclasses import dataclass
from functools import cached_property

from ingest.model import Field, Span

# # Page 112: | Page 3, between the pages a converter read
_PAGE_MARK = re.compile(r"#?\s*Page \d+:?$")
# 　　# 关于评价的通知 &nbsp;
_LINE = re.compile(r"[^\n]+")
_MARGIN_BEFORE = "# \t\r　\xa0\f"
_BLANK_ENTITIES = ("&sp;", "&nbsp;", "&emsp;")
# 发文机关：国务院 | 文　　号： 穗府办规〔2021〕7号
LABEL = r"[一-鿿](?:[一-鿿]{1,5}|\s{1,4}[一-鿿]\s{0,4}[一-鿿]?)\s*[:：]"
_LABELLED = re.compile(LABEL)
# 各市、县人民政府，省政府各部门： | 省教育厅：
_SALUTATION = re.compile(r"各(?!项|类|种|方|位)[^。；;]*(?:[，,、（(]|[：:]$)|(?:有关|本市|你|全)[^。；;]{1,60}[：:]$")
_ADDRESSEE = re.compile(r"(?:政府|厅|局|委|部|院|办|学校|大学|单位|公司|委员会)(?:[（(][^（()）]{0,40}[)）])?[：:]$")
_ADDRESSEE_LENGTH = 200
# 省教育厅： but not 发文机关： or 主办单位：
_ADDRESSED = re.compile(
    r"(?:[各你全]|有关|(?!发|公开|制定|主办|承办|责任|起草|印发|信息|来源).*(?:政府|厅|局|委|部|院|办|校|学)[:：])"
)
# 第一章 总则 | 第一条 为了…… | 一、总体要求 | 目　录
_FIRST_HEADING = re.compile(r"第[一1][章条节编]|一、|（一）|1\s*[.、]?\s*总\s*则|目\s*录?$")
_SENTENCE_LENGTH = 15
_WRAPPED_LENGTH = 30
#: Lines above the body that are read where none can be told from the body.
_HEAD_LINES = 40


@dataclass(frozen=True, slots=True)
class Line:
    """A line that prints something, without its margins and the mark of a Markdown heading."""

    text: str
    span: Span


@dataclass(frozen=True)
class Frame:
    """The lines of a source text; ``body`` is the first of the body, which is addressed, numbered, or a sentence."""

    text: str

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines that print something, marks between pages aside."""
        lines = (_stripped(match) for match in _LINE.finditer(self.text))
        return tuple(line for line in lines if line.text and not _PAGE_MARK.match(line.text))

    @cached_property
    def body(self) -> int:
        """The index of the first line of the body; of a text without one, where its head would end at most."""
        begins = (n for n, line in enumerate(self.lines) if begins_body(line.text) and not self._runs_on(n))
        return next(begins, min(len(self.lines), _HEAD_LINES))

    def _runs_on(self, n: int) -> bool:
        """Whether a line goes on with the labelled line above: 内容概述：……，⏎学校艺术教育的保障等内容。"""
        above = self.lines[n - 1].text if n else ""
        return len(above) >= _WRAPPED_LENGTH and is_labelled(above) and not above.endswith("。")

    @property
    def head(self) -> tuple[Line, ...]:
        """The lines above the body."""
        return self.lines[: self.body]

    @property
    def head_text(self) -> str:
        """The source up to the body."""
        return self.text[: self.head[-1].span.end] if self.head else ""


def begins_numbering(line: str) -> bool:
    """Whether a line is the first heading of a text, or announces its contents."""
    return bool(_FIRST_HEADING.match(line))


def begins_body(line: str) -> bool:
    """Whether a line is an address, a first heading or a sentence."""
    if begins_numbering(line):
        return True
    if is_labelled(line):
        return False
    addressed = len(line) <= _ADDRESSEE_LENGTH and _ADDRESSEE.search(line)
    return bool(addressed or _SALUTATION.match(line) or (len(line) >= _SENTENCE_LENGTH and "。" in line))


def is_labelled(line: str) -> bool:
    """Whether a line begins with a label of those that sites print: 发文机关：国务院."""
    match = _LABELLED.match(line)
    return bool(match) and not _ADDRESSED.match(match[0] if match else "")


def placed(value: str, text: str, within: Span) -> Field:
    """``value`` where ``text`` prints it inside ``within``, be it over several lines."""
    pattern = r"\s*".join(re.escape(character) for character in value if not character.isspace())
    match = re.compile(pattern).search(text, within.start, within.end)
    return Field(value, Span(*match.span()) if match else None)


def _stripped(match: re.Match[str]) -> Line:
    body = match[0].rstrip()
    while body.endswith(_BLANK_ENTITIES):
        body = body[: body.rindex("&")].rstrip()
    text = body.lstrip(_MARGIN_BEFORE)
    end = match.start() + len(body)
    return Line(text, Span(end - len(text), end))
