"""Which part of a web page is the document: found from its structure, in doubt always the document's.

The text is the content, the smallest element that holds nearly all sentences. Around it lies the article, which also
holds the title and the labelled metadata. Outside the article everything is the site's; inside, beside the content,
what is mostly links, named for something else (class="share"), or made of tools (打印 关闭).
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from ingest.furniture import PageWords, page_words
from ingest.model import Span

_CONTENT_SHARE = 0.85
_LINKED_SHARE = 0.5
_MINIMUM_PROSE = 100
_PROSE_LINE = 25
_LONG_PROSE_LINE = 60
_TITLE_LENGTH = 6
_LONGEST_TOOLS = 100
_ASIDE = frozenset(("nav", "footer", "aside"))
_HEADINGS = frozenset(("h1", "h2", "h3"))
_LEAVES = frozenset(("p", "tr", "li", "h1", "h2", "h3", "h4", "a", "b", "strong", "font", "span"))
# class="mainNav content-share g_head_box", id="newsShare"
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# 关于印发方案的通知_政策文件_首都之窗, 通知 - 某市人民政府门户网站
_TITLE_PARTS = re.compile(r"[_|｜]|\s+[-—–]+\s+|--+|——")
_LINE = re.compile(r"[^\n]+")
_SENTENCE_MARKS = re.compile("[，。；：]")
# 附件：1.某表, 附件2
_ATTACHED = re.compile(r"\s*附\s*(?:件|表|录)")


@dataclass(slots=True)
class Box:
    """An element: its tag, class and id, parent, and the stretch of the text it holds."""

    tag: str
    named: str
    parent: "Box | None"
    start: int
    end: int = 0

    def holds(self, other: "Box | Span") -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Link:
    """A link's stretch of the text, and whether it leads to a file to download."""

    span: Span
    to_file: bool


class _Counts:
    """How many visible characters, and how many of them in links, a stretch of the text holds."""

    def __init__(self, text: str, links: Sequence[Link]) -> None:
        self._visible = array("I", accumulate((not character.isspace() for character in text), initial=0))
        self._starts = [link.span.start for link in links]
        self._ends = [link.span.end for link in links]
        self._linked = [0, *accumulate(self.visible(link.span.start, link.span.end) for link in links)]

    def visible(self, start: int, end: int) -> int:
        return self._visible[end] - self._visible[start]

    def linked(self, start: int, end: int) -> int:
        """Links do not nest, so they lie in order."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        inside = self._linked[last] - self._linked[first]
        if first and self._ends[first - 1] > start:
            inside += self.visible(start, min(end, self._ends[first - 1]))
        if last > first and self._ends[last - 1] > end:
            inside -= self.visible(end, self._ends[last - 1])
        return inside


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    prose: int
    long: bool
    anchor: bool  # title or metadata
    kept: bool


def find_furniture(text: str, boxes: Sequence[Box], links: Sequence[Link], titles: Iterable[str]) -> tuple[Span, ...]:
    """The spans of ``text`` that are not the document's; none where the page holds no sentences to tell it by."""
    words = page_words()
    counts = _Counts(text, links)
    lines = _read_lines(text, counts, links, _names(titles), words)
    prose = sum(line.prose for line in lines)
    if prose < _MINIMUM_PROSE or not boxes:
        return ()
    content = _content(boxes, lines, prose)
    anchors = [line.span for line in lines if line.anchor]
    article = content
    for span in [*anchors, *(line.span for line in lines if line.long)] if anchors else [Span(0, len(text))]:
        while article.parent is not None and not article.holds(span):
            article = article.parent
    found = [line.span for line in lines if not article.holds(line.span) and not line.kept]
    found += _beside(text, boxes, content, article, counts, lines, words)
    return tuple(sorted(found))


def _names(titles: Iterable[str]) -> list[str]:
    """What the head of the page says the document is called, without white space and the site's own name."""
    parts = (max(_TITLE_PARTS.split(title), key=len, default="") for title in titles)
    return [name for name in ("".join(part.split()) for part in parts) if len(name) >= _TITLE_LENGTH]


def _read_lines(
    text: str, counts: _Counts, links: Sequence[Link], names: Sequence[str], words: PageWords
) -> list[_Line]:
    files = [link.span.end - 1 for link in links if link.to_file]
    lines = []
    for match in _LINE.finditer(text):
        span = Span(*match.span())
        visible = counts.visible(span.start, span.end)
        if not visible:
            continue
        line = match[0]
        mostly_linked = counts.linked(span.start, span.end) > 0.3 * visible
        site = words.site.search(line) is not None
        sentences = visible >= _PROSE_LINE and not mostly_linked and not site and _SENTENCE_MARKS.search(line)
        long = bool(sentences) and visible >= _LONG_PROSE_LINE and "。" in line
        titled = not mostly_linked and _TITLE_LENGTH <= visible < 200 and _is_title("".join(line.split()), names)
        anchor = titled or words.label.match(line) is not None
        stamped = not mostly_linked and words.stamp.match(line.strip()) is not None
        attached = _ATTACHED.match(line) is not None or _between(files, span)
        kept = anchor or stamped or long or (attached and not words.is_tools(line))
        lines.append(_Line(span, visible if sentences and not (anchor or stamped) else 0, long, anchor, kept))
    return lines


def _is_title(line: str, names: Sequence[str]) -> bool:
    return any(line in name or (name in line and len(line) < 1.2 * len(name)) for name in names)


def _between(starts: Sequence[int], span: Span) -> bool:
    return bisect_left(starts, span.start) < bisect_left(starts, span.end)


def _content(boxes: Sequence[Box], lines: Sequence[_Line], prose: int) -> Box:
    """The innermost element that holds nearly all sentences. Boxes come in document order, parents first."""
    starts = [line.span.start for line in lines]
    sums = [0, *accumulate(line.prose for line in lines)]
    content = boxes[0]
    for box in boxes:
        if box.parent is content and box.tag not in _LEAVES:
            held = sums[bisect_left(starts, box.end)] - sums[bisect_left(starts, box.start)]
            if held >= _CONTENT_SHARE * prose:
                content = box
    return content


def _beside(
    text: str,
    boxes: Sequence[Box],
    content: Box,
    article: Box,
    counts: _Counts,
    lines: Sequence[_Line],
    words: PageWords,
) -> Iterable[Span]:
    """Elements of the article, outermost first, that stand beside its content and are not the document's."""
    kept = [line.span for line in lines if line.kept]
    starts, ends = [span.start for span in kept], [span.end for span in kept]
    done = 0
    for box in boxes:
        if box.start < done or not article.holds(box) or box.holds(content) or content.holds(box):
            continue
        visible = counts.visible(box.start, box.end)
        if not visible:
            continue
        # Lines and boxes overlap only where one holds the other, so a kept line that ends later starts earlier.
        n = bisect_right(ends, box.start)
        holds_kept, in_kept = _between(starts, Span(box.start, box.end)), n < len(kept) and starts[n] < box.start
        shown = text[box.start : box.end].strip() if visible < _LONGEST_TOOLS else ""
        tools = words.is_tools(shown) and (not in_kept or any(character.isalnum() for character in shown))
        if tools or not (holds_kept or in_kept or not _is_other(box, visible, counts, words)):
            yield Span(box.start, box.end)
            done = box.end


def _is_other(box: Box, visible: int, counts: _Counts, words: PageWords) -> bool:
    linked = counts.linked(box.start, box.end) >= _LINKED_SHARE * visible
    if box.tag in _HEADINGS and not linked:
        return False
    return linked or box.tag in _ASIDE or any(name.lower() in words.names for name in _NAME.findall(box.named))
