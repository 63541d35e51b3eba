"""Every metric on hand-computed cases: values, and where it does not apply."""

import pytest

from eval_sets.cases import Expect
from eval_sets.funnel import Stage, funnel, stage
from eval_sets.metrics import METRICS, metric, row, rows_by
from eval_sets.metrics.facts import facts, numbers
from eval_sets.metrics.grounding import statements
from eval_sets.metrics.trial import Trial
from eval_sets.noise import Noise
from tests.eval_builders import UNITS, answer, case, found, quote, refusal, trial

SAID = "第15项任务“强化体育评价”由市教育局(市委教育工委)、市体育局分工负责。[1]"
RIGHT = answer(SAID, quote(UNITS))
EVERY = quote("健全体质监测制度,每三年一次。", marker=2)


def value(name: str, judged: Trial) -> float | None:
    found_metric = metric(name)
    assert found_metric is not None
    return found_metric.score(judged)


def refuse(**fields: object) -> object:
    return case(answerable=False, expect="refuse", **fields)


PREMISE = case(answerable=False, expect=Expect.REFUSE_OR_CORRECT, correction=[["体育局"]])


@pytest.mark.parametrize(
    ("name", "judged", "expected"),
    [
        ("correct", trial(case(must_contain=[["体育局"]]), RIGHT), 1.0),
        ("correct", trial(case(must_contain=[["财政局"]]), RIGHT), 0.0),
        ("cited", trial(case(evidence=[UNITS]), RIGHT), 1.0),
        ("cited", trial(case(evidence=[UNITS], must_contain=[["财政局"]]), RIGHT), 0.0),
        ("cited", trial(refuse(), refusal()), None),
        ("refusal_precision", trial(refuse(), refusal()), 1.0),
        ("refusal_precision", trial(case(), refusal()), 0.0),
        ("refusal_precision", trial(case(), RIGHT), None),
        ("refusal_precision", trial(case(), refusal("", status=503)), None),
        ("refusal_recall", trial(refuse(), refusal()), 1.0),
        ("refusal_recall", trial(refuse(), RIGHT), 0.0),
        ("refusal_recall", trial(PREMISE, RIGHT), None),
        ("refusal_recall", trial(case(), refusal()), None),
        ("false_answers", trial(refuse(), RIGHT), 1.0),
        ("false_answers", trial(refuse(), refusal()), 0.0),
        ("false_answers", trial(PREMISE, RIGHT), 0.0),
        ("false_answers", trial(PREMISE, answer("是的。")), 1.0),
        ("false_answers", trial(case(), RIGHT), None),
        ("wrongly_refused", trial(case(), refusal()), 1.0),
        ("wrongly_refused", trial(refuse(), refusal()), None),
        ("corrections", trial(PREMISE, RIGHT), 1.0),
        ("corrections", trial(PREMISE, refusal()), 0.0),
        ("corrections", trial(case(), RIGHT), None),
        ("follow_ups", trial(case(history=["体育评价"]), RIGHT), 1.0),
        ("follow_ups", trial(case(), RIGHT), None),
        ("language", trial(case(), RIGHT), 1.0),
        ("language", trial(case(lang="en"), RIGHT), 0.0),
        ("language", trial(case(lang="en"), answer("It says (source in Chinese): “每五年一轮,全覆盖”[1]")), 1.0),
        ("language", trial(case(lang="en"), answer("The Sports Bureau (市体育局(市委教育工委)).[1]")), 1.0),
        ("language", trial(case(), refusal("", status=500)), None),
        ("verbatim", trial(case(), RIGHT), 1.0),
        ("verbatim", trial(case(), answer(SAID, quote(UNITS, start=0))), 0.0),
        ("verbatim", trial(case(), refusal(related=(quote(UNITS, marker=None, end=5),))), 0.0),
        ("verbatim", trial(case(), refusal()), None),
        # Retrieval: two evidence strings, the first in passage 2, the second in passage 5.
        ("evidence_recall@1", trial(case(evidence=["甲" * 9, "乙" * 9]), answer("", found=found("丙", "甲" * 9))), 0.0),
        ("evidence_recall@4", trial(case(evidence=["甲" * 9, "乙" * 9]), answer("", found=found("丙", "甲" * 9))), 0.5),
        ("complete_evidence@4", trial(case(evidence=["甲" * 9, "乙" * 9]), answer("", found=found("甲" * 9))), 0.0),
        ("complete_evidence@4", trial(case(evidence=["甲" * 9]), answer("", found=found("丙", "甲" * 9))), 1.0),
        ("mrr@10", trial(case(evidence=["甲" * 9]), answer("", found=found("丙", "丁", "甲" * 9))), 1 / 3),
        ("mrr@10", trial(case(evidence=["甲" * 9]), answer("", found=found("丙"))), 0.0),
        ("mrr@10", trial(case(evidence=["甲" * 9]), answer("")), None),
        ("evidence_recall@10", trial(case(), answer("", found=found("丙"))), None),
        # Brevity: 23 characters of evidence in 23 quoted; in 23 and 15.
        ("citation_brevity", trial(case(evidence=[UNITS]), RIGHT), 1.0),
        ("citation_brevity", trial(case(evidence=[UNITS]), answer(SAID, quote(UNITS), EVERY)), 23 / 38),
        ("citation_brevity", trial(case(evidence=["每五年评选20所示范学校"]), RIGHT), None),
        ("citation_brevity", trial(refuse(), RIGHT), None),
        # Facts: 教育局, 教育工委 and 体育局 are given; then 3 (years) as well, which nobody asked for.
        ("facts_asked_for", trial(case(must_contain=[["市教育局"], ["市体育局"], ["市委教育工委"]]), RIGHT), 1.0),
        ("facts_asked_for", trial(case(must_contain=[["20"]]), answer("每五年评选20所。[1]")), 0.5),
        ("facts_asked_for", trial(case(must_contain=[["二十"]]), answer("评选20所。[1]")), 1.0),
        ("facts_asked_for", trial(case(), answer("没有数字。")), None),
        ("answer_length", trial(case(evidence=["每三年一次"]), answer("每三年 一次。[1]")), 9 / 5),
        ("answer_length", trial(case(), RIGHT), None),
    ],
)  # fmt: skip
def test_values(name: str, judged: Trial, expected: float | None) -> None:
    assert value(name, judged) == (None if expected is None else pytest.approx(expected))


def test_a_statement_is_supported_by_its_own_citations_alone() -> None:
    both = answer(f"{SAID}体质监测每三年一次。[2]", quote(UNITS), EVERY)
    assert value("citation_recall", trial(case(), both)) == 1.0
    assert value("citation_precision", trial(case(), both)) == 1.0
    swapped = answer(f"{SAID.replace('[1]', '[2]')}体质监测每三年一次。[1]", quote(UNITS), EVERY)
    assert value("citation_precision", trial(case(), swapped)) == 0.0


def test_a_number_that_no_quote_holds_makes_a_statement_unsupported() -> None:
    asked = case(question="体质多久监测一次？")
    assert value("citation_recall", trial(asked, answer("体质监测制度每三年一次。[2]", EVERY))) == 1.0
    assert value("citation_recall", trial(asked, answer("体质监测制度每四年一次。[2]", EVERY))) == 0.0


def test_a_statement_without_any_citation_is_unsupported() -> None:
    half = answer(f"{SAID}此外还要求所有学校每天锻炼身体。", quote(UNITS))
    assert value("citation_recall", trial(case(), half)) == 0.5


def test_a_marker_speaks_for_the_sentences_before_it() -> None:
    judged = trial(case(), answer("不是。第15项由市体育局负责。[1]体质监测每三年一次。[2]", quote(UNITS), EVERY))
    assert [(s.text, [q.marker for q in s.citations]) for s in statements(judged)] == [
        ("不是。", [1]), ("第15项由市体育局负责。", [1]), ("体质监测每三年一次。", [2]),
    ]  # fmt: skip


def test_items_of_one_sentence_are_one_statement() -> None:
    judged = trial(case(), answer("共2项：第15项[1]；第16项。[2]", quote(UNITS), EVERY))
    assert [s.text for s in statements(judged)] == ["共2项：第15项；第16项。"]


def test_english_sentences_end_at_full_stops_but_not_in_numbers() -> None:
    judged = trial(case(), answer("It has 4.5 parts: 1. “甲” (乙)[1]; 2. “丙”.[2] See “丁。”[1]", quote(UNITS), EVERY))
    assert [s.text for s in statements(judged)] == ["It has 4.5 parts: 1. “甲” (乙); 2. “丙”.", "See “丁。”"]


def test_what_is_no_claim_has_no_citation_recall() -> None:
    assert value("citation_recall", trial(case(), refusal())) is None
    assert value("citation_precision", trial(case(), answer(SAID))) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每五年一轮", {"5", "1"}),
        ("到2025年新增学位30万个", {"2025", "30"}),
        ("四级九档", {"4", "9"}),
        ("第十五项", {"15"}),
        ("3,000 teachers and twenty schools", {"3000", "20"}),
        ("2024-05-16", {"2024", "5", "16"}),
        ("４.５公里", {"4.5"}),
        ("一律不得、统一标准", set()),
    ],
)
def test_numbers_are_compared_as_numbers(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


def test_facts_are_numbers_and_units_but_no_addresses() -> None:
    assert facts("第15项任务由市体育局负责，每三年一次。[1]") == {"体育局", "3", "1"}


def test_wordings_agree_if_they_are_answered_from_the_same_clauses() -> None:
    base = trial(case(), RIGHT)
    other = answer("市体育局。[1]", quote(UNITS))
    elsewhere = answer("市体育局。[1]", quote(UNITS, clause_id="doc/16"))
    variant = case(id="y", variant_of="x", question="体育归谁管？")
    assert value("stable_paraphrase", trial(variant, other, base=base)) == 1.0
    assert value("stable_paraphrase", trial(variant, elsewhere, base=base)) == 0.0
    assert value("stable_paraphrase", trial(variant, refusal(), base=base)) == 0.0
    assert value("stable_paraphrase", trial(case(), refusal())) is None


def test_noisy_questions_count_for_stability_alone() -> None:
    base = trial(case(), RIGHT)
    noisy = trial(case(id="x~typos", variant_of="x"), refusal(), Noise.TYPOS, base)
    applied = {m.name for m in METRICS if m.score(noisy) is not None}
    assert applied == {"stable_typos"}
    assert row("all", [base, noisy]).cases == 1


def test_shares_get_wilson_and_means_get_bootstrap_intervals_over_what_applies() -> None:
    trials = [trial(case(), RIGHT), trial(case(), refusal()), trial(refuse(), refusal())]
    estimates = row("all", trials).estimates
    assert (estimates["correct"].value, estimates["correct"].count) == (pytest.approx(2 / 3), 3)
    assert (estimates["refusal_precision"].value, estimates["refusal_precision"].count) == (0.5, 2)
    assert (estimates["mrr@10"].value, estimates["mrr@10"].count) == (None, 0)


def test_rows_are_made_for_what_has_the_property() -> None:
    trials = [trial(case(persona="家长"), RIGHT), trial(case(persona="教师"), refusal()), trial(case(), RIGHT)]
    assert [(each.group, each.cases) for each in rows_by(lambda t: t.case.persona, trials)] == [
        ("家长", 1),
        ("教师", 1),
    ]


def test_every_metric_says_what_it_is_and_where_it_does_not_apply() -> None:
    for each in METRICS:
        assert len(each.definition) > 40, each.name
        assert "pplicable" in each.definition or "Applies to every case" in each.definition, each.name


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        (trial(case(evidence=[UNITS]), RIGHT), Stage.RIGHT),
        (trial(case(evidence=[UNITS], must_contain=[["财政局"]]), RIGHT), Stage.NOT_PHRASED),
        (trial(case(evidence=[UNITS]), refusal(found=found(UNITS))), Stage.NOT_SELECTED),
        (trial(case(evidence=[UNITS]), refusal(found=found("别的"))), Stage.NOT_RETRIEVED),
        (trial(case(evidence=[UNITS], history=["体育"]), refusal()), Stage.NOT_SELECTED),
        (trial(case(evidence=[UNITS]), answer(SAID, quote(UNITS, start=0))), Stage.NOT_VERIFIED),
        (trial(case(evidence=[UNITS]), answer(SAID + "每个学校每天都要锻炼身体。", quote(UNITS))), Stage.NOT_VERIFIED),
        (trial(refuse(), refusal()), None),
    ],
)
def test_the_funnel_names_the_first_stage_that_failed(judged: Trial, expected: Stage | None) -> None:
    assert stage(judged) is expected


def test_the_funnel_counts_every_answerable_question_once() -> None:
    trials = [trial(case(evidence=[UNITS]), RIGHT), trial(case(evidence=[UNITS]), refusal(found=found("别的")))]
    assert {each.stage: each.cases for each in funnel(trials) if each.cases} == {Stage.NOT_RETRIEVED: 1, Stage.RIGHT: 1}
