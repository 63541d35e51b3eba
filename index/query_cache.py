"""Questions asked again cost no encoding."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from time import perf_counter, thread_time

import numpy as np
from numpy.typing import NDArray

from index.encoders import CountingEncoder, EncoderIdentity, TextTokens, TokenEncoder

#: Questions remembered: 1.5 kB of vector each at 384 dimensions and 5 of tokens, so 7 MB and their texts.
REMEMBERED = 1024
_NONE, _NO_SPANS = np.empty((0, 0), np.float32), np.empty((0, 2), np.int64)


class CachedQueries:
    """An encoder that remembers what it made of the last ``size`` questions, by their exact text.

    Equal to ``encoder`` in every value; the arrays of questions are read-only. Passages are passed through, since an
    index holds what they became. Safe to share between threads if ``encoder`` is: two that ask the same new question
    at once may both encode it.
    """

    def __init__(self, encoder: CountingEncoder, size: int = REMEMBERED) -> None:
        self.encoder = encoder
        self._read = lru_cache(size)(self._encoded)
        #: Hears of each encoding the seconds that it took, and those of its thread's processor time among them; a
        #: question that is remembered is none.
        self.told: Callable[[float, float], None] = lambda seconds, processor_seconds: None

    @property
    def identity(self) -> EncoderIdentity:
        """That of the encoder behind."""
        return self.encoder.identity

    @property
    def reads(self) -> int:
        """That of the encoder behind."""
        return self.encoder.reads if isinstance(self.encoder, TokenEncoder) else 0

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """What the encoder behind gives."""
        return self.encoder.encode_passages(texts)

    def tokens_of_passages(self, texts: Sequence[str]) -> list[TextTokens]:
        """What the encoder behind gives; only if it reads."""
        assert isinstance(self.encoder, TokenEncoder)
        return self.encoder.tokens_of_passages(texts)

    def token_count(self, text: str) -> int:
        """What the encoder behind counts."""
        return self.encoder.token_count(text)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(len(texts), dimensions), read-only; only texts that are not remembered are encoded."""
        vectors = np.empty((len(texts), self.identity.dimensions), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._read(text).vector
        vectors.setflags(write=False)
        return vectors

    def tokens_of_query(self, text: str) -> TextTokens:
        """What the encoder behind gives, or gave, read-only; without a reader there are no tokens."""
        return self._read(text)

    def _encoded(self, text: str) -> TextTokens:
        started, used = perf_counter(), thread_time()
        if isinstance(self.encoder, TokenEncoder) and self.encoder.reads:
            read = self.encoder.tokens_of_query(text)
        else:
            read = TextTokens(np.array(self.encoder.encode_queries([text])[0]), _NONE, _NO_SPANS)
        for array in (read.vector, read.tokens):
            array.setflags(write=False)
        self.told(perf_counter() - started, thread_time() - used)
        return read
