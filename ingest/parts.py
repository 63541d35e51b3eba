"""Parts of a file: the text that a notice issues, its attachments, several plans behind one another."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.model import Span


@dataclass(frozen=True, slots=True)
class Part:
    """A part of clean text: ``code`` is its path component (``a2`` for 附件2, ``p1`` for an issued text).

    ``number`` is as printed (附件2), empty for an issued text; ``heading`` covers number and title, ``start`` also
    Markdown's # marks.
    """

    code: str
    number: str
    ordinal: int | None
    title: str
    heading: Span
    start: int


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts in order, and where lists of enclosures (附件：1.… 2.…) stand: in those nothing is a heading."""

    parts: tuple[Part, ...]
    enclosures: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something on it, without blanks and # marks around; ``mark`` is where those begin."""

    start: int
    end: int
    text: str
    mark: int


# 附件2：任务分工表 | 附件 2 | 附表1 任务台账 | 附件：申报表
_ATTACHMENT = re.compile(
    r"(?P<number>附[件表录] ?(?P<n>[0-9０-９]{1,2}(?:[-－—][0-9０-９]{1,2})?|[一二三四五六七八九十]{1,3})?)"
    r"\s*(?:(?P<colon>[:：])|[.．、]|(?<=[0-9０-９])\s|\Z)\s*(?P<title>.*)"
)
# 2017年3月20日 | 福建省教育厅办公室2017年3月20日 | 二〇一七年三月二十日
DATE = re.compile(
    r"[^\d，。；：]{0,40}(?:\d{4}|[一二三四五六七八九〇○零]{4}) ?年 ?[\d一二三四五六七八九十]{1,3} ?月 ?"
    r"[\d一二三四五六七八九十]{1,3} ?日"
)
# （此件公开发布）
REMARK = re.compile(r"[（(〔\[].{0,30}[)）〕\]]|抄送.*|.{0,20}印发|主动公开|公开方式.*")
_NOUN = (
    "办法|方案|计划|意见|细则|规定|措施|要点|规划|纲要|章程|预案|条例|规程|规范|标准|指南|指引|清单|目录|制度|准则"
    "|政策|规则|通知|公告|请示|分工表|一览表|名单"
)
_NO_NUMBER = r"(?![一二三四五六七八九十]+[、是]|[（(①-⑳]|[0-9０-９]{1,3}[.．、]|第.{1,3}[章节条编]|附[件表])"
# 象山区区属学校体育美育兼职教师管理办法 | 三年行动计划（2021-2023年） | 若干措施（试行）
_TITLE = re.compile(_NO_NUMBER + rf"[^，。；：:;！？!?\t]{{3,80}}?(?:{_NOUN})(?:[（(][^（()）]{{1,30}}[)）])*")
# 2017年美术教师申报表 | 2023年度评价任务台账
_ATTACHED_TITLE = re.compile(
    rf"[^。；：:;！？!?\t]{{3,80}}?(?:{_NOUN}|表|台账|书|函|流程|流程图|体系|指标|名册|说明)(?:[（(][^（()）]{{1,30}}[)）])*"
)
# 工程建设项目审批制度|改革工作方案: the title may go on behind such a noun
_WEAK = re.compile(r"(?:制度|政策|标准|规则|目录|规划|规范|措施)$")
# 现将《广州市临时救助实施细则》印发给你们
_QUOTED = re.compile(r"《([^《》\n]{4,80}(?:〈[^〉]*〉[^《》\n]*)?)》")
_BODY = re.compile(r".{14,}。")
# 一、总体要求 | 第一章 总则 | 第一条 为了
_FIRST = re.compile(r"(?P<style>一、|第一章|第一条|[（(]一[)）])")
# 1.申报表
_NUMBERED = re.compile(r"[0-9０-９]{1,2} ?[.．、]")
_SHORT = 80
#: A line that a title is broken in is at least so long; a shorter one is a cell of a form.
_LONG_LINE = 15
_NEAR = 15


def find_parts(text: str) -> Parts:
    """Where parts begin; the title at the head of the text opens none."""
    lines = list(lines_of(text))
    found: list[Part] = []
    enclosures: list[Span] = []
    taken: set[int] = set()
    attachments = [n for n, line in enumerate(lines) if _attachment(line.text)]
    ends = [*attachments[1:], len(lines)] if attachments else []
    numbers = [_plain(_match(lines[n].text)["number"]) for n in attachments]
    final = {number: at for at, number in enumerate(numbers)}
    for at, (n, end) in enumerate(zip(attachments, ends, strict=True)):
        if _is_enclosure(lines, n, end, final[numbers[at]] > at):
            stop = _enclosures_end(lines, n, end)
            enclosures.append(Span(lines[n].start, lines[stop - 1].end))
            continue
        part, used = _attached(text, lines, n)
        found.append(part)
        taken |= used
    issued = _issued(text, lines, {part.start for part in found}, taken, enclosures)
    numbered = (_with_code(part, f"p{n}") for n, part in enumerate(issued, 1))
    return Parts(tuple(sorted([*found, *numbered], key=lambda part: part.start)), tuple(enclosures))


def _with_code(part: Part, code: str) -> Part:
    return Part(code, part.number, part.ordinal, part.title, part.heading, part.start)


def lines_of(text: str) -> Iterator[Line]:
    """The lines that have something on them."""
    for match in re.finditer(r"[^\n]+", text):
        body = match[0].strip()
        if not body:
            continue
        mark = match.start() + len(match[0]) - len(match[0].lstrip())
        visible = body.lstrip("# \u3000\xa0")
        if visible:
            start = mark + len(body) - len(visible)
            yield Line(start, start + len(visible), visible, mark)


def _plain(text: str) -> str:
    return re.sub(r"[\s“”\"‘’'—–－-]", "", unicodedata.normalize("NFKC", text))


def _match(line: str) -> re.Match[str]:
    match = _attachment(line)
    assert match
    return match


def _attachment(line: str) -> re.Match[str] | None:
    match = _ATTACHMENT.fullmatch(line) if line.startswith("附") and len(line) <= _SHORT else None
    return match if match and (match["n"] or match["colon"] or not match["title"]) else None


def _is_enclosure(lines: Sequence[Line], n: int, end: int, comes_again: bool) -> bool:
    """Whether the line lists what is enclosed, rather than head the enclosed text itself."""
    match = _match(lines[n].text)
    behind = lines[n + 1 : min(end, n + 1 + _NEAR)]
    if _NUMBERED.match(match["title"]) and not match["n"]:
        return True
    if not behind:
        return True
    for line in behind:
        if DATE.fullmatch(line.text):
            return True
        if _BODY.match(line.text) or _FIRST.match(line.text):
            return False
    whole = end - n - 1 <= _NEAR
    listed = not match["n"] and not match["title"] and bool(_NUMBERED.match(behind[0].text))
    return whole and (comes_again or listed)


def _enclosures_end(lines: Sequence[Line], n: int, end: int) -> int:
    stop = n + 1
    while stop < end and stop - n <= _NEAR and not _BODY.match(lines[stop].text) and not _FIRST.match(lines[stop].text):
        stop += 1
        if DATE.fullmatch(lines[stop - 1].text):
            break
    return stop


def _attached(text: str, lines: Sequence[Line], n: int) -> tuple[Part, set[int]]:
    match = _match(lines[n].text)
    used = {n}
    title, end = match["title"], lines[n].end
    if not title and n + 1 < len(lines) and _can_title(lines[n + 1].text):
        width, title = next(_joined(lines, n + 1, _ATTACHED_TITLE), (1, lines[n + 1].text))
        used |= set(range(n + 1, n + 1 + width))
        end = lines[n + width].end
    digits = unicodedata.normalize("NFKC", match["n"] or "")
    ordinal = int(digits) if digits.isdigit() else None
    if ordinal is None and digits and "-" not in digits and "—" not in digits:
        ordinal = "零一二三四五六七八九十".find(digits) if len(digits) == 1 else None
    code = re.sub(r"[^0-9]+", "-", digits).strip("-") or str(ordinal or 1)
    number = re.sub(r"\s", "", match["number"])
    return Part(f"a{code}", number, ordinal, title, Span(lines[n].start, end), lines[n].mark), used


def _can_title(line: str) -> bool:
    return len(line) <= 60 and line[-1] not in "。；;，," and "\t" not in line and not _FIRST.match(line)


def _issued(
    text: str, lines: Sequence[Line], heads: set[int], taken: set[int], enclosures: Sequence[Span]
) -> Iterator[Part]:
    """Titles of issued texts: behind a signed date, or quoted before as 《…》, or before numbering that starts anew."""
    quoted: set[str] = set()
    counted: set[str] = set()
    body_seen = False
    dated = attached = -_NEAR
    listed = {span.start: span.end for span in enclosures}
    until = 0
    for n, line in enumerate(lines):
        if line.mark in heads:
            attached = n
        until = listed.get(line.start, until)
        joined = _joined(lines, n, _TITLE) if n not in taken and line.start >= until and body_seen else ()
        for width, title in joined:
            again = n - attached > 3 and bool(counted & _styles_behind(lines, n + width))
            again = again and (width == 1 or len(line.text) >= _LONG_LINE)
            if n - dated <= 1 or _plain(title) in quoted or again:
                quoted.discard(_plain(title))
                counted, dated = set(), -_NEAR
                yield Part("", "", None, title, Span(line.start, lines[n + width - 1].end), line.mark)
                break
        if DATE.fullmatch(line.text) or (n - dated <= 1 and REMARK.fullmatch(line.text)):
            dated = n
        body_seen = body_seen or bool(_BODY.match(line.text))
        quoted.update(_plain(name) for name in _QUOTED.findall(line.text))
        if first := _FIRST.match(line.text):
            counted.add(_plain(first["style"]))


def _joined(lines: Sequence[Line], n: int, title_of: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """The line as a title, or with the next one or two where it is broken."""
    best: tuple[int, str] | None = None
    for width in (1, 2, 3):
        pieces = [line.text for line in lines[n : n + width]]
        if len(pieces) < width or len(pieces[-1]) > 60 or any(REMARK.fullmatch(piece) for piece in pieces):
            break
        title = "".join(pieces)
        if len(title) <= 90 and title_of.fullmatch(title):
            best = width, title
            if not _WEAK.search(title):
                break
        elif pieces[-1][-1] in "。；;：:，,":
            break
    if best:
        yield best


def _styles_behind(lines: Sequence[Line], n: int) -> set[str]:
    """The style of the first number behind a title, where it is a first one: 一、 第一章."""
    for line in lines[n : n + 6]:
        if first := _FIRST.match(line.text):
            return {_plain(first["style"])}
        if _NUMBERED.match(line.text):
            return set()
    return set()
