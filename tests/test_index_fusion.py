"""Score fusion by hand."""

import numpy as np
import pytest

from index.fusion import fuse, meaning


def test_meaning_is_the_mean_of_a_passage_and_its_best_sentence() -> None:
    np.testing.assert_allclose(
        meaning(np.array([0.8, 0.9], np.float32), np.array([0.9, 0.7], np.float32)), [0.85, 0.8], rtol=1e-6
    )


def test_fusion_by_hand() -> None:
    fused = fuse(np.array([0.8, 0.9, 0.85], np.float32), np.array([1.0, 0.0, 0.5], np.float32), 0.2)
    np.testing.assert_allclose(fused, [1.0, 0.9, 0.95], rtol=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_fused_score_does_not_depend_on_what_else_is_in_the_pool(size: int) -> None:
    dense, words = np.array([0.1, 0.5, 0.9], np.float32), np.array([0.3, 1.0, 0.2], np.float32)
    np.testing.assert_array_equal(fuse(dense, words, 0.2)[:size], fuse(dense[:size], words[:size], 0.2))
