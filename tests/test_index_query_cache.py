"""Remembered questions: equal vectors, encoded once, bounded, safe from callers and threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.query_cache import CachedQueries
from tests.fakes import FAKE, FakeEncoder, FakeTokenEncoder


def test_a_question_asked_again_is_not_encoded_again_and_has_the_same_vector() -> None:
    behind = FakeTokenEncoder()
    cached = CachedQueries(behind)
    first = cached.encode_queries(["幼儿园怎么评价", "体育"])
    again = cached.encode_queries(["体育", "教师", "体育"])
    assert behind.encoded == ["幼儿园怎么评价", "体育", "教师"]
    np.testing.assert_array_equal(again, FakeTokenEncoder().encode_queries(["体育", "教师", "体育"]))
    np.testing.assert_array_equal(first[1], again[0])


def test_questions_are_remembered_by_their_exact_text() -> None:
    behind = FakeTokenEncoder()
    cached = CachedQueries(behind)
    for text in ("体育", "体育 ", "體育", "体育?"):
        cached.encode_queries([text])
    assert behind.encoded == ["体育", "体育 ", "體育", "体育?"]


def test_what_a_caller_does_to_a_vector_does_not_reach_the_next() -> None:
    cached = CachedQueries(FakeTokenEncoder())
    given = cached.encode_queries(["体育"])
    with pytest.raises(ValueError, match="read-only"):
        given[0, 0] = 7
    given.setflags(write=True)
    given[:] = 7
    np.testing.assert_array_equal(cached.encode_queries(["体育"]), FakeTokenEncoder().encode_queries(["体育"]))


def test_what_the_encoder_does_to_its_array_does_not_reach_what_is_remembered() -> None:
    kept: list[np.ndarray[tuple[int, int], np.dtype[np.float32]]] = []

    class Reusing(FakeEncoder):
        def encode_queries(self, texts):  # type: ignore[no-untyped-def]
            kept.append(super().encode_queries(texts))
            return kept[-1]

    cached = CachedQueries(Reusing())
    before = cached.encode_queries(["体育"])
    kept[0][:] = 7
    np.testing.assert_array_equal(cached.encode_queries(["体育"]), before)


def test_the_question_used_longest_ago_is_forgotten_first() -> None:
    behind = FakeTokenEncoder()
    cached = CachedQueries(behind, size=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        cached.encode_queries([text])
    assert behind.encoded == ["a", "b", "c", "b"]


def test_more_questions_at_once_than_are_remembered_all_have_vectors() -> None:
    cached = CachedQueries(FakeTokenEncoder(), size=2)
    texts = ["a", "b", "c", "d", "a"]
    np.testing.assert_array_equal(cached.encode_queries(texts), FakeTokenEncoder().encode_queries(texts))


def test_passages_pass_through_and_are_not_remembered() -> None:
    behind = FakeTokenEncoder()
    cached = CachedQueries(behind)
    assert cached.identity == FAKE
    for _ in range(2):
        cached.encode_passages(["体育"])
    cached.encode_queries(["体育"])
    assert behind.encoded == ["体育"] * 3


def test_no_questions_give_no_rows() -> None:
    assert CachedQueries(FakeTokenEncoder()).encode_queries([]).shape == (0, FAKE.dimensions)


def test_threads_that_share_it_get_the_vectors_of_their_own_questions() -> None:
    cached = CachedQueries(FakeTokenEncoder(), size=8)
    texts = [f"question {n % 20}" for n in range(2000)]
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(lambda text: cached.encode_queries([text])[0], texts))
    np.testing.assert_array_equal(vectors, FakeTokenEncoder().encode_queries(texts))
