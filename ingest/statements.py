"""Where a clause says who is responsible: brackets 〔市教育局负责〕 and labelled lines 责任单位：市教育局."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.brackets import groups
from ingest.labels import label_at, role_ending
from ingest.model import Role, Span
from ingest.units import is_unit, parse_units


@dataclass(frozen=True, slots=True)
class Statement:
    """Units as a clause prints them: ``span`` is the bracket or line, or several that stand side by side.

    ``contents`` are what their brackets hold. ``bare`` says that no word tells how the units are responsible,
    ``for_below`` that (下同) makes it a rule for the brackets that follow. Spans are into the text that was read.
    """

    span: Span
    contents: tuple[Span, ...]
    bare: bool = False
    for_below: bool = False


# 责任单位：市教育局 | 牵头单位：市大数据局。责任单位：各区政府
_LABEL_SPOT = re.compile(r"[一-鿿（()）]{2,12}[:：]")
_SENTENCE = re.compile(r"[^。；;\n]*[。；;]?")
# 〔市教育局负责〕。 | （主要责任单位：市教育局）（下同）
_BETWEEN = re.compile(r"[\s。；;，,、]*")
_SAME_BELOW = re.compile(r"\s*[（(]\s*(?:以?下同|下列同)\s*[)）]")
_HAS_SAME_BELOW = re.compile(r"(?:[，,；;。（(]|\A)\s*以?下同\s*[)）。]?\s*\Z")
# 列第一位者为牵头单位，下同 | 排在第一位的为牵头部门，下同
_FIRST_LEADS = re.compile(
    r"(?:第一|首)[^，。；\n）)]{0,12}为[^，。；\n）)]{0,4}(?:牵头|主要责任|主责)[^，。；\n）)]{0,6}"
)
_SENTENCE_END = "。；;！？!?”’\n"


def first_leads_from(text: str) -> int | None:
    """From where on the first unit of a list leads, because the text says so once for all; None if it does not."""
    for match in _FIRST_LEADS.finditer(text):
        if re.match(r"[，,、；;）)]*\s*(?:[（(])?\s*以?下同", text[match.end() : match.end() + 12]):
            return match.start()
    return None


def first_leads(content: str) -> bool:
    """Whether a bracket says that the first of its units leads."""
    return bool(_FIRST_LEADS.search(content))


def only_units(content: str) -> bool:
    """Whether ``content`` lists units and little else: two thirds of its parts end as names of units do."""
    units = [r.unit for r in parse_units(content).responsible]
    like = [is_unit(unit) for unit in units]
    return bool(units) and like[0] and sum(like) * 3 >= len(like) * 2 and (len(units) > 1 or len(content) <= 60)


def find_unit_bracket(text: str) -> Span | None:
    """The last bracket (or labelled line) of a clause that names responsible units; None if there is none."""
    found = [statement.span for statement in find_statements(text)]
    return found[-1] if found else None


def find_statements(text: str) -> list[Statement]:
    """The statements of a clause in order; those side by side are one."""
    brackets = list(groups(text))
    found = [s for s in (_bracket(text, span) for span in brackets) if s]
    found += _labelled(text, brackets)
    merged: list[Statement] = []
    for statement in sorted(found, key=lambda s: s.span):
        last = merged[-1] if merged else None
        if last and statement.span.start < last.span.end:
            continue
        if last and not last.bare and not statement.bare and _adjoin(text, last.span.end, statement.span.start):
            merged[-1] = Statement(
                Span(last.span.start, statement.span.end), (*last.contents, *statement.contents),
                for_below=last.for_below or statement.for_below,
            )  # fmt: skip
        else:
            merged.append(statement)
    return [
        s for s in merged if any(_roles(span.of(text)) or s.bare or _ends_in_role(span.of(text)) for span in s.contents)
    ]


def _adjoin(text: str, start: int, end: int) -> bool:
    return end - start < 20 and bool(_BETWEEN.fullmatch(text, start, end))


def _bracket(text: str, span: Span) -> Statement | None:
    inner = Span(span.start + 1, span.end - 1)
    content = inner.of(text)
    below = bool(_HAS_SAME_BELOW.search(content) or _SAME_BELOW.match(text, span.end, span.end + 12))
    if len(content) > 1_500:
        return None
    if _roles(content) or _is_deadline(content):
        return Statement(span, (inner,), for_below=below)
    if not role_ending(content) and not _closes(text, span):
        return None
    if not only_units(content):
        return None
    return Statement(span, (inner,), bare=not _ends_in_role(content), for_below=below)


def _roles(content: str) -> bool:
    """Whether a label in ``content`` says that units follow."""
    if ":" not in content and "：" not in content:
        return False
    spots = [0, *(m.end() for m in re.finditer(r"[；;，,。、\n]", content))]
    return any((label := label_at(content, at)) and isinstance(label.means, Role) for at in spots)


def _is_deadline(content: str) -> bool:
    label = label_at(content, 0)
    return bool(label and label.means == "deadline")


def _ends_in_role(content: str) -> bool:
    return role_ending(content) is not None


def _closes(text: str, span: Span) -> bool:
    """Whether a bracket stands behind a sentence or on a line of its own, where units without a word may stand."""
    before = text[max(0, span.start - 8) : span.start].rstrip(" \u3000\t")
    behind = text[span.end : span.end + 16]
    if below := _SAME_BELOW.match(behind):
        behind = behind[below.end() :]
    closes = not behind.strip() or bool(
        re.match(r"[\s]*[。；;]?[ \u3000]*(?:\n|\d{1,2}[.．、]|[（(][一二三四五六七八九十]+[)）])", behind)
    )
    return closes and (not before.strip() or before[-1] in _SENTENCE_END)


def _labelled(text: str, brackets: Sequence[Span]) -> Iterator[Statement]:
    """Labels outside brackets: at the start of a line, or of a sentence that ends its paragraph."""
    inside = iter([*brackets, Span(len(text) + 1, len(text) + 1)])
    group = next(inside)
    until = 0
    for spot in _LABEL_SPOT.finditer(text):
        while group.end <= spot.start():
            group = next(inside)
        if group.start <= spot.start() or spot.start() < until:
            continue
        label = label_at(text, spot.start())
        if label is None or label.means is None or not label.strong:
            continue
        line_start = text.rfind("\n", max(0, spot.start() - 30), spot.start()) + 1 or max(0, spot.start() - 30)
        before = text[line_start : spot.start()]
        indented = not before.strip() and (line_start == 0 or text[line_start - 1] == "\n")
        if not indented and before.rstrip(" \u3000")[-1:] not in "。；;！？!?）)〕]】":
            continue
        start = line_start if indented else spot.start()
        until = _labels_end(text, label.end)
        yield Statement(Span(start, until), (Span(spot.start(), until),))


def _labels_end(text: str, at: int) -> int:
    """Where the sentences that begin with labels end, starting behind the colon at ``at``."""
    if not text[at : at + 40].partition("\n")[0].strip():
        at = text.find("\n", at) + 1 or len(text)
    while True:
        sentence = _SENTENCE.match(text, at)
        end = sentence.end() if sentence else at
        following = re.compile(r"[ \u3000\t]*").match(text, end)
        start = following.end() if following else end
        label = label_at(text, start) if end > at else None
        if label is None or label.means is None or (end and text[end - 1] == "\n"):
            return end - (text[end - 1 : end] in "。；;" and end > at and bool(text[end - 1 : end]))
        at = label.end
