"""Furniture of web pages: what a line of a saved page is, by its words alone (lexicon/furniture.toml)."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingest.lexicon import table
from ingest.model import Edit, Reason, Span

# • 索引号, ▪ 上一篇
_BULLETS = r"[\s•·●▪*\u200b\ufeff]*"
# 发布时间：2024-05-16 10:30, 2021年4月16日, 2024/5/16
_STAMP = (
    r"(?:\w{0,6}(?:时间|日期)[:：]\s*)?"
    r"\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}\s*日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_LONGEST_TOOL_LINE = 200
_BODY_LENGTH = 40
_SENTENCE_MARKS = "。;；：:"
_HAN = re.compile("[一-鿿]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MARGIN = 40


@dataclass(frozen=True, slots=True)
class PageWords:
    """The patterns of furniture.toml, compiled; each is matched at the start of a line or fragment."""

    head: re.Pattern[str]
    tail: re.Pattern[str]
    tool: re.Pattern[str]
    label: re.Pattern[str]
    stamp: re.Pattern[str]
    site: re.Pattern[str]
    names: frozenset[str]

    def is_tools(self, line: str) -> bool:
        """Whether ``line`` holds things to do with a page and nothing else; False for a blank one."""
        if len(line) > _LONGEST_TOOL_LINE:
            return False
        at, seen = 0, False
        while at < len(line):
            if line[at].isspace():
                at += 1
            elif tool := self._tool_at(line, at):
                at, seen = tool.end, True
            else:
                return False
        return seen

    def tools_beside_stamps(self, line: str) -> list[Span]:
        """The fragments of a line of stamps that are no date: 发布时间：2024-05-16 [来源：市教育局 浏览次数：3]."""
        if len(line) > _LONGEST_TOOL_LINE:
            return []
        found: list[Span] = []
        at = 0
        while at < len(line):
            if line[at].isspace():
                at += 1
            elif stamp := self.stamp.match(line, at):
                at = stamp.end()
            elif tool := self._tool_at(line, at):
                found.append(tool)
                at = tool.end
            else:
                return []
        return [tool for tool in found if any(character.isalnum() for character in tool.of(line))]

    def is_body(self, line: str) -> bool:
        """Whether ``line`` is a paragraph of a document: long, and made of sentences."""
        if len(line) < _BODY_LENGTH // 2 or self.head.match(line) or self.site.search(line) or self.is_tools(line):
            return False
        long = len(line) > _BODY_LENGTH and any(line.find(mark, _BODY_LENGTH) >= 0 for mark in _SENTENCE_MARKS)
        return long or (line.find("。", _BODY_LENGTH // 2) >= 0 and _HAN.search(line) is not None)

    def _tool_at(self, line: str, at: int) -> Span | None:
        found = self.tool.match(line, at)
        return Span(*found.span()) if found and found.end() > at else None


@cache
def page_words() -> PageWords:
    """The bundled patterns."""
    rules = {key: _strings(value) for key, value in table("furniture").items()}
    labels = "|".join(rules["labels"])
    return PageWords(
        head=re.compile(f"{_BULLETS}(?:{'|'.join(rules['head'])})"),
        tail=re.compile(f"{_BULLETS}(?:{'|'.join(rules['tail'])})"),
        tool=re.compile("|".join(f"(?:{tool})" for tool in rules["tools"])),
        label=re.compile(rf"{_BULLETS}(?:[\[【](?:{labels})[\]】]|(?:{labels})\s*[:：])"),
        stamp=re.compile(_STAMP),
        site=re.compile("|".join(rules["site"])),
        names=frozenset(rules["names"]),
    )


def _strings(value: object) -> list[str]:
    assert isinstance(value, list)
    return value


def site_furniture(text: str, known: Sequence[Span] = ()) -> list[Edit]:
    """What of ``text`` is the web site's: the ``known`` spans, and around the body the lines that say so themselves.

    A text of which no structure is known also loses the labelled metadata of its head, which is read from the source.
    """
    words = page_words()
    lines = _lines(text, known)
    body = [n for n, line in enumerate(lines) if words.is_body(line.of(text))]
    first, last = (body[0], body[-1]) if body else (len(lines), -1)
    found = _whole_lines(text, known)
    for n, line in enumerate(lines):
        if first <= n <= last:
            continue
        read = line.of(text)
        pattern = words.head if n < first else words.tail
        labelled = bool(known) and words.label.match(read) is not None
        tools = words.is_tools(read) and any(character.isalnum() for character in read)
        if (pattern.match(read) and not labelled) or tools:
            found.append(line)
        elif n < first:
            found += (tool.shifted(line.start) for tool in words.tools_beside_stamps(read))
    return [Edit(span, "", Reason.SITE_FURNITURE) for span in _joined(found)]


def _lines(text: str, known: Sequence[Span]) -> list[Span]:
    """The lines of ``text``, with their newlines, that no known span touches."""
    starts = [span.start for span in known]
    lines = (Span(*match.span()) for match in _LINE.finditer(text))
    return [line for line in lines if not _touched(line, known, starts)]


def _touched(line: Span, known: Sequence[Span], starts: Sequence[int]) -> bool:
    n = bisect_left(starts, line.end) - 1
    return n >= 0 and known[n].end > line.start


def _whole_lines(text: str, known: Sequence[Span]) -> list[Span]:
    """The spans, with the newline behind them where they leave nothing else on their lines."""
    found: list[Span] = []
    for span in known:
        start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
        end = len(text) if end < 0 else end + 1
        alone = end - span.end <= _MARGIN >= span.start - start
        bare = alone and not (text[start : span.start] + text[span.end : end]).strip()
        found.append(Span(start, end) if bare else span)
    return found


def _joined(spans: list[Span]) -> list[Span]:
    """In order, and where they overlap one."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start < joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        elif len(span):
            joined.append(span)
    return joined
