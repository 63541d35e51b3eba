"""What is highlighted of a quoted answer: the thing asked for, whole, in the quote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.answer import Answerer, Ask
from chatbot.draft import Method
from chatbot.expressions import DATES, NUMBERS, PERIODS, SUMS

NUMERALS = st.one_of(
    st.integers(1, 10**7).map(str),
    st.integers(1, 10**7).map(lambda n: f"{n:,}"),
    st.tuples(st.integers(0, 999), st.integers(1, 99)).map(lambda p: f"{p[0]}.{p[1]}"),
    st.text("一二三四五六七八九十百千万", min_size=1, max_size=6),
)
COUNTED = {NUMBERS: ["所", "名", "个", "%", "个学分"], PERIODS: ["年", "个月", "天"], SUMS: ["元", "万元", "倍"]}


@pytest.mark.parametrize("pattern", COUNTED, ids=["numbers", "periods", "sums"])
@given(numeral=NUMERALS, data=st.data())
def test_a_number_is_found_whole_or_not_at_all(pattern: object, numeral: str, data: st.DataObject) -> None:
    found = next(p for p in COUNTED if p is pattern)
    unit = data.draw(st.sampled_from(COUNTED[found]))
    sentence = f"到时达到{numeral}{unit}的目标"
    matched = [match[0] for match in found.finditer(sentence)]
    assert matched
    assert all(f"{numeral}{unit}" in text for text in matched)


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("到2025年底,建成四所。", "2025年底"),
        ("每年5月的第二周为活动周。", "5月的第二周"),
        ("6月2日10：00—6月5日15:00，申请人登录系统。", "6月2日10：00—6月5日15:00"),
        ("一九九六年七月十七日", "一九九六年七月十七日"),
    ],
)
def test_a_date_is_found_to_its_end(sentence: str, date: str) -> None:
    assert date in [match[0] for match in DATES.finditer(sentence)]


@pytest.mark.parametrize(
    ("question", "highlighted"),
    [
        ("到2025年要新建和改扩建多少所幼儿园和中小学？", ["400所"]),
        ("到2025年打算新建和改扩建多少所学校，能多出多少学位？", ["400所", "30万个"]),
        ("How many new school places will be added by 2025?", ["30万个"]),
        ("全市有多少个名校集团？", ["136个"]),
        ("每年评多少个学生最喜欢的思政老师", ["20名"]),
        ("书记市长每年至少要去联系的学校调研几次？", ["1次"]),
        ("幼儿园多久评一次？", ["每五年一轮"]),
        ("责任单位什么时候之前要把实施方案拿出来？", ["自本工作清单发布之日起1个月内"]),
        ("By what year should the number of high-quality kindergartens in xx city have doubled?", ["2025年"]),
        ("给家长提供线上学习交流的栏目叫什么？", ["“熊猫智慧家长栏目"]),
        ("德育评价重点看学生哪些方面？", ["重点评价学生家国情怀、理想信念、责任担当、心理品质及行为习惯等情况"]),
        ("济南的省级三类幼儿园以后还会有吗？", ["逐步消除省级三类幼儿园"]),
        ("国企招人还能卡毕业院校吗？", ["不得将毕业院校、国(境)外学习经历、学习方式作为限制性条件"]),
    ],
)
def test_what_answers_is_highlighted(question: str, highlighted: list[str], answerer: Answerer) -> None:
    reply = answerer.reply(Ask(question))
    assert reply.method is Method.EXTRACTIVE
    assert [span.of(reply.answer) for span in reply.highlights] == highlighted


ASKED = [
    "每位党政领导要联系几所学校？", "县城学校布局的服务半径是多少公里？", "七朵云是哪七朵？",
    "学校怎么了解学生的艺术素养？",    "How often are kindergartens in Jinan evaluated for quality?",
    "落实不力、推诿的，会怎么处理？由谁来管？",
    "Which basic subjects does the top-talent task focus on?", "干部推诿扯皮不落实会怎么样，谁来追责？",
]  # fmt: skip


@pytest.mark.parametrize("question", ASKED)
def test_highlights_are_in_order_apart_and_in_a_quotation(question: str, answerer: Answerer) -> None:
    reply = answerer.reply(Ask(question))
    assert reply.highlights
    assert all(a.end <= b.start for a, b in zip(reply.highlights, reply.highlights[1:], strict=False))
    sentences = [
        sentence
        for document in answerer.index.documents
        for passage in document.passages
        for sentence in passage.sentences
        if any(citation.span.covers(sentence.span) for citation in reply.citations)
    ]
    for span in reply.highlights:
        assert any(span.of(reply.answer) in sentence.text for sentence in sentences)
