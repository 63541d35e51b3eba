"""The judge, on hand-made answers, Chinese text included."""

import pytest

from eval_sets.cases import Expect
from eval_sets.judge import covered, judge
from tests.eval_builders import TEXT, UNITS, answer, case, quote, refusal

RIGHT = answer("第15项任务“强化体育评价”由市教育局(市委教育工委)、市体育局分工负责。[1]", quote(UNITS))


def test_every_group_needs_one_of_its_alternatives() -> None:
    assert judge(case(must_contain=[["体育局", "Sports"], ["市教育局"]]), RIGHT).correct
    verdict = judge(case(must_contain=[["体育局"], ["市财政局"]]), RIGHT)
    assert (verdict.correct, verdict.missing) == (False, (("市财政局",),))


def test_width_and_blanks_do_not_matter() -> None:
    assert judge(case(must_contain=[["第１５项 任务"]]), RIGHT).correct


def test_a_banned_word_makes_an_answer_wrong() -> None:
    verdict = judge(case(must_not_contain=["体育局"]), RIGHT)
    assert (verdict.correct, verdict.banned) == (False, ("体育局",))


def test_refusing_what_can_be_answered_is_wrong_and_what_cannot_is_right() -> None:
    assert not judge(case(), refusal()).correct
    assert judge(case(answerable=False), refusal()).correct
    assert not judge(case(answerable=False), RIGHT).correct


def test_an_error_of_the_service_is_never_right_and_a_polite_one_is_a_refusal() -> None:
    assert not judge(case(answerable=False), refusal("", status=503)).correct
    assert judge(case(answerable=False), refusal("", status=422)).correct
    assert not judge(case(), answer(RIGHT.answer, status=500)).correct


def test_a_correction_counts_where_it_is_stated() -> None:
    def premise(truth: str) -> object:
        return judge(case(answerable=False, expect=Expect.REFUSE_OR_CORRECT, correction=[[truth]]), RIGHT).correct

    assert premise("体育局")
    assert not premise("财政局")


def test_the_outcome_corrected_is_an_answer_only_where_a_correction_is_expected() -> None:
    corrected = answer(RIGHT.answer, quote(UNITS), outcome="corrected")
    assert not judge(case(), corrected).correct
    assert judge(case(expect=Expect.CORRECT, correction=[["体育局"]]), corrected).correct


def test_a_dump_is_wrong_whatever_it_contains() -> None:
    long = answer(RIGHT.answer + "教" * 300, quote(UNITS))
    assert judge(case(must_contain=[["体育局"]], evidence=[UNITS]), long).dump
    assert not judge(case(evidence=["育" * 200]), long).dump, "200 more than three times the evidence is allowed"


def test_cited_means_the_evidence_is_covered_without_quoting_the_document() -> None:
    assert judge(case(evidence=[UNITS]), RIGHT).cited
    assert not judge(case(evidence=["每五年评选20所示范学校"]), RIGHT).cited
    everything = quote(TEXT, section=()).model_copy(update={"quote": TEXT * 9})
    assert not judge(case(evidence=[UNITS]), answer(RIGHT.answer, everything)).cited


@pytest.mark.parametrize(
    ("evidence", "quotes", "share"),
    [
        ("每五年一轮全覆盖", ["每五年一轮全覆盖开展"], 1.0),
        ("每五年一轮全覆盖", ["每五年一轮"], 0.0),
        ("一二三四五六七八九十", ["一二三四五六"], 0.6),
        ("一二三四五六七八九十", ["一二三四五六", "五六七八九十"], 1.0),
        ("三年", ["每三年"], 1.0),
        ("每 五 年\n一轮，全覆盖", ["每五年一轮,全覆盖"], 1.0),
        ("", ["任何"], 0.0),
    ],
)
def test_coverage_counts_runs_of_six(evidence: str, quotes: list[str], share: float) -> None:
    assert covered(evidence, quotes) == pytest.approx(share)
