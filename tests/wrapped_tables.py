"""Tables of tasks as a page prints them and a converter reads them: each cell wrapped at the width of its column."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

OFFICES = (
    "市教委",
    "市财政局",
    "市水务局",
    "市人社局",
    "市委网信办",
    "市卫生健康委",
    "市发展改革委",
    "市工业和信息化局",
    "市住房城乡建设委",
    "市大数据管理中心",
    "市高级人民法院",
    "市公积金管理中心",
    "天津海关",
    "天津证监局",
    "各区人民政府",
    "市城市管理委",
    "市市场监管委",
)
CLAUSES = (
    "推进电子证照在公共资源交易中的应用",
    "优化平台功能",
    "加强部门间数据共享",
    "建成5G基站6万个",
    "新增10家医疗机构",
    "完善评价指标体系",
    "提升审批效率",
    "会同有关单位开展联合检查",
    "探索“零跑动”办理",
    "建立长效管理制度",
    "对全市3000名教师进行培训",
    "落实《公共信息目录》",
)
TITLES = ("优化企业开办服务", "提高登记效率", "加强人才引育", "完善信用体系建设", "提升跨境贸易便利度", "深化改革")
_NEVER_FIRST = "，。、；”》）"
_NEVER_LAST = "“《（"


@dataclass(frozen=True, slots=True)
class Row:
    """What a row says; ``title`` is empty where that of a row above spans it."""

    title: str
    detail: str
    lead: tuple[str, ...]
    duty: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.title, self.detail, "、".join(self.lead) or "—", "、".join(self.duty) or "—")


def rows(chance: random.Random, count: int, stops: bool = True, numbers: bool = True) -> list[Row]:
    """Rows without an order or sense; texts end with a full stop if ``stops``, titles have a number if ``numbers``."""
    made: list[Row] = []
    for n in range(count):
        title = chance.choice(TITLES) if n == 0 or chance.random() < 0.3 else ""
        title = f"{chance.randint(1, 9)}.{title}" if numbers and title else title
        detail = "，".join(chance.sample(CLAUSES, chance.randint(1, 4))) + ("。" if stops else "")
        lead, duty = (tuple(chance.sample(OFFICES, chance.randint(least, 3))) for least in (1, 0))
        made.append(Row(title, detail, lead, duty))
    return made


def wrapped(text: str, width: int) -> list[str]:
    """``text`` in lines of ``width`` full-width characters; no line begins or ends with a mark that must not."""
    tokens = re.findall(rf"[{_NEVER_LAST}]*(?:[!-~]+|.)[{_NEVER_FIRST}]*", text)
    lines = [""]
    for token in tokens:
        if lines[-1] and _width(lines[-1] + token) > width:
            lines.append("")
        lines[-1] += token
    return lines


def _width(text: str) -> float:
    return sum(0.5 if character < "\u2000" else 1 for character in text)


def printed(made: Sequence[Row], widths: Sequence[int], page: int | None = None, cuts: bool = False) -> str:
    """The table, cell after cell; a header stands before every ``page`` lines of printed height.

    ``cuts``: the converter breaks lines at commas also.
    """
    header = ["序号", "重点任务", "主要内容", "牵头部门", "责任单位"]
    out = list(header)
    left = page or 10**6
    for number, row in enumerate(made, start=1):
        cells = [wrapped(cell, width) if cell else [] for cell, width in zip(row.cells, widths, strict=True)]
        out.append(str(number))
        while any(cells):
            if left <= 0:
                out += header
                left = page or 10**6
            height = min(left, max(len(cell) for cell in cells))
            for cell in cells:
                out += _pieces(cell[:height], cuts)
            cells = [cell[height:] for cell in cells]
            left -= height
    return "\n".join(out) + "\n"


def _pieces(lines: Sequence[str], cuts: bool) -> Iterator[str]:
    for line in lines:
        yield from re.findall(r".+?(?:，(?=.)|\Z)", line) if cuts else [line]
