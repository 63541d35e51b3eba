"""Score fusion: pure functions over the score arrays of one candidate pool."""

import numpy as np
from numpy.typing import NDArray


def meaning(passages: NDArray[np.float32], best_sentences: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of a passage's cosine and that of its best sentence: what a long passage says in passing counts as well
    (Dai & Callan 2019, MaxP)."""
    return np.asarray((passages + best_sentences) / 2, np.float32)


def fuse(meaning: NDArray[np.float32], words: NDArray[np.float32], weight: float) -> NDArray[np.float32]:
    """``meaning + weight * words``: convex combination up to scale (Bruch, Gai & Ingber 2023).

    ``words`` are shares of the best score possible, 0 to 1, so that neither the number of passages nor the length of
    the question nor what else is in the pool moves the balance of the two.
    """
    return meaning + np.float32(weight) * words
