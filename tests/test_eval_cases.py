"""Golden files: what loads, what does not and why, and that the shipped ones are fit to judge by."""

import json
from pathlib import Path

import pytest

from eval_sets.cases import GoldenCase, GoldenError, bundled_files, dump, load, load_all
from eval_sets.corpora import corpora, shared_facts, unfounded
from tests.eval_builders import TEXT, TEXTS, UNITS, case

ROW = {"id": "x", "lang": "zh", "type": "t", "question": "第15项任务由哪些单位负责？", "answerable": True}


@pytest.fixture(scope="module")
def bundled() -> list[GoldenCase]:
    return load_all(bundled_files())


@pytest.fixture(scope="module")
def everything() -> dict[str, str]:
    return {name: text for corpus in corpora().values() for name, text in corpus.texts.items()}


def test_the_shipped_evidence_stands_in_the_documents_it_names(
    bundled: list[GoldenCase], everything: dict[str, str]
) -> None:
    assert len(bundled) > 500
    assert unfounded(bundled, everything) == []
    for each in bundled:
        assert each.document is None or all(text in everything[each.document] for text in each.evidence), each.id


def test_the_shipped_halves_share_no_fact(bundled: list[GoldenCase], everything: dict[str, str]) -> None:
    assert {each.split for each in bundled} == {"dev", "test"}
    assert shared_facts(bundled, everything) == []


def test_every_shipped_case_names_a_corpus_that_exists(bundled: list[GoldenCase]) -> None:
    assert {each.corpus for each in bundled} == set(corpora())


def test_the_documents_of_a_half_are_asked_about_in_that_half_alone(bundled: list[GoldenCase]) -> None:
    halves = {
        document.id: document.split for each in corpora().values() for document in each.documents if document.split
    }
    assert len(halves) == 18
    assert all(halves[each.document] == each.split for each in bundled if each.document in halves)


def test_variants_ask_for_the_same_thing(bundled: list[GoldenCase]) -> None:
    by_id = {each.id: each for each in bundled}
    for each in bundled:
        if each.variant_of:
            base = by_id[each.variant_of]
            assert (each.document, each.answerable, each.split) == (base.document, base.answerable, base.split), each.id


def test_a_fact_in_both_halves_is_found_wherever_it_overlaps() -> None:
    dev = case(id="d", split="dev", document="doc", evidence=["每三年一次"])
    test = case(id="t", split="test", document="doc", evidence=[f"监测制度,每三年一次。{UNITS}"])
    other = case(id="o", split="test", document="doc", evidence=["每五年评选20所示范学校"])
    assert [problem.split()[0] for problem in shared_facts([dev, test, other], TEXTS)] == ["t"]


def test_nearly_the_same_question_to_refuse_is_in_one_half_only() -> None:
    dev = case(id="d", split="dev", answerable=False, question="学校食堂一顿饭多少钱？")
    same = case(id="t", split="test", answerable=False, question="学校食堂一顿饭要多少钱")
    other = case(id="o", split="test", answerable=False, question="校服多少钱一套？")
    assert [problem.split()[0] for problem in shared_facts([dev, same, other], TEXTS)] == ["t"]


def test_evidence_that_is_in_no_document_is_named() -> None:
    wrong = case(document="doc", evidence=["每四年一次"])
    elsewhere = case(id="y", document="other", evidence=["每三年一次"])
    anywhere = case(id="z", evidence=["每 三 年 一 次"])
    said = unfounded([wrong, elsewhere, anywhere], TEXTS)
    assert len(said) == 2
    assert "每四年一次" in said[0]
    assert "other is not indexed" in said[1]


def test_cases_survive_being_written_and_read(tmp_path: Path, bundled: list[GoldenCase]) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text(dump(bundled), "utf-8")
    assert load(path) == bundled


def test_a_line_separator_inside_a_question_does_not_cut_the_line(tmp_path: Path) -> None:
    odd = case(question="第15项\u2028由谁负责\x85？")
    path = tmp_path / "odd.jsonl"
    path.write_text(dump([odd]), "utf-8")
    assert load(path) == [odd]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{bad", ":1: "),
        (json.dumps({**ROW, "answerable": "perhaps"}), "answerable"),
        (json.dumps({**ROW, "mustcontain": []}), "mustcontain"),
        (json.dumps({**ROW, "lang": "fr"}), "lang"),
        (json.dumps({**ROW, "question": ""}), "question"),
        (json.dumps({**ROW, "expect": "refuse"}), "contradicts answerable"),
        (json.dumps({**ROW, "expect": "correct"}), "needs a correction"),
        (json.dumps({**ROW, "must_contain": [[]]}), "any answer contains"),
        (json.dumps({**ROW, "must_contain": [["a", ""]]}), "any answer contains"),
        (json.dumps({**ROW, "evidence": [""]}), "blank"),
        (json.dumps({**ROW, "must_not_contain": ["\u3000"]}), "blank"),
        (json.dumps(ROW) + "\n" + json.dumps(ROW), "more than once"),
        (json.dumps({**ROW, "variant_of": "nothing"}), "variant of nothing"),
    ],
)
def test_a_wrong_golden_file_is_named_with_its_fault(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "golden.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(GoldenError, match=said) as caught:
        load_all([path])
    assert "golden.jsonl" in str(caught.value)


def test_a_missing_file_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(GoldenError, match="cannot be read"):
        load(tmp_path / "nothing.jsonl")


def test_the_builders_text_is_what_tests_think() -> None:
    assert TEXT.count(UNITS) == 1
