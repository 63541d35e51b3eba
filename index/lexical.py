"""BM25 over tokens (bm25s: Lù 2024, arXiv:2407.03618)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Form:
    """What one thing may read like: tokens, at least one, and the trust that it is that thing."""

    tokens: tuple[str, ...]
    trust: float


class LexicalIndex:
    """BM25 scores of every passage for a query."""

    def __init__(self, scorer: bm25s.BM25 | None, size: int) -> None:
        self._scorer = scorer
        self.size = size

    @classmethod
    def build(cls, passages: Sequence[list[str]]) -> "LexicalIndex":
        """Index one token list a passage; k1 1.2 and b 0.75 after Robertson & Zaragoza (2009)."""
        if not any(passages):
            return cls(None, len(passages))
        scorer = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        scorer.index(list(passages), show_progress=False)
        return cls(scorer, len(passages))

    def scores(self, tokens: Sequence[str]) -> NDArray[np.float32]:
        """Shape (size,); zeros if no token is known."""
        known = [token for token in tokens if self.knows(token)]
        if self._scorer is None or not known:
            return np.zeros(self.size, np.float32)
        return np.asarray(self._scorer.get_scores(known), np.float32)

    def best(self, forms: Sequence[Form]) -> NDArray[np.float32]:
        """Shape (size,): of each passage the best score of any of ``forms``, a form's being its trust times the mean of
        its tokens' scores. One thing that has many names counts once, however many of them a passage has."""
        scores = np.zeros(self.size, np.float32)
        for form in forms:
            np.maximum(scores, self.scores(form.tokens) * np.float32(form.trust / len(form.tokens)), out=scores)
        return scores

    def most(self, token: str) -> float:
        """The most a token can add to a score: its idf; 0 if no passage has it."""
        return self.idf(token) if self.knows(token) else 0.0

    def idf(self, token: str) -> float:
        """Inverse document frequency of a token over the passages, as in BM25 (Robertson & Zaragoza 2009)."""
        frequency = self.frequency(token)
        return log(1 + (self.size - frequency + 0.5) / (frequency + 0.5))

    def knows(self, token: str) -> bool:
        """Whether any passage has the token."""
        # bm25s keeps an entry of its own for "".
        return self._scorer is not None and token != "" and token in self._scorer.vocab_dict

    def words(self) -> Iterator[str]:
        """Every token that some passage has."""
        return (token for token in (self._scorer.vocab_dict if self._scorer else ()) if token)

    def frequency(self, token: str) -> int:
        """In how many passages the token occurs."""
        if not self.knows(token):
            return 0
        assert self._scorer is not None
        at, starts = self._scorer.vocab_dict[token], self._scorer.scores["indptr"]
        return int(starts[at + 1] - starts[at])

    def save(self, folder: Path) -> None:
        """Write the index as arrays and JSON, no pickle."""
        folder.mkdir(parents=True)
        if self._scorer is not None:
            self._scorer.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> "LexicalIndex":
        """Read what ``save`` wrote; ``size`` is the number of passages."""
        if not folder.exists() or not any(folder.iterdir()):
            return cls(None, size)
        scorer = bm25s.BM25.load(folder, mmap=True, show_progress=False)
        # Plain arrays: slices of numpy's memmap are slow.
        scorer.scores |= {name: np.asarray(of) for name, of in scorer.scores.items() if isinstance(of, np.memmap)}
        return cls(scorer, size)
