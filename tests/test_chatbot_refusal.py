"""A refusal says what is missing: the thing, the place, the law, the kind of answer; never a word that only asks."""

from pathlib import Path

import pytest

from chatbot.amounts import contradicted
from chatbot.answer import Answerer, Ask, Turn
from chatbot.catalog import Catalog
from chatbot.draft import Outcome
from chatbot.laws import absent_laws
from chatbot.nouns import is_noun
from eval_sets.corpora import named
from index.hybrid import HybridIndex
from ingest.pipeline import ingest
from tests.fakes import FakeEncoder


@pytest.mark.parametrize(
    ("question", "said", "unsaid"),
    [
        ("上海的幼儿园多久评一次？", ["没有上海的", "济南市"], []),
        ("How are kindergartens evaluated in Shanghai?", ["Shanghai"], ["上海"]),
        ("未成年人保护法规定了什么", ["《未成年人保护法》"], []),
        ("请问未成年人保护法规定了什么", ["《未成年人保护法》"], ["请问"]),
        ("济南清单里，中考体育总分定成多少分？", ["“总分”"], ["多少", "定成"]),
        ("济南这份征求意见稿的意见什么时候截止，发到哪个邮箱？", ["“邮箱”"], ["什么时候", "哪个"]),
        ("济南市为教育评价改革一共安排了多少经费？", ["没有给出金额"], ["一共"]),
        ("校长的手机号是多少", ["“手机号”"], ["校长", "多少"]),
        ("What is the total budget for the nine projects?", ["amount of money"], ["nine"]),
        ("What is the phone number of the Jinan Education Bureau for comments on the draft?", ["contact details"], []),
    ],
)
def test_a_refusal_names_what_is_missing(question: str, said: list[str], unsaid: list[str], answerer: Answerer) -> None:
    reply = answerer.reply(Ask(question))
    assert reply.outcome is Outcome.NOT_FOUND
    assert all(words in reply.answer for words in said)
    assert not any(words in reply.answer for words in unsaid)


@pytest.mark.parametrize(
    "question",
    [
        "谁负责？",
        "问过的问题谁负责？",
        "什么时候完成？",
        "责任单位",
        "Who is responsible?",
        "为什么？",
        "还有吗？",
        "=1+1",
    ],
)
def test_what_names_nothing_is_asked_back_about(question: str, answerer: Answerer) -> None:
    reply = answerer.reply(Ask(question))
    assert (reply.outcome, reply.citations) == (Outcome.CLARIFY, ())
    assert reply.suggestions


def test_what_names_nothing_is_asked_of_what_was_asked_before(answerer: Answerer) -> None:
    reply = answerer.reply(Ask("谁负责？", [Turn("第15项讲什么？")]))
    assert "市体育局" in reply.answer


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The School Bus Regulations and the School Sports Regulations."""
    documents = [ingest(d.source) for d in named("policies").documents if d.id.startswith("school-")]
    return Catalog(HybridIndex.build(documents, FakeEncoder(), Path(tmp_path_factory.mktemp("cache"))))


@pytest.mark.parametrize(
    ("question", "absent", "present"),
    [
        ("校车条例规定5座以上的载客汽车就算校车，对吧？", [], ["校车安全管理条例"]),
        ("体育条例第几条讲器材", [], ["学校体育工作条例"]),
        ("《未成年人保护法》第三条", ["未成年人保护法"], []),
        ("中考体育怎么考法", [], []),
        ("有什么办法", [], []),
    ],
)
def test_a_law_is_known_by_its_short_name(question: str, absent: list[str], present: list[str], laws: Catalog) -> None:
    assert absent_laws(question, laws) == absent
    titles = {document.id: document.metadata.title.value for document in laws.documents}
    assert [titles[document_id] for document_id in laws.documents_in(question)] == present


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("每三年评一次吧", "每五年一轮", True),
        ("分几年落实，头一年是哪年", "分3年落实", False),
        ("三年级学生测几次", "每两年测一次", False),
    ],
)
def test_only_an_amount_can_be_contradicted(question: str, sentence: str, expected: bool) -> None:
    assert contradicted(question, sentence) is expected


def test_nouns_are_those_of_the_dictionary() -> None:
    assert [word for word in ("花生", "邮箱", "总分", "打听", "几月份", "由谁来", "加多少", "") if is_noun(word)] == [
        "花生",
        "邮箱",
        "总分",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "体育局局长是谁？",
        "济南市教育局的局长叫什么？",
        "Who is the director of the Jinan Education Bureau?",
        "心理健康谁负责？",
    ],
)
def test_who_is_asked_for_is_not_answered_by_what_names_nobody(question: str, answerer: Answerer) -> None:
    assert answerer.reply(Ask(question)).outcome is Outcome.NOT_FOUND
