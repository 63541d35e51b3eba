"""The register over documents of several cities: whose bureau is meant, and each document answered on its own."""

import pytest

from chatbot.answer import Answerer, Ask, Reply
from chatbot.draft import Outcome
from index.hybrid import HybridIndex
from ingest.model import Document, Format, Source
from ingest.pipeline import Given, ingest
from tests.fakes import FakeEncoder

_PLAN = """{place}教育改革重点任务清单
一、工作任务
1.强化体育评价。建立制度。（责任单位：市教育局、体育局）
2.加强美育工作。配齐教师。（责任单位：{second}）
"""


def plan(document_id: str, place: str, second: str) -> Document:
    text = _PLAN.format(place=place, second=second)
    return ingest(Source(f"{document_id}.txt", Format.TXT, text, ""), Given(id=document_id, place=place))


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    documents = [plan("jinan", "济南市", "市教育局"), plan("nanping", "南平市", "市人社局")]
    return Answerer(HybridIndex.build(documents, FakeEncoder(), tmp_path_factory.mktemp("jieba")), FakeEncoder())


def tasks(reply: Reply) -> list[str]:
    return [task.clause_id for task in reply.facts]


def test_a_bureau_of_two_cities_is_answered_document_by_document(cities: Answerer) -> None:
    reply = cities.reply(Ask("市教育局负责哪些任务？"))
    assert tasks(reply) == ["jinan/1/1", "jinan/1/2", "nanping/1/1"]
    assert "《济南市教育改革重点任务清单》中，市教育局负责或参与负责的任务共2项" in reply.answer
    assert "《南平市教育改革重点任务清单》中，市教育局负责或参与负责的任务共1项" in reply.answer


@pytest.mark.parametrize(
    "question",
    [
        "南平市教育局负责哪些任务？",
        "南平的教育局负责什么任务？",
        "Which tasks is the Education Bureau of Nanping responsible for?",
    ],
)
def test_a_bureau_of_a_named_city_is_that_city_s(question: str, cities: Answerer) -> None:
    assert tasks(cities.reply(Ask(question))) == ["nanping/1/1"]


@pytest.mark.parametrize("name", ["体育局", "市体育局", "Sports Bureau"])
def test_an_inherited_prefix_is_understood(name: str, cities: Answerer) -> None:
    question = f"{name}负责哪些任务？" if not name.isascii() else f"Which tasks is the {name} responsible for?"
    assert tasks(cities.reply(Ask(question))) == ["jinan/1/1", "nanping/1/1"]


def test_any_name_of_a_unit_means_it(cities: Answerer) -> None:
    assert tasks(cities.reply(Ask("人力资源和社会保障局负责哪些任务？"))) == ["nanping/1/2"]


@pytest.mark.parametrize("unit", ["区教育局", "省教育厅"])
def test_a_unit_of_another_level_is_not_the_city_s(unit: str, cities: Answerer) -> None:
    reply = cities.reply(Ask(f"{unit}负责哪些任务？"))
    assert (reply.outcome, reply.facts) == (Outcome.NOT_FOUND, ())
    assert unit in reply.answer


def test_a_unit_that_is_not_responsible_is_denied_by_its_name(cities: Answerer) -> None:
    reply = cities.reply(Ask("济南市第1项任务由市财政局负责吗？"))
    assert reply.outcome is Outcome.CORRECTED
    assert "其中没有市财政局" in reply.answer or "没有财政局" in reply.answer


def test_a_claim_is_judged_document_by_document(cities: Answerer) -> None:
    reply = cities.reply(Ask("第2项任务由市人社局负责吗？"))
    assert reply.outcome is Outcome.CORRECTED
    jinan, nanping = reply.answer.index("《济南市"), reply.answer.index("《南平市")
    assert reply.answer[:jinan] == "不是。"
    assert reply.answer[nanping - 3 : nanping] == "是的。"


def test_a_number_that_no_document_has_is_denied_for_each(cities: Answerer) -> None:
    reply = cities.reply(Ask("第9项任务由谁负责？"))
    assert reply.outcome is Outcome.CORRECTED
    assert reply.answer.count("没有第9项任务：共2项，编号为第1项至第2项。") == 2


def test_a_city_where_the_unit_has_no_task_is_told_so(cities: Answerer) -> None:
    reply = cities.reply(Ask("济南市人社局负责哪些任务？"))
    assert reply.facts == ()
    assert "《济南市教育改革重点任务清单》没有市人力资源社会保障局负责或参与负责的任务（0项）" in reply.answer


def test_without_a_unit_only_documents_that_know_it_are_counted(cities: Answerer) -> None:
    assert tasks(cities.reply(Ask("哪些任务没有市人社局？"))) == ["nanping/1/1"]
