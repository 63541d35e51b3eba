"""Metrics of one ranking against the passages that are right, binary relevance."""

from collections.abc import Collection, Sequence
from math import log2


def recall(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Share of ``gold`` among the first ``k`` (Manning, Raghavan & Schütze 2008, section 8.3).

    Raises ValueError, as all of these do, where nothing is right: such a question has no score.
    """
    return sum(pid in ranked[:k] for pid in _right(gold)) / len(_right(gold))


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """1 / rank of the first right passage among the first ``k``, else 0 (Voorhees 1999, TREC-8 question answering)."""
    right = _right(gold)
    return next((1 / rank for rank, pid in enumerate(ranked[:k], 1) if pid in right), 0.0)


def ndcg(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """Discounted gain of the first ``k`` over the best possible (Järvelin & Kekäläinen 2002, with log2(rank + 1))."""
    right = _right(gold)
    gain = sum(1 / log2(rank + 1) for rank, pid in enumerate(ranked[:k], 1) if pid in right)
    return gain / sum(1 / log2(rank + 1) for rank in range(1, min(k, len(right)) + 1))


def _right(gold: Collection[str]) -> frozenset[str]:
    if not gold:
        raise ValueError("a question without a right passage has no score; leave it out")
    return frozenset(gold)
