"""Understanding: what a question wants and what it names, in the many ways people put it."""

import pytest

from chatbot.answer import Answerer
from chatbot.question import About, Intent, Language, Wanted, detect_language, understand


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("第15项任务", (15,)),
        ("第十五项", (15,)),
        ("第 １５ 条", (15,)),
        ("15号任务", (15,)),
        ("任务十五", (15,)),
        ("第15由谁负责", (15,)),
        ("task 15", (15,)),
        ("Task fifteen", (15,)),
        ("the fifteenth task", (15,)),
        ("item no. 15", (15,)),
        ("tasks 15 and 16", (15, 16)),
        ("第3项和第5项", (3, 5)),
        ("第四部分", ()),
        ("到2025年", ()),
        ("20名教师", ()),
    ],
)
def test_task_numbers_are_read_however_they_are_written(
    text: str, numbers: tuple[int, ...], answerer: Answerer
) -> None:
    assert understand(text, answerer.catalog).numbers == numbers


@pytest.mark.parametrize(
    ("text", "sections"),
    [("第四部分", (4,)), ("第三大任务", (3,)), ("第二个行动", (2,)), ("action 4", (4,)), ("the fourth action", (4,))],
)
def test_sections_are_not_mistaken_for_tasks(text: str, sections: tuple[int, ...], answerer: Answerer) -> None:
    question = understand(text, answerer.catalog)
    assert (question.sections, question.numbers) == (sections, ())


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("市体育局", "市体育局"),
        ("体育局", "市体育局"),
        ("Sports Bureau", "市体育局"),
        ("人社局", "市人力资源社会保障局"),
        ("市国资委", "市国有资产监督管理委员会"),
        ("SASAC", "市国有资产监督管理委员会"),
        ("教育工委", "市教育局(市委教育工委)"),
        ("共青团", "团市委"),
        ("culture & tourism bureau", "市文旅局"),
        ("體育局", "市体育局"),
    ],
)
def test_a_unit_is_known_by_any_of_its_names(text: str, unit: str, answerer: Answerer) -> None:
    (key,) = understand(f"{text}?", answerer.catalog).units
    assert answerer.catalog.units.printed(key) == unit


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("第15项任务由哪些单位负责？", Intent.UNITS_OF_TASK),
        ("体育评价归哪个部门管", Intent.UNITS_OF_TASK),
        ("强化体育评价 单位", Intent.UNITS_OF_TASK),
        ("Who is responsible for task 3?", Intent.UNITS_OF_TASK),
        ("市体育局负责哪些任务？", Intent.TASKS_OF_UNIT),
        ("Which tasks does the Finance Bureau handle?", Intent.TASKS_OF_UNIT),
        ("第15项是财政局负责的吗？", Intent.CHECK_UNIT),
        ("一共有多少项任务？", Intent.COUNT_TASKS),
        ("第四部分有哪些任务？", Intent.LIST_CLAUSES),
        ("第15项任务的主要内容是什么？", Intent.CLAUSE_CONTENT),
        ("第15项任务叫什么？", Intent.CLAUSE_TITLE),
        ("强化体育评价是第几项？", Intent.CLAUSE_NUMBER),
        ("第15项任务属于哪个部分？", Intent.SECTION_OF),
        ("第15项的下一项是什么？", Intent.NEIGHBOUR),
        ("这份清单是哪个单位发布的？", Intent.METADATA),
        ("今天天气怎么样", Intent.OUT_OF_SCOPE),
        ("幼儿园多久评估一次？", Intent.EXTRACT),
    ],
)
def test_intents(text: str, intent: Intent, answerer: Answerer) -> None:
    assert understand(text, answerer.catalog).intent is intent


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("新增多少学位", Wanted.NUMBER),
        ("幼儿园多久评估一次", Wanted.FREQUENCY),
        ("什么时候完成", Wanted.PERIOD),
        ("学费多少钱", Wanted.MONEY),
        ("教育局电话", Wanted.CONTACT),
        ("谁来监督", Wanted.WHO),
        ("评价哪几个方面", Wanted.ANY),
        ("怎么改革", Wanted.ANY),
    ],
)
def test_the_kind_of_thing_wanted(text: str, wanted: Wanted, answerer: Answerer) -> None:
    assert understand(text, answerer.catalog).wanted is wanted


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("清单的索引号是多少", About.INDEX_NUMBER),
        ("发文字号是什么", About.DOCUMENT_NUMBER),
        ("什么时候发布的", About.DATE),
        ("Jinan list date", About.DATE),
        ("哪个单位发布的", About.ISSUER),
        ("这份文件的标题是什么", About.TITLE),
        ("是不是征求意见稿", About.STATUS),
    ],
)
def test_metadata_asked_for(text: str, about: About, answerer: Answerer) -> None:
    assert about in understand(text, answerer.catalog).about


def test_a_place_no_document_covers_is_noticed(answerer: Answerer) -> None:
    assert understand("青岛市第15项任务由谁负责", answerer.catalog).foreign_places == ("青岛",)
    assert understand("What about Qingdao?", answerer.catalog).foreign_places == ("青岛",)
    assert understand("济南市第15项任务由谁负责", answerer.catalog).foreign_places == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("第15项任务", Language.ZH),
        ("Who is responsible for 强化体育评价?", Language.EN),
        ("AI课程有哪些", Language.ZH),
        ("15", Language.ZH),
    ],
)
def test_language(text: str, language: Language) -> None:
    assert detect_language(text) is language
