"""Hard-wrapped lines (the text layer of a PDF) rejoined to paragraphs, where the document shows that it is wrapped."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.filling import glue, width
from ingest.model import Edit, Reason, Span

_LINE = re.compile(r"[^\n]+")
_WIDTHS = range(18, 61)  # full-width characters in a line of a page
_NARROWER, _WIDER = 1.5, 2.5  # how far justified lines stray from the width
_FEWEST_LINES, _FEWEST_FULL = 10, 5
_FULL_SHARE, _UNENDED_SHARE, _LONGER_SHARE = 0.25, 0.6, 0.1
_INDENT = 2.0
_NEARLY = 0.8
_FURTHEST_BRACKET = 300  # characters; a bracket open for longer was never closed

_ENDS = "。！？；：!?;:."
_CLOSING = "”’）》〕］】」』)]"
_OPENING = "“‘（《〔［【「『(["
_CUTS = "，、" + _ENDS + _CLOSING
_JOINING = "，、,—" + _OPENING
_NEVER_FIRST = "，。、；：！？,;" + _CLOSING
_PAIRS = dict(zip("）》〕］】)]”", "（《〔［【([“", strict=True))

# Starts a paragraph: 一、 （一） 1.统一 1、 （1） ① 第一条 第二章 附件1 一是
_BLOCK = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,3}[.．、](?!\d)|[（(]\d{1,3}[）)]"
    r"|[①-⑳]|第[一二三四五六七八九十百零〇\d]{1,6}[章节条](?=\s|$)|附\s*件\s*\d*\s*[:：.]?|\#)"
)
# Items that also stand inside a paragraph: 一是, 第一，
_SOFT_BLOCK = re.compile(r"\s*(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]，|[-—•·●])")
# A number that a converter put on a line of its own: 第一条, 第二章, （三）
_NUMBER_ALONE = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零〇\d]{1,6}[章节条]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,3}[.．、])\s*"
)
_PROSE = re.compile("[，。；、]")
# Lines that are paragraphs of their own: 2023 年5 月18 日, （此件主动公开）, 饶府办发〔2023〕4 号, 附件1
_OWN_LINE = re.compile(
    r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[（(]此件.{0,12}[）)]|[一-鿿]{2,15}\s*[〔\[【（(]\d{4}[〕\]】）)]\s*\d+\s*号|附\s*件\s*\d*"
)
# How a title ends: 若干措施的通知（2023 年5 月18 日）
_TITLE_END = re.compile(
    r".*(?:通知|通告|公告|公报|意见|方案|办法|细则|条例|规定|规程|措施|清单|要点|计划|纲要|规划|决定|批复|函)(?:[（(][^（()）]{0,20}[）)]?)*"
)
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str
    width: float
    after_blank: bool

    @property
    def ended(self) -> bool:
        """Whether it ends as a sentence does: 。 or 。”."""
        return self.text.rstrip(_CLOSING)[-1:] in _ENDS if self.text.rstrip(_CLOSING) else False


def line_wraps(text: str) -> list[Edit]:
    """The line breaks inside paragraphs, dropped; between Latin words and behind 第一条 a space takes their place.

    None in a document whose lines do not cluster at a width without ending sentences there: its lines are paragraphs.
    """
    lines = list(_lines(text))
    width = wrapped_at(lines)
    if width is None:
        return []
    spaced = sum(line.after_blank for line in lines) > 0.5 * len(lines)
    return list(_joins(lines, width, spaced))


def _lines(text: str) -> Iterator[_Line]:
    end = 0
    for match in _LINE.finditer(text):
        line = match[0].strip()
        if line:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            blank = text.count("\n", end, start) > 1
            end = start + len(line)
            yield _Line(Span(start, end), line, width(line), blank)


def wrapped_at(lines: Sequence[_Line]) -> float | None:
    """The width that the lines of a wrapped text fill; None if the text is not wrapped."""
    prose = [line for line in lines if "\t" not in line.text]
    if len(prose) < _FEWEST_LINES:
        return None
    counts = Counter(round(line.width) for line in prose)
    width = max(_WIDTHS, key=lambda size: sum(counts[size + by] * (size + by) for by in (-1, 0, 1, 2)))
    full = [line for line in prose if width - _NARROWER <= line.width <= width + _WIDER]
    total = sum(line.width for line in prose)
    if (
        len(full) < _FEWEST_FULL
        or sum(line.width for line in full) < _FULL_SHARE * total
        or sum(line.width for line in prose if line.width > width + _WIDER + 1) > _LONGER_SHARE * total
        or sum(not line.ended for line in full) < _UNENDED_SHARE * len(full)
    ):
        return None
    return sum(line.width for line in full) / len(full)


def _joins(lines: Sequence[_Line], width: float, spaced: bool) -> Iterator[Edit]:
    paragraph = _Paragraph(width)
    paragraph.start(lines[0], titled=True)
    for n, line in enumerate(lines[1:], start=1):
        before = lines[n - 1]
        apart = (line.after_blank and not spaced) or "\t" in before.text or "\t" in line.text
        if apart or not paragraph.goes_on(before, line, lines[n : n + 12]):
            paragraph.start(line, titled=_OWN_LINE.fullmatch(before.text) is not None)
            continue
        paragraph.add(line)
        numbered = before.text[0] == "第" and _NUMBER_ALONE.fullmatch(before.text) is not None
        between = " " if numbered else glue(before.text, line.text)
        yield Edit(Span(before.span.end, line.span.start), between, Reason.LINE_WRAP)


class _Paragraph:
    """What is known of the paragraph being put together: where on its printed line it stands, what it left open."""

    def __init__(self, width: float) -> None:
        self._width = width
        self._filled = 0.0
        self._full_lines = 0
        self._open: list[tuple[str, int]] = []
        self._length = 0
        self._text = ""
        self._heading = self._titled = self._prose = False

    def start(self, line: _Line, titled: bool) -> None:
        """``titled`` says that a title may stand here."""
        self._filled = _INDENT if line.width < self._width - _NARROWER else 0.0
        self._full_lines = self._length = 0
        self._open, self._text = [], ""
        self._heading, self._titled, self._prose = _BLOCK.match(line.text) is not None, titled, False
        self.add(line)

    def add(self, line: _Line) -> None:
        """A converter may cut a printed line into pieces, so the line goes on while it fits."""
        if self._filled + line.width > self._width + _WIDER:
            self._filled, self._full_lines = 0.0, self._full_lines + 1
        self._filled += line.width
        self._prose = self._prose or _PROSE.search(line.text) is not None
        for at, character in enumerate(line.text, self._length):
            if character in _PAIRS.values():
                self._open.append((character, at))
            elif character in _PAIRS and self._open and self._open[-1][0] == _PAIRS[character]:
                self._open.pop()
        self._length += len(line.text)
        if self._length < _LONGEST_TITLE:
            self._text += line.text

    def goes_on(self, before: _Line, line: _Line, following: Sequence[_Line]) -> bool:
        """Whether ``line`` is of the same paragraph as ``before``."""
        if _NUMBER_ALONE.fullmatch(before.text):
            return _BLOCK.match(line.text) is None
        if _BLOCK.match(line.text) or _OWN_LINE.fullmatch(line.text) or _OWN_LINE.fullmatch(before.text):
            return False
        if len(before.text) == 1 == len(line.text) and not before.ended:
            return True  # 目⏎录
        if before.text[-1] in _JOINING or line.text[0] in _NEVER_FIRST or self._is_open():
            return True
        full = self._filled >= self._width - _INDENT or (self._prose and self._filled >= _NEARLY * self._width)
        if before.ended:
            return not full and self._fills(before, following) and not _SOFT_BLOCK.match(line.text)
        if full:
            return True
        if _SOFT_BLOCK.match(line.text):
            return False
        if self._titled and not self._prose and self._length + len(line.text) < _LONGEST_TITLE:
            return not _TITLE_END.fullmatch(self._text) and _TITLE_END.fullmatch(line.text) is not None
        piece = line.text[0] in _OPENING or (before.text[-1] in _CLOSING and not (self._heading and not self._prose))
        return (piece and self._fills(before, following)) or (self._full_lines > 0 and self._prose)

    def _is_open(self) -> bool:
        return any(self._length - at < _FURTHEST_BRACKET for _, at in self._open)

    def _fills(self, before: _Line, following: Sequence[_Line]) -> bool:
        """Whether the next pieces, cut at punctuation, fill the printed line, so that they stand on it."""
        filled = self._filled
        for line in following:
            cut = before.text[-1] in _CUTS or line.text[0] in _OPENING
            if not cut or _BLOCK.match(line.text) or line.width > self._width - 2 * _INDENT:
                return False
            filled += line.width
            if filled > self._width - _NARROWER - 1:
                return filled < self._width + _WIDER + 1
            before = line
        return False
