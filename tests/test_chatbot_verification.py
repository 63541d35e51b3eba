"""The verifier: what it stops and why, what it lets through."""

import pytest

from chatbot.answer import Answerer
from chatbot.assertions import Placed, changed_duty, changed_negation, changed_role
from chatbot.question import Language, detect_language
from chatbot.verification import Evidence, Reason, Verifier
from ingest.registry import UnitKey

FRAME = "济南市进一步深化新时代教育评价改革工作任务清单\n济南市"
BUS = "校车在同方向只有一条机动车道的道路上停靠时，后方车辆应当停车等待，不得超越。"
SEAT = "校车的副驾驶座位不得安排学生乘坐。"
AGE = "鼓励学校聘请兼职教师，兼职教师可以由退休教师担任，原则上不超过65岁。"
ROUND = "幼儿园办园质量评价每五年一轮，全覆盖开展。"
LEAD = "改进体育评价由市教育局牵头，市体育局配合。"
PLACES = "2026年，我区港澳居民随迁子女积分入学招生计划总数为135个。"
PILOT = "在全市范围内遴选100所现代课堂教学试点示范校。"
QUOTED = "完善教育评价提醒机制，以“十不得、一严禁”负面清单为底线，落实《教育法》。"


@pytest.fixture(scope="session")
def verifier(answerer: Answerer) -> Verifier:
    return Verifier(answerer.catalog, answerer.encoder)


@pytest.mark.parametrize(
    ("evidence", "sentence", "reason"),
    [
        (ROUND, "幼儿园办园质量评价每三年一轮。", Reason.NUMBER),
        (ROUND, "幼儿园办园质量评价每五月一轮。", Reason.NUMBER),
        (ROUND, "青岛市幼儿园办园质量评价每五年一轮。", Reason.PLACE),
        (ROUND, "市公安局每五年开展幼儿园办园质量评价。", Reason.UNIT),
        (ROUND, "幼儿园办园质量评价不再每五年开展。", Reason.NEGATION),
        (ROUND, "是的，幼儿园办园质量评价每五年一轮。", Reason.NEGATION),
        (ROUND, "幼儿园办园质量评价每五年一轮，优秀园长获得住房补贴。", Reason.INVENTED),
        (ROUND, "食堂饭菜价格由家长商定。", Reason.INVENTED),
        (ROUND, "好的，没有问题。", Reason.NEGATION),
        (ROUND, "幼儿园办园质量评价每五年一轮[3]。", Reason.FORM),
        (ROUND, "**幼儿园**办园质量评价每五年一轮。", Reason.FORM),
        (ROUND, "幼儿园办园质量评价每五年一轮，详见 www.example.com。", Reason.FORM),
        (ROUND, "Kindergartens are evaluated every five years.", Reason.LANGUAGE),
        (BUS, "校车停靠时，后方车辆可以超越。", Reason.NEGATION),
        (BUS, "校车停靠时，后方车辆不得停车等待。", Reason.NEGATION),
        (SEAT, "校车的副驾驶座位安排学生乘坐。", Reason.NEGATION),
        (AGE, "学校必须聘请兼职教师。", Reason.NEGATION),
        (AGE, "兼职教师原则上不低于65岁。", Reason.NUMBER),
        (LEAD, "改进体育评价由市体育局牵头，市教育局配合。", Reason.ROLE),
        (LEAD, "改进体育评价由市教育局负责。", Reason.ROLE),
        (LEAD, "改进体育评价由市财政局牵头。", Reason.UNIT),
        (QUOTED, "教育评价以“十不得、一禁止”负面清单为底线。", Reason.QUOTE),
        (QUOTED, "完善教育评价提醒机制，落实《教师法》。", Reason.QUOTE),
    ],
)
def test_what_the_evidence_does_not_say_is_stopped_for_its_reason(
    evidence: str, sentence: str, reason: Reason, verifier: Verifier
) -> None:
    fault = verifier.fault(sentence, [Evidence(evidence, evidence, FRAME)], Language.ZH)
    assert fault is not None
    assert fault.reason is reason


@pytest.mark.parametrize(
    ("evidence", "sentence", "reason"),
    [
        (ROUND, "Kindergartens are evaluated every three years.", Reason.NUMBER),
        (ROUND, "In Qingdao, kindergartens are evaluated every five years.", Reason.PLACE),
        (ROUND, "Kindergartens are not evaluated every five years.", Reason.NEGATION),
        (ROUND, "The Finance Bureau evaluates kindergartens every five years.", Reason.UNIT),
        (BUS, "Vehicles behind a stopped school bus must not wait.", Reason.NEGATION),
        (PLACES, "In 2026 there are 135 enrolment places for children of Hangzhou residents.", Reason.PLACE),
        (SEAT, "Students may be seated in the front passenger seat of a school bus.", Reason.NEGATION),
        (LEAD, "The Sports Bureau leads the improvement of physical education evaluation.", Reason.ROLE),
    ],
)
def test_english_over_chinese_evidence_is_held_to_it(
    evidence: str, sentence: str, reason: Reason, verifier: Verifier
) -> None:
    fault = verifier.fault(sentence, [Evidence(evidence, evidence, FRAME)], Language.EN)
    assert fault is not None
    assert fault.reason is reason


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (ROUND, "幼儿园的办园质量评价每5年一轮。"),
        (ROUND, "文件规定，幼儿园办园质量评价全覆盖开展。"),
        (ROUND, "Kindergartens are evaluated once every five years."),
        (BUS, "校车停靠时，后方车辆应当停车等待。"),
        (SEAT, "校车的副驾驶座位不能安排学生乘坐。"),
        (PILOT, "Across the city, 100 pilot schools for modern classroom teaching are to be selected."),
        (LEAD, "改进体育评价由市教育局牵头、市体育局配合。"),
        (LEAD, "The evaluation of physical education is led by the Education Bureau (市教育局)."),
        (QUOTED, "以“十不得、一严禁”负面清单为底线，完善教育评价提醒机制。"),
    ],
)
def test_the_same_in_other_words_passes(evidence: str, sentence: str, verifier: Verifier) -> None:
    assert verifier.fault(sentence, [Evidence(evidence, evidence, FRAME)], detect_language(sentence)) is None


@pytest.mark.parametrize(
    ("claim", "evidence", "changed"),
    [
        ("不断加强管理", "加强管理", False),
        ("不少于两次", "至少两次", False),
        ("严禁有偿补课", "不得有偿补课", False),
        ("教师一律禁止补课", "教师不得补课", False),
        ("免试入学", "就近入学", True),
    ],
)
def test_negations_are_compared_by_what_they_negate(claim: str, evidence: str, changed: bool) -> None:
    assert (changed_negation(claim, evidence, lambda text: frozenset()) is not None) is changed


@pytest.mark.parametrize(
    ("claim", "evidence", "changed"),
    [
        ("drivers must not overtake", "不得超越", False),  # a word the dictionary does not have
        ("drivers must not overtake", "超越", True),
        ("drivers must not wait", "应当等待，不得超越", True),
        ("a stopped bus must not be overtaken", "不得超越", False),
    ],
)
def test_an_english_negation_needs_one_in_the_evidence_and_of_the_same(
    claim: str, evidence: str, changed: bool
) -> None:
    dictionary = {"wait": frozenset({"等待"}), "bus": frozenset({"校车"})}

    def translated(text: str) -> frozenset[str]:
        return frozenset(word for english in text.split() for word in dictionary.get(english, ()))

    assert (changed_negation(claim, evidence, translated) is not None) is changed


def test_leave_is_no_duty_and_duty_no_leave() -> None:
    assert changed_duty("学校必须聘请", "学校可以聘请") == "必须"
    assert changed_duty("学校可以聘请", "学校应当聘请") == "可以"
    assert changed_duty("学校应该聘请", "学校应当聘请") is None


def test_a_role_before_its_units_is_theirs() -> None:
    education, sports = UnitKey("市", "教育局"), UnitKey("市", "体育局")
    printed = "牵头单位：市教育局；配合单位：市体育局"
    units = [Placed(education, 5, 9), Placed(sports, 15, 19)]
    claim = "市体育局牵头"
    assert changed_role(claim, [Placed(sports, 0, 4)], printed, units) == str(sports)
    assert changed_role("市教育局牵头", [Placed(education, 0, 4)], printed, units) is None
