"""FAISS against the exact oracle: the same rows in the same order."""

import gc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.vectors import FaissVectors, exact_nearest


def normalised(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), np.float32)


@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 80))
def test_faiss_finds_the_rows_of_the_oracle_in_order(seed: int, size: int, k: int) -> None:
    random = np.random.default_rng(seed)
    vectors, query = normalised(random.normal(size=(size, 16))), normalised(random.normal(size=16))
    found, exact = FaissVectors.build(vectors).search(query, k), exact_nearest(vectors, query, k)
    np.testing.assert_allclose(found.scores, exact.scores, atol=1e-5)
    # Scores that only rounding tells apart may change places.
    for n in range(len(exact.rows)):
        if found.rows[n] != exact.rows[n]:
            assert abs(vectors[found.rows[n]] @ query - exact.scores[n]) < 1e-5
    assert len(found.rows) == len(set(found.rows.tolist())) == min(k, size)


def test_a_search_within_some_rows_finds_the_oracle_s_among_them() -> None:
    random = np.random.default_rng(3)
    vectors = random.standard_normal((40, 8)).astype(np.float32)
    query = random.standard_normal(8).astype(np.float32)
    within = np.array([2, 5, 11, 12, 30], np.int64)
    found = FaissVectors.build(vectors).search(query, 3, within)
    oracle = exact_nearest(vectors[within], query, 3)
    assert found.rows.tolist() == within[oracle.rows].tolist()
    assert found.scores == pytest.approx(oracle.scores, abs=1e-5)
    assert len(FaissVectors.build(vectors).search(query, 9, within).rows) == len(within)


def test_the_nearest_of_four_by_hand() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [-1, 0]], np.float32)
    found = FaissVectors.build(vectors).search(np.array([1, 0], np.float32), 3)
    assert found.rows.tolist() == [0, 2, 1]
    np.testing.assert_allclose(found.scores, [1, 0.6, 0], atol=1e-6)


def test_equal_scores_come_in_row_order() -> None:
    vectors = np.array([[0, 1], [1, 0], [0, 1], [1, 0]], np.float32)
    query = np.array([1, 0], np.float32)
    assert FaissVectors.build(vectors).search(query, 4).rows.tolist() == [1, 3, 0, 2]
    assert exact_nearest(vectors, query, 4).rows.tolist() == [1, 3, 0, 2]


def test_an_empty_index_finds_nothing() -> None:
    vectors = FaissVectors.build(np.empty((0, 16), np.float32))
    assert (vectors.size, vectors.dimensions, vectors.all().shape) == (0, 16, (0, 16))
    assert vectors.search(np.ones(16, np.float32), 5).rows.shape == (0,)


def test_a_view_of_the_vectors_outlives_the_index_it_was_taken_from() -> None:
    vectors = np.random.default_rng(7).normal(size=(1000, 16)).astype(np.float32)
    view = FaissVectors.build(vectors).all()
    gc.collect()
    np.empty((1000, 16), np.float32).fill(1)  # takes the memory, were it free
    np.testing.assert_array_equal(view, vectors)


@pytest.mark.parametrize("size", [0, 7])
def test_a_saved_index_gives_back_its_vectors(tmp_path: Path, size: int) -> None:
    vectors = np.random.default_rng(7).normal(size=(size, 16)).astype(np.float32)
    FaissVectors.build(vectors).save(tmp_path / "v.faiss")
    np.testing.assert_array_equal(FaissVectors.load(tmp_path / "v.faiss").all(), vectors)
