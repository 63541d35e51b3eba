"""The styles of numbering in official documents, outermost first."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Level:
    """One style of numbering; a lower ``rank`` is further out."""

    rank: int
    pattern: re.Pattern[str]
    runs_inline: bool = True


_N = "[一二三四五六七八九十百〇零]{1,5}"
# A heading's number, not a mention: 第三条规定的, 第三条第二款, 第三条、第四条
_NO_MENTION = r"(?![第、，,和及与或至到的所之规中])"
LEVELS = (
    # 第一编 总则
    Level(0, re.compile(rf"第(?P<n>{_N}|\d+)编{_NO_MENTION}"), False),
    # 第一章 总则
    Level(1, re.compile(rf"第(?P<n>{_N}|\d+)章{_NO_MENTION}"), False),
    # 第二节 入学
    Level(2, re.compile(rf"第(?P<n>{_N}|\d+)节{_NO_MENTION}"), False),
    # 第三条 为了……
    Level(3, re.compile(rf"第(?P<n>{_N}|\d+)条{_NO_MENTION}"), False),
    # 一、总体要求
    Level(4, re.compile(rf"(?P<n>{_N})、")),
    # （一）指导思想
    Level(5, re.compile(rf"[(（] ?(?P<n>{_N}) ?[)）]")),
    # 15.强化体育评价 | １．完善机制 | 1<U+E010>坚持育人为本: the separator was a character of a private font
    Level(6, re.compile(r"(?P<n>[0-9０-９]{1,3})(?:[.．、](?![0-9０-９])|[\ue000-\uf8ff])")),
    # (1)申请 | 1）申请
    Level(7, re.compile(r"(?:[(（]|(?<![0-9０-９]))(?P<n>[0-9０-９]{1,3})[)）]")),
    # ①材料齐全
    Level(8, re.compile(r"(?P<n>[①-⑳])")),
    # 一是强化党建引领机制
    Level(9, re.compile(rf"(?P<n>{_N})是")),
    # 首先，提高认识。其次，抓好落实。
    Level(9, re.compile(r"(?P<n>首先|其次|再次)(?=[，,、：:是要])")),
)
#: Ordinals that are words.
WORDS = {"首先": 1, "其次": 2, "再次": 3}
#: Ranks of 编章节条, of 条, and of 1.
ARTICLES = range(4)
ARTICLE = 3
ARABIC = 6
