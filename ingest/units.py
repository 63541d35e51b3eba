"""Responsible units: what 〔市教育局(市委教育工委)、市体育局分工负责〕 says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.brackets import bare, groups, split
from ingest.labels import DATED, ETC, OFFICE, REMARK, ROLE_ENDINGS, Label, label_at
from ingest.model import Responsibility, Role, Span

# 市教育局 | 各区县(功能区)党委和政府 | 团市委 | 人民银行赣州中心支行 | 钱江海关
_UNIT_ENDING = re.compile(
    r"(局|委|厅|办|部|院|会|政府|党委|党组|工委|中心|公司|集团|学校|院校|大学|学院|支行|分行|银行|总队|支队|大队|分局|站|所|处|科|社"
    r"|法院|检察院|联|团市委|团省委|单位|部门|企业|高校|海关|馆|台|署|组|指挥部|专班|办事处|街道|乡镇|开发区|园区|管理区|新区|功能区"
    r"|基地|军区|区县|县区|协会|各.{0,6}[市州县区旗盟乡镇])$"
)
# 技工院校内由人力资源部门: a clause, not a name; but 自由贸易试验区, 市应急局
_NO_UNIT = re.compile(r"(?<!自)由|应(?!急)|其(?!他)|[的须将被把该]|以及|负责|按照")
#: Places that are counted up in one collective: 各市、州、县人民政府.
_PLACE = (
    "(?:地级以上市|设区市|地市|区市县|市州|州市|县市区|区县|县区|市县|市区|自治州|自治县|新区|功能区|开发区|园区|管理区"
    "|乡镇|镇街|街道|地区|盟市|旗县|市|州|县|区|旗|盟|乡|镇|地)"
)
_PLACES_ONLY = re.compile(rf"各(?:有关|相关)?{_PLACE}$")
_PLACE_ON = re.compile(rf"{_PLACE}$")
_PLACE_LAST = re.compile(rf"(?:{_PLACE}(?:级)?(?:人民)?(?:政府|党委|党政|管委会|办事处|教育)|[县区州旗盟乡镇](?!直)).*")


@dataclass(frozen=True, slots=True)
class UnitList:
    """Who a bracket or labelled line makes responsible; spans are into the text that was parsed."""

    responsible: tuple[Responsibility, ...]
    deadline: str | None
    etc: bool


def is_unit(name: str) -> bool:
    """Whether a name ends as names of units do."""
    plain = bare(name)
    return bool(_UNIT_ENDING.search(plain)) and not _NO_UNIT.search(plain)


def parse_units(content: str, default: Role = Role.DUTY) -> UnitList:
    """Units, roles and deadline of a bracket's content; the brackets themselves are not part of ``content``.

    A role stands before its units as a label (牵头单位：A、B) or after the last of them (A、B分工负责); where there is
    neither it is ``default``.
    """
    rows: list[Responsibility] = []
    pending: list[Responsibility] = []
    label: Label | None = None
    deadline: Span | None = None
    etc = False
    for part in _collectives(content, list(_parts(content))):
        start, end = part.start, part.end
        if found := label_at(content, start, end):
            rows += pending
            pending, label = [], found
            start = found.end
        name = content[start:end].strip()
        if not name or REMARK.fullmatch(name):
            continue
        at = content.index(name, start)
        if label and label.means == "deadline":
            deadline = Span(deadline.start if deadline else at, at + len(name))
            continue
        if label and label.means is None:
            continue
        if DATED.fullmatch(name):
            deadline = deadline or Span(at, at + len(name))
            continue
        runs_on = _RUNS_ON.search(name)
        role, units, more = _named(name[: runs_on.start()] if runs_on else name)
        etc = etc or more
        given = label.means if label and isinstance(label.means, Role) else None
        for unit in units:
            at = content.index(unit, at)
            pending.append(Responsibility(unit, given or role or default, Span(at, at + len(unit))))
            at += len(unit)
        if role and not given:
            rows += (Responsibility(r.unit, role, r.span) for r in pending)
            pending = []
        if runs_on:
            break
    return UnitList(tuple(rows + pending), deadline.of(content) if deadline else None, etc)


# 各开发区管委会|各级各部门要认真贯彻落实: the next paragraph, its line break lost
_RUNS_ON = re.compile(r"(?<=[局委厅办会府院)）])各(?:级|地|部门|单位|有关).{0,12}(?:要|应|须|认真|按照)")
# 由市教育局 | 会同市财政局
_BEFORE_UNIT = re.compile(r"(?:由|会同|联合|及|和|以及)(?=[市省县区各国教])")
# 市教育局会同市财政局 | 市有关部门及各县（市、区）政府, not 文化和旅游局
_JOINED = re.compile(r"(?<=[局委厅办部会院府门位关])(?:会同|(?:和|与|及|以及)(?=[市省各区县]))")
# 国家发展改革委会同有关部门: nobody by name, as 等
_OTHERS = re.compile(r"(?:其他)?(?:有关|相关)(?:部门|单位|方面|地方)")


def _named(name: str) -> tuple[Role | None, list[str], bool]:
    """The units of one part of a list, the role behind them, and whether 等 says that there are more."""
    ending = next(((p, role) for p, role in ROLE_ENDINGS if p.search(name)), None)
    rest = ending[0].sub("", name).rstrip() if ending else name
    inside = list(groups(rest))
    cuts = [m.span() for m in _JOINED.finditer(rest) if not any(g.start < m.start() < g.end for g in inside)]
    bounds = [0, *(edge for cut in cuts for edge in cut), len(rest)]
    units, more = [], False
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        unit = rest[start:end].strip()
        if cuts and _OTHERS.fullmatch(unit):
            more = True
            continue
        if others := ETC.search(unit):
            unit, more = unit[: others.start()].rstrip(), True
        if prefix := _BEFORE_UNIT.match(unit):
            unit = unit[prefix.end() :]
        if unit:
            units.append(unit)
    return (ending[1] if ending else None), units, more


# 市税务局责任单位：市财政局: the line break between them was lost
_LABEL_INSIDE = re.compile(rf"(?:主要|市级|省级)?(?:牵头|责任|配合|负责|协办|参与){OFFICE}[:：]")


def _parts(content: str) -> Iterator[Span]:
    """What separators, and labels without one before them, divide a list into."""
    for part in split(content, "、，,；;。\n"):
        start = part.start
        for label in _LABEL_INSIDE.finditer(content, part.start, part.end):
            if content[start : label.start()].strip() and label_at(content, start, part.end) != label_at(
                content, label.start(), part.end
            ):
                yield Span(start, label.start())
                start = label.start()
        yield Span(start, part.end)


def _collectives(content: str, parts: list[Span]) -> Iterator[Span]:
    """Join what a 、 inside a collective cut in two: 各市、州、县人民政府, 各区、县（市）政府."""
    held: list[Span] = []
    for part in parts:
        name = re.sub(r"\s", "", bare(part.of(content)))
        after_label = re.sub(r"^.*[:：]", "", name)
        if not held and _PLACES_ONLY.match(after_label):
            held = [part]
        elif held and _PLACE_ON.match(name):
            held.append(part)
        elif held and _PLACE_LAST.match(name):
            yield Span(held[0].start, part.end)
            held = []
        else:
            yield from held
            held = [part] if _PLACES_ONLY.match(after_label) else []
            if not held:
                yield part
    yield from held
