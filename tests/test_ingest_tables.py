"""Tables that hand out tasks: every row is a task with an address of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Document, Format, Role, Source
from ingest.pipeline import Given, ingest
from ingest.tables import find_tables

LEAD, SUPPORT, DUTY = Role.LEAD, Role.SUPPORT, Role.DUTY
HEADER = "序号\t工作任务\t主要内容\t牵头单位\t配合单位\t完成时限\n"
TABLE = (
    "各单位要认真落实下列任务。\n附件2\n河湖保护任务分工表\n"
    + HEADER
    + "1\t清理河道。\t清理垃圾，疏浚河道。\t市水务局\t市城管局、各区政府\t2024年6月底前\n"
    "\t\t拆除违建。\t市城管局\t/\t2024年12月底前\n"
    "2\t巡查水库。\t每月巡查一次。\t各区、县（市）政府\t-\t\n"
    "联系人：张三。\n"
)


def document(text: str) -> Document:
    return ingest(Source("分工.txt", Format.TXT, text, "0" * 64), Given(id="d"))


def test_every_row_is_a_task_under_the_attachment_it_stands_in() -> None:
    tasks = document(TABLE).tasks
    assert [(t.clause_id, t.number, t.title) for t in tasks] == [
        ("d/a2/1", "1", "清理河道"),
        ("d/a2/1-2", "1", "清理河道"),
        ("d/a2/2", "2", "巡查水库"),
    ]
    assert {t.section for t in tasks} == {"附件2 河湖保护任务分工表"}


def test_columns_give_units_roles_and_deadlines_and_a_dash_is_nobody() -> None:
    tasks = document(TABLE).tasks
    assert [[(r.unit, r.role) for r in t.responsible] for t in tasks] == [
        [("市水务局", LEAD), ("市城管局", SUPPORT), ("各区政府", SUPPORT)],
        [("市城管局", LEAD)],
        [("各区、县（市）政府", LEAD)],
    ]
    assert [t.deadline for t in tasks] == ["2024年6月底前", "2024年12月底前", None]


def test_a_row_is_a_section_and_its_spans_are_verbatim() -> None:
    read = document(TABLE)
    for task in read.tasks:
        section = read.section(task.clause_id)
        assert section.own.covers(task.span)
        assert task.span.of(TABLE) == task.text
        assert task.title_span.of(TABLE) == task.title
        assert all(r.span.of(TABLE) == r.unit for r in task.responsible)
        assert all(task.units_span.covers(r.span) for r in task.responsible)


def test_text_behind_a_table_is_not_its_last_rows() -> None:
    read = document(TABLE)
    assert "联系人" not in read.tasks[-1].text
    assert read.section("d/a2/closing").own.of(TABLE).strip() == "联系人：张三。"


@pytest.mark.parametrize(
    ("row", "units"),
    [
        pytest.param("1\t清理河道。\t清理垃圾。\t市水务局\t市城管局\t长期", ["市水务局", "市城管局"], id="full"),
        pytest.param("拆除违建。\t市城管局\t市水务局\t长期", ["市城管局", "市水务局"], id="covered-cells-left-out"),
        pytest.param(
            "1\t清理河道。\t清理垃圾。\n疏浚河道。\t市水务局\t市城管局\t长期",
            ["市水务局", "市城管局"],
            id="cell-of-two-lines",
        ),
        pytest.param(
            "1\t清理河道。\t清理垃圾。\t市水务局；市城管局\t\t", ["市水务局", "市城管局"], id="two-units-in-a-cell"
        ),
    ],
)
def test_rows_are_read_however_their_cells_are_printed(row: str, units: list[str]) -> None:
    (table,) = find_tables(HEADER + "9\t前项。\t内容。\t市教育局\t/\t\n" + row + "\n")
    assert len(table.rows) == 2
    tasks = document(HEADER + "9\t前项。\t内容。\t市教育局\t/\t\n" + row + "\n").tasks
    assert [r.unit for r in tasks[1].responsible] == units


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        ("序号\t任务\t责任单位", [DUTY]),
        ("编号\t改革事项\t牵头部门\t责任部门", [LEAD, DUTY]),
        ("序号\t重点任务\t市水务局内牵头处室\t责任单位", [DUTY]),
        ("任务名称\t具体措施\t牵头（责任）单位\t时间进度", [LEAD]),
        ("序号\t主要内容\t责任单位\t联系人", [DUTY]),
    ],
)
def test_header_cells_name_the_columns(header: str, roles: list[Role]) -> None:
    cells = ["1", "清理河道", *("市水务局" for _ in header.split("\t")[2:])]
    (task,) = document(f"{header}\n" + "\t".join(cells) + "\n").tasks
    assert [r.role for r in task.responsible] == roles


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("姓名\t单位\t职务\n张三\t市教育局\t局长\n", id="list-of-people"),
        pytest.param("指标\t标准\t来源\n签约率\t50%\t年报\n", id="indicators"),
        pytest.param("牵头单位\t配合单位\t时限\n市教育局\t市财政局\t长期\n", id="no-task"),
        pytest.param("", id="empty"),
    ],
)
def test_other_tables_hand_out_no_tasks(text: str) -> None:
    assert list(find_tables(text)) == []


def test_a_row_that_groups_others_is_a_heading_and_no_task() -> None:
    text = "序号\t任务\t责任单位\n一、水环境\t\t\n1\t清理河道\t市水务局\n二、水安全\t\t\n2\t巡查水库\t市水务局\n"
    tasks = document(text).tasks
    assert [(t.number, t.title) for t in tasks] == [("1", "清理河道"), ("2", "巡查水库")]


def test_rows_of_any_other_table_are_no_headings() -> None:
    text = "考核表如下。\n1.签约数\t10分\t查资料\n2.覆盖率\t20分\t查资料\n"
    assert [s.number for s in document(text).sections] == [""]


CELLS = st.sampled_from(
    ["1", "2", "清理河道", "市水务局", "/", "", "一、甲", "\n", "附件1", "序号", "任务", "责任单位", "。"]
)


@given(st.lists(st.lists(CELLS, max_size=5).map("\t".join), max_size=12).map("\n".join))
def test_tables_of_any_cells_lie_in_the_text_in_order(body: str) -> None:
    text = "序号\t任务\t责任单位\n" + body
    at = 0
    for table in find_tables(text):
        assert at <= table.span.start < table.span.end <= len(text)
        for row in table.rows:
            assert at <= row.span.start < row.span.end <= table.span.end
            assert row.title_at.of(text) == row.title
            assert all(cell.span.of(text) == cell.text for _, cell in row.cells)
            at = row.span.end
    assert document(text).receipt.unaccounted == 0
