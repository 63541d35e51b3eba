"""What a question asks of tasks beside the numbers, sections and units it names: role, deadline, exceptions, size.

Each condition is read on its own and they combine freely: 教育局牵头、2023年底前完成的任务有几项.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from chatbot.catalog import NamedUnit
from chatbot.cues import cues
from chatbot.target_dates import last_day
from ingest.model import Role
from ingest.numerals import ARABIC, ENGLISH, HAN, to_int
from ingest.registry import UnitKey

_NUMERAL = f"(?:{HAN}|{ARABIC})"
_UNITS = r"(?:责任|主责|负责|不同的?)?(?:单位|部门)"


class Extreme(StrEnum):
    """Which end of a ranking is asked for."""

    MOST = "most"
    LEAST = "least"


@dataclass(frozen=True, slots=True)
class Between:
    """A number that has to lie between two, both included; None is no bound."""

    least: int | None = None
    most: int | None = None

    def holds(self, number: int) -> bool:
        """Whether ``number`` lies between them."""
        return (self.least is None or self.least <= number) and (self.most is None or number <= self.most)


@dataclass(frozen=True, slots=True)
class Due:
    """When tasks have to be done: between two days, both included, None being no bound; ``stated`` False asks for
    the tasks of which the document does not say."""

    first: date | None = None
    last: date | None = None
    stated: bool = True


@dataclass(frozen=True, slots=True)
class Conditions:
    """What is asked of tasks; the default asks for nothing.

    ``role`` is the one asked of every unit, ``roles`` those of single units (教育局牵头、体育局配合); ``without`` are
    units that a task may not have, ``besides`` and ``besides_numbers`` what the answer leaves out (除教育局外);
    ``unit_count`` is how many units a task may have, ``claimed`` how many tasks the question takes for granted.
    """

    role: Role | None = None
    roles: tuple["RoleOf", ...] = ()
    without: tuple[UnitKey, ...] = ()
    besides: tuple[UnitKey, ...] = ()
    besides_numbers: tuple[int, ...] = ()
    unit_count: Between | None = None
    due: Due | None = None
    claimed: int | None = None
    extreme: Extreme | None = None

    def role_of(self, key: UnitKey) -> Role | None:
        """The role asked of one unit."""
        return next((one.role for one in self.roles if one.key == key), self.role)

    def or_those_of(self, before: "Conditions") -> "Conditions":
        """These; or if they ask for nothing, what an earlier question asked of all tasks alike (那体育局呢？)."""
        if self != Conditions():
            return self
        return Conditions(before.role, unit_count=before.unit_count, due=before.due, extreme=before.extreme)

    @property
    def restrict(self) -> bool:
        """Whether they say, with no unit named, which tasks are meant."""
        return bool(self.role or self.unit_count or self.due or self.without)


@dataclass(frozen=True, slots=True)
class RoleOf:
    """The role that a question gives one unit."""

    key: UnitKey
    role: Role


# 除了教育局还有谁 | 除第15项外 | besides the Education Bureau, who …
_EXCEPTION = re.compile(
    r"除(?:了|去|开)?[^，,。？?]{1,30}?(?:以外|之外|外|(?=[，,还]))"
    r"|\b(?:besides|apart from|aside from|other than|except(?: for)?|in addition to)\b.{1,60}?"
    r"(?=[,.?]|$|\b(?:who|which|what|how|does|do|is|are|has|have|for task)\b)",
    re.I,
)
# 体育局有|而财政局没有 | the Sports Bureau |but not the Finance Bureau
_SEGMENT = re.compile(r"[，,、；;。]|(?=而|但|却|并且?)|(?=\b(?:but|while|without|and not|yet)\b)", re.I)
# 2023年底前完成 | by the end of 2023 | before June 2023
_EN_DATE = re.compile(
    r"\b(?P<how>by|before|until|after|in|during|since)\s+(?:the\s+)?(?:end\s+of\s+)?(?:(?P<month>jan|feb|mar|apr|may|jun"
    r"|jul|aug|sep|oct|nov|dec)[a-z]*\s+)?(?P<year>(?:19|20)\d\d)\b"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BOUNDARY = re.compile(
    r"(?:19|20)\d\d\s*年(?:\s*\d{1,2}\s*月(?:份)?)?(?:\s*\d{1,2}\s*日)?\s*(?P<end>年?[底末])?(?P<how>(?:之|以)?[前后])?"
)
# 三个以上责任单位 | 超过3家单位 | more than three units | at least 3 departments
_UNIT_COUNTS = re.compile(
    rf"(?P<before>超过|多于|至少|不少于|少于|不到|不超过|至多|只有|仅有?)?有?(?P<zh>{_NUMERAL})\s*[个家]?(?P<after>及?以上|及?以下)?的?"
    rf"{_UNITS}"
    r"|\b(?P<en_before>more than|over|at least|fewer than|less than|at most|exactly|only|just)?"
    rf"\s*(?P<en>\d+|{ENGLISH})\s+"
    r"(?P<en_after>or more\s+|or fewer\s+)?(?:responsible\s+)?(?:units?|departments?|bodies|bureaus)\b",
    re.I,
)
# 25项任务 | 7个工作任务 | 25 tasks
_CLAIMED = re.compile(
    rf"(?<!第)(?<![\d〇零一二两三四五六七八九十百])(?P<zh>{_NUMERAL})\s*[项个条](?:具体|重点|主要|工作)*(?:任务|工作(?!日)|事项)"
    rf"|(?:负责|参与|牵头|配合|承担|有|共)了?(?P<bare>{_NUMERAL})\s*[项个条](?=[吗吧呢，,。？?]|对|$)"
    rf"|\b(?P<en>\d+|{ENGLISH})\s+(?:\w+\s+)?(?:tasks|items)\b",
    re.I,
)


def without_exceptions(text: str) -> str:
    """``text`` with what it excepts blanked out, every other character in its place."""
    return _EXCEPTION.sub(lambda match: " " * len(match[0]), text)


def exceptions(text: str) -> str:
    """What ``text`` excepts: 除第15项外."""
    return " ".join(match[0] for match in _EXCEPTION.finditer(text))


def read_conditions(text: str, units: Sequence[NamedUnit], besides_numbers: Sequence[int]) -> Conditions:
    """The conditions of one folded question that names ``units``; ``besides_numbers`` are the numbers it excepts."""
    cue = cues()
    excepted = [match.span() for match in _EXCEPTION.finditer(text)]
    besides = [n for n in units if any(start <= n.start < end for start, end in excepted)]
    named = [n for n in units if n not in besides]
    segments = list(_segments(text))
    negative = [n for n in named if cue.found("negated", segments[_segment_of(n, segments)][1])]
    roles = [
        RoleOf(n.key, role)
        for n in named
        if len(named) > 1 and (role := role_in(segments[_segment_of(n, segments)][1])) is not None
    ]
    asks_tasks = cue.found("asks_tasks", text)
    return Conditions(
        role=role_in(text) if len({one.role for one in roles}) < 2 else None,
        roles=tuple(roles) if len({one.role for one in roles}) > 1 else (),
        without=tuple(n.key for n in negative) if 0 < len(negative) < len(named) else (),
        besides=tuple(n.key for n in besides),
        besides_numbers=tuple(besides_numbers),
        unit_count=_unit_count(text) if asks_tasks else None,
        due=_due(text) if asks_tasks else None,
        claimed=None if cue.found("asks_count", text) else _claimed(text),
        extreme=Extreme.MOST if cue.found("most", text) else Extreme.LEAST if cue.found("least", text) else None,
    )


def role_in(text: str) -> Role | None:
    """The role that folded ``text`` asks for; None if it names none, or both."""
    leads, supports = cues().found("lead", text), cues().found("support", text)
    return None if leads == supports else Role.LEAD if leads else Role.SUPPORT


def _segments(text: str) -> list[tuple[int, str]]:
    starts = [0, *sorted({match.end() if match[0] else match.start() for match in _SEGMENT.finditer(text)} - {0})]
    return [(start, text[start:end]) for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _segment_of(unit: NamedUnit, segments: Sequence[tuple[int, str]]) -> int:
    return max(n for n, (start, _) in enumerate(segments) if start <= unit.start)


def _unit_count(text: str) -> Between | None:
    match = _UNIT_COUNTS.search(text)
    if match is None or (number := to_int(match["zh"] or match["en"])) is None:
        return None
    how = f"{match['before'] or match['en_before'] or ''}{(match['after'] or match['en_after'] or '').strip()}"
    if how in ("超过", "多于", "more than", "over"):
        return Between(least=number + 1)
    if how in ("少于", "不到", "fewer than", "less than"):
        return Between(most=number - 1)
    if how in ("至少", "不少于", "以上", "及以上", "at least", "or more"):
        return Between(least=number)
    if how in ("不超过", "至多", "以下", "及以下", "at most", "or fewer"):
        return Between(most=number)
    return Between(number, number)


def _due(text: str) -> Due | None:
    if not cues().found("due", text):
        return None
    if cues().found("without_deadline", text):
        return Due(stated=False)
    match = _BOUNDARY.search(text)
    if match and (last := last_day(match[0])) is not None:
        return _bounded(text[match.start() : match.end()], last, match["how"] or "", bool(match["end"]))
    if english := _EN_DATE.search(text):
        month = f"{_MONTHS.index(english['month']) + 1}月" if english["month"] else ""
        if (last := last_day(f"{english['year']}年{month}")) is not None:
            how = {"by": "前", "until": "前", "before": "前", "after": "后", "since": "后"}.get(english["how"], "")
            return _bounded(
                f"{english['year']}年{month}", last, how, english["how"] != "before" or "end of" in english[0]
            )
    return Due() if cues().found("with_deadline", text) else None


def _bounded(period: str, last: date, how: str, end: bool) -> Due:
    """By the end of a period (底前), before it begins (前), after it, or within it."""
    first = date(last.year, last.month if "月" in period else 1, last.day if "日" in period else 1)
    if how.endswith("前"):
        return Due(last=last if end or "日" in period else first - timedelta(days=1))
    if how.endswith("后"):
        return Due(first=last + timedelta(days=1))
    return Due(first, last)


def _claimed(text: str) -> int | None:
    match = _CLAIMED.search(text)
    return to_int(match["zh"] or match["bare"] or match["en"]) if match else None
