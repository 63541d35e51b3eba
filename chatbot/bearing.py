"""The part of a quoted sentence that bears the answer: the number asked for, the date, the unit, the list, the reason.

What a question wants says what may answer (chatbot/question.py: ``Wanted``, and cues); of several such things in a
sentence, the one whose surroundings have most of the question's words. A sentence of which no part stands out has none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.amounts import measure_asked
from chatbot.catalog import Catalog
from chatbot.cues import cues
from chatbot.expressions import CONTACTS, DATES, EVERY, NUMBERS, PERIODS, SUMS
from chatbot.question import Question, Wanted
from chatbot.terms import Term, coverage
from index.tokens import fold
from ingest.model import Span

# 由公安机关交通管理部门 | 市纪委监委要 | 教育督导机构统一负责
_UNITS = re.compile(
    r"(?:(?<=[由被，,；;。])|^)(?:[^，,。；;、由对]{1,24}、)*"
    r"[^，,。；;、由对]{1,24}?(?:局|委|部|厅|办|机构|单位|小组|部门|党委|政府|机关|中心|学校|会)"
    r"(?=统一|负责|牵头|应当|要|予以|可以|会同|组织|审核|批准|制定|责令|给予|扣留|处|$)"
)
# 为了保障安全 | 以确保 | 防止
_REASONS = re.compile(r"为了?(?!主|核心|重|基|底线)|因|由于|鉴于|以便|从而|确保|防止|避免|使")
# 未到录取学校确认学位的，视为放弃: what follows answers
_CONDITION = re.compile(r"(?:的|时|后)$")
# 通过“名校+新校”等形式 | 采取 | 按照
_MEANS = re.compile(r"通过|采取|采用|依托|利用|运用|按照|(?:方式|形式|办法|渠道)|建立")
# “艺动城乡” | 《办法》
_NAMES = re.compile(r"《[^》]+》(?:、?《[^》]+》)*|“[^”，,。]{2,20}”?")
# 年龄 | 覆盖率 | speed limit: a quantity by its name, though no number is asked for
_QUANTITY = re.compile(
    r"年龄|时速|覆盖率|比例|人数|[上下]限|最[低高多少]|\b(?:minimum|maximum|limit|share|rate|age|credits)\b"
)
# 重点评价甲、乙等情况: a list that says it is one
_ANNOUNCED = re.compile(r"重点|包括|主要|面向|分为|以及|等[^、]{0,6}$")
# 德技并修、产教融合、校企合作 | 甲、乙和丙
_LISTS = re.compile(r"[^，,。；;：:]*(?:、[^，,。；;：:、]+)+|《[^》]+》(?:、?《[^》]+》)+")
_CLAUSE = re.compile(r"[^，,。；;：:]+")
_PIECE = re.compile(r"[^，,。；;：:、()（）]+")
#: A part of a question that asks for something of its own.
_ASKS = re.compile(r"多少|几|多久|何时|什么时候|哪|how many|how much")
_PARTS = re.compile(r"[，,。；;？?、]| and (?=how)")
#: Kinds of things that answer, in the order they are looked for.
_KINDS = {
    Wanted.NUMBER: (NUMBERS,),
    Wanted.PERIOD: (EVERY, PERIODS, DATES, NUMBERS),
    Wanted.FREQUENCY: (EVERY, PERIODS),
    Wanted.WHO: (_UNITS,),
    Wanted.MONEY: (SUMS,),
    Wanted.CONTACT: (CONTACTS,),
}
#: A calendar year counts nothing.
_YEAR = re.compile(r"(?:19|20)\d\d\s*年")
#: Of two clauses, what is announced as a list, a means or a reason counts like this share of the question's words.
_FITTING = 0.3
#: A clause with a smaller share of the question's words than this is not what was asked for, and one that is more than
#: this much of its sentence does not stand out.
_LEAST_SHARE, _MOST_OF_SENTENCE = 0.15, 0.8
#: A date rather than a length of time.
_ASKS_DATE = re.compile(
    r"哪一?年|何时|何日|哪一?天|什么时候|几月|几号|截止|\bwhen\b|what (?:year|date)|deadline|by what"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing a question asks: its folded words and the terms among them."""

    text: str
    terms: tuple[Term, ...]


def bearing(question: Question, sentence: str, terms: Sequence[Term], catalog: Catalog) -> tuple[Span, ...]:
    """The spans of ``sentence`` (code points, ordered, apart) that answer; none where nothing stands out.

    ``terms`` are the question's content words, by which one of several dates or numbers is chosen.
    """
    whole = fold(question.text)
    spans = {span for asked in _each(whole, terms) for span in _of(asked, whole, question, sentence, catalog)}
    return tuple(s for s in sorted(spans) if not any(o != s and o.covers(s) for o in spans))


def _each(folded: str, terms: Sequence[Term]) -> list[Asked]:
    """The things asked: 建多少所学校，能多出多少学位 asks two."""
    parts = [part for part in _PARTS.split(folded) if _ASKS.search(part)]
    if len(parts) < 2:
        return [Asked(folded, tuple(terms))]
    return [Asked(part, tuple(t for t in terms if t.forms[0] in part) or tuple(terms)) for part in parts]


def _of(asked: Asked, whole: str, question: Question, sentence: str, catalog: Catalog) -> list[Span]:
    """What answers one thing asked: a thing of the kind wanted, else a clause."""
    found = (_new(kind, whole, sentence) for kind in _kinds(asked, question, sentence, catalog))
    if said := next(filter(None, found), None):
        return [max(said, key=lambda span: (*_nearness(asked, sentence, span), -span.start))]
    if question.wanted is Wanted.WHO:
        return []
    clauses = _spans(_CLAUSE, sentence)
    fitting = _fitting(asked.text)
    clauses = [c for c in clauses if len(c) <= _MOST_OF_SENTENCE * len(sentence)]

    def score(span: Span) -> float:
        text = span.of(sentence)
        return coverage(asked.terms, fold(text)) + _FITTING * bool(fitting and fitting.search(text))

    best = max(clauses, key=score, default=None)
    if best is None or score(best) < _LEAST_SHARE:
        return []
    after = clauses.index(best) + 1
    return clauses[after : after + 1] if _CONDITION.search(best.of(sentence)) and clauses[after:] else [best]


def _kinds(asked: Asked, question: Question, sentence: str, catalog: Catalog) -> list[list[Span]]:
    """The things in a sentence that may answer, the likeliest kind first."""
    cue, wanted = cues(), question.wanted
    if wanted is Wanted.WHO:
        units = [Span(n.start, n.end) for n in (*catalog.units_in(sentence), *catalog.other_units_in(sentence))]
        return [_spans(_UNITS, sentence), units]
    if cue.found("called", asked.text):
        return [_spans(_NAMES, sentence)]
    asks_amount = wanted is Wanted.ANY and not question.yes_no and _QUANTITY.search(asked.text)
    kinds = [NUMBERS] if asks_amount else list(_KINDS.get(wanted, ()))
    if question.yes_no and not _ASKS.search(asked.text):
        kinds = []
    if wanted in (Wanted.PERIOD, Wanted.NUMBER) and _ASKS_DATE.search(asked.text):
        kinds = [DATES, *kinds]
    found = [_spans(kind, sentence) for kind in kinds]
    if kinds and (measure := measure_asked(asked.text)):
        found = [[s for s in _spans(NUMBERS, sentence) if measure.search(fold(s.of(sentence)))], *found]
    if wanted is Wanted.NUMBER or asks_amount:
        found = [[s for s in spans if not _YEAR.fullmatch(s.of(sentence))] for spans in found]
    if cue.found("list", asked.text) or cue.found("which", asked.text):
        lists = _spans(_LISTS, sentence)
        found += [[s for s in lists if _ANNOUNCED.search(s.of(sentence))], lists]
    return found


def _fitting(asked: str) -> re.Pattern[str] | None:
    if cues().found("why", asked):
        return _REASONS
    return _MEANS if cues().found("how", asked) else None


def _spans(pattern: re.Pattern[str], sentence: str) -> list[Span]:
    """Where a pattern matches, spaces around it aside."""
    found = []
    for match in pattern.finditer(sentence):
        text = match[0]
        start = match.start() + len(text) - len(text.lstrip(" \t\n、"))
        end = match.end() - (len(text) - len(text.rstrip(" \t\n、，,。")))
        if start < end:
            found.append(Span(start, end))
    return found


def _new(spans: Sequence[Span], whole: str, sentence: str) -> list[Span]:
    """What a question does not say itself: 2025年 of 到2025年要新建多少所."""
    return [span for span in spans if fold(span.of(sentence)).strip("年") not in whole]


def _nearness(asked: Asked, sentence: str, span: Span) -> tuple[float, float]:
    """Shares of the question's words around a span: in the pieces it stands in, and in the clauses."""
    around = [
        "".join(m[0] for m in pattern.finditer(sentence) if m.start() < span.end and span.start < m.end())
        for pattern in (_PIECE, _CLAUSE)
    ]
    pieces, clauses = (coverage(asked.terms, fold(text)) for text in around)
    return pieces, clauses
