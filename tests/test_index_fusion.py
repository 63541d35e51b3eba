"""Score fusion by hand."""

import numpy as np
import pytest

from index.fusion import fuse, z_scores


def test_standard_scores_by_hand() -> None:
    # mean 2, population deviation sqrt(2/3)
    np.testing.assert_allclose(z_scores(np.array([1, 2, 3], np.float32)), [-1.2247449, 0, 1.2247449], rtol=1e-6)


@pytest.mark.parametrize("scores", [[], [0.5], [0.3, 0.3, 0.3]], ids=["none", "one", "all-equal"])
def test_scores_without_spread_are_zero(scores: list[float]) -> None:
    np.testing.assert_array_equal(z_scores(np.array(scores, np.float32)), np.zeros(len(scores)))


def test_fusion_by_hand() -> None:
    dense, lexical = np.array([1, 2, 3], np.float32), np.array([4, 4, 10], np.float32)
    # lexical: mean 6, deviation sqrt(8); z = -0.7071, -0.7071, 1.4142
    expected = [0.7 * -1.2247449 - 0.3 * 0.7071068, -0.3 * 0.7071068, 0.7 * 1.2247449 + 0.3 * 1.4142136]
    np.testing.assert_allclose(fuse(dense, lexical, 0.7), expected, rtol=1e-6)


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_fusion_ignores_scale_and_offset_of_a_channel(weight: float) -> None:
    dense, lexical = np.array([0.1, 0.5, 0.9], np.float32), np.array([3, 1, 2], np.float32)
    np.testing.assert_allclose(fuse(dense, lexical, weight), fuse(dense * 4 + 1, lexical * 10 + 5, weight), atol=1e-5)


def test_a_channel_that_tells_nothing_leaves_the_other_in_charge() -> None:
    flat = np.zeros(3, np.float32)
    scores = np.array([2, 9, 4], np.float32)
    assert np.argsort(-fuse(flat, scores, 0.7)).tolist() == np.argsort(-fuse(scores, flat, 0.7)).tolist() == [1, 2, 0]
