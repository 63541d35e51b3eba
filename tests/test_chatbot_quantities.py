"""Quantities: what is the same in other words, and what only looks alike."""

import pytest

from chatbot.quantities import Bound, quantities, unprinted


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("新增学位30万个", [("300000", "个", Bound.EXACT)]),
        ("每五年一轮", [("5", "年", Bound.EXACT), ("1", "次", Bound.EXACT)]),
        ("百分之七十以上", [("70", "%", Bound.LOW)]),
        ("不得超过80公里", [("80", "公里", Bound.HIGH)]),
        ("at least three hundred thousand school places", [("300000", "个", Bound.LOW)]),
        ("no less than 80 kilometres", [("80", "公里", Bound.LOW)]),
        ("twice a year", [("1", "每年", Bound.EXACT), ("2", "次", Bound.EXACT)]),
        ("65 years old", [("65", "岁", Bound.EXACT)]),
        ("统一五育并举，一个学校", []),
        ("one of the schools", []),
        ("", []),
    ],
)
def test_a_quantity_is_a_number_its_measure_and_its_bound(text: str, read: list[tuple[str, str, Bound]]) -> None:
    assert [(str(q.value), q.measure, q.bound) for q in quantities(text)] == read


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("每5年一轮", "每五年一轮"),
        ("占比达70%以上", "占比达到百分之七十以上"),
        ("300,000 school places by 2025", "到2025年,新增学位30万个"),
        ("every six months", "应当每半年进行一次检验"),
        ("no more than 65 years old", "原则上不超过65岁"),
        ("on june 13", "6月13日"),
    ],
)
def test_the_same_quantity_in_other_words_is_printed(claim: str, evidence: str) -> None:
    assert unprinted(claim, evidence) is None


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        pytest.param("每六年一轮", "6.优化评价：每五年一轮", id="a heading's number"),
        pytest.param("三个月内完成", "三年内完成", id="another measure"),
        pytest.param("不少于2小时", "不超过2小时", id="the other bound"),
        pytest.param("2小时", "不少于2小时", id="no bound"),
        pytest.param("第3项任务", "共3项任务", id="an ordinal"),
        pytest.param("小学新建300所", "小学新建400所，中学改建300所", id="the number of something else"),
        pytest.param("at most one school", "至少确定1所学校", id="the other bound in English"),
        pytest.param("300 school places", "新增学位30万个", id="without its ten thousands"),
    ],
)
def test_a_quantity_the_evidence_does_not_print_is_found(claim: str, evidence: str) -> None:
    assert unprinted(claim, evidence) is not None
