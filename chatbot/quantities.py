"""Numbers with what they count and how they are bounded, so that a sentence can be held to those its evidence prints:
不少于30万个 and "at least 300,000" are one quantity, 三年 and 三个月 are two."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from ingest.numerals import CARDINALS, HAN_CHARACTERS, to_int


class Bound(StrEnum):
    """Which side of the number is meant."""

    EXACT = "exact"
    LOW = "at least"
    HIGH = "at most"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, the measure it counts (one for all that may stand for each other, empty if none is printed), whether
    it is an ordinal (第三年), and its bound; ``part`` is the part of the sentence it stands in."""

    value: Decimal
    measure: str
    ordinal: bool
    bound: Bound
    part: str

    def printed_as(self, other: "Quantity") -> bool:
        """Whether ``other``, of the evidence, may say the same; across languages measures of things are one."""
        foreign = (self.part == _LATIN) != (other.part == _LATIN)
        same_measure = self.measure == other.measure or not self.measure or (foreign and not other.measure)
        return (
            self.value == other.value
            and self.ordinal == other.ordinal
            and self.bound == other.bound
            and (same_measure or (foreign and {self.measure, other.measure} <= _COUNTS))
        )

    @property
    def is_year(self) -> bool:
        """Whether this is a calendar year."""
        return self.measure in ("年", "") and self.value > _CALENDAR and self.value < 2 * _CALENDAR + _CALENDAR


#: Measures that stand for each other, by the first.
_SAME = (
    "年 周年 年期", "月 个月", "日 天 号", "周 星期 个星期", "小时 个小时 学时", "分钟", "学期 个学期", "学年 个学年",
    "个 所 家 间 处 座 套", "项 条 款 件 大", "人 名 位 人次", "次 轮 回 届", "级 档", "种 类", "岁 周岁", "元 块",
    "倍", "分", "节 堂 课时", "班", "米", "公里", "平方米 ㎡", "册 本", "门", "辆", "批", "场", "年级", "% 个百分点",
    "支",
)  # fmt: skip
_MEASURES = {form: row.split()[0] for row in _SAME for form in row.split()}
#: Measures of things: which one is printed says little to a reader of English.
_COUNTS = frozenset({"个", "项", "人", "级", "种", "批", "套"})
#: What 一个 and one say besides counting.
_ARTICLES = _COUNTS | {""}
_LATIN = "\N{NULL}"
_CALENDAR = 1000
_BIG = {"": 1, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

_MEASURE = "|".join(sorted(map(re.escape, _MEASURES), key=len, reverse=True))
# 第15项 | 30万个 | 百分之七十 | 3.5小时 | 五年
_ZH = re.compile(
    rf"(?P<ordinal>第)?(?P<percent>百分之)?(?P<number>\d[\d,]*(?:\.\d+)?|[{HAN_CHARACTERS}]+)(?P<big>[百千万亿]*)[余多来]?"
    rf"\s*(?P<measure>{_MEASURE})?"
)
# 每年 | 每学期: one of them; 每半年 is six months
_EACH = re.compile(r"每(?P<half>半)?(?P<measure>学期|学年|年|月|周|天|日)")
# 不少于30 | 不得超过2
_GAP = r"[^\d,，。；：]{0,2}$"
_WIDE_GAP = r"[^\d,，。；：]{0,8}$"  # 至少为师生上思政课1次
_ZH_BEFORE = {
    Bound.LOW: re.compile(
        rf"(?:不[得应能可]?(?:少于|低于|小于|早于)|(?<![不得应能可未])(?:超过|高于|多于|大于)|(?<![不未])满){_GAP}|[最至]少{_WIDE_GAP}"
    ),
    Bound.HIGH: re.compile(
        rf"(?:[不未][得应能可]?(?:超过|高于|多于|大于|晚于|迟于)|[不未]满|不足|(?<![不得应能可])(?:低于|少于|小于)){_GAP}|[最至]多{_WIDE_GAP}"
    ),
}
# 70%以上 | 三年内
_ZH_AFTER = {Bound.LOW: re.compile(r"(?:及|\(含\))?以上"), Bound.HIGH: re.compile(r"(?:及|\(含\))?以[下内]|之?内")}

_EN_MEASURES = {
    "year": "年", "month": "月", "day": "日", "week": "周", "hour": "小时", "minute": "分钟", "semester": "学期",
    "term": "学期", "time": "次", "round": "次", "yuan": "元", "rmb": "元", "percent": "%", "%": "%", "teacher": "人",
    "student": "人", "people": "人", "person": "人", "principal": "人", "school": "个", "place": "个", "task": "项",
    "item": "项", "measure": "项", "kilometre": "公里", "kilometer": "公里", "metre": "米", "meter": "米",
}  # fmt: skip
_EN_BIG = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_EN_WORD = "|".join(sorted((*CARDINALS, *_EN_BIG), key=len, reverse=True))
# 300,000 places | thirty-five percent | the 15th task | article 12
_EN = re.compile(
    rf"(?P<address>\b(?:task|item|article|section|clause|chapter|no\.|number)\s+)?"
    rf"(?<![\w.])(?P<number>\d[\d,]*(?:\.\d+)?|(?:{_EN_WORD})(?:[\s-]+(?:and\s+)?(?:{_EN_WORD}))*)"
    rf"(?P<ordinal>st|nd|rd|th)?\s*(?P<big>\b(?:hundred|thousand|million|billion)\b)?"
    rf"(?:(?:[\s-]+[a-z]+){{0,2}}?[\s-]*(?P<measure>\b(?:{'|'.join(m for m in _EN_MEASURES if m != '%')})(?=s?\b)|%))?",
)
_EN_BEFORE = {
    Bound.HIGH: re.compile(
        r"(?:\b(?:no|not) (?:more|later) than|at most|up to|within|(?<!no )(?<!not )\b(?:fewer|less) than|\bunder"
        r"|maximum of|not exceed(?:ing)?|below)\s+(?:[a-z]+ )?$"
    ),
    Bound.LOW: re.compile(
        r"(?:\b(?:no|not) (?:fewer|less|earlier) than|at least|(?<!no )(?<!not )\bmore than|\bover|minimum of|above"
        r"|(?<!not )\bexceed(?:ing|s)?)\s+(?:[a-z]+ )?$"
    ),
}
_EN_AFTER = {
    Bound.LOW: re.compile(r"(?:\s*[a-z]+){0,2}\s+(?:or|and) (?:more|above|over|older)"),
    Bound.HIGH: re.compile(r"(?:\s*[a-z]+){0,2}\s+(?:or|and) (?:less|fewer|below|under|younger)"),
}
_AGE = re.compile(r"\s*(?:old\b|of age\b)")
# every year | annually | twice
_EN_RATES = (
    (re.compile(r"\b(?:every|each|per|a) (year|month|week|day|semester|term)\b"), None),
    (re.compile(r"\b(?:annual(?:ly)?|yearly)\b"), (1, "每年")),
    (re.compile(r"\bmonthly\b"), (1, "每月")),
    (re.compile(r"\bweekly\b"), (1, "每周")),
    (re.compile(r"\bdaily\b"), (1, "每日")),
    (re.compile(r"\bonce\b"), (1, "次")),
    (re.compile(r"\btwice\b"), (2, "次")),
    (re.compile(r"\b(?:half a year|half-year|semi-?annual(?:ly)?)\b"), (6, "月")),
)
_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = _MONTH_NAMES.split()
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})(?:\s+(\d{{1,2}})\b)?|\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})\b")
#: English measures that are no things: what they measure is said by other words.
_TIMES = "year|month|day|week|hour|minute|time|yuan|rmb|percent|kilomet(?:er|re)|met(?:er|re)"
_NUMBER_WORD = re.compile(
    rf"\b(?:{_EN_WORD}|{'|'.join(_MONTHS)}|once|twice|annual(?:ly)?|yearly|every|each|per|(?:{_TIMES})s?)\b",
    re.I,
)
_PARTS = re.compile(r"[,，。；;：:、!?！？\n“”]|\.\s")


def quantities(text: str) -> list[Quantity]:
    """The quantities of folded ``text``, Chinese and English, in order by language.

    一 before a measure of things, and English one, are articles and left out, as is a single Han numeral without a
    measure (五育, 统一).
    """
    found = [q for match in _ZH.finditer(text) if (q := _chinese(match, text)) is not None]
    for match in _EACH.finditer(text):
        half_year = match["half"] and match["measure"] == "年"
        value, measure = (6, "月") if half_year else (1, f"每{_MEASURES[match['measure']]}")
        found.append(Quantity(Decimal(value), measure, False, Bound.EXACT, _part(text, match.start())))
    return found + (_english(text) if re.search("[a-z]", text) else [])


def unprinted(claim: str, evidence: str) -> Quantity | None:
    """The first quantity of the folded claim that the folded evidence does not print, or prints of something else."""
    printed, everything = quantities(evidence), _pairs(evidence)
    for quantity in quantities(claim):
        same = [other for other in printed if quantity.printed_as(other)]
        if not same:
            return quantity
        beside = _pairs(quantity.part) & everything
        if quantity.is_year or quantity.part == _LATIN or not beside:
            continue
        if all(_pairs(other.part) and not beside & _pairs(other.part) for other in same):
            return quantity
    return None


def _chinese(match: re.Match[str], text: str) -> Quantity | None:
    number, measure = match["number"], _MEASURES.get(match["measure"] or "", "")
    is_han = not number[0].isdigit()
    if (
        is_han
        and not measure
        and not match["percent"]
        and (len(number) == 1 or (not match["ordinal"] and len(number) < 3))
    ):
        return None
    before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() :]
    bound = _bound(_ZH_BEFORE, _ZH_AFTER, before, after)
    value = to_int(number) if is_han else Decimal(number.replace(",", ""))
    if value is None or (not match["ordinal"] and _is_article(value, is_han, measure, bound)):
        return None
    for unit in match["big"]:
        value *= _BIG[unit]
    latin = not re.search(r"[一-鿿]", text[max(0, match.start() - 2) : match.end() + 2])
    if latin:  # read by the English pattern
        return None
    if match["percent"]:
        measure = "%"
    return Quantity(Decimal(value), measure, bool(match["ordinal"]), bound, _part(text, match.start()))


def _english(text: str) -> list[Quantity]:
    found = []
    for match in _EN.finditer(text):
        if re.search(r"[一-鿿]", text[max(0, match.start() - 2) : match.end() + 2]):
            continue
        value = _english_value(match["number"])
        measure = _EN_MEASURES.get(match["measure"] or "", "")
        before, after = text[max(0, match.start() - 32) : match.start()], text[match.end() :]
        bound = _bound(_EN_BEFORE, _EN_AFTER, before, after)
        if measure == "年" and _AGE.match(text, match.end() + (text[match.end() : match.end() + 1] == "s")):
            measure = "岁"
        if value is None or _is_article(value, match["number"].isalpha(), measure, bound):
            continue
        value *= _EN_BIG.get(match["big"] or "", 1)
        ordinal = bool(match["address"] or match["ordinal"])
        found.append(Quantity(value, "" if ordinal else measure, ordinal, bound, _LATIN))
    for pattern, fixed in _EN_RATES:
        for match in pattern.finditer(text):
            value_, measure = fixed or (1, f"每{_EN_MEASURES[match[1]]}")
            found.append(Quantity(Decimal(value_), measure, False, Bound.EXACT, _LATIN))
    for match in _MONTH.finditer(text):
        month = _MONTHS.index(match[1] or match[4]) + 1
        if match[0] != "may":
            found.append(Quantity(Decimal(month), "月", False, Bound.EXACT, _LATIN))
    return found


def _is_article(value: Decimal | int, in_words: bool, measure: str, bound: Bound) -> bool:
    return in_words and value == 1 and measure in _ARTICLES and bound is Bound.EXACT


def without_numbers(text: str) -> str:
    """English ``text`` without number words, measures of time and money and names of months, which are compared as
    numbers."""
    return _NUMBER_WORD.sub(" ", text)


def _english_value(words: str) -> Decimal | None:
    """300,000 or three hundred thousand."""
    if words[0].isdigit():
        return Decimal(words.replace(",", ""))
    total, section = 0, 0
    for word in re.findall(r"[a-z]+", words):
        if word == "and":
            continue
        if word in CARDINALS:
            section += CARDINALS[word]
        elif word == "hundred":
            section = (section or 1) * _EN_BIG[word]
        else:
            total, section = total + (section or 1) * _EN_BIG[word], 0
    return Decimal(total + section)


def _bound(
    before_: dict[Bound, re.Pattern[str]], after_: dict[Bound, re.Pattern[str]], before: str, after: str
) -> Bound:
    for bound, pattern in before_.items():
        if pattern.search(before):
            return bound
    return next((bound for bound, pattern in after_.items() if pattern.match(after)), Bound.EXACT)


def _part(text: str, at: int) -> str:
    """The part of the sentence, between marks of punctuation, that a place is in."""
    start = max((match.end() for match in _PARTS.finditer(text, 0, at)), default=0)
    end = _PARTS.search(text, at)
    return text[start : end.start() if end else len(text)]


def _pairs(text: str) -> set[str]:
    """Pairs of neighbouring Han characters that are no numerals."""
    return _pairs_of(re.findall(rf"(?:(?![{HAN_CHARACTERS}])[一-鿿])+", text))


def _pairs_of(runs: Sequence[str]) -> set[str]:
    return {run[n : n + 2] for run in runs for n in range(len(run) - 1)}
