"""A document's own number: 国办发〔2018〕128号, 国务院令第617号."""

import re

from ingest.dates import dates_of
from ingest.frame import Frame, Line
from ingest.issuers import organs_in
from ingest.model import Field, Span

_YEAR = r"[〔\[（(〈【﹝［]\s*(?:19|20)\d{2}\s*[〕\]）)〉】﹞］]"
# 国办发〔2018〕128号 | 象政办[2017]123号 | 沪府办字〔2023〕5 号
NUMBER = rf"[一-鿿]{{1,15}}\s*{_YEAR}\s*第?\s*\d{{1,5}}\s*号"
_NUMBER = re.compile(NUMBER)
# ……的通知（闽教〔2017〕5号）
_BEHIND_TITLE = re.compile(rf"\s{{0,3}}[（(]\s?(?P<number>{NUMBER})\s?[)）]")
# （泉政办〔2017〕106号 2017年）
_BESIDE = re.compile(r"[（()）\s]|\d{4}\s*年(?:\s*\d{1,2}\s*月)?(?:\s*\d{1,2}\s*日)?")
_COUNT = r"第?\s*[0-9０-９一二三四五六七八九十百〇零]{1,6}\s*号"
# 国家教育委员会令第8号、国家体育运动委员会令第11号
_ORDER = re.compile(rf"(?P<organ>[一-鿿]{{2,30}}?)令\s*{_COUNT}")
# 广州市人民政府令⏎第179号
_ORDER_HEAD = re.compile(r"[一-鿿]{2,30}令$")
_ORDER_COUNT = re.compile(rf"[（(]?{_COUNT}[)）]?$")
# （2002年7月25日教育部令第13号发布） | 1995年3月18日中华人民共和国主席令第四十五号公布　自1995年9月1日起施行
_PROMULGATED = re.compile(r".*(?:(?:公布|发布|颁布)[)）]?$|号\s?(?:公布|发布|颁布))")
# 现予公布，自2021年5月1日起施行
_NOW_PROMULGATED = re.compile(r"现予(?:公布|发布)|予以(?:公布|发布)")


def is_number_line(line: str) -> bool:
    """Whether a line prints nothing but a document's number, in brackets or not, with or without a date."""
    match = _NUMBER.search(line)
    if match and not _BESIDE.sub("", line[: match.start()] + line[match.end() :]):
        return True
    return bool(_ORDER_COUNT.match(line) or _ORDER_HEAD.match(line) or _whole_order(line))


def own_number(frame: Frame, title: Field) -> Field | None:
    """The number printed on a line of its own above the body, behind the title, or of an order; not one cited."""
    behind = _BEHIND_TITLE.match(frame.text, title.span.end) if title.span else None
    if behind:
        span = Span(*behind.span("number"))
        return Field(re.sub(r"\s", "", span.of(frame.text)), span)
    for line in frame.head:
        match = _NUMBER.search(line.text)
        if match and is_number_line(line.text):
            return _field(match.span(), line)
    return order_number(frame)


def order_number(frame: Frame) -> Field | None:
    """The number of an order, from its head or from the line that says when it was promulgated."""
    for n, line in enumerate(frame.head):
        if match := _whole_order(line.text):
            return _field(match.span(), line)
        after = frame.lines[n + 1] if n + 1 < len(frame.lines) else None
        if after and _ORDER_HEAD.match(line.text) and _ORDER_COUNT.match(after.text):
            span = Span(line.span.start, after.span.end)
            return Field(re.sub(r"[\s（()）]", "", span.of(frame.text)), span)
        if _PROMULGATED.match(line.text) and (orders := list(_ORDER.finditer(line.text))):
            return _field((_organ_start(orders[0]), orders[-1].end()), line)
    return None


def promulgation(frame: Frame, signed: Field | None) -> tuple[Field | None, Field | None]:
    """When, and by whom, a document was promulgated: by the line below the title, or by an order dated ``signed``."""
    for line in frame.head:
        dates = list(dates_of(line)) if _PROMULGATED.match(line.text) else []
        if not dates or re.match(r"[一-鿿]{2,6}[:：]", line.text):
            continue
        orders = list(_ORDER.finditer(line.text))
        names = [order["organ"].rpartition("日")[2] for order in orders]
        if names and names[-1].endswith("主席"):  # a law is its assembly's
            return dates[0], None
        if names:
            start, end = _organ_start(orders[0]), orders[-1].end("organ")
            return dates[-1], Field("、".join(names), Span(start, end).shifted(line.span.start))
        return dates[-1], None
    order = order_number(frame)
    if order is None or order.span is None or signed is None or not _NOW_PROMULGATED.search(frame.text):
        return None, None
    organ = order.value.partition("令")[0]
    return signed, Field(organ, Span(order.span.start, order.span.start + len(organ)))


def _organ_start(order: re.Match[str]) -> int:
    return order.start("organ") + len(order["organ"]) - len(order["organ"].rpartition("日")[2])


def _whole_order(line: str) -> re.Match[str] | None:
    match = _ORDER.fullmatch(line.strip("（()） "))
    found = _ORDER.search(line) if match else None
    return found if found and organs_in(found["organ"]) else None


def _field(at: tuple[int, int], line: Line) -> Field:
    span = Span(*at)
    return Field(re.sub(r"\s", "", span.of(line.text)), span.shifted(line.span.start))
