"""A second look at the first hits: a cross-encoder reads question and passage together; needs the extra ``models``."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoders import storable
from index.hub_models import open_model
from index.hybrid import Hit, HybridIndex, Query

#: Hits that are read again: past them the right passage is seldom, and each costs a run of the model.
DEPTH = 20


class Reranker(Protocol):
    """Scores how well passages answer a question; more is better.

    Returns float32 of shape (len(passages),). A score depends on the question and its own passage only.
    """

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]: ...


class CrossEncoderReranker:
    """A sentence-transformers CrossEncoder by folder or hub name, such as BAAI/bge-reranker-v2-m3.

    One pair a run, so that padding does not move a score. Threads take turns.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._lock = Lock()

    @classmethod
    def load(cls, name: str, threads: int = 2) -> CrossEncoderReranker:
        """The model in folder ``name``, or of that name on the hub; raises EncoderError with the remedy."""
        return cls(open_model("CrossEncoder", name, threads))

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        """The model's own scores, on its own scale."""
        if not passages:
            return np.empty(0, np.float32)
        pairs = [(storable(question), storable(passage)) for passage in passages]
        with self._lock:
            return np.asarray(self._model.predict(pairs, batch_size=1, show_progress_bar=False), np.float32)


def reranked_search(
    index: HybridIndex, query: Query, k: int, document_ids: Sequence[str] = (), reranker: Reranker | None = None
) -> list[Hit]:
    """The ``k`` best passages as ``index.search`` has them, the first ``DEPTH`` put in the order of ``reranker``.

    Hits keep the scores of the search. Equal scores keep its order.
    """
    if reranker is None:
        return index.search(query, k, document_ids)
    hits = index.search(query, max(k, DEPTH), document_ids)
    first = hits[:DEPTH]
    scores = reranker.scores(query.text, ["\n".join((*hit.passage.headings, hit.passage.text)) for hit in first])
    order = np.argsort(-scores, kind="stable")
    return [*(first[n] for n in order), *hits[DEPTH:]][:k]
