"""The words by which a list of units says what the units are for: 牵头单位：, …分工负责, 等部门, 完成时限：."""

import re
from dataclasses import dataclass
from typing import Literal

from ingest.brackets import split
from ingest.model import Role

#: What a label says that units are.
OFFICE = "(?:单位|部门|主体|机构)"
_LABELS: tuple[tuple[re.Pattern[str], "Role | Literal['deadline'] | None"], ...] = (
    # 完成时限：2023年10月底前 | 时限要求：年底前
    (re.compile(r".{0,4}(?:时限|时间|期限|进度|节点)(?:要求|安排|节点)?"), "deadline"),
    # 牵头处室: offices inside a unit; 责任人: a person
    (re.compile(r".*(?:处室|科室|股室|人|领导|电话)"), None),
    # 牵头单位 | 市级牵头部门 | 牵头（责任）单位
    (re.compile(rf".{{0,4}}?牵头(?:[(（]?(?:责任|负责|主办|实施|落实)[)）]?)?{OFFICE}?"), Role.LEAD),
    (re.compile(rf".{{0,4}}?(?:配合|协办|协助|协同|参与|参加|支持)(?:责任|实施|落实)?{OFFICE}?"), Role.SUPPORT),
    # 主要责任单位 | 负责部门 | 任务分工
    (re.compile(rf".{{0,4}}?(?:责任|负责|主责|实施|落实|执行){OFFICE}|(?:责任|任务|职责)?分工|责任"), Role.DUTY),
)
# 牵头单位：市教育局
_LABEL = re.compile(r"\s*(?P<label>[一-鿿（()）]{2,12}?)\s*[:：]\s*")
#: The words behind the last of some units that give them their role.
ROLE_ENDINGS = (
    # 市教育局、市体育局按职责分工负责
    (
        re.compile(r"(?:(?:按照?|根据|依)?(?:各自|部门)?的?(?:职责|职能)?(?:任务)?)?分工(?:负责|落实|实施)$"),
        Role.SHARED,
    ),
    (re.compile(r"(?:共同|联合|分别)?牵头(?:负责|落实)?$"), Role.LEAD),
    (re.compile(r"(?:协同|协助|参与|参加)?配合$|协办$|协助$|参与$|参加$|指导$|督导$|支持$"), Role.SUPPORT),
    (
        re.compile(
            r"(?:(?:按照?|根据)(?:各自)?(?:职责|职能))?(?:共同|具体|组织|分别)?负责(?:落实|实施)?$|(?:组织)?(?:实施|落实)$"
        ),
        Role.RESPONSIBLE,
    ),
)
# 等 | 等部门 | 等市直（驻市）进驻单位; not 市高等教育局, 省中等职业学校管理单位
ETC = re.compile(
    r"(?<![高中初同平对均])等(?:(?:有关|相关|各|[市省区县州](?:直|级|有关|相关|各)|其他|\d|[一二三四五六七八九十]).{0,24}"
    r"|.{0,16}(?:部门|单位|机构|企业|地方|处室|责任主体))?$"
)
# 2023年底前 | 2023年10月底前完成 | 长期坚持
DATED = re.compile(
    r"(?:于|在)?(?:\d{4} ?年.{0,20}|\d{1,2} ?月(?:底|\d{1,2} ?日).{0,6}|长期(?:坚持|推进|实施)?|持续(?:推进|实施)|全年)"
)
# 下同 | 不再列出 | 列第一位者为牵头单位 | 排在第一位的为牵头部门
REMARK = re.compile(
    r"(?:以?下同|以下(?:均|各项|同).*|不再.{0,4}列出|.{0,8}(?:第一|首).{0,12}为.{0,4}(?:牵头|主要责任|主责).{0,6})"
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label before units: ``means`` their role or a deadline, None for anything else; ``end`` is behind its colon.

    ``strong`` says that it needs no bracket to be one: 责任单位, not 分工.
    """

    means: "Role | Literal['deadline'] | None"
    end: int
    strong: bool


def label_at(text: str, at: int, end: int | None = None) -> Label | None:
    """The label that begins at ``at``, None if there is no colon or no label before it."""
    match = _LABEL.match(text, at, len(text) if end is None else end)
    if match is None:
        return None
    name = match["label"]
    known = next(((means,) for pattern, means in _LABELS if pattern.fullmatch(name)), None)
    means = known[0] if known else None
    return Label(means, match.end(), means == "deadline" or bool(re.search(OFFICE + "$", name)))


def role_ending(content: str) -> Role | None:
    """The role that the last word of ``content`` gives to the units before it: …分工负责, …牵头."""
    for part in reversed(list(split(content, "，,；;。\n"))):
        name = part.of(content).strip()
        if REMARK.fullmatch(name) or DATED.fullmatch(name):
            continue
        return next((role for pattern, role in ROLE_ENDINGS if pattern.search(ETC.sub("", name))), None)
    return None
