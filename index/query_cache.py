"""Questions asked again cost no encoding."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from index.encoders import Encoder, EncoderIdentity

#: Questions remembered: 1.5 kB of vector each at 384 dimensions, so 1.6 MB and their texts.
REMEMBERED = 1024


class CachedQueries:
    """An encoder that remembers the vectors of the last ``size`` questions, by their exact text.

    Equal to ``encoder`` in every value; the arrays of questions are read-only. Passages are passed through, since an
    index holds their vectors. Safe to share between threads if ``encoder`` is: two that ask the same new question at
    once may both encode it.
    """

    def __init__(self, encoder: Encoder, size: int = REMEMBERED) -> None:
        self.encoder = encoder
        self._size = size
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = Lock()

    @property
    def identity(self) -> EncoderIdentity:
        """That of the encoder behind."""
        return self.encoder.identity

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """What the encoder behind gives."""
        return self.encoder.encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dimensions), read-only; only texts that are not remembered are encoded, each once."""
        known = self._recall(texts)
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            encoded = self.encoder.encode_queries(fresh)
            known |= {text: row.copy() for text, row in zip(fresh, encoded, strict=True)}
            self._remember(fresh, known)
        vectors = np.empty((len(texts), self.identity.dimensions), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = known[text]
        vectors.setflags(write=False)
        return vectors

    def _recall(self, texts: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        with self._lock:
            found = {text: self._vectors[text] for text in texts if text in self._vectors}
            for text in found:
                self._vectors.move_to_end(text)
        return found

    def _remember(self, texts: Sequence[str], vectors: dict[str, NDArray[np.float32]]) -> None:
        with self._lock:
            for text in texts:
                self._vectors[text] = vectors[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._size:
                self._vectors.popitem(last=False)
