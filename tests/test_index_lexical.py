"""BM25, Lucene variant, against scores computed by hand."""

from math import log
from pathlib import Path

import numpy as np
import pytest

from index.lexical import Form, LexicalIndex

# Lengths 3, 2 and 4; 3 on average.
PASSAGES = [["教", "育", "教"], ["评", "价"], ["教", "评", "评", "体"]]
K1, B = 1.2, 0.75


def idf(frequency: int, passages: int = 3) -> float:
    return log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


def weight(count: int, length: int, average: float = 3.0) -> float:
    """Lucene's term weight: without the factor k1 + 1 (Kamphuis et al. 2020, BM25 variants, table 1)."""
    return count / (count + K1 * (1 - B + B * length / average))


@pytest.fixture
def index() -> LexicalIndex:
    return LexicalIndex.build(PASSAGES)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param(["教"], [idf(2) * weight(2, 3), 0, idf(2) * weight(1, 4)], id="one-token"),
        pytest.param(["体"], [0, 0, idf(1) * weight(1, 4)], id="rare-token"),
        pytest.param(
            ["教", "评"],
            [idf(2) * weight(2, 3), idf(2) * weight(1, 2), idf(2) * weight(1, 4) + idf(2) * weight(2, 4)],
            id="sum-over-tokens",
        ),
        pytest.param(["教", "无"], [idf(2) * weight(2, 3), 0, idf(2) * weight(1, 4)], id="unknown-token-adds-nothing"),
    ],
)
def test_scores_are_bm25(index: LexicalIndex, query: list[str], expected: list[float]) -> None:
    np.testing.assert_allclose(index.scores(query), expected, rtol=1e-5)


def test_a_score_worked_out_on_paper(index: LexicalIndex) -> None:
    # 教: in 2 of 3, ln(1 + 1.5/2.5) = 0.470004; twice in a passage of average length: 2 / 3.2 = 0.625
    assert index.scores(["教"])[0] == pytest.approx(0.293752, abs=1e-5)


def test_of_several_forms_the_best_counts_by_its_trust_and_the_mean_of_its_tokens(index: LexicalIndex) -> None:
    alone = {token: index.scores([token]) for token in "教评体"}
    forms = [Form(("教",), 1.0), Form(("评", "体"), 0.8), Form(("无",), 5.0)]
    expected = np.maximum(alone["教"], 0.8 * (alone["评"] + alone["体"]) / 2)
    np.testing.assert_allclose(index.best(forms), expected, rtol=1e-6)
    np.testing.assert_array_equal(index.best([]), np.zeros(3, np.float32))


@pytest.mark.parametrize("token", ["教", "评", "体", "无"])
def test_no_passage_scores_more_than_the_most_a_token_can(index: LexicalIndex, token: str) -> None:
    assert index.scores([token]).max() <= index.most(token) == (0 if token == "无" else pytest.approx(index.idf(token)))


@pytest.mark.parametrize("query", [[], ["无"], [""]], ids=["none", "unknown", "empty-token"])
def test_a_query_without_known_tokens_scores_zero_everywhere(index: LexicalIndex, query: list[str]) -> None:
    np.testing.assert_array_equal(index.scores(query), np.zeros(3, np.float32))


@pytest.mark.parametrize(("token", "frequency"), [("教", 2), ("评", 2), ("价", 1), ("无", 0), ("", 0)])
def test_frequency_counts_passages_not_occurrences(index: LexicalIndex, token: str, frequency: int) -> None:
    assert index.frequency(token) == frequency
    assert index.knows(token) is (frequency > 0)


@pytest.mark.parametrize("passages", [[], [[], []]], ids=["no-passages", "passages-without-tokens"])
def test_an_index_without_tokens_scores_zero(passages: list[list[str]], tmp_path: Path) -> None:
    built = LexicalIndex.build(passages)
    built.save(tmp_path / "lexical")
    for index in (built, LexicalIndex.load(tmp_path / "lexical", len(passages))):
        np.testing.assert_array_equal(index.scores(["教"]), np.zeros(len(passages), np.float32))
        assert index.frequency("教") == 0


def test_a_passage_without_tokens_scores_zero_beside_others() -> None:
    index = LexicalIndex.build([["教"], [], ["评"]])
    scores = index.scores(["教"])
    assert scores[0] > 0
    assert scores[1:].tolist() == [0, 0]


def test_a_saved_index_scores_as_before(index: LexicalIndex, tmp_path: Path) -> None:
    index.save(tmp_path / "lexical")
    loaded = LexicalIndex.load(tmp_path / "lexical", 3)
    for query in (["教"], ["评", "体"], ["无"]):
        np.testing.assert_array_equal(loaded.scores(query), index.scores(query))
    assert loaded.frequency("教") == 2


def test_its_words_are_the_tokens_of_the_passages(index: LexicalIndex) -> None:
    assert sorted(index.words()) == sorted({token for passage in PASSAGES for token in passage})
    assert list(LexicalIndex.build([]).words()) == []
