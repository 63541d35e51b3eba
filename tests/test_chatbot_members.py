"""Members of a section by their place, by those beside them, and by what they are about."""

import pytest

from chatbot.answer import Answerer, Ask
from chatbot.conversation import Turn
from chatbot.draft import Outcome
from index.hybrid import HybridIndex
from ingest.model import Format, Source
from ingest.pipeline import Given, ingest
from tests.fakes import FakeEncoder

_PLAN = """临江市学校建设方案
一、总体要求
（一）指导思想
坚持育人为本。
（二）基本原则
坚持公平。
（三）主要目标
到2027年建成优质学校。
二、重点工程
实施五大工程。
（一）校舍改造工程
改造旧校舍。
（二）师资培养工程
培养年轻教师。
（三）数字校园工程
建设数字校园。
三、保障措施
（一）加强领导
成立领导小组。
（二）经费保障
增加投入。
"""


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    document = ingest(Source("linjiang.txt", Format.TXT, _PLAN, ""), Given(id="linjiang", place="临江市"))
    return Answerer(HybridIndex.build([document], FakeEncoder(), tmp_path_factory.mktemp("cache")), FakeEncoder())


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("第二个重点工程叫什么", "师资培养工程"),
        ("第三大工程是什么", "数字校园工程"),
        ("方案里实际列了哪几个工程", "包括3项"),
        ("总体要求里除了指导思想和基本原则，还有哪一节", "主要目标"),
        ("临江市的方案哪一部分讲经费保障和领导", "保障措施"),
    ],
)
def test_members_are_found_by_place_and_by_those_beside_them(question: str, says: str, answerer: Answerer) -> None:
    reply = answerer.reply(Ask(question))
    assert reply.outcome is Outcome.ANSWERED
    assert says in reply.answer
    assert all(citation.quote for citation in reply.citations)


def test_a_place_past_the_end_is_refused_with_the_places_there_are(answerer: Answerer) -> None:
    reply = answerer.reply(Ask("第五大工程叫什么名字"))
    assert reply.outcome is Outcome.NOT_FOUND
    assert "只列出3项，没有第5项" in reply.answer
    assert "数字校园工程" in reply.answer


def test_a_copy_with_fewer_members_than_it_says_tells_both_numbers(answerer: Answerer) -> None:
    said = answerer.reply(Ask("总共要搞几个工程？"))
    assert said.answer.startswith("文中说是“五大工程”，收录的文本里有3项。[1]")
    assert said.citations[0].quote == "实施五大工程。"


def test_places_named_one_after_another_count_in_the_same_section(answerer: Answerer) -> None:
    asked = ["重点工程里第一个是什么？", "第二个呢", "第三个是什么", "第四个呢"]
    replies = [answerer.reply(Ask(text, [Turn(before) for before in asked[:n]])) for n, text in enumerate(asked)]
    for reply, title in zip(replies, ("校舍改造工程", "师资培养工程", "数字校园工程"), strict=False):
        assert title in reply.answer
    assert replies[-1].outcome is Outcome.NOT_FOUND
    assert "只列出3项" in replies[-1].answer
