"""Responsible units: who a bracket names, in which role, and what else people call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.brackets import groups, split
from ingest.model import Role
from ingest.statements import find_unit_bracket
from ingest.units import parse_units

LEAD, SUPPORT, SHARED, DUTY, RESPONSIBLE = Role.LEAD, Role.SUPPORT, Role.SHARED, Role.DUTY, Role.RESPONSIBLE
Rows = list[tuple[str, Role]]


def rows(content: str) -> Rows:
    return [(r.unit, r.role) for r in parse_units(content).responsible]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("市教育局负责", [("市教育局", RESPONSIBLE)], id="one"),
        pytest.param("市教育局、市体育局分工负责", [("市教育局", SHARED), ("市体育局", SHARED)], id="shared"),
        pytest.param(
            "市教育局，市体育局；市财政局负责",
            [("市教育局", RESPONSIBLE), ("市体育局", RESPONSIBLE), ("市财政局", RESPONSIBLE)],
            id="other-separators",
        ),
        pytest.param(
            "市教育局(市委教育工委)、市体育局分工负责",
            [("市教育局(市委教育工委)", SHARED), ("市体育局", SHARED)],
            id="nested-half-width",
        ),
        pytest.param(
            "市教育局（市委教育工委、市委高校工委）负责",
            [("市教育局（市委教育工委、市委高校工委）", RESPONSIBLE)],
            id="nested-list-is-one-unit",
        ),
        pytest.param(
            "市教育局，各区县(功能区)党委和政府负责",
            [("市教育局", RESPONSIBLE), ("各区县(功能区)党委和政府", RESPONSIBLE)],
            id="collective",
        ),
        pytest.param("各区、县（市）政府负责", [("各区、县（市）政府", RESPONSIBLE)], id="collective-with-a-comma"),
        pytest.param(
            "市教育局、各市、县（区）人民政府负责",
            [("市教育局", RESPONSIBLE), ("各市、县（区）人民政府", RESPONSIBLE)],
            id="collective-after-a-unit",
        ),
        pytest.param(
            "市教育局牵头，市财政局、市体育局配合",
            [("市教育局", LEAD), ("市财政局", SUPPORT), ("市体育局", SUPPORT)],
            id="lead-and-support",
        ),
        pytest.param("市教育局、市财政局按职责分工负责", [("市教育局", SHARED), ("市财政局", SHARED)], id="by-duties"),
        pytest.param("市教育局牵头负责", [("市教育局", LEAD)], id="lead-responsible"),
        pytest.param("市教育局、市财政局", [("市教育局", DUTY), ("市财政局", DUTY)], id="names-only"),
        pytest.param("责任单位：市教育局、市财政局", [("市教育局", DUTY), ("市财政局", DUTY)], id="duty-label"),
        pytest.param(
            "牵头单位：市教育局、市委编办；配合单位：市财政局",
            [("市教育局", LEAD), ("市委编办", LEAD), ("市财政局", SUPPORT)],
            id="two-labels",
        ),
        pytest.param(
            "牵头部门:市教育局,责任部门:市财政局", [("市教育局", LEAD), ("市财政局", DUTY)], id="half-width-colons"
        ),
        pytest.param("团市委、市总工会分工负责", [("团市委", SHARED), ("市总工会", SHARED)], id="youth-league"),
        pytest.param("市教育局 、 市体育局 负责", [("市教育局", RESPONSIBLE), ("市体育局", RESPONSIBLE)], id="blanks"),
        pytest.param("市教育局等部门负责", [("市教育局", RESPONSIBLE)], id="and-others"),
        pytest.param(
            "责任单位：各市、州、县人民政府，省水利厅",
            [("各市、州、县人民政府", DUTY), ("省水利厅", DUTY)],
            id="collective-of-three",
        ),
        pytest.param(
            "责任单位：各县〔市、区、特区〕人民政府", [("各县〔市、区、特区〕人民政府", DUTY)], id="collective-nested"
        ),
        pytest.param(
            "各设区市、市水务局负责", [("各设区市", RESPONSIBLE), ("市水务局", RESPONSIBLE)], id="collective-alone"
        ),
        pytest.param(
            "各区、市水务局负责", [("各区", RESPONSIBLE), ("市水务局", RESPONSIBLE)], id="districts-then-a-bureau"
        ),
        pytest.param(
            "配合单位：市公安局、市医保局等市直（驻市）进驻单位，各区政府",
            [("市公安局", SUPPORT), ("市医保局", SUPPORT), ("各区政府", SUPPORT)],
            id="a-collective-behind-and-others",
        ),
        pytest.param(
            "市水务局等市有关部门及各县（市、区）政府负责",
            [("市水务局", RESPONSIBLE), ("各县（市、区）政府", RESPONSIBLE)],
            id="others-and-a-collective",
        ),
        pytest.param("市水务局和市财政局负责", [("市水务局", RESPONSIBLE), ("市财政局", RESPONSIBLE)], id="and"),
        pytest.param("市文化和旅游局负责", [("市文化和旅游局", RESPONSIBLE)], id="and-in-a-name"),
        pytest.param(
            "由市水务局会同市财政局负责", [("市水务局", RESPONSIBLE), ("市财政局", RESPONSIBLE)], id="together-with"
        ),
        pytest.param(
            "牵头单位：市水务局责任单位：市财政局",
            [("市水务局", LEAD), ("市财政局", DUTY)],
            id="label-without-separator",
        ),
        pytest.param("主要责任单位：市水务局；责任人：张三", [("市水务局", DUTY)], id="people-are-no-units"),
        pytest.param("牵头（责任）单位：市水务局，完成时限：长期", [("市水务局", LEAD)], id="comma-between-labels"),
        pytest.param(
            "市水务局、市财政局负责，2024年底前完成", [("市水务局", RESPONSIBLE), ("市财政局", RESPONSIBLE)], id="dated"
        ),
        pytest.param("水利部会同有关部门负责", [("水利部", RESPONSIBLE)], id="together-with-others"),
        pytest.param("水利部指导，各市政府负责", [("水利部", SUPPORT), ("各市政府", RESPONSIBLE)], id="guides"),
        pytest.param("水利部、财政部分别负责", [("水利部", RESPONSIBLE), ("财政部", RESPONSIBLE)], id="each-its-own"),
        pytest.param("", [], id="empty"),
        pytest.param("、，；", [], id="separators-only"),
    ],
)
def test_a_brackets_content_names_units_with_their_roles(content: str, expected: Rows) -> None:
    assert rows(content) == expected


@pytest.mark.parametrize(
    ("content", "etc"),
    [
        ("市教育局、市财政局等部门负责", True),
        ("市教育局等负责", True),
        ("责任单位：市教育局等有关单位", True),
        ("市教育局负责", False),
        ("市高等教育局负责", False),
        ("省中等职业学校主管部门负责", False),
        ("市公安局等市直（驻市）进驻单位负责", True),
        ("市公安局等10个部门负责", True),
    ],
)
def test_a_list_that_ends_in_and_others_says_so(content: str, etc: bool) -> None:
    assert parse_units(content).etc is etc


def test_a_deadline_is_no_unit() -> None:
    parsed = parse_units("牵头单位：市教育局、市财政局；配合单位：市体育局；完成时限：2025年6月底前")
    assert [r.unit for r in parsed.responsible] == ["市教育局", "市财政局", "市体育局"]
    assert parsed.deadline == "2025年6月底前"


@pytest.mark.parametrize(
    ("content", "deadline"),
    [
        ("责任单位：市水务局；完成时限：2024年6月底前，长期坚持", "2024年6月底前，长期坚持"),
        ("完成时限：2024 年6 月；责任单位：市水务局", "2024 年6 月"),
        ("市水务局负责，2024年底前完成", "2024年底前完成"),
        ("市水务局负责", None),
    ],
)
def test_a_deadline_is_read_as_printed(content: str, deadline: str | None) -> None:
    parsed = parse_units(content)
    assert ([r.unit for r in parsed.responsible], parsed.deadline) == (["市水务局"], deadline)


def test_without_a_deadline_there_is_none() -> None:
    assert parse_units("市教育局负责").deadline is None


def test_the_span_of_a_unit_is_where_it_is_printed() -> None:
    content = "市教育局、市教育局(市委教育工委)、各区、县（市）政府等部门负责"
    assert [r.span.of(content) for r in parse_units(content).responsible] == [
        "市教育局",
        "市教育局(市委教育工委)",
        "各区、县（市）政府",
    ]


@given(st.text("市教育局财政、，；：:（）()〔〕等牵头单位配合完成时限分工负责各区县 \n", max_size=60))
def test_units_of_any_text_are_printed_in_it(content: str) -> None:
    for r in parse_units(content).responsible:
        assert r.unit
        assert r.span.of(content) == r.unit == r.unit.strip()


@pytest.mark.parametrize(
    ("text", "bracket"),
    [
        ("强化评价。〔市教育局、市体育局分工负责〕", "〔市教育局、市体育局分工负责〕"),
        ("强化评价。（市教育局负责）", "（市教育局负责）"),
        ("强化评价。(市教育局负责)", "(市教育局负责)"),
        ("强化评价。[市教育局负责]", "[市教育局负责]"),
        ("强化评价。【市教育局负责】", "【市教育局负责】"),
        ("强化评价。（市教育局负责)", "（市教育局负责)"),
        ("强化评价。〔市教育局(市委教育工委)负责〕", "〔市教育局(市委教育工委)负责〕"),
        ("强化评价。（责任单位：市教育局、市财政局）", "（责任单位：市教育局、市财政局）"),
        (
            "强化评价。（牵头单位：市教育局；配合单位：市财政局；完成时限：2025年底）",
            "（牵头单位：市教育局；配合单位：市财政局；完成时限：2025年底）",
        ),
        ("强化评价（含幼儿园）。（市教育局负责）", "（市教育局负责）"),
        ("强化评价。\n责任单位：市教育局、市财政局\n", "责任单位：市教育局、市财政局"),
        ("强化评价。\n　　牵头单位:市教育局\n", "　　牵头单位:市教育局"),
        ("清理河道。责任单位：市水务局、各区政府。\n", "责任单位：市水务局、各区政府"),
        (
            "清理河道。\n牵头单位：市水务局。责任单位：各区政府。完成时限：2024年底。\n",
            "牵头单位：市水务局。责任单位：各区政府。完成时限：2024年底",
        ),
        ("清理河道。\n牵头单位：市水务局\n配合单位：市财政局\n", "牵头单位：市水务局\n配合单位：市财政局"),
        ("清理河道。\n责任单位：\n市水务局、各区政府\n", "责任单位：\n市水务局、各区政府"),
        ("清理河道。（市水务局、市自贸办，各区、县（市）政府）\n", "（市水务局、市自贸办，各区、县（市）政府）"),
        ("清理河道。［责任部门：市水务局］", "［责任部门：市水务局］"),
    ],
)
def test_the_bracket_or_line_that_names_units_is_found(text: str, bracket: str) -> None:
    span = find_unit_bracket(text)
    assert span is not None
    assert span.of(text) == bracket


@pytest.mark.parametrize(
    "text",
    [
        "中等教育(含中等职业学校，下同)。",
        "工作任务清单(征求意见稿)",
        "国(境)外学习经历",
        "（2024年）",
        "（〔2024〕15号）",
        "(市教育局联系电话)",
        "（由学校自主安排和负责）",
        "各部门要认真负责。",
        "〔市教育局负责",
        "（以下简称“市教育局”）",
        "有关单位（市水务局、市财政局）要配合。",
        "清理工作（技工院校内由市人社局负责）。",
        "主办单位：市教育局\n承办单位：市少年宫\n",
        "联系电话：市水务局办公室",
        "",
        "（）",
    ],
)
def test_a_bracket_that_names_no_responsible_unit_is_passed_over(text: str) -> None:
    assert find_unit_bracket(text) is None


# --- brackets ---


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("〔甲(乙)〕丙（丁）", ["〔甲(乙)〕", "（丁）"]),
        ("(甲(乙(丙)))", ["(甲(乙(丙)))"]),
        ("（甲)乙(丙）", ["（甲)", "(丙）"]),
        ("(甲乙〔丙〕", ["〔丙〕"]),
        ("甲)乙", []),
        ("〔甲（乙〕丙）", ["〔甲（乙〕"]),
    ],
)
def test_groups_are_the_outermost_brackets_that_close(text: str, found: list[str]) -> None:
    assert [span.of(text) for span in groups(text)] == found


def test_separators_inside_brackets_do_not_split() -> None:
    text = "甲(乙、丙)、丁、、戊"
    assert [span.of(text) for span in split(text, "、")] == ["甲(乙、丙)", "丁", "戊"]


def test_brackets_that_never_close_take_time_in_proportion_to_the_text() -> None:
    assert list(groups("（" * 50_000 + "〕" * 50_000)) == []
    assert len(list(split("（甲）、" * 20_000, "、"))) == 20_000
