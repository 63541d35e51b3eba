"""The judge and the intervals, on hand-computed cases, Chinese text included."""

import json
import random
from pathlib import Path

import pytest

from chatbot.answer import Answerer, Ask, Reply
from eval_sets.cases import Expect, GoldenCase, GoldenError, bundled_files, load
from eval_sets.judge import covered, judge
from eval_sets.runner import Share

BASE = {"id": "x", "lang": "zh", "type": "t", "question": "第15项任务由哪些单位负责？", "answerable": True}


@pytest.fixture
def answered(answerer: Answerer) -> Reply:
    return answerer.reply(Ask("第15项任务由哪些单位负责？"))


@pytest.fixture
def refused(answerer: Answerer) -> Reply:
    return answerer.reply(Ask("今天天气怎么样？"))


def case(**fields: object) -> GoldenCase:
    return GoldenCase.model_validate({**BASE, **fields})


def test_every_group_needs_one_of_its_alternatives(answered: Reply) -> None:
    assert judge(case(must_contain=[["体育局", "Sports"], ["市教育局"]]), answered).correct
    verdict = judge(case(must_contain=[["体育局"], ["市财政局"]]), answered)
    assert (verdict.correct, verdict.missing) == (False, (("市财政局",),))


def test_width_and_blanks_do_not_matter(answered: Reply) -> None:
    assert judge(case(must_contain=[["第１５项 任务"]]), answered).correct


def test_a_banned_word_makes_an_answer_wrong(answered: Reply) -> None:
    assert judge(case(must_not_contain=["体育局"]), answered).banned == ("体育局",)


def test_refusing_what_can_be_answered_is_wrong_and_what_cannot_is_right(answered: Reply, refused: Reply) -> None:
    assert not judge(case(), refused).correct
    assert judge(case(answerable=False), refused).correct
    assert not judge(case(answerable=False), answered).correct


def test_a_correction_counts_where_it_is_stated(answered: Reply) -> None:
    assert judge(case(answerable=False, expect=Expect.REFUSE_OR_CORRECT, correction=[["体育局"]]), answered).correct
    assert not judge(case(answerable=False, expect=Expect.REFUSE_OR_CORRECT, correction=[["财政局"]]), answered).correct


def test_cited_means_the_evidence_is_covered_without_quoting_the_document(answered: Reply) -> None:
    assert judge(case(evidence=["〔市教育局(市委教育工委)、市体育局分工负责〕"]), answered).cited
    assert not judge(case(evidence=["幼儿园分类认定、义务教育质量评估"]), answered).cited


@pytest.mark.parametrize(
    ("evidence", "quotes", "share"),
    [
        ("每五年一轮全覆盖", ["每五年一轮全覆盖开展"], 1.0),
        ("每五年一轮全覆盖", ["每五年一轮"], 0.0),
        ("一二三四五六七八九十", ["一二三四五六"], 0.6),
        ("三年", ["每三年"], 1.0),
        ("", ["任何"], 0.0),
    ],
)
def test_coverage_counts_runs_of_six(evidence: str, quotes: list[str], share: float) -> None:
    assert covered(evidence, quotes) == pytest.approx(share)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (0, 0, 0.0, 1.0)],
)
def test_wilson_intervals(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits, total).interval() == pytest.approx((low, high), abs=1e-4)


def test_no_cases_have_no_share() -> None:
    assert Share(0, 0).value is None


def test_the_golden_files_are_valid_and_their_evidence_is_in_the_documents(answerer: Answerer) -> None:
    texts = {document.id: document.source.text for document in answerer.index.documents}
    cases = [found for path in bundled_files() for found in load(path)]
    assert len(cases) >= 60
    assert len({found.id for found in cases}) == len(cases)
    for found in cases:
        for evidence in found.evidence:
            assert found.document is not None
            assert evidence in texts[found.document], found.id


def test_answers_do_not_depend_on_the_questions_asked_before(answerer: Answerer) -> None:
    cases = [found for path in bundled_files() for found in load(path) if found.split == "dev" and not found.history]
    some = random.Random(7).sample(cases, 12)
    forward = [answerer.reply(Ask(found.question)).answer for found in some]
    backward = [answerer.reply(Ask(found.question)).answer for found in reversed(some)]
    assert forward == backward[::-1]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{bad", "1"),
        (json.dumps({**BASE, "answerable": "perhaps"}), "answerable"),
        (json.dumps({**BASE, "mustcontain": []}), "mustcontain"),
        (json.dumps(BASE) + "\n" + json.dumps(BASE), "more than once"),
    ],
)
def test_a_wrong_golden_file_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(GoldenError, match=said):
        load(path)
