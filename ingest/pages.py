"""Page artefacts: what a converter or printer left of the pages that a text once stood on."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.model import Edit, Reason, Span

# 把握正确改革⏎2、方向
_COUNTED = re.compile(r"(?:(?<=\n)|\A)(?P<number>\d{1,3})、(?=\S)")
_SENTENCE_END = "。；;！？!?:：”）)"

# Lines that say which page it is: # Page 3:, - 3 -, —5—, 第3页 共10页, 第 3 页, Page 3 of 10
_MARK = re.compile(
    r"[^\S\n]*(?:\#[ ]Page[ ](?P<a>\d{1,4}):?|[-—–－]+[ ]*(?P<b>\d{1,4})[ ]*[-—–－]+|第[ ]*(?P<c>\d{1,4})[ ]*页"
    r"(?:[ ，,/]*共[ ]*\d{1,4}[ ]*页)?|[Pp]age[ ](?P<d>\d{1,4})(?:[ ]of[ ]\d{1,4})?)[^\S\n]*"
)
_NUMBER_ALONE = re.compile(r"\s*(\d{1,4})(?:\s*/\s*\d{1,4})?\s*")
_DIGITS = re.compile(r"\d+")
_LONGEST_MARK = 40
_SHORTEST_HEAD = 6  # characters; 序号 and 牵头单位 are the header of a table that runs on
_MINIMUM_PAGES = 3
_EDGE = 2  # lines at the top and bottom of a page that may be its head and foot
_BREAK = "\f"


def page_artefacts(text: str) -> list[Edit]:
    """Page marks on lines of their own, form feeds, running heads, and page numbers inside the running text."""
    lines = [Span(*match.span()) for match in _LINE.finditer(text)]
    marks, breaks = _marks(text, lines)
    gone = marks | _edges(text, lines, marks | breaks)
    edits = [*_dropped_lines(text, lines, gone, breaks), *_numbers_in_text(text)]
    apart: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.span):
        if not apart or apart[-1].span.end <= edit.span.start:
            apart.append(edit)
    return apart


_LINE = re.compile(r"[^\n\f]*(?:\n|\f|\Z)")


def _numbers_in_text(text: str) -> list[Edit]:
    """Page numbers that a converter left in the running text: line break, number, 、.

    They are taken for artefacts only if they count 1, 2, 3 … over the whole text and most of them break off a page
    that holds sentences; a list of numbered items ends its items, or has items too short to hold a sentence.
    """
    marks = list(_COUNTED.finditer(text))
    if len(marks) < _MINIMUM_PAGES or [int(m["number"]) for m in marks] != list(range(1, len(marks) + 1)):
        return []
    starts = [_line_end_before(text, m.start()) for m in marks]
    spans = [Span(start, m.end()) for start, m in zip(starts, marks, strict=True)]
    pages = [text[before.end : span.start].rstrip() for before, span in pairwise(spans)]
    broken = sum("。" in page and page[-1] not in _SENTENCE_END for page in pages)
    if broken * 2 < len(marks):
        return []
    return [Edit(span, "", Reason.PAGE_ARTEFACT) for span in spans]


def _line_end_before(text: str, at: int) -> int:
    while at and text[at - 1] in "\r\n":
        at -= 1
    return at


def _marks(text: str, lines: Sequence[Span]) -> tuple[set[int], set[int]]:
    """Numbers of the lines that are page marks, if they count upwards, and of those that a form feed ends."""
    numbers: dict[int, int] = {}
    for n, line in enumerate(lines):
        if len(line) <= _LONGEST_MARK and (found := _MARK.fullmatch(line.of(text).rstrip("\n\f\r"))):
            numbers[n] = int(next(value for value in found.groups() if value))
    rising = sum(before < after for before, after in pairwise(numbers.values()))
    breaks = {n for n, line in enumerate(lines) if line.of(text).endswith(_BREAK)}
    if not breaks and (len(numbers) < 2 or rising < 0.8 * (len(numbers) - 1)):
        return set(), breaks
    return set(numbers), breaks


def _edges(text: str, lines: Sequence[Span], borders: Iterable[int]) -> set[int]:
    """Lines at the edges of pages that most pages share (but for digits), and numbers that count the pages.

    A shared line without digits may be the title, so it stays where it comes first.
    """
    cuts = [-1, *sorted(borders), len(lines)]
    pages = [_shown(text, lines, start + 1, end + 1) for start, end in pairwise(cuts)]
    pages = [page for page in pages if page]
    if len(pages) < _MINIMUM_PAGES:
        return set()
    gone: set[int] = set()
    for at in (*range(_EDGE), *range(-1, -_EDGE - 1, -1)):
        line_of = {number: page[at] for number, page in enumerate(pages) if len(page) > 2 * _EDGE}
        written = {number: lines[line].of(text).strip() for number, line in line_of.items()}
        kinds = Counter(_DIGITS.sub("0", line) for line in written.values())
        counted = Counter(
            int(found[1]) - number for number, line in written.items() if (found := _NUMBER_ALONE.fullmatch(line))
        )
        seen: set[str] = set()
        for number, line in written.items():
            kind = _DIGITS.sub("0", line)
            found = _NUMBER_ALONE.fullmatch(line)
            counts = found is not None and _on_most(counted[int(found[1]) - number], len(pages))
            shared = (
                len(kind) >= _SHORTEST_HEAD
                and "\t" not in kind
                and kind[-1] not in _SENTENCE_END
                and _on_most(kinds[kind], len(pages))
            )
            if counts or (shared and (kind in seen or "0" in kind)):
                gone.add(line_of[number])
            seen.add(kind)
    return gone


def _on_most(times: int, pages: int) -> bool:
    return times >= max(_MINIMUM_PAGES, 0.6 * pages)


def _shown(text: str, lines: Sequence[Span], start: int, end: int) -> list[int]:
    """The lines of a page that hold characters and are no page mark."""
    return [
        n
        for n in range(start, min(end, len(lines)))
        if (line := lines[n].of(text).strip()) and not (len(line) <= _LONGEST_MARK and _MARK.fullmatch(line))
    ]


def _dropped_lines(text: str, lines: Sequence[Span], gone: set[int], breaks: set[int]) -> Iterable[Edit]:
    """One edit for each run of dropped lines with the blank ones around it: a newline stays, nothing else."""
    n = 0
    while n < len(lines):
        if n not in gone and n not in breaks:
            n += 1
            continue
        # A line that a form feed ends keeps its text.
        start = lines[n].start if n in gone else len(text[lines[n].start : lines[n].end].rstrip()) + lines[n].start
        first = n
        while n < len(lines) and (n in gone or (n in breaks and n == first) or not lines[n].of(text).strip()):
            n += 1
        end = lines[n - 1].end
        start = _blank_before(text, start)
        newline = text.rfind("\n", start, end)
        if start and end < len(text):
            if newline == end - 1:
                end = newline
            elif newline < 0:
                yield Edit(Span(end - 1, end), "\n", Reason.PAGE_ARTEFACT)
                end -= 1
            else:
                yield Edit(Span(newline + 1, end), "", Reason.PAGE_ARTEFACT)
                end = newline
        if end > start:
            yield Edit(Span(start, end), "", Reason.PAGE_ARTEFACT)


def _blank_before(text: str, at: int) -> int:
    while at and text[at - 1].isspace():
        at -= 1
    return at
