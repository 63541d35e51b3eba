"""Notices: times that have passed, periods without a first day, holes in the numbering, documents that differ."""

from datetime import date
from pathlib import Path

import pytest

from chatbot.answer import Answerer, Ask
from index.hybrid import HybridIndex
from ingest.model import Document, Format, Source
from ingest.pipeline import Given, ingest
from tests.fakes import FakeEncoder
from tests.register_corpora import roles

_PLAN = """{place}教育改革重点任务清单
一、工作任务
1.强化体育评价。建立体育制度。（责任单位：{units}）
2.加强美育工作。配齐美育教师。（责任单位：市教育局）
4.完善劳动评价。建设劳动基地。（责任单位：市教育局）
5.加强督导。改进督导方式。（责任单位：市教育局）
6.加强宣传。用好新闻媒体。（责任单位：市教育局）
"""


def _plan(document_id: str, place: str, units: str) -> Document:
    source = Source(f"{document_id}.txt", Format.TXT, _PLAN.format(place=place, units=units), "")
    return ingest(source, Given(id=document_id, place=place))


def _answerer(documents: list[Document], cache: Path, today: date = date(2026, 1, 1)) -> Answerer:
    index = HybridIndex.build(documents, FakeEncoder(), cache)
    return Answerer(index, FakeEncoder(), today=lambda: today)


@pytest.mark.parametrize(
    ("today", "passed"),
    [(date(2025, 12, 30), False), (date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2030, 1, 1), True)],
)
def test_a_deadline_is_told_as_past_from_the_day_after_it(today: date, passed: bool, tmp_path: Path) -> None:
    reply = _answerer([roles()], tmp_path, today).reply(Ask("第1项什么时候完成"))
    assert "“2025年12月底前”" in reply.answer
    assert ("文件所定的时间“2025年12月底前”已过，这是过去的目标。" in reply.notices) is passed


def test_only_the_day_changes_a_notice(tmp_path: Path) -> None:
    before, after = (_answerer([roles()], tmp_path, date(year, 6, 1)) for year in (2025, 2026))
    question = Ask("When is task 1 due?")
    assert before.reply(question).answer == after.reply(question).answer
    assert any("past target" in notice for notice in after.reply(question).notices)
    assert not any("past target" in notice for notice in before.reply(question).notices)


def test_a_target_year_in_the_text_of_a_task_is_told_as_past(tmp_path: Path) -> None:
    reply = _answerer([roles()], tmp_path).reply(Ask("第5项什么时候完成"))
    assert "到2024年，生均经费稳步增长" in reply.answer
    assert "文件所定的时间“到2024年”已过，这是过去的目标。" in reply.notices


def test_a_period_counted_from_the_publication_of_a_draft_is_no_date(tmp_path: Path) -> None:
    reply = _answerer([roles()], tmp_path).reply(Ask("第4项什么时候完成"))
    assert "发布之日起1个月内" in reply.answer
    assert any("还没有起算日，不能换算成日期" in notice for notice in reply.notices)
    assert "月1日" not in reply.answer


def test_a_hole_in_the_numbering_is_told_beside_it_and_nowhere_else(tmp_path: Path) -> None:
    answerer = _answerer([_plan("binhai", "滨海市", "市教育局")], tmp_path)
    assert [(gap.after, gap.before) for gap in answerer.index.documents[0].receipt.gaps] == [(2, 4)]
    told = {n: answerer.reply(Ask(f"第{n}项由谁负责")).notices for n in (1, 2, 4, 5, 6)}
    notice = "《滨海市教育改革重点任务清单》的编号从2跳到4，中间的内容没有收录。"
    assert {n for n, notices in told.items() if notice in notices} == {2, 4}


def test_documents_with_other_units_for_the_same_task_are_said_to_differ(tmp_path: Path) -> None:
    documents = [_plan("binhai", "滨海市", "市教育局、市体育局"), _plan("linhe", "临河市", "市教育局")]
    answerer = _answerer(documents, tmp_path)
    reply = answerer.reply(Ask("强化体育评价由谁负责"))
    assert "《滨海市" in reply.answer
    assert "《临河市" in reply.answer
    assert "所引2份文件的规定不一致，请以适用于您所问地区、学校的文件为准。" in reply.notices
    assert not any("不一致" in notice for notice in answerer.reply(Ask("加强美育工作由谁负责")).notices)
    assert not any("不一致" in notice for notice in answerer.reply(Ask("滨海市强化体育评价由谁负责")).notices)


def test_a_number_that_means_other_tasks_elsewhere_asks_which_document(tmp_path: Path) -> None:
    documents = [_plan("binhai", "滨海市", "市教育局、市体育局"), _plan("linhe", "临河市", "市教育局")]
    reply = _answerer(documents, tmp_path).reply(Ask("第1项由谁负责"))
    assert any("请说明问的是哪份文件" in notice for notice in reply.notices)
