"""Tables of tasks pasted a cell a line: read as the table they were, or left alone and on the receipt."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ingest.model import Document, Format, Role, Source, Task
from ingest.pipeline import Given, ingest
from ingest.tables import find_tables

LEAD, SUPPORT, DUTY = Role.LEAD, Role.SUPPORT, Role.DUTY
HEADER = "序号\n工作任务\n主要内容\n牵头单位\n配合单位\n完成时限\n"
ROWS = (
    "1\n清理河道。\n清理垃圾，疏浚河道。\n市水务局\n市城管局、各区政府\n2024年6月底前\n"
    "拆除违建。\n市城管局\n/\n2024年12月底前\n"
    "2\n巡查水库。\n每月巡查一次。\n各区政府、市水务局\n市财政局\n长期坚持\n"
)
TABLE = "各单位要认真落实下列任务。\n附件2\n河湖保护任务分工表\n" + HEADER + ROWS + "联系人：张三。\n"


def document(text: str) -> Document:
    return ingest(Source("分工.txt", Format.TXT, text, "0" * 64), Given(id="d"))


def said(tasks: tuple[Task, ...]) -> list[object]:
    return [(t.number, t.title, [(r.unit, r.role) for r in t.responsible], t.deadline) for t in tasks]


def test_rows_are_read_from_loose_lines_and_a_spanned_title_is_filled_down() -> None:
    read = document(TABLE)
    assert [task.clause_id for task in read.tasks] == ["d/a2/1", "d/a2/1-2", "d/a2/2"]
    assert said(read.tasks) == [
        ("1", "清理河道", [("市水务局", LEAD), ("市城管局", SUPPORT), ("各区政府", SUPPORT)], "2024年6月底前"),
        ("1", "清理河道", [("市城管局", LEAD)], "2024年12月底前"),
        ("2", "巡查水库", [("各区政府", LEAD), ("市水务局", LEAD), ("市财政局", SUPPORT)], "长期坚持"),
    ]


def test_spans_are_verbatim_and_the_receipt_counts_the_rows() -> None:
    read = document(TABLE)
    for task in read.tasks:
        assert task.span.of(TABLE) == task.text
        assert task.title_span.of(TABLE) == task.title
        assert all(r.span.of(TABLE) == r.unit for r in task.responsible)
    (table,) = read.receipt.tables
    assert (table.span.of(TABLE), table.rows) == ((HEADER + ROWS).rstrip(), 3)


def test_text_behind_the_rows_is_not_the_last_of_them() -> None:
    assert document(TABLE).section("d/a2/closing").own.of(TABLE).strip() == "联系人：张三。"
    signed = "序号\n任务\n责任单位\n1\n清理河道\n市水务局\n2\n巡查水库\n市水务局\n济南市水务局\n2024年3月1日\n"
    assert document(signed).tasks[-1].text == "2\n巡查水库\n市水务局"


SHORT = "序号\n任务\n责任单位\n"


@pytest.mark.parametrize(
    ("body", "numbers"),
    [
        pytest.param("1.\n清理河道\n市水务局\n2.\n巡查水库\n市水务局\n", ["1.", "2."], id="numbers-with-points"),
        pytest.param("1\n清理河道\n市水务局\n" + SHORT + "2\n巡查水库\n市水务局\n", ["1", "2"], id="header-repeated"),
        pytest.param(
            "一、水环境\n1\n清理河道\n市水务局\n2\n截污\n市水务局\n二、水安全\n1\n巡查水库\n市水务局\n",
            ["1", "2", "1"],
            id="groups-that-number-anew",
        ),
        pytest.param(
            "1\n清理河道\n市水务局、\n市城管局\n2\n巡查水库\n市水务局\n3\n巡查堤防\n市水务局\n",
            ["1", "2", "3"],
            id="units-on-two-lines",
        ),
        pytest.param(
            "\n1\n\n清理河道。\n\n疏浚河道。\n\n市水务局\n\n2\n\n巡查水库\n\n市水务局\n",
            ["1", "2"],
            id="two-paragraphs-and-blank-lines",
        ),
    ],
)
def test_rows_are_told_apart_however_they_were_pasted(body: str, numbers: list[str]) -> None:
    tasks = document(SHORT + body).tasks
    assert [task.number for task in tasks] == numbers
    assert all("市水务局" in [r.unit for r in task.responsible] for task in tasks)


def test_without_numbers_rows_are_read_where_every_row_is_complete() -> None:
    header = "工作任务\n责任单位\n完成时限\n"
    rows = "清理河道\n市水务局\n2024年底前\n巡查水库\n市城管局\n长期坚持\n截污\n市水务局\n2025年6月\n"
    assert [task.title for task in document(header + rows).tasks] == ["清理河道", "巡查水库", "截污"]
    (table,) = find_tables(header + rows.replace("长期坚持\n", ""))
    assert table.rows == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "序号\n任务\n牵头单位\n配合单位\n1\n清理河道\n市水务局\n2\n巡查水库\n市水务局\n", id="leads-or-supports"
        ),
        pytest.param(SHORT + "1\n清理河道\n市水务局\n3\n巡查水库\n市水务局\n", id="a-number-is-missing"),
        pytest.param(SHORT + "1\n清理河道\n市水务局\n2\n市水务局\n截污\n3\n巡查\n市水务局\n", id="a-row-out-of-order"),
        pytest.param(SHORT + "1\n清理河\n道市水\n务局\n2\n巡查水\n库市水\n务局\n", id="cells-cut-by-wraps"),
        pytest.param(SHORT + "1\n清理河道\n市水务局\n2\n巡查水库\n市水务局\n市城管局\n", id="a-unit-is-left-over"),
        pytest.param(SHORT + "1\n清理河道\n市水务局\n", id="one-row"),
    ],
)
def test_a_table_whose_rows_cannot_be_told_apart_is_text_and_on_the_receipt(text: str) -> None:
    read = document(text)
    assert read.tasks == ()
    (table,) = read.receipt.tables
    assert (text.startswith(table.span.of(text)), table.rows) == (True, 0)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("序号\n姓名\n单位\n1\n张三\n市教育局\n2\n李四\n市教育局\n", id="list-of-people"),
        pytest.param("序号\n指标\n分值\n1\n签约率\n10\n2\n续约率\n10\n", id="indicators"),
        pytest.param("工作任务要落实。\n责任单位要履职。\n完成时限要明确。\n", id="sentences"),
        pytest.param("", id="empty"),
    ],
)
def test_other_lines_are_no_table(text: str) -> None:
    assert list(find_tables(text)) == []


TASKS = st.sampled_from(["清理河道", "巡查水库。", "建设图书馆。", "拆除违建，恢复绿化。"])
UNITS = st.sampled_from(["市水务局", "市城管局、各区政府", "市教育局（市委教育工委）", "市财政局、市人社局、市税务局"])
WHEN = st.sampled_from(["2024年底前", "长期坚持", "2025年6月"])


@settings(deadline=None)
@given(st.lists(st.tuples(TASKS, TASKS, UNITS, UNITS, WHEN), min_size=2, max_size=6), st.lists(st.booleans()))
def test_a_table_pasted_loose_is_read_as_with_its_tabs(rows: list[tuple[str, ...]], spans: list[bool]) -> None:
    covered = [False, *spans, *[False] * len(rows)]
    lines, number = ["序号\t工作任务\t主要内容\t牵头单位\t配合单位\t完成时限"], 0
    for row, spanned in zip(rows, covered, strict=False):
        number += not spanned
        lines.append("\t".join(["", "", *row[1:]] if spanned else [str(number), *row]))
    assume(number > 1)
    tabbed = "\n".join(lines)
    loose = "\n".join(cell for line in lines for cell in line.split("\t") if cell)
    assert said(document(loose).tasks) == said(document(tabbed).tasks)


CELLS = st.sampled_from(
    ["1", "2", "3", "清理河道", "市水务局", "/", "一、甲", "附件1", "序号", "任务", "责任单位", "。", "、"]
)


@settings(deadline=None)
@given(st.lists(CELLS, max_size=24).map("\n".join))
def test_tables_of_any_lines_lie_in_the_text_in_order(body: str) -> None:
    text = SHORT + body
    at = 0
    for table in find_tables(text):
        assert at <= table.span.start < table.span.end <= len(text)
        at = table.span.start
        for row in table.rows:
            assert at <= row.span.start < row.span.end <= table.span.end
            assert row.title_at.of(text) == row.title
            assert all(cell.span.of(text) == cell.text for _, cell in row.cells)
            at = row.span.end
    assert document(text).receipt.unaccounted == 0
