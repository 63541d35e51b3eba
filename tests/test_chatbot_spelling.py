"""Spelling: what is typed badly is read as it was meant, and nothing else is touched."""

import re
import unicodedata
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatbot.answer import Answerer, Ask
from chatbot.conversation import Turn
from chatbot.draft import Outcome
from chatbot.question import Language
from chatbot.spelling import Change
from index.tokens import simplified
from ingest.numerals import HAN

_NUMBERS = re.compile(rf"\d+|{HAN}|[第半几]")
_SLOW_FIXTURE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
#: Pieces that questions are typed from, well and badly.
_PIECES = st.sampled_from(
    [
        *"的是和由在有市县区校圆园员但单位为未清情轻务物舞师是事式谁共工功与育玉鱼教叫交",
        *("幼儿园", "责任单位", "哪些", "评价", "体育", "市教育局", "济南", "上海市", "职业学校", "什么", "时侯"),
        *(
            "第15项",
            "二十",
            "3",
            "２０２５",
            "一",
            "百分之",
            "youeryuan",
            "zhiye",
            "yi",
            "shi",
            "you",
            "jinan",
            " ",
            "，",
        ),
        *("kindergarden", "responsable", "tasks", "evalution", "Which", "of", "Bureua", "K12", "AI"),
    ]
)


@pytest.fixture(scope="module")
def words(answerer: Answerer) -> Sequence[str]:
    """The words of the documents."""
    return sorted({word for passage in answerer.index.passages for word in answerer.index.tokens.cut(passage.text)})


def _plain(text: str) -> str:
    return simplified(unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("第15项的责任但位有哪些", "第15项的责任单位有哪些"),
        ("济南的幼儿圆多久评一次", "济南的幼儿园多久评一次"),
        ("市教玉局负责哪些任务", "市教育局负责哪些任务"),
        ("全面发展什么时侯完成", "全面发展什么时候完成"),
        ("直业院校评价归谁管", "职业院校评价归谁管"),
    ],
)
def test_a_homophone_is_read_as_the_word_it_stands_for(typed: str, meant: str, answerer: Answerer) -> None:
    assert answerer.spelling.read(typed).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zhiye院校评价归谁管", "职业院校评价归谁管"),
        ("济南的you儿园多久评一次", "济南的幼儿园多久评一次"),
        ("数zi化改革", "数字化改革"),
        ("zhiye jiaoyu 归谁", "职业教育 归谁"),
        ("you er yuan de pingjia", "幼儿园的评价"),
        ("qingdao的清单", "青岛的清单"),
    ],
)
def test_pinyin_is_read_inside_characters_and_instead_of_them(typed: str, meant: str, answerer: Answerer) -> None:
    assert answerer.spelling.read(typed).text == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("How often is every kindergarden evaluated?", "How often is every kindergarten evaluated?"),
        ("Which departmants lead task 3?", "Which departments lead task 3?"),
        ("What does the Finanse Bureau do?", "What does the Finance Bureau do?"),
        ("Which units areresponsible for task 15?", "Which units are responsible for task 15?"),
        ("the commitee", "the committee"),
    ],
)
def test_english_is_read_past_one_slip(typed: str, meant: str, answerer: Answerer) -> None:
    assert answerer.spelling.read(typed).text == meant


@pytest.mark.parametrize(
    "typed",
    [
        "上海市教育局负责哪些任务",  # a place no document has
        "licheng区的幼儿园",  # the same in pinyin: 历程 is a word
        "市建局负责哪些任务",  # 市监局 sounds alike
        "济宁的清单",  # not 济南
        "学生平价食堂",  # 平价 is a word, whatever 评价 is to the documents
        "普惠幼儿园的公示",
        "第六项和第十一项",
        "How is STEM teaching in Licheng schools assessed?",
        "Was the merger discussed in the newest edict?",
        "women",  # English, and 我们 in pinyin
        "Who is spoting talent?",  # spotting or sporting
        "",
        "？？",
    ],
)
def test_what_may_be_meant_as_it_is_typed_stays(typed: str, answerer: Answerer) -> None:
    reading = answerer.spelling.read(typed)
    assert (reading.text, reading.changes) == (typed, ())


def test_no_sentence_of_the_documents_is_changed(answerer: Answerer) -> None:
    sentences = [sentence.text for passage in answerer.index.passages for sentence in passage.sentences]
    assert len(sentences) > 100
    assert [text for text in sentences if answerer.spelling.read(text).changes] == []


@given(pieces=st.lists(_PIECES, min_size=1, max_size=12))
@_SLOW_FIXTURE
def test_numbers_are_never_changed(pieces: Sequence[str], answerer: Answerer) -> None:
    text = "".join(pieces)
    assert _NUMBERS.findall(answerer.spelling.read(text).text) == _NUMBERS.findall(_plain(text))


@given(pieces=st.lists(_PIECES, min_size=1, max_size=12))
@_SLOW_FIXTURE
def test_a_reading_read_again_is_the_same(pieces: Sequence[str], answerer: Answerer) -> None:
    once = answerer.spelling.read("".join(pieces))
    again = answerer.spelling.read(once.text)
    assert (again.text, again.changes) == (once.text, ())


@given(choice=st.randoms(use_true_random=False), length=st.integers(1, 6))
@_SLOW_FIXTURE
def test_words_of_the_documents_between_commas_stay(
    choice: Random, length: int, words: Sequence[str], answerer: Answerer
) -> None:
    text = "，".join(choice.choice(words) for _ in range(length))
    assert answerer.spelling.read(text).changes == ()


def test_full_width_english_is_english(answerer: Answerer) -> None:
    reply = answerer.reply(Ask("Ｗｈｉｃｈ　ｕｎｉｔｓ　ａｒｅ　ｒｅｓｐｏｎｓｉｂｌｅ　ｆｏｒ　ｔａｓｋ　１５？"))
    assert (reply.language, reply.outcome) == (Language.EN, Outcome.ANSWERED)


def test_the_reader_is_told_what_was_read_differently(answerer: Answerer) -> None:
    reply = answerer.reply(Ask("第15项任务的责任但位有哪些？"))
    assert reply.question == "第15项任务的责任但位有哪些？"
    assert reply.outcome is Outcome.ANSWERED
    assert reply.notices[0] == "问题中的“但位”按“单位”理解。"
    english = answerer.reply(Ask("How often is every kindergarden evaluated?"))
    assert english.notices[0] == "Your question was read with “kindergarden” as “kindergarten”."


def test_a_changed_question_word_is_not_worth_telling(answerer: Answerer) -> None:
    reading = answerer.spelling.read("幼儿园什么时侯评")
    assert reading.changes == (Change("时侯", "时候"),)
    assert reading.telling == ()
    assert not any("时侯" in notice for notice in answerer.reply(Ask("幼儿园什么时侯评")).notices)


def test_earlier_turns_are_read_as_they_were_meant(answerer: Answerer) -> None:
    well = answerer.reply(Ask("它多久评一次？", [Turn("济南幼儿园评价归谁管？")]))
    badly = answerer.reply(Ask("它多久评一次？", [Turn("济南幼儿圆评价归谁管？")]))
    assert (badly.answer, badly.citations) == (well.answer, well.citations)


def test_a_typing_error_never_answers_for_another_place(answerer: Answerer) -> None:
    reply = answerer.reply(Ask("泰安市的幼儿圆多少年评一轮？"))
    assert reply.outcome is not Outcome.ANSWERED
