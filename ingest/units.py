"""Responsible units: what 〔市教育局(市委教育工委)、市体育局分工负责〕 says, and the names people use for a unit."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ingest.brackets import groups, split
from ingest.lexicon import table
from ingest.model import Responsibility, Role, Span

_LABEL_ROLES = (
    (re.compile(r"牵头(责任)?(单位|部门)"), Role.LEAD),
    (re.compile(r"(配合|协办|协助|参与)(责任)?(单位|部门)"), Role.SUPPORT),
    (re.compile(r"(主要)?(责任|负责|实施|承办|落实)(单位|部门|主体)|分工"), Role.DUTY),
)
# 牵头单位：市教育局
_LABEL = re.compile(r"\s*(?P<label>[一-鿿]{2,8})\s*[:：]\s*")
# 2023年10月底前
_DEADLINE_LABEL = re.compile(r"(完成时限|完成时间|时限|进度安排|时间节点)$")
_ROLE_ENDINGS = (
    (re.compile(r"(?:(?:按照?|根据)?(?:各自)?职责)?分工(?:负责|落实)$"), Role.SHARED),
    (re.compile(r"(?:共同|联合)?牵头(?:负责|落实)?$"), Role.LEAD),
    (re.compile(r"(?:协同|协助|参与)?配合$|协办$|协助$|参与$"), Role.SUPPORT),
    (re.compile(r"(?:按照?(?:各自)?职责)?(?:共同)?负责(?:落实|实施)?$|(?:组织)?(?:实施|落实)$"), Role.RESPONSIBLE),
)
_ETC = re.compile(r"等(?:有关|相关)?(?:部门|单位|市直部门)?$")
# 市教育局 | 各区县(功能区)党委和政府 | 团市委 | 人民银行赣州中心支行
_UNIT_ENDING = re.compile(
    r"(局|委|厅|办|部|院|会|政府|党委|工委|中心|公司|学校|支行|银行|总队|支队|分局|站|所|处|科|社|法院|检察院|联|团市委|团省委|单位|部门|企业|高校)$"
)


@dataclass(frozen=True, slots=True)
class UnitList:
    """Who a bracket or labelled line makes responsible; spans are into the text that was parsed."""

    responsible: tuple[Responsibility, ...]
    deadline: str | None
    etc: bool


def find_unit_bracket(text: str) -> Span | None:
    """The last bracket (or labelled line) of a clause that names responsible units; None if there is none."""
    candidates = [span for span in groups(text) if _names_units(span.of(text)[1:-1])]
    for line in re.finditer(r"(?m)^[ \t　]*(?:责任|牵头|配合|负责)(?:单位|部门)[:：][^\n]+", text):
        if not any(span.start <= line.start() < span.end for span in candidates):
            candidates.append(Span(*line.span()))
    return max(candidates, default=None)


def _names_units(content: str) -> bool:
    label = _LABEL.match(content)
    if label and _label_role(label["label"]):
        return True
    body = _ETC.sub("", content.strip(" 。"))
    if not any(pattern.search(body) for pattern, _ in _ROLE_ENDINGS):
        return False
    parsed = parse_units(content)
    return bool(parsed.responsible) and all(_UNIT_ENDING.search(_bare(r.unit)) for r in parsed.responsible)


def _label_role(label: str) -> Role | None:
    return next((role for pattern, role in _LABEL_ROLES if pattern.fullmatch(label)), None)


def _bare(unit: str) -> str:
    """A unit's name without what stands in its brackets: 市教育局(市委教育工委) -> 市教育局."""
    for span in reversed(list(groups(unit))):
        unit = unit[: span.start] + unit[span.end :]
    return unit.strip()


def parse_units(content: str) -> UnitList:
    """Units, roles and deadline of a bracket's content; the brackets themselves are not part of ``content``.

    A role stands before its units as a label (牵头单位：A、B) or after the last of them (A、B分工负责).
    """
    rows: list[Responsibility] = []
    pending: list[Responsibility] = []
    label_role: Role | None = None
    deadline: str | None = None
    in_deadline = etc = False
    for part in _collectives(content, list(split(content, "、，,；;。\n"))):
        start, end = part.start, part.end
        if match := _LABEL.match(content, start, end):
            rows += pending
            pending = []
            in_deadline = bool(_DEADLINE_LABEL.search(match["label"]))
            label_role = _label_role(match["label"])
            start = match.end()
        name = content[start:end].strip()
        if not name:
            continue
        if in_deadline:
            deadline = name if deadline is None else f"{deadline}，{name}"
            continue
        ending = next(((p, role) for p, role in _ROLE_ENDINGS if p.search(name)), None)
        role = ending[1] if ending else None
        unit = ending[0].sub("", name).rstrip() if ending else name
        if _ETC.search(unit):
            etc, unit = True, _ETC.sub("", unit).rstrip()
        if unit:
            at = content.index(unit, start)
            pending.append(Responsibility(unit, label_role or role or Role.DUTY, Span(at, at + len(unit))))
        if role and not label_role:
            rows += (Responsibility(r.unit, role, r.span) for r in pending)
            pending = []
    return UnitList(tuple(rows + pending), deadline, etc)


def _collectives(content: str, parts: list[Span]) -> Iterator[Span]:
    """Join what a 、 inside a collective cut in two: 各区、县（市）政府."""
    held: int | None = None
    for part in parts:
        name = part.of(content).strip()
        start = held if held is not None else part.start
        if re.match(r"各[一-鿿]{0,3}$", name) or (held is not None and len(_bare(name)) == 1):
            held = start
            continue
        held = None
        yield Span(start, part.end)
    if held is not None:
        yield Span(held, parts[-1].end)


@dataclass(frozen=True, slots=True)
class UnitNames:
    """What the lexicon knows of a kind of unit, whoever's it is: 体育局 in any city."""

    name: str
    aliases: tuple[str, ...]
    english: tuple[str, ...]

    @classmethod
    def all(cls) -> "tuple[UnitNames, ...]":
        """Every row of lexicon/units.toml."""
        rows = table("units")["unit"]
        assert isinstance(rows, list)
        return tuple(cls(row["name"], tuple(row.get("aliases", ())), tuple(row["english"])) for row in rows)


# 市体育局 -> 体育局, 济南市体育局 -> 体育局, 省教育厅 -> 教育厅
_PREFIX = re.compile(r"^(?!各)(?:[一-鿿]{2,3}[省市县区])?(?:中共)?(?:[一-鿿]{2,3})?[省市县区](?!政府|委|县|区|直)")


@dataclass(frozen=True, slots=True)
class Unit:
    """A responsible unit of the index: its printed name and every other name that means it."""

    name: str
    aliases: tuple[str, ...]
    english: str | None
    english_aliases: tuple[str, ...] = ()


def registry(units: Iterable[str], lexicon: Iterable[UnitNames]) -> Mapping[str, Unit]:
    """The units of a register by printed name, with their aliases and English names."""
    known = tuple(lexicon)
    return {name: _unit(name, known) for name in dict.fromkeys(units)}


def _unit(name: str, lexicon: tuple[UnitNames, ...]) -> Unit:
    inner = [span.of(name)[1:-1] for span in groups(name)]
    names = [_bare(name), *(text for text in inner if _UNIT_ENDING.search(text))]
    aliases: dict[str, None] = {}
    english: dict[str, None] = {}
    for own in names:
        short = _PREFIX.sub("", own)
        for form in (own, short):
            if len(form) >= 3:
                aliases[form] = None
        for row in lexicon:
            if {own, short} & {row.name, *row.aliases}:
                aliases |= dict.fromkeys((row.name, *row.aliases))
                english |= dict.fromkeys(row.english)
                prefix = own.removesuffix(short)
                if prefix:
                    aliases |= dict.fromkeys(prefix + alias for alias in (row.name, *row.aliases))
    aliases.pop(name, None)
    names_en = tuple(english)
    return Unit(name, tuple(aliases), names_en[0] if names_en else None, names_en[1:])
