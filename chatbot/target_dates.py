"""Times by which something is to be done, as documents and questions write them: 到2025年, 2023年12月底前, by 2025."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

# 到2025年 | 2023 年12 月底前 | 2020年12月31日前; 2016年5月20日印发 and 2025年以来 are dates but no targets
_DATE = re.compile(
    r"(?P<until>(?:到|至|力争|争取|确保|截至)\s*)?(?<!\d)(?P<year>(?:19|20)\d\d)\s*年"
    r"(?:\s*(?P<month>1[0-2]|0?[1-9])\s*月(?:份)?)?(?:\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*日)?"
    r"(?P<end>\s*(?:年?[底末])?\s*(?:之前|以前|前(?!后|期|述))|\s*年?[底末])?(?!\s*以来)"
)
# 自印发之日起三个月内 | 清单印发后1个月内
_FROM_PUBLICATION = re.compile(
    r"(?:印发|发布|公布|下发|施行|实施)(?:之日起?|后|之后|起)[^，。；]{0,4}?(?:[\d一二两三四五六七八九十]+|半)\s*"
    r"(?:个月|年|日|天|周|个?工作日)"
)


@dataclass(frozen=True, slots=True)
class Target:
    """A time by which something is to be done: ``last`` is its last day, ``text`` how it is printed."""

    last: date
    text: str


def last_day(text: str) -> date | None:
    """The last day of the first date with a year in ``text`` (2023年12月底前: 31 December); None if there is none.

    年底前 alone is none: which year is meant, the text does not say.
    """
    match = _DATE.search(text)
    return _last(match) if match else None


def targets(text: str) -> Iterator[Target]:
    """The times in ``text`` by which something is to be done, in order."""
    for match in _DATE.finditer(text):
        if (match["until"] or match["end"]) and (last := _last(match)) is not None:
            yield Target(last, match[0].strip())


def counts_from_publication(text: str) -> bool:
    """Whether ``text`` has a period that begins when a document is issued: 自印发之日起三个月内."""
    return bool(_FROM_PUBLICATION.search(text))


def _last(match: re.Match[str]) -> date | None:
    """The last day of a year, month or day; None if there is no such day."""
    year, month = int(match["year"]), int(match["month"] or 12)
    length = monthrange(year, month)[1]
    day = int(match["day"] or length)
    return date(year, month, day) if day <= length else None
