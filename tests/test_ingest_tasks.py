"""Tasks: the register of the Jinan list, as a reader copies it out of the document."""

import json
from pathlib import Path

import pytest

from ingest.corpus import bundled
from ingest.model import Document, Format, Role, Source, Span, Task
from ingest.pipeline import ingest

EXPECTED = json.loads((Path(__file__).parent / "data" / "jinan_tasks.json").read_text("utf-8"))
DOCUMENTS = {document.id: document for document in (ingest(source, given) for source, given in bundled())}
JINAN = DOCUMENTS["jinan-2024"]
SOURCE = JINAN.source.text


def document(text: str) -> Document:
    return ingest(Source("清单.txt", Format.TXT, text, "0" * 64))


def test_the_jinan_list_has_the_twenty_tasks_its_preamble_announces() -> None:
    assert [task.ordinal for task in JINAN.tasks] == list(range(1, 21))


@pytest.mark.parametrize(
    ("task", "expected"),
    [pytest.param(task, row, id=row["number"]) for task, row in zip(JINAN.tasks, EXPECTED, strict=True)],
)
def test_a_task_is_what_the_document_prints(task: Task, expected: dict[str, object]) -> None:
    assert {
        "clause_id": task.clause_id,
        "number": task.number,
        "title": task.title,
        "section": task.section,
        "role": " ".join({r.role.value for r in task.responsible}),
        "units": [r.unit for r in task.responsible],
    } == expected


@pytest.mark.parametrize("task", JINAN.tasks, ids=lambda task: task.number)
def test_every_span_of_a_task_is_verbatim(task: Task) -> None:
    printed = "、".join(r.unit for r in task.responsible)
    assert task.span.of(SOURCE) == task.text
    assert task.text.startswith(f"{task.number}.{task.title}。")
    assert task.text.endswith("负责〕")
    assert task.title_span.of(SOURCE) == task.title
    assert task.units_span.of(SOURCE).replace(",", "、").replace("，", "、").startswith(f"〔{printed}")
    assert [r.span.of(SOURCE) for r in task.responsible] == [r.unit for r in task.responsible]
    assert task.span.covers(task.units_span)
    assert all(task.units_span.covers(r.span) for r in task.responsible)


def test_a_task_list_with_printed_units_only_is_complete_and_without_deadline() -> None:
    assert {(task.etc, task.deadline) for task in JINAN.tasks} == {(False, None)}


def test_a_plan_that_names_no_units_has_no_tasks() -> None:
    assert DOCUMENTS["xx-reform-plan"].tasks == ()


TABLE = """一、重点任务
1.强化评价。落实标准。
牵头单位：市教育局、市委编办；配合单位：市财政局；完成时限：2025年6月底前
2.完善机制(含中等职业学校，下同)。（市教育局等部门负责）
3.没有责任单位的任务。
"""


def test_a_labelled_line_gives_roles_and_deadline() -> None:
    task = document(TABLE).tasks[0]
    assert [(r.unit, r.role) for r in task.responsible] == [
        ("市教育局", Role.LEAD),
        ("市委编办", Role.LEAD),
        ("市财政局", Role.SUPPORT),
    ]
    assert task.deadline == "2025年6月底前"
    assert task.units_span.of(TABLE).startswith("牵头单位：市教育局")
    assert task.section == "一、重点任务"


def test_a_list_that_ends_in_and_others_is_not_called_complete() -> None:
    task = document(TABLE).tasks[1]
    assert ([r.unit for r in task.responsible], task.etc) == (["市教育局"], True)


def test_a_clause_without_units_is_no_task() -> None:
    assert [task.number for task in document(TABLE).tasks] == ["1", "2"]


@pytest.mark.parametrize(
    "line_break", ["\n", "\r\n", " \n", "\u3000\r\n"], ids=["unix", "windows", "blank", "wide-blank"]
)
def test_a_title_on_a_line_of_its_own_is_verbatim_whatever_ends_the_line(line_break: str) -> None:
    text = f"1. 强化体育评价{line_break}落实标准。{line_break}〔市教育局负责〕{line_break}"
    (task,) = document(text).tasks
    assert task.title_span.of(text) == task.title == "强化体育评价"


def test_units_that_a_repair_moved_are_still_verbatim_in_the_source() -> None:
    text = "深化根底教育。完善教育效劳。坚持自愿原那么。\n1.按原那么办事。坚持原那么。〔市教育局、市体育局负责〕\n"
    task = document(text).tasks[0]
    assert [r.span.of(text) for r in task.responsible] == ["市教育局", "市体育局"]
    assert task.units_span.of(text) == "〔市教育局、市体育局负责〕"
    assert task.text.startswith("1.按原则办事。")
    assert task.span.of(text).startswith("1.按原那么办事。")
    assert task.title_span == Span(text.index("按"), text.index("按") + len("按原那么办事"))


# --- what is stated once, above or beside ---


def units(task: Task) -> list[tuple[str, Role]]:
    return [(r.unit, r.role) for r in task.responsible]


LEADS = """一、重点任务
（一）保护河湖（牵头单位：市水务局）
1.清理河道。疏浚河道。（主要责任单位：市水务局、市城管局，各区、县（市）政府）（下同）
2.巡查水库。每月一次。（市应急局，各区、县（市）政府）
（二）节约用水（牵头单位：市发改委）
3.修订定额。每年一次。（牵头单位：市水务局）
（三）加强宣传（牵头单位：市委宣传部）
"""


def test_a_rule_stated_once_gives_later_brackets_their_meaning() -> None:
    tasks = document(LEADS).tasks
    assert [(t.number, units(t)) for t in tasks[:3]] == [
        ("1", [("市水务局", Role.DUTY), ("市城管局", Role.DUTY), ("各区、县（市）政府", Role.DUTY)]),
        ("2", [("市应急局", Role.DUTY), ("各区、县（市）政府", Role.DUTY)]),
        ("3", [("市水务局", Role.LEAD)]),
    ]


def test_units_of_a_heading_lead_the_tasks_below_it_and_the_heading_is_no_task() -> None:
    tasks = document(LEADS).tasks
    assert [(t.number, [r.unit for r in t.section_leads]) for t in tasks] == [
        ("1", ["市水务局"]),
        ("2", ["市水务局"]),
        ("3", ["市发改委"]),
        ("（三）", []),
    ]
    assert tasks[0].section_leads[0].span.of(LEADS) == "市水务局"


@pytest.mark.parametrize(
    "text",
    [
        "责任单位中列第一位者为牵头单位，下同。\n1.清理河道。（市水务局、市城管局负责）\n2.巡查水库。（市应急局、市水务局负责）\n",
        "1.清理河道。（市水务局、市城管局负责，列第一位者为牵头单位，下同）\n2.巡查水库。（市应急局、市水务局负责）\n",
    ],
)
def test_the_first_of_a_list_leads_where_the_document_says_so(text: str) -> None:
    assert [units(task) for task in document(text).tasks] == [
        [("市水务局", Role.LEAD), ("市城管局", Role.RESPONSIBLE)],
        [("市应急局", Role.LEAD), ("市水务局", Role.RESPONSIBLE)],
    ]


def test_a_definition_is_no_rule_for_units() -> None:
    text = "1.清理河道（含支流，下同）。疏浚。（责任单位：市水务局）\n2.巡查水库（含山塘）。每月。（市应急局负责）\n"
    assert [units(task) for task in document(text).tasks] == [
        [("市水务局", Role.DUTY)],
        [("市应急局", Role.RESPONSIBLE)],
    ]


def test_the_bracket_of_a_task_may_close_its_first_paragraph() -> None:
    text = "（一）清理河道。疏浚。（责任单位：市水务局）\n到2025年，完成一半。\n（二）巡查。\n（责任单位：应急局）\n"
    tasks = document(text).tasks
    assert [units(task) for task in tasks] == [[("市水务局", Role.DUTY)], [("应急局", Role.DUTY)]]
    assert tasks[0].text.endswith("到2025年，完成一半。")


def test_units_behind_the_steps_of_a_task_are_the_tasks() -> None:
    text = "1.清理河道。一是疏浚。二是护岸。（市水务局负责）\n2.巡查水库。（1）日查。\n（2）月查。（市应急局负责）\n"
    tasks = document(text).tasks
    assert [(t.number, t.title, units(t)) for t in tasks] == [
        ("1", "清理河道", [("市水务局", Role.RESPONSIBLE)]),
        ("2", "巡查水库", [("市应急局", Role.RESPONSIBLE)]),
    ]
    assert all(task.span.covers(task.units_span) for task in tasks)


def test_units_on_a_line_below_the_last_of_several_items_are_those_of_the_clause() -> None:
    text = "（一）保护河湖\n1.清理河道。\n2.巡查水库。\n责任单位：市水务局\n（二）节水\n3.定额。\n责任单位：市发改委\n"
    assert [(t.number, units(t)) for t in document(text).tasks] == [
        ("（一）", [("市水务局", Role.DUTY)]),
        ("（二）", [("市发改委", Role.DUTY)]),
    ]


def test_items_that_begin_in_the_middle_of_a_line_are_tasks_of_their_own() -> None:
    text = "1.清理河道。（市水务局负责）2.巡查水库。（市应急局负责）3.修订定额。（市发改委负责）\n"
    assert [task.number for task in document(text).tasks] == ["1", "2", "3"]


def test_several_brackets_of_one_clause_are_all_read() -> None:
    text = (
        "1.加大支持。减免水费。（责任单位：市水务局）减免电费。（责任单位：市电力公司，配合单位：市水务局）\n2.其他。\n"
    )
    (task,) = document(text).tasks
    assert units(task) == [("市水务局", Role.DUTY), ("市电力公司", Role.DUTY), ("市水务局", Role.SUPPORT)]
    assert all(task.units_span.covers(r.span) for r in task.responsible)


def test_numbers_that_come_again_in_another_plan_are_other_tasks() -> None:
    plan = "一、任务\n1.清理河道。（市水务局负责）\n2.巡查水库。（市应急局负责）\n"
    text = f"某市清河方案\n为了保护全市河湖，制定本方案。\n{plan}某市护岸方案\n为了保护全市河岸，制定本方案。\n{plan}"
    tasks = document(text).tasks
    assert [t.clause_id.partition("/")[2] for t in tasks] == ["1/1", "1/2", "p1/1/1", "p1/1/2"]
