"""The words of a question scored, own and translated, against BM25 of each token alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.bridge import Translation
from index.lexical import Form, LexicalIndex
from index.ranking import Wanted, WordScores, best_rows, score_words, wanted

INDEX = LexicalIndex.build([["幼儿", "儿园", "abc"], ["学校", "评价"], ["评价", "2024"], ["小学"]])
SCHOOL = Translation("school", ("学校", "小学"), (1.0, 0.5))


def alone(*tokens: str) -> np.ndarray:
    return sum(INDEX.scores([token]) for token in tokens)


def test_a_translated_word_is_looked_for_once_as_it_is_or_as_one_of_its_translations() -> None:
    kindergarten = Translation("kindergarten", ("幼儿园",), (1.5,))
    assert wanted(["kindergarten", "quux", "2024"], [kindergarten, Translation("quux", (), ())]) == Wanted(
        ("quux", "2024"), ((Form(("kindergarten",), 1.0), Form(("幼儿", "儿园"), 1.5)),)
    )


def test_translations_of_one_word_do_not_add_up() -> None:
    scores = score_words(INDEX, wanted(["school", "2024"], [SCHOOL])).scores
    np.testing.assert_allclose(scores, alone("2024") + np.maximum(alone("学校"), 0.5 * alone("小学")), rtol=1e-6)


@pytest.mark.parametrize(
    ("tokens", "translations", "most"),
    [
        (["评价", "2024", "quux"], [], INDEX.idf("评价") + INDEX.idf("2024")),
        (["2024", "school"], [SCHOOL], INDEX.idf("2024") + INDEX.idf("学校")),
        (["quux"], [], 0.0),
    ],
    ids=["sum-of-what-is-known", "best-translation", "nothing-known"],
)
def test_the_most_a_passage_could_score(tokens: list[str], translations: list[Translation], most: float) -> None:
    found = score_words(INDEX, wanted(tokens, translations))
    assert found.most == pytest.approx(most)
    assert found.scores.max() <= found.most


def test_shares_are_of_the_most_possible_and_zero_where_nothing_is() -> None:
    scores = np.array([1, 0, 3], np.float32)
    np.testing.assert_allclose(WordScores(scores, 4.0).shares(np.array([2, 0])), [0.75, 0.25])
    np.testing.assert_array_equal(WordScores(scores * 0, 0.0).shares(np.array([0, 1, 2])), np.zeros(3))


@given(st.lists(st.integers(0, 4), max_size=20), st.integers(1, 25))
def test_the_best_rows_are_the_first_of_a_stable_sort(scores: list[int], k: int) -> None:
    given_ = np.array(scores, np.float32)
    assert sorted(best_rows(given_, k).tolist()) == sorted(np.argsort(-given_, kind="stable")[:k].tolist())
