"""The title of a document: the lines above its body that end like one."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.frame import Frame, Line, begins_numbering, is_labelled
from ingest.issuers import organs_in
from ingest.model import Field, Span
from ingest.official_numbers import NUMBER, is_number_line

#: Lines of news before a title at most.
_NEWS_LINES = 8
#: Lines a title is wrapped over at most.
_MOST_LINES = 6
_LONGEST = 150
# （2023 年5 月25 日） behind the title in a collection | （鲁政办发〔2016〕36号）
_BEHIND = re.compile(rf"\s*[（(]\s*(?:\d{{4}}\s*年[\d\s年月日]*|{NUMBER})\s*[)）]$")
# 5. 安徽省人民政府印发…… in a collection
_COUNTED = re.compile(r"\d{1,3}\s*[.．]\s*(?=[一-鿿])")
# 关于……的通知 | 义务教育法 | 实施方案（试行） | 十条措施
_ENDING = re.compile(
    r"(?:通知|意见|方案|办法|条例|规定|法|细则|清单|计划|纲要|决定|决议|公告|通告|通报|公报|函|批复|请示|报告|指南|指引|要点|"
    r"措施|举措|政策|规范|规程|规则|章程|制度|标准|目录|名单|预案|规划|安排|建议|准则|守则|大纲|须知|简章|说明|倡议书|问答|声明)"
    r"(?:[（(][^（()）]{1,20}[)）])*$"
)
# （征求意见稿） on a line of its own
_ONLY_BRACKET = re.compile(r"[（(〔\[【<][^）)\n]{0,60}[）)〕\]】>]$")
# 关于……的通知: letters say what they are about, or what they send
_LETTER = re.compile(r"(?:通知|意见|公告|通告|通报|函|批复|请示|报告|决定)(?:[（(][^（()）]{1,20}[)）])*$")
_SENDS = re.compile(r"关于|印发|转发|批转|公布|发布")
# 2012年3月28日 国务院第197次常务会议通过 | 2023-05-25 来源 | 目　录 | - 3 - | 分享到 | 通知公告 | 首页 > 公文
_ASIDE = re.compile(
    r"[（(]?\d{4}\s*[-年/.]\s*\d{1,2}\s*[-月/.]\s*\d{1,2}[\s\d日:：）)]*"
    r"(?:$|.*(?:通过|批准|公布|发布|修订|修正|修改)[)）]?$|来源)"
    r"|目\s*录?$|录$|-?\s*\d{1,3}\s*-?$|(?:分享|打印|字体|字号|来源|浏览|原文链接|https?:|<!--)"
    r"|(?:政策法规|通知公告|法规公文|办事指南|政策解读|政务公开|互动交流)$|.*(?:法宝引证码|[>›»])|【.*】"
)
# 1.2025年度积分制入户指标有多少个？ | 1 of 3
_NO_TITLE = re.compile(r"[?？!！]$|^[\d(（][\d\s.．、)）]|^[^一-鿿]*$")
_SHORTEST = 4
_LONGEST_LINE = 80


def printed_title(frame: Frame, signed: int | None) -> Field | None:
    """The title as printed above the body, wrapped lines joined; None where the document has none.

    Of titles printed twice the last counts, for a site's own come first. A notice or order without one has that of
    the document it brings, which follows its signature, the line ``signed``.
    """
    head = frame.head
    for end in range(len(head), 0, -1):
        if (found := _ending_at(head, end)) is not None:
            return found
    if signed is not None and (found := _brought(frame, signed)) is not None:
        return found
    if (found := _below_news(frame, signed)) is not None:
        return found
    for line in reversed(head):
        if _SHORTEST <= len(line.text) <= _LONGEST_LINE and not _barred(line.text) and not _NO_TITLE.search(line.text):
            return _joined([line])
    return None


def _ending_at(head: Sequence[Line], end: int) -> Field | None:
    """The title whose last line is ``head[end - 1]``."""
    found = None
    for start in range(end - 1, max(-1, end - 1 - _MOST_LINES), -1):
        lines = head[start:end]
        whole = "".join(line.text for line in lines)
        if _barred(lines[0].text, alone=False) or len(whole) > _LONGEST:
            break
        core = _BEHIND.sub("", whole)
        if len(core) < _SHORTEST or not _ENDING.search(core) or "。" in core:
            continue
        found = found or lines
        above = head[start - 1] if start else None
        if above is None or not _continues(above.text, core):
            return _joined(lines)
        found = lines
    return _joined(found) if found and not _barred(found[0].text) else None


def _continues(above: str, title: str) -> bool:
    """Whether the line above belongs to the title, too."""
    if _barred(above, alone=False) or begins_complete(title):
        return False
    if any(title.count(left) < title.count(right) for left, right in ("《》", "“”", "（）")):
        return True
    if _ENDING.search(_BEHIND.sub("", above)) and _SENDS.search(above):
        return False  # a title printed twice
    if title.startswith(("关于", "印发", "转发")):
        return bool(organs_in(above)) or bool(_SENDS.search(above))
    if _SENDS.search(above) and not _ENDING.search(above):
        return True
    return bool(_LETTER.search(title)) and not _SENDS.search(title)


def begins_complete(title: str) -> bool:
    """Whether a title begins with who issued it, and what it is about: nothing is missing before it."""
    match = _SENDS.search(title)
    return bool(match and match.start() and organs_in(title[: match.start()])) or bool(_COUNTED.match(title))


def _barred(line: str, alone: bool = True) -> bool:
    """Whether a line is no part of a title: a sentence, label, number, date or a site's own."""
    return bool(
        re.search(r"[。;；]|[:：]\s|[:：]$", line)
        or is_labelled(line)
        or is_number_line(line)
        or _ASIDE.match(line)
        or (alone and _ONLY_BRACKET.match(line))
    )


def _below_news(frame: Frame, signed: int | None) -> Field | None:
    """A title behind the news that a document came out: 近日，教育部印发……全文如下："""
    limit = min(len(frame.lines), frame.body + _NEWS_LINES, signed if signed is not None else len(frame.lines))
    for above, line in pairwise(frame.lines[frame.body : limit]):
        if begins_numbering(line.text):
            return None
        told = above.text.endswith(("。", "：", ":", "）"))
        if told and _SENDS.search(line.text) and _ENDING.search(line.text) and not _barred(line.text):
            return _joined([line])
    return None


def _brought(frame: Frame, signed: int) -> Field | None:
    """The heading below the signature, if it is the one document that the notice names: 现将《……方案》印发给你们."""
    notice = re.sub(r"\s", "", "".join(line.text for line in frame.lines[:signed]))
    below = frame.lines[signed + 1 : signed + 1 + _MOST_LINES]
    for start, line in enumerate(below):
        if _barred(line.text):
            continue
        for end in range(start + 1, len(below) + 1):
            if len(below[end - 1].text) > _LONGEST:
                return None
            found = _joined(below[start:end])
            named = re.sub(r"\s", "", f"《{found.value}》")
            if named in notice and f"》{named}" not in notice and f"{named}《" not in notice:
                return found
        return None
    return None


def _joined(lines: Sequence[Line]) -> Field:
    """One line of title, without what a collection prints before and behind it; blanks within are narrowed."""
    whole = "\n".join(line.text for line in lines)
    counted = _COUNTED.match(whole)
    start, end = counted.end() if counted else 0, _before_bracket(whole)
    return Field(tidy(whole[start:end]), Span(_in_source(lines, start), _in_source(lines, end)))


def _in_source(lines: Sequence[Line], at: int) -> int:
    """The source offset of a place in the lines joined by breaks."""
    for line in lines:
        if at <= len(line.text):
            return line.span.start + at
        at -= len(line.text) + 1
    return lines[-1].span.end


def _before_bracket(whole: str) -> int:
    """Where a title ends before the date or number in brackets behind it."""
    for match in re.finditer(r"[（(]", whole):
        if _BEHIND.fullmatch(whole[match.start() :]):
            return len(whole[: match.start()].rstrip())
    return len(whole)


# 2023 年优化 | 关于⏎调整
_BLANK = re.compile(r"\s*\n\s*(?:#+\s*)?|(?<=[0-9])[ \t](?=[一-鿿])|(?<=[一-鿿])[ \t](?=[0-9])")


def tidy(printed: str) -> str:
    """A title on one line: breaks and the blanks that converters put around digits removed."""
    return re.sub(r"\s+", " ", _BLANK.sub("", printed.strip()))
