"""The checkable facts of a text: its numbers, and the units it names."""

import re
from functools import cache

from eval_sets.judge import fold
from ingest.numerals import ENGLISH, HAN, to_int
from ingest.registry import UnitNames

# 2025 | 4.5 | 3,000
_ARABIC = re.compile(r"\d+(?:,\d{3})+|\d+(?:\.\d+)?")
#: What a Han numeral of one character must count to be one.
_COUNTED = "[年月日天周次轮项个所名级档堂元岁倍人条章节类家种批位届]|大(?!力)"
# 五年 | 十五项 | 二十
_HAN_NUMBER = re.compile(rf"{HAN}(?={_COUNTED})|[〇零一二三四五六七八九十百千万]{{2,}}")
_ENGLISH_NUMBER = re.compile(rf"\b{ENGLISH}\b")
# 第15项 | task 15 | [1] | 2. “甲” as an item of a list | one of the, which counts nothing
_ADDRESS = re.compile(
    r"第\s*[\d〇零一二三四五六七八九十百]+\s*[项条章节个款]|(?:task|item|article|chapter)\s*\d+|\[\d+\]"
    r"|(?:^|[:;：；\s])\d{1,2}\.\s|\bone of\b",
    re.I,
)


def numbers(text: str) -> set[str]:
    """Numbers in Arabic form, whatever they are written in: 五年 , 5年 and 05 give "5"."""
    folded = fold(text)
    found = {number.replace(",", "").lstrip("0") or "0" for number in _ARABIC.findall(folded)}
    words = _HAN_NUMBER.findall(folded) + _ENGLISH_NUMBER.findall(text.lower())
    return found | {str(value) for word in words if (value := to_int(word)) is not None}


def facts(text: str) -> set[str]:
    """Numbers and units a text states, clause numbers (第15项) and markers aside: they are addresses, not facts."""
    plain = _ADDRESS.sub(" ", text)
    folded = fold(plain)
    return numbers(plain) | {name for form, name in _unit_forms() if form in folded}


@cache
def _unit_forms() -> tuple[tuple[str, str], ...]:
    """(folded form, unit) for every name of the unit lexicon, Chinese and English."""
    rows = UnitNames.all()
    forms = ((form, row.name) for row in rows for form in (row.name, *row.aliases, *row.english))
    return tuple((fold(form), name) for form, name in forms if len(form) > 2)
