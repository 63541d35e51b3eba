"""Cleaning: steps that each return their edits, composed into one offset map. The order of the steps is the story."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.lexicon import table
from ingest.model import Edit, Reason, Span
from ingest.noise import NoiseRules, copy_noise
from ingest.offsets import OffsetMap, apply

Step = Callable[[str], list[Edit]]


@dataclass(frozen=True, slots=True)
class CleanText:
    """What is left to read. ``edits`` are in source offsets, ``offsets`` maps clean text to source."""

    text: str
    offsets: OffsetMap
    edits: tuple[Edit, ...]


def clean(text: str) -> CleanText:
    """Source text without furniture and artefacts, with copy noise repaired; every change is on ``edits``."""
    return run(text, (invisible, site_furniture, page_artefacts, repair))


def run(text: str, steps: Sequence[Step]) -> CleanText:
    """Apply ``steps`` one after the other, each on the result of the one before."""
    offsets = OffsetMap.identity(len(text))
    edits: list[Edit] = []
    for step in steps:
        changes = [edit for edit in step(text) if edit.span.of(text) != edit.replacement]
        if not changes:
            continue
        edits += (Edit(offsets.to_source(edit.span), edit.replacement, edit.reason) for edit in changes)
        offsets = offsets.then(OffsetMap.from_edits(len(text), changes))
        text = apply(text, changes)
    return CleanText(text, offsets, tuple(sorted(edits, key=lambda edit: edit.span)))


# zero-width space, joiners, direction marks, byte order mark, soft hyphen
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")


def invisible(text: str) -> list[Edit]:
    """Characters that nobody sees and that break words apart."""
    return [Edit(Span(*m.span()), "", Reason.INVISIBLE) for m in _INVISIBLE.finditer(text)]


# A paragraph of the body: long, and made of sentences.
_BODY_LINE = re.compile(r"[^\n]{40,}[。;；：:][^\n]*|[^\n]*[一-鿿][^\n]{20,}。[^\n]*")


def site_furniture(text: str) -> list[Edit]:
    """Lines of the web site before the first and after the last paragraph of the body (lexicon/furniture.toml)."""
    rules = table("furniture")
    head, tail = _line_pattern(rules["head"]), _line_pattern(rules["tail"])
    lines = list(re.finditer(r"[^\n]*\n?", text))
    body = [n for n, line in enumerate(lines) if _BODY_LINE.match(line[0]) and not head.match(line[0])]
    first, last = (body[0], body[-1]) if body else (len(lines), -1)
    return [
        Edit(Span(*line.span()), "", Reason.SITE_FURNITURE)
        for n, line in enumerate(lines)
        if (n < first and head.match(line[0])) or (n > last and tail.match(line[0]))
    ]


def _line_pattern(patterns: object) -> re.Pattern[str]:
    assert isinstance(patterns, list)
    return re.compile(r"[\s•·●▪*]*(?:" + "|".join(patterns) + ")")


# 把握正确改革⏎2、方向
_PAGE_MARK = re.compile(r"(?:(?<=\n)|\A)(?P<number>\d{1,3})、(?=\S)")
_SENTENCE_END = "。；;！？!?:：”）)"


def page_artefacts(text: str) -> list[Edit]:
    """Page numbers that a converter left in the running text: line break, number, 、.

    They are taken for artefacts only if they count 1, 2, 3 … over the whole text and most of them break off a page
    that holds sentences; a list of numbered items ends its items, or has items too short to hold a sentence.
    """
    marks = list(_PAGE_MARK.finditer(text))
    if len(marks) < 3 or [int(m["number"]) for m in marks] != list(range(1, len(marks) + 1)):
        return []
    spans = [Span(len(text[: m.start()].rstrip("\r\n")), m.end()) for m in marks]
    pages = [text[before.end : span.start].rstrip() for before, span in pairwise(spans)]
    broken = sum("。" in page and page[-1] not in _SENTENCE_END for page in pages)
    if broken * 2 < len(marks):
        return []
    return [Edit(span, "", Reason.PAGE_ARTEFACT) for span in spans]


def repair(text: str) -> list[Edit]:
    """Copy noise, repaired for search and answers; quotes stay as the source prints them."""
    return copy_noise(text, NoiseRules.bundled())
