"""Amounts and other kinds of things that answer: does a sentence hold a number, a period, a unit, a price?"""

import re
from dataclasses import dataclass

from chatbot.cues import cues
from chatbot.question import Wanted
from index.tokens import fold
from ingest.numerals import HAN, HAN_CHARACTERS, to_int

_NUMERAL = rf"(?:\d[\d,.]*|{HAN})"
_KINDS = {
    # 30万个 | 70%以上 | 5项制度 | 四级九档
    Wanted.NUMBER: re.compile(
        r"\d|[一二两三四五六七八九十百]+(?:个|项|所|名|级|次|堂|类|大|种|条|倍|成|档|位|轮|家|朵|批|方面|年|支)"
        r"|翻番|倍增|全覆盖|百分"
    ),
    # 2025年 | 1个月内 | 每年
    Wanted.PERIOD: re.compile(
        rf"{_NUMERAL}\s*(?:年|个月|月|日|天|周|学期|小时|分钟|次|轮|届)|每[年月周日天学]|年度|期限|即日"
    ),
    # 每五年一轮 | 每年至少 | 每两年评选一次 | 定期
    Wanted.FREQUENCY: re.compile(
        rf"每[^，,。；]{{0,4}}(?:年|月|周|天|日|学期|季度)|{_NUMERAL}年一|年度|{_NUMERAL}(?:次|轮)"
    ),
    # 500元 | 10万元 | 一倍以上五倍以下的罚款
    Wanted.MONEY: re.compile(rf"{_NUMERAL}\s*(?:(?:万|亿)?元|倍)|免费|人民币"),
    # 市教育局 | 教育督导机构 | 党委教育工作领导小组
    Wanted.WHO: re.compile(r"[局委部厅办]|机构|单位|小组|部门|党委|政府|媒体|学校|教师|校长|干部|家长|中心|会[负牵]"),
    # 0531-66608000 | www.example.cn | 地址：
    Wanted.CONTACT: re.compile(r"\d{3,4}-\d{7,8}|1\d{10}|@|www\.|https?:|(?:电话|邮箱|地址|网址)\s*[:：]"),
}


# 哪个部门 | which bureau: somebody with an office
_ASKED_OFFICE = re.compile(
    r"(?:哪|什么)[一些几两个家]*(?:单位|部门|机构|局|委办)"
    r"|\bwhich (?:\w+ ){0,2}(?:department|bureau|agenc|authorit|unit)"
)
# 谁负责 | who is in charge: somebody
_ASKED_DUTY = re.compile(
    r"谁[来去]?(?:负责|牵头|主管|分管|承担|落实)|由谁"
    r"|\bwho(?:.s| is| are| will be)? (?:responsible|in charge|lead|accountable)"
)
# 体育局局长是谁 | who is the director: somebody with that title
_TITLE = re.compile(r"局长|(?<!班)主任|校长|部长|厅长|书记|科长|处长|市长|院长|组长|负责人|联系人")
_EN_TITLES = {
    "director": "局长|(?<!班)主任|厅长|司长|处长", "head": "负责人|局长|(?<!班)主任", "secretary": "书记",
    "mayor": "市长", "minister": "部长", "chief": "局长|(?<!班)主任", "chair": "主席|(?<!班)主任|组长",
}  # fmt: skip
_OFFICE = re.compile(
    r"局(?![面限部势])|委(?![托派任])|厅|(?<![举开承创主筹])办(?![法学理好事园])|(?<![全内外干])部(?![分署队])"
    r"|机构|单位|小组|机关|政府|中心|联席会议|[学院]校"
)
# 多少所学校 | 几名教师 | 几成
_ASKED_MEASURE = re.compile(
    r"(?:多少|几)个?(学分|课时|公里|分钟|小时|平方米|项|所|人|名|位|堂|次|趟|级|档|岁|分|成|亿|章|条|节|门|周|倍|届)(?!之几|别|类|钟头|年级)"
)
# how many points | how many schools
_ASKED_MEASURE_EN = re.compile(r"\bhow many ([a-z]+?)s?\b")
# 百分之几 | what percentage
_ASKED_SHARE = re.compile(
    r"百分之(?:几|多少)|百分比|占比|比例是?多少|\b(?:percentage|percent|what (?:share|proportion|rate))\b"
)
_SHARE = re.compile(
    r"[\d一二三四五六七八九十][%％成]|百分之[\d一二三四五六七八九十]|[一二三四五六七八九十]分之[一二三四五六七八九]|\d/\d|全部|全覆盖"
)
#: What documents count with where people ask with this word, if not with the word itself.
_MEASURES = {
    "所": "[所家个]", "名": "[名位人个]", "人": "[名位人个]", "位": "[名位人个]", "次": "[次轮回]", "趟": "[次轮回]",
    "成": "[成%％]",
    "分": "分(?!钟|之|别)",
    "point": "分(?!钟|之|别)", "school": "[所家个]", "student": "[名位人个]", "pupil": "[名位人个]",
    "teacher": "[名位人个]", "credit": "学分", "chapter": "章", "article": "条", "hour": "(?:小时|学时|课时)",
    "minute": "分钟",
}  # fmt: skip


def fits(wanted: Wanted, question: str, sentence: str) -> bool:
    """Whether a sentence holds the kind of thing a question wants, counted in what the question counts in."""
    pattern = kind_asked(wanted, question)
    return pattern is None or bool(pattern.search(sentence))


def kind_asked(wanted: Wanted, question: str) -> re.Pattern[str] | None:
    """What sentences have that hold the kind of thing a question wants; None where it wants nothing of a kind."""
    pattern = _title_asked(question) if cues().found("asks_person", question) else _KINDS.get(wanted)
    if pattern is None:
        return None
    if wanted is Wanted.WHO and _ASKED_OFFICE.search(question):
        return _OFFICE
    return (measure_asked(question) or pattern) if wanted is Wanted.NUMBER else pattern


def indispensable(wanted: Wanted, question: str) -> bool:
    """Whether only a sentence that holds what is wanted can answer: an amount of money, an address, a number of points,
    somebody who is responsible.

    Asked with no measure, a number may also be told by a list (哪几个), and a time by a rule.
    """
    if cues().found("asks_person", question):
        return True
    if wanted is Wanted.WHO:
        return bool(_ASKED_OFFICE.search(question) or _ASKED_DUTY.search(question))
    return wanted in (Wanted.MONEY, Wanted.CONTACT) or (wanted is Wanted.NUMBER and measure_asked(question) is not None)


def _title_asked(question: str) -> re.Pattern[str]:
    """The title of somebody a folded question asks for, or what documents may say for an English one."""
    if title := _TITLE.search(question):
        return re.compile(title[0])
    return re.compile(next((forms for word, forms in _EN_TITLES.items() if word in question), _TITLE.pattern))


def measure_asked(question: str) -> re.Pattern[str] | None:
    """What a number that answers looks like, if the folded question says what it counts; None if it does not."""
    if _ASKED_SHARE.search(question):
        return _SHARE
    if asked := _ASKED_MEASURE.search(question):
        measure = _MEASURES.get(asked[1], asked[1])
    elif (english := _ASKED_MEASURE_EN.search(question)) and english[1] in _MEASURES:
        measure = _MEASURES[english[1]]
    else:
        return None
    return re.compile(rf"{_NUMERAL}\s*[余多万]*个?{measure}")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what it counts: 三年 is 3 of 年."""

    value: int
    unit: str


# 三年 | 20名 | 30万个 | 五年一轮, but not 头一年 or 三年级
_AMOUNTS = re.compile(
    rf"(?<![第头哪那某])(?<![\d{HAN_CHARACTERS}])({_NUMERAL})\s*"
    r"(万个|个月|分钟|小时|公里|[年月天周次轮项个所名级堂元岁%倍])(?!级)"
)
# three years | 20 teachers
_EN_AMOUNTS = re.compile(
    r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten)[\s-]+"
    r"(year|month|day|week|time|school|teacher|task)s?\b"
)
_EN_UNITS = {
    "year": "年", "month": "个月", "day": "天", "week": "周",
    "time": "次", "school": "所", "teacher": "名", "task": "项",
}  # fmt: skip
#: From here on a number before 年 is a calendar year, not a duration.
_CALENDAR = 1000


def amounts(text: str) -> set[Amount]:
    """The amounts a text states; calendar years (2025年) are not amounts."""
    found = {(m[1], m[2]) for m in _AMOUNTS.finditer(text)}
    found |= {(m[1], _EN_UNITS[m[2]]) for m in _EN_AMOUNTS.finditer(fold(text))}
    read = {Amount(value, unit) for n, unit in found if (value := to_int(n.replace(",", ""))) is not None}
    return {amount for amount in read if not (amount.unit == "年" and amount.value > _CALENDAR)}


#: What a question that wants a number or how often says by the way: 两个省加起来有多少名额, 多久开一次.
_BY_THE_WAY = {Wanted.NUMBER: ("个",), Wanted.FREQUENCY: ("次", "轮"), Wanted.PERIOD: ("次", "轮")}


def contradicted(question: str, sentence: str, wanted: Wanted = Wanted.ANY) -> bool:
    """Whether a question takes for granted an amount that the sentence states otherwise: 每三年 against 每五年."""
    stated, assumed = amounts(fold(sentence)), amounts(fold(question))
    assumed = {amount for amount in assumed if amount.unit not in _BY_THE_WAY.get(wanted, ())}
    return any(amount not in stated and any(other.unit == amount.unit for other in stated) for amount in assumed)
