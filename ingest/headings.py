"""Numbered headings in clean text: 第一章 一、（一） 1. (1) ① 一是 首先.

A marker counts only where a writer would put one: at the start of a line; after the end of a sentence if it
continues its sequence; or, in text that lost its line breaks, straight after the heading it is the first child of.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.brackets import groups
from ingest.levels import ARABIC, ARTICLE, ARTICLES, LEVELS, WORDS, Level
from ingest.model import Span
from ingest.numerals import to_int

#: A heading that lost its line break is cut after the noun that headings end in: 指导思想|以习近平……
HEADING_NOUN = re.compile(
    r"[^,，。;；:：]{0,40}?(指导思想|基本原则|总体目标|总体要求|工作目标|主要目标|主要任务|重点任务|重点工作|工程|机制|行动|任务|措施|转变)"
)
_SENTENCE_END = "。；;！？!?\n"
#: An item may follow the bracket that closes the one before: （市教育局负责）2.完善机制
_BRACKET_END = "）)〕]］】"
_PUNCTUATION = re.compile(r"[,，。;；:：\n\t]")
_SENTENCE = re.compile(r"[。:：；;\t]")
#: Characters of a title: of a clause of a sentence, of a first sentence with more behind it, of a line.
_MAX_TITLE, _MAX_RUN_IN, _MAX_LINE = 40, 30, 60
#: 首先 is a heading only if 其次 follows within so many characters.
_WORDS_WITHIN = 3_000


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading found in clean text: ``span`` covers number and title, ``start`` also Markdown's # marks."""

    level: Level
    number: str
    ordinal: int
    title: str
    span: Span
    title_start: int
    at_line_start: bool
    start: int

    def until(self, text: str, end: int) -> "Heading":
        """The heading cut short where the next one begins: 一、总体要求|（一）指导思想."""
        if self.span.end <= end:
            return self
        return replace(self, title=text[self.title_start : end].strip(), span=Span(self.span.start, end))


@dataclass(frozen=True, slots=True)
class _Marker:
    start: int
    level: Level
    match: re.Match[str]
    ordinal: int
    line_mark: int | None
    """Where the line's first visible character is, if the marker (or its # marks) is that; else None."""


def find_headings(text: str, breaks: Sequence[int] = (), passed_over: Sequence[Span] = ()) -> Iterator[Heading]:
    """The numbered headings of clean text, in order; a marker out of sequence in running text is no heading.

    Numbering begins anew at each of ``breaks``; nothing inside ``passed_over`` (tables, lists of enclosures) counts.
    Both are ascending.
    """
    last: dict[int, int] = {}
    running: dict[int, int] = {}
    listed: dict[int, int] = {}
    held: Heading | None = None
    part = 0
    for marker in _without_loose_words(list(_markers(text, passed_over))):
        start, rank, ordinal = marker.start, marker.level.rank, marker.ordinal
        if (now := bisect_right(breaks, start)) != part:
            part = now
            last, running, listed = {}, {}, {}
        if not _counts(text, marker, last, running, held):
            continue
        at_line_start = marker.line_mark is not None
        if held and not (_opens_text(text, held) and rank < held.level.rank):
            yield held.until(text, start)
        end = _title_start(text, marker.match.end()) if at_line_start else marker.match.end()
        title = Span(end, _title_end(text, end, at_line_start))
        if _is_sentence(text, title, rank) or (rank > ARTICLE and listed.get(rank) == ordinal - 1):
            title = Span(marker.match.end(), marker.match.end())
            listed[rank] = ordinal
        held = Heading(marker.level, _number(marker.match[0]), ordinal, title.of(text).strip(), Span(start, title.end),
                       title.start, at_line_start, start if marker.line_mark is None else marker.line_mark)  # fmt: skip
        last = {outer: value for outer, value in last.items() if outer < rank} | {rank: ordinal}
        running[rank] = ordinal
    if held:
        yield held


def _opens_text(text: str, held: Heading) -> bool:
    """Whether an Arabic number is the first thing in the text: before an outer heading it numbers the document."""
    return held.level.rank >= ARABIC and held.start < 200 and not text[: held.start].strip("# \n\r\t\u3000")


def _number(printed: str) -> str:
    return re.sub(r"[、.．\ue000-\uf8ff]$", "", printed)


def _counts(text: str, marker: _Marker, last: dict[int, int], running: dict[int, int], held: Heading | None) -> bool:
    """Whether a heading begins at the marker, given the last ordinals of the levels around it."""
    rank, ordinal = marker.level.rank, marker.ordinal
    follows = ordinal == last.get(rank, 0) + 1 or (ordinal > 1 and ordinal == running.get(rank, 0) + 1)
    if marker.line_mark is not None:
        glued = rank in ARTICLES and not text[marker.match.end() : marker.match.end() + 1].isspace()
        return (follows or not glued) and not _is_row(text, marker.start)
    if not (marker.level.runs_inline and follows):
        return False
    if held and held.span.end >= marker.start and ordinal == 1 and rank > held.level.rank:
        return True
    before = text[max(0, marker.start - 8) : marker.start].rstrip(" \u3000\t")
    after_bracket = before[-1:] in _BRACKET_END and ordinal > 1 and rank in (4, 6)
    return bool(before) and (before[-1] in _SENTENCE_END or after_bracket)


def _is_row(text: str, at: int) -> bool:
    """Whether the line is a table's row of several cells rather than a heading."""
    end = text.find("\n", at, at + 2_000)
    line = text[at : end if end >= 0 else at + 2_000]
    return line.count("\t") >= 2 and sum(bool(cell.strip()) for cell in line.split("\t")) >= 3


def _markers(text: str, passed_over: Sequence[Span]) -> Iterator[_Marker]:
    starts = [span.start for span in passed_over]
    found = ((m.start(), level, m) for level in LEVELS for m in level.pattern.finditer(text))
    for start, level, match in sorted(found, key=lambda item: (item[0], item[1].rank)):
        ordinal = WORDS.get(match["n"]) or to_int(match["n"])
        inside = bisect_right(starts, start) - 1
        if ordinal is None or (inside >= 0 and start < passed_over[inside].end):
            continue
        yield _Marker(start, level, match, ordinal, _line_mark(text, start))


# ## 第一章 总则
_HASHES = re.compile(r"[#\s]")


def _line_mark(text: str, at: int) -> int | None:
    """The start of the # marks (or the marker) if nothing else stands before the marker on its line."""
    mark = at
    while at and text[at - 1] != "\n":
        at -= 1
        if not _HASHES.match(text[at]):
            return None
        if text[at] == "#":
            mark = at
    return mark


def _without_loose_words(markers: list[_Marker]) -> Iterator[_Marker]:
    """Without 首先 where no 其次 follows it."""
    seconds = [m.start for m in markers if m.match["n"] == "其次"]
    for marker in markers:
        if marker.match["n"] == "首先":
            after = bisect_right(seconds, marker.start)
            if after == len(seconds) or seconds[after] - marker.start > _WORDS_WITHIN:
                continue
        yield marker


# （三）⏎合理用药
_TITLE_BELOW = re.compile(
    r"[ \u3000\t\r]*\n\s*(?=[^，。；：:;！？!?\n\t]{2,30}(?:\n|\Z))(?![（(\d①-⑳０-９第]|[一二三四五六七八九十]+[、是])"
)


def _title_start(text: str, at: int) -> int:
    """Where a title begins: behind its number, or on the next line where the number stands alone."""
    below = _TITLE_BELOW.match(text, at, at + 80)
    return below.end() if below else at


def _title_end(text: str, start: int, at_line_start: bool) -> int:
    """Where a heading's title ends: its line, its first sentence, the next marker, or its heading noun."""
    window = text[start : start + 2 * _MAX_LINE]
    line = window.partition("\n")[0]
    found = _SENTENCE.search(line)
    sentence = found.start() if found else None
    end = len(line) if sentence is None else sentence
    if not at_line_start:
        ones = (m.start() for level in LEVELS for m in level.pattern.finditer(line[:80]) if to_int(m["n"]) == 1)
        end = min(end, min(ones, default=end))
        noun = HEADING_NOUN.match(line, 0, min(end, 60))
        if noun and noun.end() < end and line[noun.end()] not in "的和与、":
            return start + noun.end()
    opened = _unclosed(line[:end], line)
    if opened:
        return start + opened
    if sentence is None and end <= _MAX_LINE:
        return start + end
    if sentence is not None and end <= _MAX_RUN_IN and found and found[0] == "。" and line[sentence + 1 :].strip():
        return start + end
    clause = _PUNCTUATION.search(line, 0, end)
    if end > _MAX_TITLE or (sentence is not None and clause):
        end = min(clause.start() if clause else end, _MAX_TITLE)
    return start + end


# 聘用的基本程序, but not 有下列情形之一的
_NAME = re.compile(r"[^，,、]{2,20}(?<![的是为列])")


def _is_sentence(text: str, title: Span, rank: int) -> bool:
    """Whether what stands where a title would is the clause's own text: of an article that goes on behind it on its
    line (第三十五条 校车的最高时速不得超过80公里。), or of an item of a list (（一）取得驾驶证3年以上；)."""
    behind = text[title.end : title.end + _MAX_LINE].partition("\n")[0].strip()
    if rank == ARTICLE:
        return bool(behind) and not (behind in "：:" and _NAME.fullmatch(title.of(text).strip()))
    return bool(behind) and behind[0] in "；;"


# 畅通市场准入退出（牵头单位：市市场监管局）
_UNITS_BEHIND = re.compile(
    r"[（(〔\[［【][^（(〔\[［【]{0,6}(?:单位|部门|主体)[:：]|[（(〔\[［【](?:牵头|配合|责任)[:：]"
)

# 巡查水库（市应急局负责）
_RESPONSIBLE = re.compile(r"(?:负责|牵头|配合)[)）〕\]］】]$")


def _unclosed(title: str, line: str) -> int:
    """Where a bracket opens that names units or that the title would cut in two; 0 if there is none."""
    units = _UNITS_BEHIND.search(line)
    if units and 0 < units.start() <= len(title):
        return units.start()
    closed = list(groups(title))
    if closed and closed[-1].end == len(title.rstrip()) and _RESPONSIBLE.search(closed[-1].of(title)):
        return closed[-1].start
    for at, character in enumerate(title):
        if character in "（(〔[［【" and not any(span.start <= at < span.end for span in closed):
            return at
    return 0
