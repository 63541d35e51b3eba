"""Score fusion: pure functions over the score arrays of one candidate pool."""

import numpy as np
from numpy.typing import NDArray


def z_scores(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Standard scores, zero where all are equal (Renda & Straccia 2003, z-score normalisation)."""
    deviation = float(scores.std()) if scores.size else 0.0
    if deviation == 0.0:
        return np.zeros_like(scores)
    return np.asarray((scores - scores.mean()) / deviation, np.float32)


def fuse(dense: NDArray[np.float32], lexical: NDArray[np.float32], dense_weight: float) -> NDArray[np.float32]:
    """``w z(dense) + (1 - w) z(lexical)``: linear combination of standard scores (Fox & Shaw 1994, CombSUM)."""
    return dense_weight * z_scores(dense) + (1.0 - dense_weight) * z_scores(lexical)
