"""上面说的第二个, the last of those: which members of a list that an answer gave are meant, by their place in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.conversation.exchange import Listed, Named
from ingest.numerals import ENGLISH, HAN, to_int

_COUNT = rf"(?:{HAN}|\d{{1,3}})"
_NOUN_ZH = r"(?P<noun>单位|部门|任务|事项|文件|方案)?"
_NOUN_EN = r"(?P<noun>units?|bureaus?|departments?|tasks?|items?|documents?)"
# 第二个 | 第2家单位 | 第三项 | 第一份文件
_NTH_ZH = re.compile(rf"第\s*(?P<nth>{_COUNT})\s*(?P<measure>[个家份位点条项种样])?{_NOUN_ZH}")
# 最后一个 | 最后那项任务 | 头一个
_LAST_ZH = re.compile(rf"(?P<end>最后|末尾|头)[一那]?(?P<measure>[个家份位点条项种样]){_NOUN_ZH}")
# 前两个 | 最后三项
_RUN_ZH = re.compile(rf"(?P<end>前|头|最后|后)(?P<run>{_COUNT})(?P<measure>[个家份位点条项种样]){_NOUN_ZH}")
# the second one | the last of those | the third unit
_NTH_EN = re.compile(
    rf"\bthe (?P<nth>last|{ENGLISH}|\d+(?:st|nd|rd|th))(?: {_NOUN_EN}| one| of (?:those|them|these)|(?=\s*[?.!]*$))",
    re.I,
)
# the first two | the last three of those
_RUN_EN = re.compile(rf"\bthe (?P<end>first|last) (?P<run>two|three|four|five|\d)(?: {_NOUN_EN})?\b", re.I)
#: Measures and nouns that say what is counted. 个 counts anything.
_KINDS = {
    **dict.fromkeys(("家", "单位", "部门", "unit", "bureau", "department"), Listed.UNITS),
    **dict.fromkeys(("条", "项", "任务", "事项", "task", "item"), Listed.CLAUSES),
    **dict.fromkeys(("份", "文件", "方案", "document"), Listed.DOCUMENTS),
}
#: 第二项 is a task's own number unless something points at the list; 第二个 is a place in it.
_NUMBERING = {"项", "条"}


@dataclass(frozen=True, slots=True)
class Pick:
    """Members of a list from ``first`` to ``last``, both 0-based, negative ones counted from its end.

    ``kind`` is what is counted, None where the words do not say; ``own_number`` says that the words may as well be a
    task's printed number; ``rest`` is the question without them.
    """

    first: int
    last: int
    kind: Listed | None
    own_number: bool
    rest: str

    def of(self, named: Named) -> Sequence[object]:
        """The members meant; empty if the list is shorter."""
        listing = {
            Listed.CLAUSES: named.clauses, Listed.UNITS: named.units, Listed.DOCUMENTS: named.documents
        }[self.kind or named.listed]  # fmt: skip
        count = len(listing)
        first, last = (n + count if n < 0 else n for n in (self.first, self.last))
        return listing[first : last + 1] if 0 <= first <= last < count else ()


def pick(folded: str) -> Pick | None:
    """The place in a list that a folded question names first; None if it names none."""
    for pattern in (_RUN_ZH, _NTH_ZH, _LAST_ZH, _RUN_EN, _NTH_EN):
        match = pattern.search(folded)
        if match is None:
            continue
        parts = match.groupdict()
        noun = (parts.get("noun") or "").removesuffix("s")
        measure = parts.get("measure") or ""
        span = _span(parts)
        if span is None:
            continue
        own = pattern in (_NTH_ZH, _NTH_EN) and (measure in _NUMBERING or _KINDS.get(noun) is Listed.CLAUSES)
        if pattern is _NTH_ZH and not measure and not noun:
            continue
        rest = folded[: match.start()] + " " + folded[match.end() :]
        return Pick(*span, _KINDS.get(noun) or _KINDS.get(measure), own, rest)
    return None


def _span(parts: dict[str, str | None]) -> tuple[int, int] | None:
    """First and last member, both included."""
    from_end = parts.get("end") in ("最后", "末尾", "后", "last") or parts.get("nth") == "last"
    if run := parts.get("run"):
        count = to_int(run)
        if count is None or count < 1:
            return None
        return (-count, -1) if from_end else (0, count - 1)
    if from_end:
        return -1, -1
    number = to_int(parts.get("nth") or "1")
    return (number - 1, number - 1) if number else None
