"""What people ask of registers, in both languages: which tasks and units the answer is made of, and what it says.

Expected tasks, units and dates can be checked in the documents; their words are those of the answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from chatbot.answer import Answerer, Ask
from chatbot.conversation import Turn
from chatbot.draft import Method, Outcome
from tests.register_corpora import answerer_over, policies, roles

ANSWERED, CORRECTED = Outcome.ANSWERED, Outcome.CORRECTED
ALL = tuple(range(1, 21))


@dataclass(frozen=True)
class Row:
    """A question, the tasks its answer rests on (numbers or clause ids), what it says or not."""

    question: str
    tasks: tuple[int | str, ...] | None
    says: tuple[str, ...] = ()
    outcome: Outcome = ANSWERED
    never: tuple[str, ...] = ()


JINAN = [
    # Forward, with exceptions and roles.
    Row("除了教育局还有谁负责第15项？", (15,), ("其他责任单位有1家：市体育局",)),
    Row("第12项除了教育局还有谁？", (12,), ("没有其他责任单位",)),
    Row(
        "Besides the Education Bureau, who is responsible for task 8?", (8,), ("2 other responsible units", "市科技局")
    ),
    Row("十五号任务里市体育局和教育局谁牵头", (15,), ("没有注明牵头单位",)),
    Row("任务7和任务8都有哪些相同的单位", (7, 8), ("共同的责任单位有1家：市教育局",)),
    Row("中小学招生秩序谁来规范", (19,), ("由市教育局",)),
    Row("第3项的配合单位是谁", (3,), ("没有注明配合单位", "各区县(功能区)党委和政府")),
    Row("who supports task 3?", (3,), ("No supporting unit", "市教育局")),
    Row("第3到第5项由谁负责", (3, 4, 5)),
    Row("前三项任务由谁负责", (1, 2, 3)),
    Row("最后一项任务由谁负责", (20,), ("市国有资产监督管理委员会",)),
    Row("倒数第二项任务由谁负责", (19,)),
    Row("Who is responsible for the last task?", (20,)),
    Row("Who is responsible for the first two tasks?", (1, 2)),
    Row("Who is responsible for tasks 3 to 5?", (3, 4, 5)),
    # Reverse.
    Row("除第15项外体育局还负责什么", (), ("除第15项外，没有市体育局", "0项")),
    Row("Apart from task 8, what else is the Science and Technology Bureau responsible for?", (18,), ("1 task",)),
    Row("除第8项外，科技局还负责哪些任务", (18,), ("共1项",)),
    Row("体育局有而财政局没有的任务", (15,), ("没有市财政局",)),
    Row("组织部参与而人社局没有参与的任务有哪些", (1, 2, 5, 7, 11), ("共5项",)),
    Row(
        "Which tasks does the Organization Department have but not the Finance Bureau?",
        (1, 2, 5, 7, 11, 20),
        ("6 tasks",),
    ),
    Row("哪些任务没有财政局参与", tuple(n for n in ALL if n != 10), ("共19项",)),
    Row("Which tasks do not involve the Finance Bureau?", tuple(n for n in ALL if n != 10), ("19 tasks",)),
    Row("哪些任务没有教育局参与", (), ("全部20项任务都有",)),
    Row("宣传部和人社局共同参与的任务有哪些", (9,), ("共1项",)),
    Row("Which tasks do the Trade Unions and the Youth League share?", (17,), ("1 task",)),
    Row("第四个行动里教育局负责几项", tuple(range(13, 20)), ("共7项", "四、实施学生评价改革专项行动")),
    Row("第三部分组织部参与哪些任务", (10, 11), ("共2项",)),
    Row("How many tasks does the Publicity Department have in action 2?", (5,), ("1 task",)),
    Row("有几项任务只有一个责任单位", (12, 13, 19), ("共3项",)),
    Row("How many tasks have only one responsible unit?", (12, 13, 19), ("3 tasks",)),
    Row("哪些任务有五个以上责任单位", (1, 4), ("共2项",)),
    Row("Which tasks have more than four responsible units?", (1, 4), ("2 tasks",)),
    Row("有四个责任单位的任务有哪些", (10, 20), ("共2项",)),
    Row("教育局牵头哪些任务", ALL, ("没有区分牵头和配合单位", "共20项")),
    Row("Which tasks does the Sports Bureau lead?", (15,), ("does not say who leads",)),
    Row("哪些任务只是配合", (), ("没有区分牵头和配合单位", "0项")),
    # Units over tasks.
    Row("多少个单位参与", ALL, ("共15家", "市体育局（1项）", "市委组织部（7项）")),
    Row("list all responsible units", ALL, ("15 responsible units", "团市委")),
    Row("How many departments are involved?", ALL, ("15 responsible units",)),
    Row("第二部分涉及哪些单位", (5, 6, 7, 8), ("共6家", "市卫健委（1项）")),
    Row("Which units are involved in part two?", (5, 6, 7, 8), ("6 responsible units",)),
    Row("除了教育局，还有哪些单位参与", ALL, ("共14家",), never=("市教育局(市委教育工委)（20项）",)),
    Row("哪个单位任务最多", ALL, ("15家单位中", "最多的是市教育局", "20项")),
    Row("Which unit has the most tasks?", ALL, ("Education Bureau", "20")),
    Row("哪个单位任务最少", ALL, ("7家，各1项", "市文旅局第16项")),
    Row("第四部分哪个单位任务最多", tuple(range(13, 20)), ("最多的是市教育局", "7项")),
    Row("财政局任务最多，对吗", ALL, ("不是", "市教育局"), CORRECTED),
    Row("哪项任务的责任单位最多", (1, 4), ("每项5个单位",)),
    Row("Which task has the most responsible units?", (1, 4), ("5",)),
    # Differences.
    Row(
        "第3项和第5项的责任单位有什么不同",
        (3, 5),
        ("共同的责任单位有1家：市教育局", "另有1家", "市委组织部、市委宣传部"),
    ),
    Row("How do the responsible units of tasks 9 and 8 differ?", (9, 8), ("2 responsible units in common", "市科技局")),
    Row("第10项和第20项都有哪些单位", (10, 20), ("3家", "市委组织部")),
    Row("体育局和文旅局的任务有什么区别", (15, 16), ("只有市体育局参与的任务1项", "只有市文旅局参与的任务1项")),
    Row(
        "Compare the tasks of the Sports Bureau and the Finance Bureau", (10, 15), ("share 0 tasks", "alone has 1 task")
    ),
    # Topics.
    Row("哪些任务和幼儿园有关", (5, 6, 9, 10), ("提到“幼儿园”", "共4项")),
    Row("Which tasks are about kindergartens?", (5, 6, 9, 10), ("4 tasks",)),
    # Neighbours.
    Row("第15项前后分别是什么", (), ("第14项任务“完善德育评价”", "第16项任务“深化美育评价”")),
    Row("第15项之后的第二项是什么", (), ("第17项",), never=("第16项",)),
    Row("第15项的后两项是什么", (), ("第16项", "第17项")),
    Row("第15项的上一项是什么", (), ("第14项",), never=("第16项",)),
    Row("第20项的下一项是什么", (), ("最后一项", "共20项")),
    Row("What comes before and after task 15?", (), ("task 14", "task 16")),
    Row("What is two tasks after task 15?", (), ("task 17",), never=("task 16",)),
    Row("What are the next two tasks after task 15?", (), ("task 16", "task 17")),
    Row("强化体育评价之后是哪一项", (), ("第16项任务“深化美育评价”",)),
    Row("教师队伍提升工程的下一个工程是什么", (), ("(五)高质量教育教学工程",)),
    # Deadlines where there are none.
    Row("第15项什么时候完成", (15,), ("没有单独注明完成时限",)),
    Row("When is task 15 due?", (15,), ("no deadline",)),
    Row("哪些任务要在2025年底前完成", (), ("0项", "没有为任务注明完成时限")),
    # What does not exist.
    Row("第21项任务由谁负责", (), ("没有第21项", "共20项", "第1项至第20项"), CORRECTED),
    Row("What does task 25 say?", (), ("no task 25", "1 to 20"), CORRECTED),
    Row("第八部分有哪些任务", (), ("没有第8部分", "5个部分"), CORRECTED),
    Row("What tasks are in part eight?", (), ("no part 8", "5 parts"), CORRECTED),
    # False premises.
    Row("济南清单有25项任务吧", (), ("不是25项", "20项任务"), CORRECTED),
    Row("济南清单有20项任务吧", (), ("是的", "20项任务")),
    Row("济南清单的25项任务分别是什么？", (), ("不是25项",), CORRECTED),
    Row("The Jinan list has 25 tasks, right?", (), ("not 25", "20 tasks"), CORRECTED),
    Row("教育局负责25项任务吧", ALL, ("不是25项", "共20项"), CORRECTED),
    Row("组织部负责7项任务，对吗", (1, 2, 5, 7, 10, 11, 20), ("是的", "共7项")),
    Row("第2部分有6项任务吗", (), ("不是6项", "包括4项"), CORRECTED),
    Row("第15项属于第二部分吧", (), ("不是", "四、实施学生评价改革专项行动"), CORRECTED),
    Row("第15项属于第四部分吗", (), ("是的",)),
    Row("Is task 15 in part two?", (), ("No.", "part 四"), CORRECTED),
    Row(
        "为什么由市财政局负责第15项",
        (15,),
        ("不是由市财政局负责，而是由市教育局(市委教育工委)、市体育局分工负责",),
        CORRECTED,
    ),
    Row(
        "Why is the Finance Bureau responsible for task 15?",
        (15,),
        ("is not the responsibility of the Finance Bureau",),
        CORRECTED,
    ),
    Row("第15项不是没有体育局吧", (15,), ("是的",)),
    Row("难道第15项不由体育局负责吗", (15,), ("是的",)),
    Row("第15项不是由财政局负责的吧", (15,), ("是的", "没有市财政局")),
    Row("第15项没有体育局参与吧", (15,), ("不是",), CORRECTED),
    Row("第15项只由市教育局负责吧", (15,), ("不是", "不止"), CORRECTED),
    Row("第12项只由市教育局负责吧", (12,), ("是的",)),
    Row("Is the Education Bureau alone responsible for task 15?", (15,), ("No.",), CORRECTED),
    Row("第15项由教育局牵头吗", (15,), ("不是", "没有区分牵头单位"), CORRECTED),
]

#: Clause ids of the documents with several.
POLICIES = [
    Row("济南和湖北各有多少项任务", (), ("共有20项任务", "共有18项任务")),
    Row("青岛市的清单有20项任务吧", (), ("不是20项", "共有14项任务"), CORRECTED),
    Row("湖北第30项由谁负责", (), ("没有第30项", "共18项", "第4项至第21项"), CORRECTED),
    Row(
        "青岛和南平都有哪些任务涉及财政局",
        (
            "qingdao-arts-2016/2/8",
            "qingdao-arts-2016/2/9",
            "qingdao-arts-2016/3/1",
            "qingdao-arts-2016/3/2",
            "nanping-arts-2017/3/4/13",
            "nanping-arts-2017/3/4/15",
            "nanping-arts-2017/4/2",
        ),
        ("共4项", "共3项"),
    ),
    Row(
        "青岛和湖北的团市委负责哪些任务",
        (
            "qingdao-arts-2016/2/6",
            "qingdao-arts-2016/2/9",
            "qingdao-arts-2016/2/10",
        ),
        ("共3项", "《湖北省", "0项"),
    ),
    Row(
        "南平第三部分有几项任务",
        tuple(
            f"nanping-arts-2017/3/{part}/{n}"
            for part, ns in ((1, (1, 2, 3)), (2, (4, 5, 6, 7)), (3, (8, 9, 10, 11, 12)), (4, (13, 14, 15)))
            for n in ns
        ),
        ("共15项",),
    ),
    Row("南平哪些任务没有教育局参与", ("nanping-arts-2017/4/1",), ("共1项",)),
    Row("湖北第十三项由教育厅牵头吗", ("hubei-arts-2016/4/13",), ("不是", "没有区分牵头单位"), CORRECTED),
    Row("青岛哪个单位任务最少", None, ("青岛国信发展集团有限责任公司",)),
    Row("哪份文件任务最多", (), ("4份有任务的文件中", "《济南市")),
    Row("Which document has the most tasks?", (), ("Of 4 documents with tasks", "20")),
    Row("哪份文件提到校车", (), ("12份文件中有1份", "《校车安全管理条例》")),
    Row("哪些文件涉及财政局", (), ("12份文件中有3份", "市财政局有4项任务")),
    Row("哪份文件是征求意见稿", (), ("12份文件中有1份", "《济南市")),
    Row("哪份文件最早发布", (), ("《学校体育工作条例》", "1990-03-12")),
    Row("Which document is the latest?", (), ("2024-05-16",)),
    Row("《校车安全管理条例》共有几章、多少条？", (), ("8章", "62条")),
    Row("How many chapters are in Xiangshan District's measures?", (), ("6 chapters",)),
    Row("济南和青岛的文件分别是什么时候发布的", (), ("2024年5月16日", "2016年11月21日")),
    Row("济南和湖北的文件的发文字号分别是什么", (), ("鄂政办发〔2016〕32号", "没有注明发文字号")),
    Row("湖北哪些任务只有教育厅一家负责", (), ("0项",)),
]

ROLES = [
    Row("教育局牵头哪些任务", (1, 4), ("市教育局牵头的任务共2项",)),
    Row("教育局配合哪些任务", (2,), ("市教育局配合的任务共1项",)),
    Row("Which tasks does the Education Bureau lead?", (1, 4), ("2 tasks led by the Education Bureau",)),
    Row("Which tasks does the Education Bureau support?", (2,), ("1 task supported by the Education Bureau",)),
    Row("教育局牵头、财政局配合的任务有哪些", (1,), ("市教育局牵头、市财政局配合的任务共1项",)),
    Row("第1项的配合单位是谁", (1,), ("配合单位有2家：市财政局、市体育局",), never=("市教育局",)),
    Row("第1项由谁牵头", (1,), ("牵头单位有1家：市教育局",), never=("市体育局",)),
    Row("Who leads task 2?", (2,), ("1 lead unit", "市文旅局"), never=("市教育局",)),
    Row("第2项由教育局牵头吗", (2,), ("不是", "市教育局不是牵头单位，而是配合单位"), CORRECTED),
    Row("第1项由教育局牵头、财政局配合，对吗", (1,), ("是的",)),
    Row("Does the Education Bureau lead task 2?", (2,), ("No.", "not a lead unit but a supporting one"), CORRECTED),
    Row("哪个单位牵头最多", None, ("最多的是市教育局，2项",)),
    Row("有哪些牵头单位", None, ("牵头单位共3家",)),
    Row("哪些任务要在2025年底前完成", (1, 5), ("2025年12月31日前完成的任务共2项",)),
    Row("哪些任务要在2026年底前完成", (1, 2, 5), ("共3项",)),
    Row("Which tasks are due by the end of 2026?", (1, 2, 5), ("3 tasks due by 2026-12-31",)),
    Row("哪些任务没有完成时限", (4, 5, 6), ("共3项",)),
    Row("第1项什么时候完成", (1,), ("2025年12月底前",)),
    Row("第4项什么时候完成", (4,), ("没有单独注明完成时限", "发布之日起1个月内")),
    Row("教育局的任务什么时候完成", (1, 2, 4, 5), ("共4项，注明完成时限的2项", "2025年12月底前", "2026年6月底前")),
    Row("第1项和第2项有什么不同", None, ("共同的责任单位有1家：市教育局", "第1项的完成时限是2025年12月底前")),
]  # fmt: skip


@pytest.fixture(scope="module")
def answerers(answerer: Answerer, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Answerer]:
    cache = tmp_path_factory.mktemp("jieba")
    return {
        "jinan": answerer,
        "policies": answerer_over(policies(), cache),
        "roles": answerer_over([roles()], cache),
    }


@pytest.mark.parametrize(
    ("corpus", "row"),
    [(corpus, row) for corpus, rows in (("jinan", JINAN), ("policies", POLICIES), ("roles", ROLES)) for row in rows],
    ids=lambda value: value.question if isinstance(value, Row) else value,
)
def test_the_register_answers(corpus: str, row: Row, answerers: Mapping[str, Answerer]) -> None:
    reply = answerers[corpus].reply(Ask(row.question))
    assert reply.method is Method.REGISTER
    assert reply.outcome is row.outcome, reply.answer
    if row.tasks is not None:
        by_id = any(isinstance(task, str) for task in row.tasks)
        assert [task.clause_id if by_id else task.ordinal for task in reply.facts] == list(row.tasks), reply.answer
    assert [part for part in row.says if part not in reply.answer] == [], reply.answer
    assert [part for part in row.never if part in reply.answer] == [], reply.answer


@pytest.mark.parametrize(
    ("before", "question", "tasks"),
    [
        ("文旅局牵头哪些任务", "那教育局呢？", [1, 4]),
        ("教育局配合哪些任务", "财政局呢？", [1]),
        ("Which tasks does the Finance Bureau support?", "What about the Education Bureau?", [2]),
    ],
)
def test_a_role_is_asked_on(before: str, question: str, tasks: list[int], answerers: Mapping[str, Answerer]) -> None:
    reply = answerers["roles"].reply(Ask(question, (Turn(before),)))
    assert [task.ordinal for task in reply.facts] == tasks
