"""Where a document's numbered text ends: enclosures, signature and date, paragraphs that are no item's."""

import re
from collections.abc import Sequence

from ingest.headings import Heading
from ingest.parts import DATE, REMARK, lines_of


def closing_start(text: str, headings: Sequence[Heading], end: int, enclosed: int | None, rows_end: int | None) -> int:
    """Where text that belongs to the whole part up to ``end`` follows its last numbered item or table.

    A list of enclosures does, and the signature; so do paragraphs after the last item if every earlier item of that
    level is one paragraph, for then a second paragraph is not the item's.
    """
    if not headings:
        return rows_end or end
    last = headings[-1]
    if rows_end is not None and rows_end > last.span.start:
        return rows_end
    after = last.span.end
    at = enclosed if enclosed is not None and enclosed > after else _signature(text, after, end)
    line = text.rfind("\n", after, at) if at < end else -1
    return min(line if line >= 0 else end, _after_items(text, headings, end))


def _after_items(text: str, headings: Sequence[Heading], end: int) -> int:
    last = headings[-1]
    items = [n for n, heading in enumerate(headings) if heading.level.rank == last.level.rank and heading.at_line_start]
    if len(items) < 4 or items[-1] != len(headings) - 1:
        return end
    for n in items[:-1]:
        if "\n" in text[headings[n].start : headings[n + 1].start].strip():
            return end
    paragraph_end = text.find("\n", last.span.start, end)
    return paragraph_end if paragraph_end >= 0 and text[paragraph_end:end].strip() else end


def _signature(text: str, start: int, end: int) -> int:
    """Where the signature and date that close ``text[start:end]`` begin; ``end`` if there are none."""
    tail = list(lines_of(text[max(start, end - 1_500) : end]))
    offset = max(start, end - 1_500)
    at = len(tail)
    while at and len(tail) - at < 4 and REMARK.fullmatch(tail[at - 1].text):
        at -= 1
    if at < 2 or not DATE.fullmatch(tail[at - 1].text):
        return end
    first = at - 1
    while first > 1 and _signs(tail[first - 1].text):
        first -= 1
    return offset + tail[first].mark


def _signs(line: str) -> bool:
    return (
        len(line) <= 40
        and not re.search(r"[。；;：:，,\t]", line)
        and not re.match(r"[（(\d①-⑳]|[一二三四五六七八九十]+[、是]", line)
    )
