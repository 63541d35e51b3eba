"""The verifier's benchmark: enough sentences of every kind, the same each time, counted as what they are."""

from collections import Counter

import pytest

from chatbot.catalog import Catalog
from chatbot.draft import Statement
from chatbot.question import Language
from chatbot.verification import Verifier
from eval_sets.benchmarks.verifier import HALVES, run
from eval_sets.benchmarks.verifier_sentences import FAITHFUL, KINDS, Written, sentences
from eval_sets.cases import GoldenCase, bundled_files, load_all
from eval_sets.corpora import POLICIES, named
from index.hybrid import HybridIndex
from ingest.pipeline import ingest
from tests.fakes import FakeEncoder


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    documents = [ingest(document.source) for document in named(POLICIES).documents]
    return Catalog(HybridIndex.build(documents, FakeEncoder()))


@pytest.fixture(scope="module")
def cases() -> list[GoldenCase]:
    return [case for case in load_all(bundled_files()) if case.split == "dev"]


@pytest.fixture(scope="module")
def written(cases: list[GoldenCase], catalog: Catalog) -> list[Written]:
    return sentences(cases, catalog)


def test_there_are_three_hundred_of_each_and_fifty_of_every_kind(written: list[Written]) -> None:
    kinds = Counter(row.kind for row in written)
    assert kinds.keys() == {FAITHFUL, *KINDS}
    assert kinds[FAITHFUL] >= 300
    assert all(kinds[kind] >= 50 for kind in KINDS)
    assert {(row.language, row.half) for row in written} == {(la, half) for la in Language for half in (0, 1)}


def test_they_are_the_same_every_time(cases: list[GoldenCase], catalog: Catalog, written: list[Written]) -> None:
    assert sentences(cases, catalog) == written


def test_no_damaged_sentence_is_a_faithful_one(written: list[Written]) -> None:
    faithful = {(row.text, row.statement) for row in written if row.kind == FAITHFUL}
    assert not [row for row in written if row.kind != FAITHFUL and (row.text, row.statement) in faithful]


def test_what_passes_and_what_is_stopped_is_counted_by_kind(catalog: Catalog) -> None:
    statement = Statement("幼儿园办园质量评价每五年一轮。")
    rows = [
        Written("幼儿园办园质量评价每五年一轮。", Language.ZH, FAITHFUL, "frame", statement, 1),
        Written("幼儿园办园质量评价每三年一轮。", Language.ZH, "number", "another number", statement, 1),
        Written("幼儿园办园质量评价每五年一轮。", Language.ZH, "number", "no damage at all", statement, 1),
    ]
    found = run(rows, Verifier(catalog, FakeEncoder()))
    stopped = {line.kind: (line.stopped.value, line.reasons) for line in found.lines if line.language == "zh"}
    assert stopped["number"] == stopped["all damage"] == (0.5, {"number": 1})
    assert stopped[FAITHFUL][0] == 0.0
    assert {line.half for line in found.lines} == {HALVES[1]}
    assert [(wrong.kind, wrong.made) for wrong in found.wrong] == [("number", "no damage at all")]
