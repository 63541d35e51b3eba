"""The outline of an official document: 一、（一） 1. (1) ① 一是 第三条 become a tree of sections.

A marker counts only where a writer would put one: at the start of a line; after the end of a sentence if it
continues its sequence; or, in text that lost its line breaks, straight after the heading it is the first child of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.model import Gap, SectionKind, Span
from ingest.numerals import to_int


@dataclass(frozen=True, slots=True)
class Level:
    """One style of numbering; a lower ``rank`` is further out."""

    rank: int
    pattern: re.Pattern[str]
    runs_inline: bool


_N = "[一二三四五六七八九十百〇零]{1,5}"
LEVELS = (
    # 第一章 总则
    Level(0, re.compile(rf"第(?P<n>{_N}|\d+)[编章](?=[\s　])"), False),
    # 第二节 入学
    Level(1, re.compile(rf"第(?P<n>{_N}|\d+)节(?=[\s　])"), False),
    # 第三条 为了……
    Level(2, re.compile(rf"第(?P<n>{_N}|\d+)条(?=[\s　])"), False),
    # 一、总体要求
    Level(3, re.compile(rf"(?P<n>{_N})、"), True),
    # （一）指导思想
    Level(4, re.compile(rf"[(（](?P<n>{_N})[)）]"), True),
    # 15.强化体育评价 | １．完善机制
    Level(5, re.compile(r"(?P<n>[0-9０-９]{1,3})[.．、](?![0-9０-９])"), True),
    # (1)申请
    Level(6, re.compile(r"[(（](?P<n>[0-9０-９]{1,3})[)）]"), False),
    # ①材料齐全
    Level(7, re.compile(r"(?P<n>[①-⑳])"), False),
    # 一是强化党建引领机制
    Level(8, re.compile(rf"(?P<n>{_N})是"), True),
)

#: A heading that lost its line break is cut after the noun that headings end in: 指导思想|以习近平……
HEADING_NOUN = re.compile(
    r"[^,，。;；:：]{0,40}?(指导思想|基本原则|总体目标|总体要求|工作目标|主要目标|主要任务|重点任务|重点工作|工程|机制|行动|任务|措施|转变)"
)
_SENTENCE_END = "。；;！？!?\n"
_PUNCTUATION = re.compile(r"[,，。;；:：\n]")
_MAX_TITLE = 40


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading found in clean text: ``span`` covers number and title."""

    level: Level
    number: str
    ordinal: int
    title: str
    span: Span
    title_start: int
    at_line_start: bool

    def until(self, text: str, end: int) -> "Heading":
        """The heading cut short where the next one begins: 一、总体要求|（一）指导思想."""
        if self.span.end <= end:
            return self
        return replace(self, title=text[self.title_start : end].strip(), span=Span(self.span.start, end))


@dataclass(frozen=True, slots=True)
class Node:
    """A section in clean offsets, before it has source offsets and an id of its document.

    ``path`` is the outline path (``("4", "15")``); a second section with the same path gets ``-2``.
    """

    kind: SectionKind
    path: tuple[str, ...]
    number: str
    ordinal: int | None
    title: str
    label: str
    heading: Span
    own: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections in reading order and the holes in their numbering (paths joined by ``/``)."""

    nodes: tuple[Node, ...]
    gaps: tuple[Gap, ...]


def outline(text: str) -> Outline:
    """The outline of clean text; text without any heading becomes one preamble."""
    headings = list(find_headings(text))
    ends = [heading.span.start for heading in headings[1:]] + [len(text)]
    closing = _closing_start(text, headings)
    nodes: list[Node] = []
    stack: list[tuple[int, tuple[str, ...]]] = []
    taken: dict[tuple[str, ...], int] = {}
    counters: dict[tuple[str, ...], int] = {}
    gaps: list[Gap] = []
    first = headings[0].span.start if headings else len(text)
    if text[:first].strip():
        nodes.append(_bare(SectionKind.PREAMBLE, Span(0, first)))
    for n, heading in enumerate(headings):
        while stack and stack[-1][0] >= heading.level.rank:
            stack.pop()
        parent = stack[-1][1] if stack else ()
        path = (*parent, str(heading.ordinal))
        taken[path] = taken.get(path, 0) + 1
        if taken[path] > 1:
            path = (*parent, f"{heading.ordinal}-{taken[path]}")
        previous = counters.get((*parent, str(heading.level.rank)))
        if previous is not None and heading.ordinal > previous + 1:
            gaps.append(Gap("/".join(parent), previous, heading.ordinal))
        counters[(*parent, str(heading.level.rank))] = heading.ordinal
        stack.append((heading.level.rank, path))
        own_end = min(ends[n], closing)
        last = next((m for m in range(n + 1, len(headings)) if headings[m].level.rank <= heading.level.rank), None)
        end = headings[last].span.start if last is not None else closing
        nodes.append(
            Node(SectionKind.NUMBERED, path, heading.number, heading.ordinal, heading.title,
                 text[heading.span.start : heading.span.end].strip(), heading.span,
                 Span(heading.span.start, own_end), Span(heading.span.start, end))
        )  # fmt: skip
    if closing < len(text):
        nodes.append(_bare(SectionKind.CLOSING, Span(closing, len(text))))
    return Outline(tuple(nodes), tuple(gaps))


def _bare(kind: SectionKind, span: Span) -> Node:
    empty = Span(span.start, span.start)
    return Node(kind, (kind.value,), "", None, "", "", empty, span, span)


def find_headings(text: str) -> Iterator[Heading]:
    """The numbered headings of clean text, in order; a marker out of sequence in running text is no heading."""
    last: dict[int, int] = {}
    held: Heading | None = None
    running: dict[int, int] = {}
    for start, level, match in _markers(text):
        ordinal = to_int(match["n"])
        if ordinal is None:
            continue
        at_line_start = not text[text.rfind("\n", 0, start) + 1 : start].strip()
        follows = ordinal == last.get(level.rank, 0) + 1 or (ordinal > 1 and ordinal == running.get(level.rank, 0) + 1)
        if not at_line_start:
            after_sentence = text[start - 1] in _SENTENCE_END
            first_child = ordinal == 1 and held and start <= held.span.end and level.rank > held.level.rank
            if not (level.runs_inline and follows and (after_sentence or first_child)):
                continue
        if held:
            yield held.until(text, start)
        title = Span(match.end(), _title_end(text, match.end(), at_line_start))
        held = Heading(level, match[0].rstrip("、.．"), ordinal, title.of(text).strip(), Span(start, title.end),
                       title.start, at_line_start)  # fmt: skip
        last = {rank: value for rank, value in last.items() if rank < level.rank} | {level.rank: ordinal}
        running[level.rank] = ordinal
    if held:
        yield held


def _markers(text: str) -> Iterator[tuple[int, Level, re.Match[str]]]:
    found = ((m.start(), level, m) for level in LEVELS for m in level.pattern.finditer(text))
    return iter(sorted(found, key=lambda item: (item[0], item[1].rank)))


def _title_end(text: str, start: int, at_line_start: bool) -> int:
    """Where a heading's title ends: its line, its first sentence, the next marker, or its heading noun."""
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    sentence = re.compile(r"[。:：；;]").search(text, start, line_end)
    end = sentence.start() if sentence else line_end
    if not at_line_start:
        inner = next((s for s, _, m in _markers(text[start : start + 80]) if to_int(m["n"]) == 1), None)
        if inner is not None and start + inner < end:
            end = start + inner
        noun = HEADING_NOUN.match(text, start, min(end, start + 60))
        if noun and noun.end() < end and text[noun.end()] not in "的和与、":
            return noun.end()
    if end - start > _MAX_TITLE or (sentence and _PUNCTUATION.search(text, start, end)):
        clause = _PUNCTUATION.search(text, start, end)
        end = min(clause.start() if clause else end, start + _MAX_TITLE)
    return end


def _closing_start(text: str, headings: list[Heading]) -> int:
    """Where paragraphs that belong to the whole document follow the last numbered item.

    They do if every earlier item of that level is one paragraph: then a second paragraph is not the item's.
    """
    if not headings:
        return len(text)
    last = headings[-1]
    items = [n for n, heading in enumerate(headings) if heading.level.rank == last.level.rank and heading.at_line_start]
    if len(items) < 4 or items[-1] != len(headings) - 1:
        return len(text)
    for n in items[:-1]:
        if "\n" in text[headings[n].span.start : headings[n + 1].span.start].strip():
            return len(text)
    paragraph_end = text.find("\n", last.span.start)
    if paragraph_end < 0 or not text[paragraph_end:].strip():
        return len(text)
    return paragraph_end
