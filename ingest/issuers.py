"""Who issued a document, and the place they speak for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.dates import DATE, dates_of, last_date
from ingest.frame import Frame, Line, placed
from ingest.model import Field, Span

# 济南市教育局 | 中国共产党中央委员会办公厅 | 国家医保局办公室
_ORGAN = re.compile(
    r"[一-鿿（）()“”·]{1,40}?(?:政府|办公厅|办公室|厅|局|署|司|部|委|会|院|处|室|中心|大学|学院|学校|小组|指挥部|办|银行|总行|社|公司|集团|中学|小学|幼儿园|专班|联|协)"
)
_NOT_ORGAN = re.compile(
    r"关于|通知|印发|转发|[一二三四五六七八九十]、|附件|名单|一览|负责|[举承主协开创兴]办$|全部|会议$|机会$|社会$|干部$|内部$"
)
_BETWEEN = re.compile(r"[\s、，,]+")
# 广西壮族自治区教育厅等六部门
_AND_OTHERS = re.compile(r"等[一二三四五六七八九十两\d]{1,3}个?(?:部门|单位|部委|委办局|厅局|机构)$")
# 国务院关于 | 国务院办公厅转发 | 安徽省人民政府印发
_ACTS = re.compile(r"关于|印发|转发|批转|公布|发布|公开征求")
# 2009年11月27日 浙江省第十一届人民代表大会常务委员会第十四次会议修订
_ADOPTED = re.compile(
    rf"{DATE}\s*(?P<organ>[一-鿿]{{2,40}}?)第[一二三四五六七八九十百\d]{{1,4}}次(?:常务|全体)?会议(?:审议)?(?P<act>通过|修订)"
)
# （北京市政务服务管理局代章）
_BRACKETED = re.compile(r"[（(][^（(）)]{0,40}[)）]$")
# 省城市功能品质提升与工程建设项目审批⏎制度改革部门联席会议办公室
_ORGAN_BEGINS = re.compile(r"(?:省|市|区|县|国家|全国|中共|中国|中华|[一-鿿]{2,3}[省市区县])[一-鿿]+$")
_MOST_SIGNERS = 20


@dataclass(frozen=True, slots=True)
class Signature:
    """The date below a text, and above or before it who signed; ``names`` may be empty, ``line`` is the date's."""

    names: tuple[str, ...]
    span: Span | None
    date: Field
    line: int


def organs_in(text: str) -> tuple[str, ...]:
    """The authorities a line names if it names nothing else: 广州市财政局 广州市民政局; empty otherwise."""
    names = tuple(name for name in _BETWEEN.split(text.strip()) if name)
    return names if names and all(_ORGAN.fullmatch(n) and not _NOT_ORGAN.search(n) for n in names) else ()


def title_issuers(title: str) -> str:
    """What a title begins with, up to 关于 or what is done: 山东省人民政府办公厅; empty if that is no authority."""
    for act in _ACTS.finditer(title):
        names = _AND_OTHERS.sub("", title[: act.start()].strip())
        if organs_in(names):
            return names
    return ""


def signature(frame: Frame, named: str) -> Signature | None:
    """The document's own signature: the first below its text that fits ``named``, the authorities in its title.

    A text that is sent along has its own, later one; a date without a name counts if no signature has one.
    """
    found = list(_signatures(frame))
    signed = [s for s in found if s.names and (not named or _fits(s.names, named))]
    return next(iter(signed), None) or next((s for s in found if not s.names), None)


def adopting_body(frame: Frame) -> Field | None:
    """The assembly that adopted a law, or the one that last revised it as a whole."""
    adopted = [
        (match["act"], Field(match["organ"], Span(*match.span("organ")).shifted(line.span.start)))
        for line in frame.head
        for match in _ADOPTED.finditer(line.text)
    ]
    revised = [field for act, field in adopted if act == "修订"]
    return revised[-1] if revised else adopted[0][1] if adopted else None


def issuer(frame: Frame, title: Field, signed: Signature | None, promulgated: Field | None) -> Field | None:
    """Who issued a document: by its order, its signature, its title, or the assembly that adopted it."""
    if promulgated is not None:
        return promulgated
    named = title_issuers(title.value)
    if signed is not None and signed.names and not _shortens(signed.names, named):
        return Field("、".join(signed.names), signed.span)
    if named and title.span:
        field = placed(named, frame.text, title.span)
        return Field("、".join(_BETWEEN.split(named)), field.span)
    return _letterhead(frame) or adopting_body(frame)


def _letterhead(frame: Frame) -> Field | None:
    """Who writes by the head of the paper: 济南市教育局文件."""
    for line in frame.head:
        if line.text.endswith("文件") and len(organs_in(line.text[:-2])) == 1:
            return Field(line.text[:-2], Span(line.span.start, line.span.end - 2))
    return None


_REGION = (
    "(?:(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|[某x×]{1,2})省"
    "|(?:内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区|(?:香港|澳门)特别行政区)"
)
# 聊城市 but not 智慧城市 | 延边朝鲜族自治州 | 文山州人民政府 | 喀什地区 | 锡林郭勒盟
_CITY = (
    "(?:(?:[一-鿿]城|(?:(?!城市)[一-鿿x×]){1,5}?)市(?![级县区场域长]|民(?![政族宗委]))|[一-鿿]{2,8}?自治州|[一-鿿]{2,3}州(?=人民|教|政)"
    "|(?:阿里|喀什|和田|塔城|阿勒泰|阿克苏|大兴安岭)地区|[一-鿿]{2,4}?(?<!联)盟(?=行政|行署|教))"
)
# 历下区 | 浦东新区 | 鄂伦春自治旗 | 长阳土家族自治县
_DISTRICT = (
    "(?:[一-鿿]{2,8}?自治[县旗]|[一-鿿]{1,4}?(?:(?<![社学校园小地辖发范验贸税灾牧])区|(?<![困贫型范强])县|(?<![国红党军队])旗)"
    "(?![域级属直内]))"
)
# 山东省 | 济南市历下区 | 广西壮族自治区 | 延边朝鲜族自治州延吉市
_PLACE = re.compile(
    rf"(?:中共)?(?P<place>{_REGION}(?:{_CITY})?(?:{_DISTRICT})?|{_CITY}(?:{_DISTRICT}|{_CITY})?|{_DISTRICT})"
)
_NO_PLACE = re.compile(
    r"[各全本我城农社省市区县]|关于|国务院|中华|全国|中国|中央|国家|[大中小]城市|超市|上市|都市|(?:贫困|革命)?[山老林]区$"
)
# 关于印发广州市…… | 2023年上海市……
_BEFORE_PLACE = re.compile(r"(?:关于)?(?:公布|印发|发布)?[《〈]?(?:\d{4}年)?")


def place(title: Field, issued: Field | None) -> Field | None:
    """The province, city and district the title or the issuer begins with, whichever says more; None for the nation."""
    own, issuers = _place(title, 0), _place(issued, 0) if issued else None
    if own and issuers and own.value != issuers.value and own.value in issuers.value:
        return issuers
    if own or issuers or issued:
        return own or issuers
    before = _BEFORE_PLACE.match(title.value)
    return _place(title, before.end()) if before else None


def _place(field: Field, start: int) -> Field | None:
    match = _PLACE.match(field.value, start)
    if not match or _NO_PLACE.match(match["place"]):
        return None
    span = Span(*match.span("place")).shifted(field.span.start) if field.span else None
    return Field(match["place"], span)


def _fits(names: Sequence[str], named: str) -> bool:
    """Whether one of the signers is one the title names, be it in short: both begin alike, or one holds the other."""
    wanted = [name for name in _BETWEEN.split(named) if name]
    return any(
        one[:2] == other[:2] or one in other or other in one
        for one in map(_government, names)
        for other in map(_government, wanted)
    )


def _shortens(names: Sequence[str], named: str) -> bool:
    """Whether a signature is short for what the title says: 省政府办公厅 under 广东省人民政府办公厅关于……"""
    full, short = _government(named), _government(names[0])
    return len(names) == 1 and full != short and full.endswith(short)


def _government(name: str) -> str:
    """省人民政府 and 省政府 are the same."""
    return name.replace("人民政府", "政府")


def _signatures(frame: Frame) -> Iterator[Signature]:
    for n in range(frame.body, len(frame.lines)):
        line = frame.lines[n]
        date = last_date(line)
        if date is None or date.span is None or len(line.text) > _MOST_SIGNERS * 20:
            continue
        before = line.text[: date.span.start - line.span.start].strip()
        if before:
            if names := organs_in(before):
                yield Signature(names, Span(line.span.start, line.span.start + len(before)), date, n)
            continue
        signers = _signers(frame.lines, n)
        names = tuple(name for signer in signers for name in organs_in(signer.text))
        span = Span(signers[0].span.start, signers[-1].span.end) if signers else None
        yield Signature(names, span, date, n)


def _signers(lines: Sequence[Line], date: int) -> list[Line]:
    """The lines above a date that name authorities, in order; a name may be wrapped."""
    found: list[Line] = []
    for line in reversed(lines[max(0, date - _MOST_SIGNERS) : date]):
        name = _BRACKETED.sub("", line.text).rstrip()
        if name and organs_in(name):
            found.append(Line(name, Span(line.span.start, line.span.start + len(name))))
        elif found and _ORGAN_BEGINS.match(line.text) and len(organs_in(line.text + found[-1].text)) == 1:
            found[-1] = Line(line.text + found[-1].text, Span(line.span.start, found[-1].span.end))
        elif not _BRACKETED.match(line.text) or any(dates_of(line)):
            break
    return found[::-1]
