"""What the columns of a table of tasks are, by the words of their header: 序号 | 工作任务 | 牵头单位 | 完成时限."""

import re
from collections.abc import Sequence
from enum import StrEnum

from ingest.model import Role


class Column(StrEnum):
    """What a column holds; a task's text is in TITLE, DETAIL or both."""

    NUMBER = "number"
    TITLE = "title"
    DETAIL = "detail"
    LEAD = "lead"
    SUPPORT = "support"
    DUTY = "duty"
    DEADLINE = "deadline"
    OTHER = "other"


UNIT_ROLES = {Column.LEAD: Role.LEAD, Column.SUPPORT: Role.SUPPORT, Column.DUTY: Role.DUTY}

_OFFICE = "(?:单位|部门|主体|机构)"
_HEADERS = (
    # 序号 | 编号
    (Column.NUMBER, re.compile(r"序号|编号|项号|任务序号")),
    # 市卫健委内牵头处室 | 责任人 | 联系人: nobody that a register names
    (Column.OTHER, re.compile(r".*(?:处室|科室|股室|联系人|责任人|联系电话|责任领导|负责人)")),
    # 完成时限 | 时间进度
    (
        Column.DEADLINE,
        re.compile(
            r".{0,4}(?:完成|办理|办结|工作|整改)?(?:时限|时间|期限|时间节点)|时间(?:进度|要求|安排|节点)"
            r"|(?:时间|推进|工作)?(?:进度|安排)(?:要求)?"
        ),
    ),
    # 牵头单位 | 牵头（责任）部门
    (Column.LEAD, re.compile(rf".{{0,6}}(?:牵头|主办).{{0,6}}{_OFFICE}?")),
    (Column.SUPPORT, re.compile(rf".{{0,6}}(?:配合|协办|协助|参与|参加|协同).{{0,6}}{_OFFICE}")),
    (
        Column.DUTY,
        re.compile(
            rf".{{0,6}}(?:责任|负责|主责|承办|落实|实施).{{0,4}}{_OFFICE}(?:及.{{0,4}})?|(?:责任|任务|职责)?分工|责任"
        ),
    ),
    # 主要内容 | 具体措施
    (
        Column.DETAIL,
        re.compile(
            r"(?:主要|工作|具体|重点|任务|改革|措施|详细|实施)*(?:内容|措施|举措|要求|做法|目标|内容及要求)"
            r"|任务描述|(?:具体|细化)任务"
        ),
    ),
    # 工作任务 | 重点任务 | 工作事项 | 项目名称
    (Column.TITLE, re.compile(r".{0,6}(?:任务|事项|项目|指标|工作|类别|名称|清单|措施)(?:名称)?")),
)

#: Fewest columns, and most characters of a name, that make a header.
_FEWEST, _LONGEST_NAME = 3, 20


def read_header(names: Sequence[str]) -> tuple[Column, ...]:
    """The columns that header cells name; empty if they are no header, that is name no units or no task."""
    names = [re.sub(r"[\s　]", "", name) for name in names]
    if len(names) < _FEWEST or any(len(name) > _LONGEST_NAME for name in names):
        return ()
    columns = tuple(column_of(name) for name in names)
    units = any(column in UNIT_ROLES for column in columns)
    if Column.TITLE not in columns and Column.DETAIL in columns:
        first = columns.index(Column.DETAIL)
        columns = (*columns[:first], Column.TITLE, *columns[first + 1 :])
    return columns if units and Column.TITLE in columns else ()


def column_of(name: str) -> Column:
    """The column that a name without white space means."""
    return next((column for column, pattern in _HEADERS if pattern.fullmatch(name)), Column.OTHER)
