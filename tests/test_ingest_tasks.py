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
